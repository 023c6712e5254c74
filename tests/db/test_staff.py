"""직원 계정: 누가 다룰 수 있나, 자리는 언제 끝나나, 두 번째 열쇠, 모두 사건으로 남나."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from db import Database, people, second_factor, staff, staff_sessions
from db.access import record_export, record_read
from db.attempts import Ladder, knock
from db.errors import BadEvent, BadPerson, NotAllowed
from db.events import Event
from db.people import Actor, Person, Role, authenticate, strengthen
from db.staff_sessions import Lasts, StaffSession
from tests.quick import 제품의_해시

비밀번호 = "남산-위에-저-소나무"
시스템 = Actor.system()
두시간 = Lasts(whole=timedelta(hours=2), idle=timedelta(minutes=20))


def 만든다(database: Database, login: str = "hong", role: Role = Role.EDITOR) -> Person:
    with database.begin() as session:
        return staff.add(session, by=시스템, login=login, name_shown="홍길동", role=role, password=비밀번호)


def 한_일(database: Database, person: Person) -> list[str]:
    with database.reading() as session:
        mine = select(Event.action).where(Event.stream == f"person/{person.id}")
        return list(session.scalars(mine.order_by(Event.id)))


def 앉는다(database: Database, person: Person, now: datetime | None = None) -> str:
    with database.begin() as session:
        return staff_sessions.begin(session, session.get_one(Person, person.id), device="Linux의 Chrome", now=now)


def 앉아있나(database: Database, token: str, now: datetime | None = None) -> bool:
    with database.reading() as session:
        return staff_sessions.find(session, token, lasts=두시간, now=now) is not None


@pytest.mark.parametrize("role", [Role.EDITOR, Role.LEAD_EDITOR, Role.MANAGER, Role.CITIZEN])
def test_시스템_관리자와_명령줄만_계정을_다룬다(database: Database, role: Role):
    with database.begin() as session, pytest.raises(NotAllowed):
        staff.add(session, by=Actor(1, role), login="x1", name_shown="x", role=Role.EDITOR, password=비밀번호)


def test_계정에_한_일은_모두_사건이_되고_비밀번호는_어디에도_없다(database: Database):
    관리자, 홍길동 = 만든다(database, "admin", Role.ADMINISTRATOR), 만든다(database)
    by = 관리자.actor
    with database.begin() as session:
        사람 = session.get_one(Person, 홍길동.id)
        staff.change(session, 사람, by=by, name_shown="길동", role=Role.LEAD_EDITOR, office="시민소통과")
        첫비밀번호 = staff.reset_password(session, 사람, by=by)
        staff.change_password(session, 사람, current=첫비밀번호, new="새로-바꾼-비밀번호-2026")
        staff.stop(session, 사람, by=by)
        staff.resume(session, 사람, by=by)

    assert 한_일(database, 홍길동) == [
        "add", "change", "reset_password", "change_password", "stop", "resume", "reset_password",
    ]  # fmt: skip
    with database.reading() as session:
        assert staff.mismatches(session) == []
        글 = str([(e.data, e.text) for e in session.scalars(select(Event))])
    assert 첫비밀번호 not in 글
    assert "새로-바꾼" not in 글


def test_사건_없이_역할을_바꾸거나_계정을_만들면_드러난다(database: Database):
    홍길동 = 만든다(database)
    with database.begin() as session:
        session.get_one(Person, 홍길동.id).role = Role.ADMINISTRATOR
        session.add(Person(login="ghost", name_shown="몰래", password_hash="-", role=Role.EDITOR))

    with database.reading() as session:
        말 = staff.mismatches(session)
    assert any("hong(1번)의 role: 사건은 ‘editor’, 표는 ‘administrator’" in problem for problem in 말)
    assert any("ghost" in problem and "만든 사건이 없습니다" in problem for problem in 말)


def test_하나뿐인_관리자와_제_계정은_멈출_수_없다(database: Database):
    관리자 = 만든다(database, "admin", Role.ADMINISTRATOR)
    with database.begin() as session:
        사람 = session.get_one(Person, 관리자.id)
        with pytest.raises(BadPerson, match="제 계정"):
            staff.stop(session, 사람, by=관리자.actor)
        with pytest.raises(BadPerson, match="하나뿐인"):
            staff.stop(session, 사람, by=시스템)
        with pytest.raises(BadPerson, match="하나뿐인"):
            staff.change(session, 사람, by=시스템, name_shown="x", role=Role.EDITOR, office="")


@pytest.mark.parametrize(
    "약한것",
    ["hong", "honghonghong", "hong123456", "aaaaaaaaaa", "1234567890", "password1234!", "Qwertyuiop", "비밀번호비밀번호", "서울특별시1234"],
)  # fmt: skip
def test_아이디나_흔한_비밀번호는_받지_않는다(database: Database, 약한것: str):
    with database.begin() as session, pytest.raises(BadPerson):
        staff.add(session, by=시스템, login="hong", name_shown="x", role=Role.EDITOR, password=약한것)


def test_저장_방식이_약해졌으면_들어올_때_다시_저장한다(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(people, "HASHER", 제품의_해시)
    홍길동 = 만든다(database)
    약하게 = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(비밀번호)
    with database.begin() as session:
        사람 = session.get_one(Person, 홍길동.id)
        사람.password_hash = 약하게
        strengthen(사람, 비밀번호)
        assert "m=19456,t=2,p=1" in 사람.password_hash
        지금 = 사람.password_hash
        strengthen(사람, 비밀번호)
        assert 사람.password_hash == 지금

    with database.reading() as session:
        assert authenticate(session, "hong", 비밀번호) is not None


# --- 자리 ---


def test_자리는_쓰지_않으면_끝나고_써도_정한_시간이면_끝난다(database: Database):
    처음 = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    token = 앉는다(database, 만든다(database), now=처음)
    assert 앉아있나(database, token, now=처음 + timedelta(minutes=19))
    assert not 앉아있나(database, token, now=처음 + timedelta(minutes=20))

    for minute in range(10, 121, 10):
        now = 처음 + timedelta(minutes=minute)
        assert 앉아있나(database, token, now=now) is (minute < 120)
        with database.begin() as session:
            staff_sessions.note(session, session.scalars(select(StaffSession)).one(), now=now)


@pytest.mark.parametrize("일", ["비밀번호", "멈춤", "역할", "나감", "기기", "다른 기기"])
def test_자리는_이럴_때_곧바로_끝난다(database: Database, 일: str):
    관리자, 홍길동 = 만든다(database, "admin", Role.ADMINISTRATOR), 만든다(database)
    token, 남의것 = 앉는다(database, 홍길동), 앉는다(database, 관리자)
    with database.begin() as session:
        사람 = session.get_one(Person, 홍길동.id)
        match 일:
            case "비밀번호":
                staff.change_password(session, 사람, current=비밀번호, new="새로-바꾼-비밀번호-2026")
            case "멈춤":
                staff.stop(session, 사람, by=관리자.actor)
            case "역할":
                staff.change(session, 사람, by=관리자.actor, name_shown="x", role=Role.OFFICER, office="")
            case "나감":
                staff.leave(session, token)
            case "기기":
                (자리,) = staff_sessions.listed(session, 사람.id, lasts=두시간)
                assert not staff_sessions.end_one(session, 관리자.id, 자리.id)
                assert staff_sessions.end_one(session, 사람.id, 자리.id)
            case "다른 기기":
                staff_sessions.end_all(session, 사람.id)

    assert not 앉아있나(database, token)
    assert 앉아있나(database, 남의것)


def test_데이터베이스에는_표의_지문만_있다(database: Database):
    token = 앉는다(database, 만든다(database))

    with database.engine.connect() as connection:
        모두 = str(connection.exec_driver_sql("SELECT * FROM staff_session").all())
    assert token not in 모두
    assert not 앉아있나(database, "지어낸-표")


# --- 두 번째 열쇠 ---


def test_두_번째_열쇠는_한_번_맞혀야_켜지고_쓴_번호는_다시_쓸_수_없다(database: Database):
    홍길동, now = 만든다(database), datetime(2026, 11, 24, 0, 0, 10, tzinfo=UTC)
    with database.begin() as session:
        사람 = session.get_one(Person, 홍길동.id)
        열쇠 = second_factor.prepare(session, 사람)
        앱 = pyotp.TOTP(열쇠.secret)
        assert second_factor.turn_on(session, 사람, "000000", now=now) is None
        assert not second_factor.passes(session, 사람.id, 앱.at(now), now=now)
        코드들 = second_factor.turn_on(session, 사람, 앱.at(now), now=now)
        assert 코드들 is not None
        assert len(set(코드들)) == 8
        assert second_factor.turn_on(session, 사람, 앱.at(now), now=now) is None

    def 넣는다(글자: str, 초: int = 0) -> bool:
        with database.begin() as session:
            return second_factor.passes(session, 홍길동.id, 글자, now=now + timedelta(seconds=초))

    assert not 넣는다(앱.at(now))
    assert 넣는다(앱.at(now + timedelta(seconds=30)), 초=30)
    assert not 넣는다(앱.at(now + timedelta(seconds=30)), 초=31)
    assert not 넣는다(앱.at(now), 초=60)
    assert not 넣는다(앱.at(now + timedelta(seconds=300)), 초=60)
    assert 넣는다(f" {코드들[0].lower()} ", 초=60)
    assert not 넣는다(코드들[0], 초=60)
    assert not 넣는다("", 초=60)
    assert not 넣는다("１２３４５６ ٣١٢٣٤٥ 가나다", 초=60)
    assert 넣는다(앱.at(now + timedelta(seconds=90)).translate({48 + 숫자: 0xFF10 + 숫자 for 숫자 in range(10)}), 초=90)
    with database.engine.connect() as connection:
        assert 코드들[1].replace("-", "") not in str(connection.exec_driver_sql("SELECT * FROM recovery_code").all())
    with database.begin() as session:
        assert second_factor.codes_left(session, 홍길동.id) == 7
        with pytest.raises(BadPerson):
            staff.turn_off_second_factor(session, session.get_one(Person, 홍길동.id), "틀린-비밀번호")
        staff.turn_off_second_factor(session, session.get_one(Person, 홍길동.id), 비밀번호)
        assert not second_factor.is_on(session, 홍길동.id)


# --- 기다림, 본 것 ---


def test_거듭_틀리면_기다림이_두_배씩_늘고_기다리면_한_번은_된다(database: Database):
    문 = Ladder("시험", times=3, within=timedelta(days=1))
    처음 = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)

    def 두드림(초: float) -> bool:
        return knock(database, [(문, "가")], secret=b"secret", now=처음 + timedelta(seconds=초)).allowed

    assert [두드림(초) for 초 in (0, 1, 2)] == [True] * 3
    초 = 2.0
    for 기다림 in (30, 60, 120, 240, 480, 900, 900):
        assert not 두드림(초 + 기다림 - 1)
        초 += 기다림
        assert 두드림(초)
    assert not knock(database, [(문, "가")], secret=b"secret", now=처음 + timedelta(seconds=초 + 60)).allowed
    assert knock(database, [(문, "나")], secret=b"secret", now=처음).allowed


def test_본_것과_내보낸_것은_누가_무엇을_왜_몇이나인지_사건이_된다(database: Database, 편집자: Actor):
    with database.begin() as session:
        record_read(session, "contact/12", by=편집자, why="포상 대상자 확인")
        record_export(session, "commendation/2026-11", by=편집자, why="월간 표창 명단", count=7)
        with pytest.raises(BadEvent):
            record_read(session, "contact/12", by=편집자, why=" ")

    with database.reading() as session:
        사건 = session.scalars(select(Event).order_by(Event.id)).all()
        assert [(e.stream, e.action, e.actor_id, e.text, e.data["count"]) for e in 사건] == [
            ("access/contact/12", "read", 편집자.person_id, "포상 대상자 확인", 1),
            ("access/commendation/2026-11", "export", 편집자.person_id, "월간 표창 명단", 7),
        ]
