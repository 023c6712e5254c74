"""명령 하나를 돌려 걸린 시간과 CPU와 메모리를 잰다. 무슨 명령인지는 모른다."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.search.contestant import family

GLANCE = 0.05


@dataclass(frozen=True, kw_only=True)
class Ran:
    """명령 하나가 쓴 것: 걸린 초, 갈라 낸 프로세스까지 더한 CPU 초, 가장 컸던 메모리(MB)."""

    seconds: float
    cpu: float
    memory: float


def run(command: Sequence[str], *, log: Path, **environment: str) -> Ran:
    """명령을 끝까지 돌린다. 나오는 말은 `log`에 적고, 실패하면 그 끝을 보이는 RuntimeError.

    메모리는 갈라 낸 프로세스까지 더한 PSS다: 함께 쓰는 쪽(page)은 나누어 세므로 두 번 세어지지 않는다.
    """
    started = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=os.environ | environment)
        with _watching(process.pid) as peak:
            _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"실패했습니다: {' '.join(command)}\n{log.read_text('utf-8')[-2000:]}")
    seconds = time.perf_counter() - started
    return Ran(seconds=seconds, cpu=used.ru_utime + used.ru_stime, memory=peak[0])


@contextmanager
def _watching(pid: int) -> Iterator[list[float]]:
    peak, done = [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(GLANCE):
            peak[0] = max(peak[0], sum(map(_pss_mb, family(pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _pss_mb(pid: int) -> float:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:  # it ended while we looked
        return 0.0
    return next((int(line.split()[1]) / 1000 for line in rollup.splitlines() if line.startswith("Pss:")), 0.0)
