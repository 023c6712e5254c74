"""데이터베이스 열기, 트랜잭션, 그리고 쓸 수 없을 때의 말."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError

from db import Database, open_database
from db.errors import DatabaseBusy, DatabaseUnavailable, NaiveTime
from db.events import Event, record
from db.people import Actor, Person, Role, add_person
from tests.databases import PostgresServer

시스템 = Actor.system()


def 기록(database: Database, stream: str = "시험:1") -> None:
    with database.begin() as session:
        record(session, stream=stream, action="적기", actor=시스템)


def 사건_수(database: Database) -> int:
    with database.reading() as session:
        return len(session.scalars(select(Event.id)).all())


def test_오류가_나면_아무것도_저장하지_않는다(database: Database) -> None:
    def 기록하다_멈춘다() -> None:
        with database.begin() as session:
            record(session, stream="시험:1", action="적기", actor=시스템)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        기록하다_멈춘다()
    assert 사건_수(database) == 0


def test_시각은_시간대를_갖고_들어가_UTC로_나온다(database: Database) -> None:
    서울 = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with database.begin() as session:
        record(session, stream="시험:1", action="적기", actor=시스템, at=서울)

    with database.reading() as session:
        stored = session.scalars(select(Event.at)).one()
        assert stored == 서울
        assert stored.tzinfo is UTC
        assert session.scalars(select(Event.id).where(Event.at < 서울 + timedelta(seconds=1))).all() == [1]


def test_시간대_없는_시각은_거절한다(database: Database) -> None:
    without = datetime(2026, 3, 2)  # noqa: DTZ001 - 바로 이것을 거절해야 한다
    with database.begin() as session:
        person = add_person(session, login="hong", name_shown="홍", role=Role.AGENT, password="열글자가넘는비밀번호")

    with database.begin() as session, pytest.raises(NaiveTime, match="시간대"):
        record(session, stream="시험:1", action="적기", actor=시스템, at=without)
    with pytest.raises(NaiveTime, match="시간대"), database.begin() as session:
        session.get_one(Person, person.id).created_at = without


def test_읽는_트랜잭션은_쓰지_못하고_한순간만_본다(database: Database) -> None:
    with database.reading() as session:
        assert session.scalars(select(Event.id)).all() == []
        기록(database)  # 읽는 이가 있어도 쓰는 이는 기다리지 않는다
        assert session.scalars(select(Event.id)).all() == []

    with pytest.raises(DBAPIError), database.reading() as session:
        session.execute(text("DELETE FROM outbox_item"))
    기록(database)
    assert 사건_수(database) == 2


def test_두_쓰는_트랜잭션은_서로를_막다_죽지_않는다(database: Database) -> None:
    """읽고 나서 쓰는 두 트랜잭션이 함께 돌아도 둘 다 저장된다."""
    함께 = threading.Barrier(2)
    실패: list[BaseException] = []

    def 읽고_쓴다(stream: str) -> None:
        함께.wait()
        try:
            for _ in range(15):
                with database.begin() as session:
                    session.scalars(select(Event.id)).all()
                    record(session, stream=stream, action="적기", actor=시스템)
        except BaseException as error:
            실패.append(error)

    threads = [threading.Thread(target=읽고_쓴다, args=(f"시험:{n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 실패 == []
    assert 사건_수(database) == 30


def test_SQLite는_WAL로_열고_디스크까지_쓰고_외래키를_지킨다(sqlite_url: str) -> None:
    with open_database(sqlite_url).engine.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 10_000]


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_PostgreSQL_주소는_어느_꼴이든_psycopg로_연다(postgres_url: str, scheme: str) -> None:
    database = open_database(postgres_url.replace("postgresql", scheme, 1))

    assert database.engine.driver == "psycopg"
    assert 사건_수(database) == 0
    database.close()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "주소 아님", ""])
def test_모르는_주소는_무엇을_적어야_하는지_말한다(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"SQLite|sqlite"):
        open_database(url)


def test_디스크가_가득_차면_그렇게_말하고_아무것도_반쯤_저장하지_않는다(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    기록(database)
    with database.reading() as session:
        pages = session.scalar(text("PRAGMA page_count"))
    database.close()
    event.listen(database.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {pages}"))

    def 많이_기록한다() -> None:
        with database.begin() as session:
            for n in range(200):
                record(session, stream=f"시험:{n}", action="적기", actor=시스템, text="글" * 500)

    with pytest.raises(DatabaseUnavailable, match="디스크가 가득"):
        많이_기록한다()
    assert 사건_수(database) == 1
    기록(database)
    database.close()


def test_읽기_전용이면_그렇게_말한다(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    database = open_database(f"sqlite:///file:{path}?mode=ro&uri=true")

    with pytest.raises(DatabaseUnavailable, match="읽기 전용"):
        기록(database)
    assert 사건_수(database) == 0
    database.close()


def test_읽기_전용_서버면_그렇게_말한다(postgres_server: PostgresServer, postgres_url: str) -> None:
    name = postgres_url.partition("@/")[2].partition("?")[0]
    postgres_server.sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    database = open_database(postgres_url)

    with pytest.raises(DatabaseUnavailable, match="읽기 전용"):
        기록(database)
    database.close()


def test_폴더가_없거나_데이터베이스가_아닌_파일이면_그렇게_말한다(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="열 수 없습니다"):
        open_database(f"sqlite:///{tmp_path}/없는폴더/open120.db").migrate()

    (tmp_path / "글.db").write_text("데이터베이스가 아닌 파일입니다.\n" * 100)
    with pytest.raises(DatabaseUnavailable, match="손상"):
        open_database(f"sqlite:///{tmp_path}/글.db").migrate()


def test_서버가_없거나_그_이름이_없으면_비밀번호를_흘리지_않고_말한다(tmp_path: Path, postgres_url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="연결할 수 없습니다") as caught:
        open_database(f"postgresql://u:top-secret@/x?host={tmp_path}").migrate()
    assert "top-secret" not in str(caught.value)

    with pytest.raises(DatabaseUnavailable, match=r"연결할 수 없습니다|이름의 데이터베이스가 서버에 없습니다"):
        open_database(postgres_url.replace("test_", "없는_")).migrate()


def test_다른_이가_오래_쓰고_있으면_다시_하라고_말한다(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    event.listen(database.engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout = 50"))
    다른_이 = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    다른_이.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseBusy, match="잠시 뒤"):
        기록(database)
    다른_이.close()
    기록(database)
    assert 사건_수(database) == 1
    database.close()


def test_서로_엇갈려_잠그면_한쪽만_물러나고_다시_하면_된다(postgres_url: str) -> None:
    database = open_database(postgres_url)
    with database.begin() as session:
        for login in ("gap", "eul"):
            add_person(session, login=login, name_shown=login, role=Role.AGENT, password="열글자가넘는비밀번호")
    함께 = threading.Barrier(2)
    물러남: list[DatabaseBusy] = []

    def 잠근다(first: str, second: str) -> None:
        lock = "SELECT id FROM person WHERE login = :login FOR UPDATE"
        try:
            with database.begin() as session:
                session.execute(text(lock), {"login": first})
                함께.wait()
                session.execute(text(lock), {"login": second})
        except DatabaseBusy as error:
            물러남.append(error)

    threads = [threading.Thread(target=잠근다, args=pair) for pair in (("gap", "eul"), ("eul", "gap"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(물러남) == 1
    database.close()
