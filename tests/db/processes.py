"""other_process를 띄우고 기다린다."""

from tempfile import TemporaryFile
from typing import IO

from tests.processes import 모판, 프로세스, 환경


def start(어디서: 모판, job: str, *arguments: str) -> tuple[프로세스, IO[str]]:
    """따로 도는 프로세스 하나와, 그것이 하는 불평."""
    complaint = TemporaryFile("w+")  # noqa: SIM115 - closed by finish
    return 어디서.띄우기("tests.db.other_process", job, *arguments, env=환경(), stderr=complaint), complaint


def finish(*processes: tuple[프로세스, IO[str]]) -> list[int]:
    """모두 끝나기를 기다려 종료 값을 돌려준다. 파이썬 오류로 끝났으면 시험이 실패한다."""
    codes = []
    for process, complaint in processes:
        codes.append(process.wait(180))
        with complaint:
            complaint.seek(0)
            assert codes[-1] <= 0, complaint.read()
    return codes
