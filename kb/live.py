"""파일이 바뀌면 스스로 다시 읽는 값. 무엇이 적혔는지는 모른다."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Generic, TypeVar

from kb.errors import KnowledgeError

logger = logging.getLogger(__name__)

LOOK = 1.0
"""파일이 바뀌었는지 이만큼(초)에 한 번만 본다."""

_Value = TypeVar("_Value")


class Live(Generic[_Value]):
    """`path`를 `load`로 읽은 값. 부를 때마다 지금 파일의 값이다(많아야 1초 늦다). 파일이 없으면 `absent`.

    처음부터 읽을 수 없으면 `load`의 예외(KnowledgeError)가 그대로 나고, 나중에 상하면 기록을 남기고 앞의 값을 쓴다.
    `optional`이면 처음부터 읽을 수 없을 때도 기록을 남기고 `absent`를 쓴다.
    """

    def __init__(self, path: Path, load: Callable[[Path], _Value], *, absent: _Value, optional: bool = False) -> None:
        self._path, self._load, self._absent = path, load, absent
        self._lock = threading.Lock()
        self._stamp = self._now()
        self._value = absent
        try:
            self._value = load(path) if self._stamp else absent
        except KnowledgeError as error:
            if not optional:
                raise
            logger.error("없는 것으로 치고 시작합니다: %s", error)
        self._looked = monotonic()

    def __call__(self) -> _Value:
        if monotonic() - self._looked >= LOOK and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._value

    def _look(self) -> None:
        self._looked = monotonic()
        stamp = self._now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._value = self._load(self._path) if stamp else self._absent
        except KnowledgeError as error:
            logger.warning("앞의 값을 그대로 씁니다: %s", error)

    def _now(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
