"""시험이 따로 띄우는 프로세스: 같은 데이터베이스에 기록하거나, 일을 하다가 죽는다.

python -m tests.db.other_process 일 주소 [인자…]
"""

import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from db import open_database
from db.events import record
from db.outbox import claim_due, run_due
from db.people import Actor


def record_many(url: str, stream: str, count: str) -> None:
    """사건 count개를 한 트랜잭션에 하나씩 기록한다."""
    database = open_database(url)
    for _ in range(int(count)):
        with database.begin() as session:
            record(session, stream=stream, action="같이", actor=Actor.system())


def work(url: str, file: str) -> None:
    """남은 일을 모두 하며 한 일의 이름을 파일에 적는다."""

    def write(payload: Mapping[str, Any]) -> None:
        with Path(file).open("a") as opened:
            opened.write(f"{payload['이름']}\n")

    run_due(open_database(url), {"적기": write})


def die_in_handler(url: str, file: str) -> None:
    """일의 반을 하고 스스로 SIGKILL을 맞는다."""

    def write_and_die(payload: Mapping[str, Any]) -> None:
        Path(file).write_text(f"{payload['이름']}\n")
        os.kill(os.getpid(), signal.SIGKILL)

    run_due(open_database(url), {"적기": write_and_die}, worker="serve")


def die_before_commit(url: str, stream: str) -> None:
    """기록하고 저장하기 전에 죽는다."""
    with open_database(url).begin() as session:
        record(session, stream=stream, action="같이", actor=Actor.system())
        os.kill(os.getpid(), signal.SIGKILL)


def claim_and_die(url: str, lease: str) -> None:
    """일을 잡기만 하고 죽는다."""
    claim_due(open_database(url), worker="죽은 작업자", now=datetime.now(UTC), lease=timedelta(seconds=float(lease)))
    os.kill(os.getpid(), signal.SIGKILL)


def migrate(url: str) -> None:
    """표 구조를 올린다."""
    open_database(url).migrate()


JOBS = {job.__name__: job for job in (record_many, work, die_in_handler, die_before_commit, claim_and_die, migrate)}

if __name__ == "__main__":
    JOBS[sys.argv[1]](*sys.argv[2:])
