"""상대 하나의 프로세스: 시키고, 답을 받고, 메모리를 본다. 누구인지, 무엇을 겨루는지는 모른다."""

import json
import os
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import sleep
from types import TracebackType
from typing import Any, Self

from bench.search.corpus import ROOT

GLANCE = 0.1
"""짓는 동안 메모리를 이만큼(초)마다 한 번 본다."""


class ContestantFailed(Exception):
    """상대가 답하지 않고 끝났다. 까닭은 그 프로세스가 화면에 적는다."""


class Contestant:
    """`with`를 나가면 끝난다."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._process.kill()
        self._process.communicate()

    def ask(self, *words: object) -> Mapping[str, Any]:
        """시키고 답을 기다린다. 상대가 죽었으면 ContestantFailed."""
        self.start(*words)
        return self.finish()

    def start(self, *words: object) -> None:
        """시키기만 한다."""
        assert self._process.stdin
        try:
            self._process.stdin.write("\t".join(map(str, words)) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._failed() from error

    def finish(self) -> Mapping[str, Any]:
        """`start`로 시킨 것의 답."""
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise self._failed()
        answer: Mapping[str, Any] = json.loads(line)
        return answer

    @property
    def pid(self) -> int:
        """프로세스의 번호."""
        return self._process.pid

    def peak_mb(self) -> float:
        """지금까지 가장 컸던 메모리(RSS)."""
        return _status_mb(self.pid, "VmHWM")

    def cpu_s(self) -> float:
        """지금까지 쓴 CPU 시간. 갈라 냈다가 끝난 프로세스의 것도 든다. 다른 일이 바쁜 기계에서도 견줄 수 있는 수다."""
        fields = _text(Path(f"/proc/{self.pid}/stat")).rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def ask_watched(self, *words: object) -> tuple[Mapping[str, Any], float]:
        """시키고, 답과 함께 그동안 가장 컸던 메모리. 갈라 낸 프로세스의 RSS도 더한다(함께 쓰는 쪽은 두 번 세어진다)."""
        peak, done = [0.0], threading.Event()

        def watch() -> None:
            while not done.is_set():
                peak[0] = max(peak[0], sum(_status_mb(pid, "VmRSS") for pid in family(self.pid)))
                sleep(GLANCE)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            return self.ask(*words), max(peak[0], self.peak_mb())
        finally:
            done.set()
            watcher.join()

    def _failed(self) -> ContestantFailed:
        return ContestantFailed(f"답하지 않고 끝났습니다: {' '.join(self._command[:4])} …")


def family(pid: int) -> list[int]:
    """이 프로세스와 그것이 갈라 낸 프로세스들의 번호."""
    members = [pid]
    for member in members:
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            members += map(int, _text(children).split())
    return members


def _status_mb(pid: int, name: str) -> float:
    for line in _text(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1000
    return 0.0


def _text(path: Path) -> str:
    """프로세스는 보는 사이에 끝날 수 있다. 그러면 빈 글."""
    try:
        return path.read_text("ascii")
    except OSError:
        return ""
