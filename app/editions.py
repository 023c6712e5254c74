"""하루에 한 번, 내려받을 자료의 새 판을 만들어 게시하고 검색 포털에 알리는 스레드. 무엇이 적히는지는 모른다.

판을 만드는 데는 십여 초가 걸리므로 낮은 우선순위의 다른 프로세스가 하고, 뒷일을 하는 작업자는 기다리지 않는다.
"""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from app.instance import SOURCE
from kb.entry import SEOUL

logger = logging.getLogger(__name__)

FIRST_WAIT = 30.0
"""켜진 뒤 처음 만들 때까지: 켜는 동안의 다른 일이 먼저다."""

EVERY = 60.0
"""날이 바뀌었는지 이만큼(초)에 한 번 본다."""

AFTER_TROUBLE = 3600.0
NICE = "10"


class Editions:
    """날이 바뀌면 한 번씩: 만들고(`make`), 게시하고(`publish`), 알린다(`tell`). 어떤 오류에도 죽지 않는다."""

    def __init__(
        self,
        *,
        make: Callable[[threading.Event], object],
        publish: Callable[[], object],
        tell: Callable[[], object],
        today: Callable[[], date] = lambda: datetime.now(SEOUL).date(),
        first_wait: float = FIRST_WAIT,
    ) -> None:
        self._make, self._publish, self._tell = make, publish, tell
        self._today = today
        self._first_wait = first_wait
        self._done: date | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """시작한다."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="open120-editions", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """만들던 프로세스를 멈추고 끝낸다."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        self._stopping.wait(self._first_wait)
        while not self._stopping.is_set():
            self._stopping.wait(EVERY if self.run() else AFTER_TROUBLE)

    def run(self) -> bool:
        """오늘 아직 하지 않았으면 한다. 하지 못했으면 까닭을 기록하고 False."""
        today = self._today()
        if today == self._done:
            return True
        try:
            self._make(self._stopping)
            if self._stopping.is_set():
                return True
            self._publish()
            self._tell()
        except Exception as error:
            logger.warning("내려받을 자료의 새 판을 내지 못했습니다. 앞의 판을 그대로 둡니다: %s", error)
            return False
        self._done = today
        return True


class EditionFailed(Exception):
    """판을 만들던 프로세스가 실패했다. `str(error)`는 그 까닭이다."""


def make_aside(root: Path, stopping: threading.Event) -> None:
    """다른 프로세스에서 `open120 data`를 부르고 기다린다. 멈추라고 하면 그 프로세스를 끝낸다. 실패하면 EditionFailed."""
    command = [sys.executable, "-P", "-m", "app", "data", "--instance", str(root)]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    with subprocess.Popen(
        ["nice", "-n", NICE, *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        while process.poll() is None:
            if stopping.wait(0.2):
                process.terminate()
                return
        assert process.stderr  # noqa: S101 - asked for just above
        if process.returncode:
            raise EditionFailed(process.stderr.read().strip()[-500:])
