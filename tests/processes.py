"""모판: 들여오기를 한 번만 해 두고, 부를 때마다 거기서 갈라 내는 진짜 프로세스. 무엇을 시키는지는 모른다.

`python -P -m 모듈 말…`과 같은 일을 한다: 제 환경, 제 자리, 제 입출력으로 `__main__`을 돌리고, 끝값이 있고, 죽일 수 있다.
다른 것은 하나, 파이썬과 꾸러미를 읽는 1.8초를 프로세스마다 되풀이하지 않는다. 그것까지 진짜인 시험은 `명령`을 그대로 부른다.
"""

import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parents[1]
LARGEST = 1 << 17
READY = b"ready"
PRELOADED = (
    *("app.cli", "app.serve", "app.accounts", "app.health", "app.rewarding", "app.reverting", "app.search_report"),
    *("app.api", "app.citizen", "app.desk", "kb.compose", "kb.evaluate", "kb.exchange"),
)


class 프로세스:
    """모판에서 갈라 낸 프로세스 하나. `subprocess.Popen`처럼 기다리고 죽인다."""

    def __init__(self, told: socket.socket) -> None:
        self._told = told
        self.pid = int(told.recv(LARGEST))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._read(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._read(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"모판의 {self.pid}", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _read(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
            self.returncode = int(self._told.recv(LARGEST))
            self._told.close()
        return self.returncode


class 모판:
    """갈라 낼 프로세스를 낳는 프로세스. 이 시험이 끝나면(어떻게 끝나든) 남은 것을 모두 죽이고 끝난다."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def 띄우기(
        self,
        module: str,
        *words: object,
        env: Mapping[str, str],
        cwd: Path | None = None,
        stdin: IO[Any] | None = None,
        stdout: IO[Any] | None = None,
        stderr: IO[Any] | None = None,
    ) -> 프로세스:
        """`python -P -m module words…`를 띄운다. 주지 않은 입출력은 /dev/null이다."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        asked = {"module": module, "words": [*map(str, words)], "env": dict(env), "cwd": str(cwd or Path.cwd())}
        with theirs, Path(os.devnull).open("r+") as nothing:
            files = [(file or nothing).fileno() for file in (stdin, stdout, stderr)]
            socket.send_fds(self._control, [json.dumps(asked).encode()], [*files, theirs.fileno()])
        return 프로세스(ours)


def 환경(**more: str) -> dict[str, str]:
    """프로세스의 환경: 시험하는 사람의 설정은 빼고, 준 것을 더한다."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPEN120_")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::ResourceWarning", **more}


@contextmanager
def 차린_모판() -> Iterator[모판]:
    """모판을 띄우고, 들여오기가 끝나면 준다."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours:
        process = subprocess.Popen(
            [sys.executable, "-P", __file__, str(theirs.fileno())], env=환경(), pass_fds=[theirs.fileno()]
        )
        theirs.close()
        assert ours.recv(LARGEST) == READY
        yield 모판(ours)
    assert process.wait(30) == 0


def serve(control: socket.socket) -> None:
    """부르는 대로 갈라 내고 끝값을 알린다. 부르던 쪽이 끝나면 남은 것을 죽이고 끝난다."""
    living: dict[int, tuple[int, socket.socket]] = {}
    control.send(READY)
    while True:
        for ready in select.select([control, *living], [], [])[0]:
            if ready in living:
                pid, told = living.pop(ready)
                code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                with told, suppress(BrokenPipeError):  # nobody waits for it any more
                    told.send(str(code).encode())
                os.close(ready)
                continue
            message, files, _, _ = socket.recv_fds(control, LARGEST, 4)
            if not message:
                for pid, _told in living.values():
                    os.kill(pid, signal.SIGKILL)
                return
            pid = os.fork()
            if pid == 0:
                control.close()
                for watching, (_, others) in living.items():
                    os.close(watching)
                    others.close()
                become(files, **json.loads(message))
            told = socket.socket(fileno=files[3])
            told.send(str(pid).encode())
            living[os.pidfd_open(pid)] = (pid, told)
            for file in files[:3]:
                os.close(file)


def become(files: list[int], *, module: str, words: list[str], env: dict[str, str], cwd: str) -> NoReturn:
    """갈라져 나온 이 프로세스가 `python -P -m module words…`가 된다."""
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(cwd)
    sys.stdout.reconfigure(write_through="PYTHONUNBUFFERED" in env)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit(0)


if __name__ == "__main__":
    for name in PRELOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
