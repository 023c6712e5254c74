"""사건 기록은 덧붙이기만 한다."""

import threading
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from db import Database, open_database
from db.errors import BadEvent
from db.events import FIRST_HASH, Event, head, record, replay, verify_chain
from db.people import Actor, Role
from tests.db.processes import finish, start
from tests.processes import 모판

시스템 = Actor.system()


def 기록(database: Database, count: int = 1, stream: str = "correction:1") -> None:
    with database.begin() as session:
        for n in range(count):
            record(session, stream=stream, action="적기", actor=시스템, to_state=f"상태{n}", text=f"{n}번째")


def 어긋난_곳(database: Database) -> list[str]:
    with database.reading() as session:
        return [fault.problem for fault in verify_chain(session, batch=3)]


def 몰래(database: Database, *statements: str) -> None:
    """데이터베이스의 주인이 방아쇠를 끄고 고친다."""
    with database.begin() as session:
        if database.engine.dialect.name == "postgresql":
            session.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))
            session.execute(text("ALTER TABLE event_head DISABLE TRIGGER ALL"))
        else:
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            session.execute(text(statement))


def test_누가_언제_무엇을_어디서_어디로_왜_했는지_남는다(database: Database, 편집자: Actor) -> None:
    at = datetime(2026, 3, 2, 1, 20, tzinfo=UTC)
    with database.begin() as session:
        record(
            session,
            stream="correction:7",
            action="decline",
            actor=편집자,
            from_state="in_review",
            to_state="declined",
            reason="no_evidence",
            text="근거를 찾지 못했습니다.",
            entry_version="0a1b2c3d4e5f",
            channel="phone",
            request_id="요청-1",
            on_behalf_of="민원인",
            data={"entry": "c12", "점수": 1.5, "목록": [1, None, True]},
            at=at,
        )

    with database.reading() as session:
        event = session.scalars(select(Event)).one()
    assert (event.id, event.stream, event.sequence, event.at) == (1, "correction:7", 1, at)
    assert (event.actor_id, event.role, event.on_behalf_of, event.channel) == (
        편집자.person_id,
        Role.EDITOR,
        "민원인",
        "phone",
    )
    assert (event.action, event.from_state, event.to_state) == ("decline", "in_review", "declined")
    assert (event.reason_code, event.text, event.entry_version) == (
        "no_evidence",
        "근거를 찾지 못했습니다.",
        "0a1b2c3d4e5f",
    )
    assert (event.request_id, event.data) == ("요청-1", {"entry": "c12", "점수": 1.5, "목록": [1, None, True]})
    assert event.previous_hash == FIRST_HASH
    assert 어긋난_곳(database) == []


def test_흐름마다_차례를_세고_사슬은_하나로_이어진다(database: Database) -> None:
    with database.begin() as session:
        for stream in ("a:1", "a:2", "a:1", "a:1"):
            record(session, stream=stream, action="적기", actor=시스템)

    with database.reading() as session:
        events = session.scalars(select(Event).order_by(Event.id)).all()
        assert head(session) == (4, events[-1].hash)
    assert [(e.id, e.stream, e.sequence) for e in events] == [
        (1, "a:1", 1),
        (2, "a:2", 1),
        (3, "a:1", 2),
        (4, "a:1", 3),
    ]
    assert [e.previous_hash for e in events] == [FIRST_HASH, *(e.hash for e in events[:-1])]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET text = '고침'",
        "UPDATE event SET text = NULL WHERE id = 2",
        "DELETE FROM event WHERE id = 2",
        "DELETE FROM event",
        "DELETE FROM event_head",
        "UPDATE event_head SET event_id = 1",
        "UPDATE event_head SET event_id = event_id + 1",
        "INSERT INTO event_head (id, event_id, hash) VALUES (2, 0, '')",
    ],
)
def test_고치거나_지우는_일은_데이터베이스가_거절한다(database: Database, statement: str) -> None:
    기록(database, 3)

    with pytest.raises(IntegrityError), database.begin() as session:
        session.execute(text(statement))
    with database.reading() as session:
        assert list(session.scalars(select(Event.text).order_by(Event.id))) == ["0번째", "1번째", "2번째"]
        assert head(session)[0] == 3


@pytest.mark.parametrize("statement", ["TRUNCATE event CASCADE", "TRUNCATE event_head"])
def test_비우는_일도_거절한다(postgres_url: str, statement: str) -> None:
    database = open_database(postgres_url)
    기록(database, 3)

    with pytest.raises(IntegrityError), database.begin() as session:
        session.execute(text(statement))
    assert 어긋난_곳(database) == []
    database.close()


def test_복제_역할인_척해도_거절한다(postgres_url: str) -> None:
    database = open_database(postgres_url)
    기록(database, 3)

    as_replica = text("SET LOCAL session_replication_role = replica; DELETE FROM event")
    with pytest.raises(IntegrityError), database.begin() as session:
        session.execute(as_replica)
    assert 어긋난_곳(database) == []
    database.close()


@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"])
def test_덮어쓰는_끼워_넣기도_거절한다(sqlite_url: str, how: str) -> None:
    """SQLite의 REPLACE는 지움 방아쇠를 부르지 않는다."""
    database = open_database(sqlite_url)
    기록(database, 3)
    columns = ", ".join(column.name for column in Event.__table__.columns)

    with pytest.raises(IntegrityError), database.begin() as session:
        session.execute(text(f"{how} INTO event ({columns}) SELECT {columns} FROM event WHERE id = 2"))
    assert 어긋난_곳(database) == []
    database.close()


def test_사슬을_잇지_않는_사건은_들어오지_못한다(database: Database) -> None:
    기록(database, 3)
    columns = [column.name for column in Event.__table__.columns]
    forged = ", ".join({"id": "9", "sequence": "9", "hash": "'가짜'"}.get(name, name) for name in columns)

    with pytest.raises(IntegrityError), database.begin() as session:
        session.execute(text(f"INSERT INTO event ({', '.join(columns)}) SELECT {forged} FROM event WHERE id = 3"))


@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        (["UPDATE event SET to_state = 'applied' WHERE id = 4"], ["4번 사건의 내용이"]),
        (["UPDATE event SET actor_id = NULL, role = 'agent' WHERE id = 1"], ["1번 사건의 내용이"]),
        (["UPDATE event SET text = '딴소리' WHERE id = 7"], ["7번 사건의 글이나"]),
        (["UPDATE event SET data = '{\"금액\": 1}' WHERE id = 2"], ["2번 사건의 글이나"]),
        (["UPDATE event SET hash = 'x' WHERE id = 5"], ["5번 사건의 내용이", "6번 사건이 앞 사건을"]),
        (["DELETE FROM event WHERE id = 5"], ["4번 다음이 6번", "4번째 다음이 6번째"]),
        (["DELETE FROM event WHERE id = 1"], ["0번 다음이 2번", "0번째 다음이 2번째"]),
        (["DELETE FROM event WHERE id >= 7"], ["머리는 8번인데 마지막 사건은 6번"]),
        (["DELETE FROM event"], ["머리는 8번인데 마지막 사건은 0번"]),
        (["UPDATE event_head SET hash = 'x'"], ["머리의 지문이 마지막 8번"]),
        (["DELETE FROM event_head"], ["머리가 사라졌"]),
    ],
)
def test_방아쇠를_끄고_고쳐도_점검이_찾아낸다(database: Database, tampering: list[str], expected: list[str]) -> None:
    기록(database, 8)

    몰래(database, *tampering)
    found = 어긋난_곳(database)
    assert len(found) == len(expected)
    for part, problem in zip(expected, found, strict=True):
        assert part in problem


def test_글과_소금을_파기해도_사슬은_온전하다(database: Database) -> None:
    """개인정보 파기를 위해 남겨 둔 길: 지문만 남고 글은 사라진다."""
    기록(database, 3)

    몰래(database, "UPDATE event SET text = NULL, data = '{}', content_salt = NULL WHERE id = 2")
    assert 어긋난_곳(database) == []


def test_묶음_경계에서도_빠뜨리지_않는다(database: Database) -> None:
    기록(database, 6)

    with database.reading() as session:
        assert [verify_chain(session, batch=size) for size in (1, 2, 3, 5, 6, 7)] == [[]] * 6


def test_여러_스레드가_함께_기록해도_사슬은_갈라지지_않는다(database: Database) -> None:
    함께 = threading.Barrier(4)

    def 기록한다(number: int) -> None:
        함께.wait()
        for _ in range(10):
            기록(database, stream=f"thread:{number % 2}")

    threads = [threading.Thread(target=기록한다, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 어긋난_곳(database) == []
    with database.reading() as session:
        assert Counter(session.scalars(select(Event.stream))) == {"thread:0": 20, "thread:1": 20}


def test_여러_프로세스가_함께_기록해도_사슬은_갈라지지_않는다(
    프로세스_모판: 모판, database: Database, database_url: str
) -> None:
    assert finish(*(start(프로세스_모판, "record_many", database_url, "correction:1", "25") for _ in range(2))) == [
        0,
        0,
    ]

    assert 어긋난_곳(database) == []
    with database.reading() as session:
        assert list(session.scalars(select(Event.sequence).order_by(Event.id))) == list(range(1, 51))


def test_저장하기_전에_죽은_프로세스는_흔적을_남기지_않는다(
    프로세스_모판: 모판, database: Database, database_url: str
) -> None:
    기록(database)
    assert finish(start(프로세스_모판, "die_before_commit", database_url, "correction:1")) == [-9]

    기록(database)
    assert 어긋난_곳(database) == []
    with database.reading() as session:
        assert head(session)[0] == 2


def test_되돌린_기록은_번호도_남기지_않는다(database: Database) -> None:
    with database.begin() as session:
        record(session, stream="a:1", action="적기", actor=시스템)
        session.rollback()
    기록(database)

    with database.reading() as session:
        assert session.scalars(select(Event.id)).all() == [1]


def test_다시_따라가면_흐름마다_마지막_상태가_나온다(database: Database) -> None:
    with database.begin() as session:
        for stream, state in [
            ("correction:1", "received"),
            ("correction:2", "received"),
            ("correction:1", "applied"),
            ("correction:1", None),
            ("correction:3", None),
            ("correction_x:1", "received"),
            ("case:1", "received"),
        ]:
            record(session, stream=stream, action="적기", actor=시스템, to_state=state)

    with database.reading() as session:
        assert replay(session, "correction:") == {"correction:1": "applied", "correction:2": "received"}
        assert replay(session, "correction_") == {"correction_x:1": "received"}
        assert replay(session, "없는:") == {}


@pytest.mark.parametrize("broken", ["data = '{'", "at = '어제'", "sequence = '첫째'"])
def test_읽을_수_없게_망가뜨려도_점검은_멈추지_않고_말한다(sqlite_url: str, broken: str) -> None:
    database = open_database(sqlite_url)
    기록(database, 8)

    몰래(database, f"UPDATE event SET {broken} WHERE id = 5")
    assert any("읽을 수 없는 사건" in problem or "첫째번째" in problem for problem in 어긋난_곳(database))
    database.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"stream": " "},
        {"action": ""},
        {"text": "끝에 \x00"},
        {"text": "\ud83d"},
        {"data": {"시각": datetime.now(UTC)}},
        {"data": {"수": float("nan")}},
    ],
)
def test_기록할_수_없는_사건은_까닭을_말한다(database: Database, wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"stream": "a:1", "action": "적기", "actor": 시스템}
    with database.begin() as session, pytest.raises(BadEvent):
        record(session, **(right | wrong))  # type: ignore[arg-type]
