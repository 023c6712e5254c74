"""표 구조를 올리고 내린다."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from db import Base, Database, open_database
from db.errors import MigrationFailed
from db.events import record, verify_chain
from db.people import Actor
from db.session import migration_config
from tests.db.processes import finish, start
from tests.processes import 모판

OURS = {"person", "event", "event_head", "outbox_item"}


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    opened = open_database(empty_url)
    yield opened
    opened.close()


def 표(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - {"alembic_version"}


def 남은_것(database: Database) -> list[Any]:
    """표를 모두 없앤 뒤에도 남은 방아쇠와 함수."""
    queries = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'",
    }
    with database.reading() as session:
        return list(session.scalars(text(queries[database.engine.dialect.name])))


def test_올리고_내리고_다시_올릴_수_있다(empty: Database) -> None:
    empty.migrate()
    assert 표(empty) >= OURS

    empty.downgrade("base")
    assert 표(empty) == set()
    assert 남은_것(empty) == []

    empty.migrate()
    with empty.begin() as session:
        record(session, stream="시험:1", action="적기", actor=Actor.system())
        assert verify_chain(session) == []


def test_두_번_올려도_같다(empty: Database) -> None:
    empty.migrate()
    with empty.begin() as session:
        record(session, stream="시험:1", action="적기", actor=Actor.system())

    empty.migrate()
    with empty.reading() as session:
        assert verify_chain(session) == []
        assert session.scalar(text("SELECT count(*) FROM event")) == 1


def test_올린_구조는_모형과_같다(empty: Database) -> None:
    empty.migrate()

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_머리는_하나뿐이다(database: Database) -> None:
    with database.engine.connect() as connection:
        scripts = ScriptDirectory.from_config(migration_config(connection))
    assert len(scripts.get_heads()) == 1


def test_여러_프로세스가_함께_올려도_한_번만_올라간다(프로세스_모판: 모판, empty_url: str) -> None:
    assert finish(*(start(프로세스_모판, "migrate", empty_url) for _ in range(3))) == [0, 0, 0]

    database = open_database(empty_url)
    assert 표(database) >= OURS
    database.close()


def test_더_새로운_프로그램이_만든_데이터베이스는_건드리지_않는다(database: Database) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(MigrationFailed, match="오래된 프로그램"):
        database.migrate()
    assert 표(database) >= OURS


def test_올리다가_실패하면_이전_그대로다(empty: Database) -> None:
    with empty.begin() as session:  # 0001의 마지막 표 이름을 미리 차지해 실패하게 한다
        session.execute(text("CREATE TABLE outbox_item (id INTEGER)"))

    with pytest.raises(Exception, match="outbox_item"):
        empty.migrate()
    assert 표(empty) == {"outbox_item"}


def 상한_줄을_넣는다(database: Database) -> None:
    """없는 사건을 가리키는 뒷일 한 줄."""
    path = database.engine.url.database
    assert path is not None
    with sqlite3.connect(path) as raw:  # 외래키를 지키지 않는 연결
        raw.execute(
            "INSERT INTO outbox_item (event_id, kind, ordering_key, payload, created_at, attempts, retry_at)"
            " VALUES (99, '가', '가', '{}', '2026-11-01', 0, '2026-11-01')"
        )
    raw.close()


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_올릴_것이_없으면_상한_줄이_있어도_멈추지_않는다(empty: Database) -> None:
    empty.migrate()
    상한_줄을_넣는다(empty)

    empty.migrate()
    assert 표(empty) >= OURS


@pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)
def test_올렸는데_가리키는_곳이_없는_줄이_있으면_되돌린다(empty: Database) -> None:
    empty.migrate("0001")
    상한_줄을_넣는다(empty)
    앞 = 표(empty)

    with pytest.raises(MigrationFailed, match="outbox_item 표에 가리키는 곳이 없는 줄"):
        empty.migrate()
    assert 표(empty) == 앞
