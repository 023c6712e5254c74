"""저장한 뒤의 일은 표대로, 어떤 오류에도 멈추지 않고 이어진다."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.worker import NEXT, OncePerHead, Worker, handlers, run_pending
from db import Database
from db.events import record
from db.outbox import OutboxItem, claim_due, enqueue
from db.people import Actor
from kb.store import Change, EntryStore


def 할일(database: Database, *kinds: str, entry: str = "k1") -> None:
    with database.begin() as session:
        for kind in kinds:
            event = record(session, stream=f"시험/{kind}", action="시험", actor=Actor.system())
            enqueue(session, event=event, kind=kind, payload={"entry": entry}, ordering_key=f"{event.id}")


def 남은일(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxItem.kind).where(OutboxItem.done_at.is_(None))))


@contextmanager
def 도는(작업자: Worker) -> Iterator[Worker]:
    작업자.start()
    try:
        yield 작업자
    finally:
        작업자.stop()


def 될때까지(조건: Callable[[], object], *, 초: float = 10) -> None:
    끝 = time.monotonic() + 초
    while not 조건():
        assert time.monotonic() < 끝, "때가 되어도 되지 않았습니다."
        time.sleep(0.02)


def test_다음에_할_일의_표에_있는_종류는_모두_할_줄_안다(database: Database, 저장소: EntryStore):
    일들 = handlers(database=database, store=저장소, index=lambda: None, publish=lambda: None)

    assert set(일들) == set(NEXT)
    assert {kind for then in NEXT.values() for kind in then} <= set(일들)


def test_쌓인_게시는_한_번으로_합쳐진다(database: Database, 저장소: EntryStore):
    게시 = []
    할일(database, *["site.publish"] * 5)

    ran = run_pending(
        database, handlers(database=database, store=저장소, index=lambda: None, publish=lambda: 게시.append(1))
    )

    assert (ran.done, len(게시), 남은일(database)) == (5, 1, [])


def test_글이_바뀌면_다시_게시하고_실패한_게시는_다시_한다(저장소: EntryStore):
    게시: list[str] = []
    고장 = True

    def publish() -> None:
        if 고장:
            raise OSError("디스크가 가득 참")
        게시.append(저장소.head)

    한번 = OncePerHead(저장소, publish)
    with pytest.raises(OSError, match="디스크"):
        한번()
    고장 = False
    한번()
    한번()
    저장소.save(replace(저장소.get("k1"), phone="120"), change=Change(role="editor", reason="번호"))
    한번()

    assert len(게시) == 2


def test_실패한_일은_남고_다른_일은_이어진다(database: Database, 저장소: EntryStore):
    게시 = []

    def 고장() -> None:
        raise OSError("색인 폴더에 쓸 수 없음")

    할일(database, "entry.index", "site.publish")
    ran = run_pending(database, handlers(database=database, store=저장소, index=고장, publish=lambda: 게시.append(1)))

    assert (ran.done, ran.failed, len(게시)) == (1, 1, 1)
    assert 남은일(database) == ["entry.index"]


def test_깨우면_곧바로_한다(database: Database, 저장소: EntryStore):
    됨 = threading.Event()
    with 도는(
        Worker(database, handlers(database=database, store=저장소, index=lambda: None, publish=됨.set))
    ) as 작업자:
        time.sleep(0.2)
        할일(database, "site.publish")
        작업자.wake()

        assert 됨.wait(0.8)


def test_깨우지_않아도_곧_본다(database: Database, 저장소: EntryStore):
    with 도는(Worker(database, handlers(database=database, store=저장소, index=lambda: None, publish=lambda: None))):
        할일(database, "site.publish")

        될때까지(lambda: 남은일(database) == [])


def test_데이터베이스가_잠시_없어도_죽지_않는다(
    database: Database, 저장소: EntryStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr("app.worker.AFTER_TROUBLE", 0.1)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE outbox_item RENAME TO hidden")
    with 도는(Worker(database, handlers(database=database, store=저장소, index=lambda: None, publish=lambda: None))):
        될때까지(lambda: "문제가 생겼습니다" in caplog.text)
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE hidden RENAME TO outbox_item")
        할일(database, "site.publish")

        될때까지(lambda: 남은일(database) == [])


def test_죽은_전임자의_일을_기다리지_않고_이어받는다(database: Database, 저장소: EntryStore):
    할일(database, "site.publish")
    assert claim_due(database, worker="serve", now=datetime.now(UTC), lease=timedelta(minutes=5))

    with 도는(Worker(database, handlers(database=database, store=저장소, index=lambda: None, publish=lambda: None))):
        될때까지(lambda: 남은일(database) == [])
