"""남은 일은 잃지 않고, 겹치지 않고, 차례대로 끝난다."""

import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from db import Database
from db.events import record
from db.outbox import KILLED, OutboxItem, Ran, backoff, claim_due, enqueue, release_claims, run_due, stuck
from db.people import Actor
from tests.db.processes import finish, start
from tests.processes import 모판

지금 = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


def 적어_둔다(database: Database, *names: str, key: str | None = None, kind: str = "적기", at: datetime = 지금) -> None:
    with database.begin() as session:
        for name in names:
            event = record(session, stream=f"entry:{name[0]}", action="승인", actor=Actor.system(), at=at)
            enqueue(session, event=event, kind=kind, payload={"이름": name}, ordering_key=key)


def 남은_일(database: Database) -> list[OutboxItem]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxItem).where(OutboxItem.done_at.is_(None)).order_by(OutboxItem.id)))


def 적는_일(names: list[str]) -> dict[str, Callable[[Mapping[str, Any]], object]]:
    return {"적기": lambda payload: names.append(payload["이름"])}


def 실패하는_일(payload: Mapping[str, Any]) -> None:
    raise RuntimeError(f"{payload['이름']}: 서버가 대답하지 않습니다")


def test_적어_둔_일을_차례대로_한_번씩_한다(database: Database) -> None:
    적어_둔다(database, "가1", "나1", "가2")
    한_일: list[str] = []

    assert run_due(database, 적는_일(한_일), now=지금) == Ran(done=3, failed=0)
    assert run_due(database, 적는_일(한_일), now=지금) == Ran()
    assert 한_일 == ["가1", "나1", "가2"]
    assert 남은_일(database) == []


def test_저장되지_않은_사건의_일은_하지_않는다(database: Database) -> None:
    with database.begin() as session:
        event = record(session, stream="entry:가", action="승인", actor=Actor.system())
        enqueue(session, event=event, kind="적기", payload={"이름": "가"})
        session.rollback()

    assert run_due(database, 적는_일([])) == Ran()


def test_한_번에_limit개까지만_한다(database: Database) -> None:
    적어_둔다(database, "가1", "가2", "가3")

    assert run_due(database, 적는_일([]), now=지금, limit=2) == Ran(done=2, failed=0)
    assert [item.payload["이름"] for item in 남은_일(database)] == ["가3"]


def test_일은_트랜잭션_밖에서_한다(database: Database) -> None:
    """일이 스스로 기록하고 저장할 수 있다."""
    적어_둔다(database, "가1")

    assert run_due(database, {"적기": lambda _: 적어_둔다(database, "나1", kind="다음")}, now=지금).done == 1
    assert [item.kind for item in 남은_일(database)] == ["다음"]


def test_실패하면_까닭을_남기고_점점_늦게_다시_한다(database: Database) -> None:
    적어_둔다(database, "가1")
    now = 지금

    for attempts, wait in enumerate([5, 10, 20, 40], start=1):
        assert run_due(database, {"적기": 실패하는_일}, now=now) == Ran(done=0, failed=1)
        (item,) = 남은_일(database)
        assert (item.attempts, item.retry_at) == (attempts, now + timedelta(seconds=wait))
        assert item.last_error == "RuntimeError: 가1: 서버가 대답하지 않습니다"
        assert item.claimed_by is None
        assert run_due(database, {"적기": 실패하는_일}, now=item.retry_at - timedelta(seconds=1)) == Ran()
        now = item.retry_at

    한_일: list[str] = []
    assert run_due(database, 적는_일(한_일), now=now).done == 1
    assert 한_일 == ["가1"]
    with database.reading() as session:
        assert session.scalars(select(OutboxItem)).one().last_error is None


def test_오류의_글에_저장할_수_없는_글자가_있어도_까닭이_남는다(database: Database) -> None:
    적어_둔다(database, "가1")

    def 실패(_: Mapping[str, Any]) -> None:
        raise RuntimeError("깨진 대답 \x00\ud83d 끝")

    assert run_due(database, {"적기": 실패}, now=지금).failed == 1
    assert 남은_일(database)[0].last_error == "RuntimeError: 깨진 대답 ? 끝"


def test_기다리는_시간은_한_시간을_넘지_않는다() -> None:
    waits = [backoff(attempts) for attempts in range(1, 40)]

    assert waits[0] == timedelta(seconds=5)
    assert waits == sorted(waits)
    assert waits[-1] == backoff(10**6) == timedelta(hours=1)


def test_같은_열쇠의_앞선_일이_끝나야_차례가_오고_다른_열쇠는_기다리지_않는다(database: Database) -> None:
    적어_둔다(database, "가1", "나1", "가2")
    한_일: list[str] = []

    def 가1만_실패(payload: Mapping[str, Any]) -> None:
        if payload["이름"] == "가1":
            raise RuntimeError("실패")
        한_일.append(payload["이름"])

    assert run_due(database, {"적기": 가1만_실패}, now=지금) == Ran(done=1, failed=1)
    assert 한_일 == ["나1"]

    assert run_due(database, 적는_일(한_일), now=지금 + timedelta(seconds=5)).done == 2
    assert 한_일 == ["나1", "가1", "가2"]


def test_열쇠를_주면_다른_흐름의_일도_차례를_지킨다(database: Database) -> None:
    적어_둔다(database, "가1", "나1", key="c12")

    assert run_due(database, {"적기": 실패하는_일}, now=지금) == Ran(done=0, failed=1)
    assert [item.attempts for item in 남은_일(database)] == [1, 0]


def test_모르는_종류의_일은_까닭을_적고_남겨_둔다(database: Database) -> None:
    적어_둔다(database, "가1", kind="우주로")
    적어_둔다(database, "나1")
    한_일: list[str] = []

    assert run_due(database, 적는_일(한_일), now=지금) == Ran(done=1, failed=1)
    (item,) = 남은_일(database)
    assert "‘우주로’" in (item.last_error or "")

    assert (
        run_due(
            database, {"우주로": lambda payload: 한_일.append(payload["이름"])}, now=지금 + timedelta(minutes=1)
        ).done
        == 1
    )
    assert 한_일 == ["나1", "가1"]
    assert 남은_일(database) == []


def test_다섯_번_실패한_일은_사람에게_보인다(database: Database) -> None:
    적어_둔다(database, "가1", "나1")
    now = 지금
    for attempts in range(1, 6):
        with database.reading() as session:
            assert stuck(session) == []
        run_due(database, {"적기": 실패하는_일}, now=now)
        now += backoff(attempts)

    with database.reading() as session:
        assert [item.payload["이름"] for item in stuck(session)] == ["가1", "나1"]
    run_due(database, 적는_일([]), now=now)
    with database.reading() as session:
        assert stuck(session) == []


def test_일하다_죽은_작업자의_일은_유효_시간이_지나면_다시_한다(
    프로세스_모판: 모판, database: Database, database_url: str, tmp_path: Path
) -> None:
    """SIGKILL: 반쯤 한 일이 다시 되고, 결과는 한 번 한 것과 같다."""
    적어_둔다(database, "가1", "나1", "가2")
    죽기_전 = tmp_path / "죽기 전.txt"
    assert finish(start(프로세스_모판, "die_in_handler", database_url, str(죽기_전))) == [-9]
    assert 죽기_전.read_text() == "가1\n"

    한_일: list[str] = []
    assert run_due(database, 적는_일(한_일)) == Ran(done=1, failed=0)
    assert 한_일 == ["나1"]  # 가1은 아직 죽은 작업자의 것이고, 가2는 가1을 기다린다

    가1 = 남은_일(database)[0]
    assert 가1.claimed_until is not None
    assert run_due(database, 적는_일(한_일), now=가1.claimed_until).done == 2
    assert 한_일 == ["나1", "가1", "가2"]
    assert 남은_일(database) == []


def test_서버가_다시_시작하면_죽은_자신의_일을_기다리지_않는다(
    프로세스_모판: 모판, database: Database, database_url: str, tmp_path: Path
) -> None:
    적어_둔다(database, "가1")
    assert finish(start(프로세스_모판, "die_in_handler", database_url, str(tmp_path / "x"))) == [-9]

    assert release_claims(database, worker="다른 서버") == 0
    assert release_claims(database, worker="serve") == 1
    (item,) = 남은_일(database)
    assert (item.attempts, item.last_error) == (1, KILLED)
    assert run_due(database, 적는_일([])).done == 1


def test_잡기만_하고_죽은_시도도_센다(프로세스_모판: 모판, database: Database, database_url: str) -> None:
    """일이 작업자를 죽게 하는 것이라도 사람에게 보인다."""
    적어_둔다(database, "가1")
    for _ in range(2):
        finish(start(프로세스_모판, "claim_and_die", database_url, "0"))

    (item,) = 남은_일(database)
    assert (item.attempts, item.last_error) == (2, KILLED)


def test_오래_걸리는_일은_하는_동안_남이_잡지_못한다(database: Database) -> None:
    적어_둔다(database, "가1")
    lease = timedelta(seconds=0.6)
    남이_잡음: list[object] = []

    def 오래(_: Mapping[str, Any]) -> None:
        until = time.monotonic() + 1.5
        while time.monotonic() < until:
            남이_잡음.append(claim_due(database, worker="남", now=datetime.now(UTC), lease=lease))
            time.sleep(0.1)

    assert run_due(database, {"적기": 오래}, lease=lease) == Ran(done=1, failed=0)
    assert set(남이_잡음) == {None}


def test_늦게_돌아온_작업자는_남이_다시_맡은_일을_끝냈다고_적지_못한다(database: Database) -> None:
    적어_둔다(database, "가1")

    def 그사이_남이_맡는다(_: Mapping[str, Any]) -> None:
        assert claim_due(database, worker="남", now=지금 + timedelta(hours=1)) is not None

    run_due(database, {"적기": 그사이_남이_맡는다}, now=지금)
    (item,) = 남은_일(database)
    assert (item.claimed_by, item.done_at) == ("남", None)


def test_멈추라는_신호를_받으면_일을_놓아_준다(database: Database) -> None:
    적어_둔다(database, "가1")

    def 멈춤(_: Mapping[str, Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_due(database, {"적기": 멈춤}, now=지금)
    assert run_due(database, 적는_일([]), now=지금).done == 1


def test_여러_작업자가_함께_해도_한_번씩만_하고_차례를_지킨다(
    프로세스_모판: 모판, database: Database, database_url: str, tmp_path: Path
) -> None:
    names = [f"{'가나다라'[n % 4]}{n:02}" for n in range(24)]
    적어_둔다(database, *names)
    file = tmp_path / "한 일.txt"

    assert finish(*(start(프로세스_모판, "work", database_url, str(file)) for _ in range(2))) == [0, 0]
    done = file.read_text().split()
    assert sorted(done) == sorted(names)
    for key in "가나다라":
        assert [name for name in done if name[0] == key] == [name for name in names if name[0] == key]


def test_여러_스레드가_함께_해도_한_번씩만_한다(database: Database) -> None:
    names = [f"{chr(0xAC00 + n)}1" for n in range(20)]
    적어_둔다(database, *names)
    한_일: list[str] = []
    threads = [threading.Thread(target=run_due, args=(database, 적는_일(한_일))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(한_일) == names
    assert 남은_일(database) == []
