"""other_process를 띄우고 기다린다."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start(job: str, *arguments: str) -> "subprocess.Popen[str]":
    """따로 도는 프로세스 하나."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.db.other_process", job, *arguments], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )


def finish(*processes: "subprocess.Popen[str]") -> list[int]:
    """모두 끝나기를 기다려 종료 값을 돌려준다. 파이썬 오류로 끝났으면 시험이 실패한다."""
    for process in processes:
        _, complaint = process.communicate(timeout=180)
        assert process.returncode <= 0, complaint
    return [process.returncode for process in processes]
