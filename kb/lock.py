"""파일 자물쇠: 쥔 프로세스가 죽으면 커널이 푼다. 무엇을 지키는지는 모른다."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb import git
from kb.errors import StoreBusy


@contextmanager
def locked(path: Path, *, wait: float) -> Iterator[None]:
    """`path`의 자물쇠(flock)를 쥔다. `wait`초를 기다려도 안 비면 StoreBusy, 파일을 만들 수 없으면 StoreError.

    프로세스와 스레드를 모두 막는다. 한 스레드 안에서 겹쳐 쥐지 않는다.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise git.explain_os(error, path.parent) from error
    try:
        _take(handle, until=time.monotonic() + wait)
        yield
    finally:
        os.close(handle)


def _take(handle: int, *, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise StoreBusy("다른 프로그램이 쓰고 있습니다. 잠시 뒤 다시 해 주세요.") from None
            time.sleep(0.02)
        else:
            return
