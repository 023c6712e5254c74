"""직원 계정과 역할."""

import time
from datetime import UTC, datetime
from unicodedata import normalize

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from db import Database
from db.errors import BadPerson, NotAllowed
from db.people import (
    LABELS,
    STAFF_ROLES,
    Actor,
    Person,
    Role,
    add_person,
    authenticate,
    deactivate,
    set_password,
)

비밀번호 = "남산-위에-저-소나무"


def 직원을_만든다(
    database: Database, *, login: str = "hong", role: Role = Role.AGENT, password: str = 비밀번호
) -> Person:
    with database.begin() as session:
        return add_person(session, login=login, name_shown="홍길동", role=role, office="다산콜센터", password=password)


def test_맞는_아이디와_비밀번호면_그_사람이다(database: Database) -> None:
    홍길동 = 직원을_만든다(database)

    with database.reading() as session:
        found = authenticate(session, " Hong ", 비밀번호)
        assert found is not None
        assert found.id == 홍길동.id
        assert found.actor == Actor(홍길동.id, Role.AGENT, "다산콜센터", "hong")


@pytest.mark.parametrize(
    ("login", "password"), [("hong", "다른-비밀번호-열자"), ("nobody", 비밀번호), ("hong", "가" * 5000)]
)
def test_아이디나_비밀번호가_틀리면_누구도_아니다(database: Database, login: str, password: str) -> None:
    직원을_만든다(database)

    with database.reading() as session:
        assert authenticate(session, login, password) is None


def test_자모로_풀어_친_비밀번호도_같은_비밀번호다(database: Database) -> None:
    직원을_만든다(database, password="가나다라마바사아자차")

    with database.reading() as session:
        assert authenticate(session, "hong", normalize("NFD", "가나다라마바사아자차")) is not None


def test_없는_아이디라고_빨리_대답하지_않는다(database: Database) -> None:
    """걸린 시간으로 계정이 있는지 알 수 없다. 비밀번호 계산은 그 밖의 일보다 훨씬 오래 걸린다."""
    직원을_만든다(database)

    def 가장_빠른_대답(login: str) -> float:
        times = []
        for _ in range(5):
            started = time.perf_counter()
            with database.reading() as session:
                assert authenticate(session, login, "틀린-비밀번호-열자") is None
            times.append(time.perf_counter() - started)
        return min(times)

    있는_아이디, 없는_아이디 = 가장_빠른_대답("hong"), 가장_빠른_대답("nobody")
    assert 0.5 < 없는_아이디 / 있는_아이디 < 2


def test_멈춘_계정은_로그인도_일도_할_수_없다(database: Database) -> None:
    홍길동 = 직원을_만든다(database)
    with database.begin() as session:
        assert authenticate(session, "hong", 비밀번호) is not None
        deactivate(session.get_one(Person, 홍길동.id))

    with database.reading() as session:
        assert authenticate(session, "hong", 비밀번호) is None


def test_비밀번호는_바꿀_수_있고_글자로_저장되지_않는다(database: Database) -> None:
    홍길동 = 직원을_만든다(database)
    with database.begin() as session:
        set_password(session.get_one(Person, 홍길동.id), "한강-다리-건너서-가기")

    with database.reading() as session:
        assert authenticate(session, "hong", 비밀번호) is None
        assert authenticate(session, "hong", "한강-다리-건너서-가기") is not None
        stored = session.scalars(select(Person.password_hash)).one()
    assert stored.startswith("$argon2id$")
    assert stored not in repr(홍길동)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"login": "한"}, "아이디"),
        ({"login": "a" * 41}, "아이디"),
        ({"name_shown": " "}, "이름"),
        ({"password": "아홉글자입니다아아"}, "10자"),
        ({"password": "가" * 257}, "256자"),
        ({"role": Role.CITIZEN}, "시민은"),
        ({"role": Role.SYSTEM}, "시스템은"),
    ],
)
def test_받을_수_없는_계정은_까닭을_말하고_만들지_않는다(
    database: Database, wrong: dict[str, object], sentence: str
) -> None:
    right = {"login": "hong", "name_shown": "홍길동", "role": Role.AGENT, "password": 비밀번호}
    with database.begin() as session, pytest.raises(BadPerson, match=sentence):
        add_person(session, **(right | wrong))  # type: ignore[arg-type]

    with database.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_같은_아이디는_한_사람뿐이다(database: Database) -> None:
    직원을_만든다(database, login="hong")

    with pytest.raises(BadPerson, match="이미 있습니다"):
        직원을_만든다(database, login="HONG")


@pytest.mark.parametrize("role", ["citizen", "system", "부시장"])
def test_시민과_시스템은_데이터베이스가_계정을_거절한다(database: Database, role: str) -> None:
    columns = {"login": "x1", "name_shown": "x", "password_hash": "", "office": "", "active": True}
    row = insert(Person.__table__).values(**columns, created_at=datetime.now(UTC))  # type: ignore[arg-type]

    with database.begin() as session:
        session.execute(row.values(role="agent"))
    with pytest.raises(IntegrityError), database.begin() as session:
        session.execute(text("UPDATE person SET role = :role"), {"role": role})


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_열_가지_직원_역할은_모두_계정을_가질_수_있다(database: Database, role: Role) -> None:
    assert 직원을_만든다(database, role=role).role is role


def test_역할마다_한국어_이름이_있다() -> None:
    assert len(STAFF_ROLES) == 10
    assert set(LABELS) == set(Role)
    assert Role.COORDINATOR.label == "120상담코디"


@pytest.mark.parametrize(
    ("role", "required", "allowed"),
    [
        (Role.EDITOR, Role.EDITOR, True),
        (Role.LEAD_EDITOR, Role.EDITOR, True),
        (Role.EDITOR, Role.LEAD_EDITOR, False),
        (Role.ADMINISTRATOR, Role.EDITOR, False),
        (Role.ADMINISTRATOR, Role.ADMINISTRATOR, True),
        (Role.AGENT, Role.EDITOR, False),
    ],
)
def test_책임_편집자는_편집자이고_시스템_관리자는_편집자가_아니다(role: Role, required: Role, allowed: bool) -> None:
    actor = Actor(1, role)

    assert actor.is_a(required) is allowed
    if allowed:
        actor.must_be(required)
    else:
        with pytest.raises(NotAllowed, match=role.label.replace("(", r"\(").replace(")", r"\)")):
            actor.must_be(required)


def test_시민과_시스템도_행위자다() -> None:
    Actor.citizen().must_be(Role.EDITOR, Role.CITIZEN)
    Actor.system().must_be(Role.SYSTEM)
    with pytest.raises(NotAllowed, match="편집자만"):
        Actor.citizen().must_be(Role.EDITOR)
