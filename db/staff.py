"""직원 계정을 다루는 일: 만들기, 역할 바꾸기, 멈추기, 비밀번호, 들어오고 나가기. 모두 사건으로 남는다. 화면은 모른다.

관리하는 이는 시스템 관리자와 명령줄(시스템)뿐이고, 관리자도 남의 비밀번호는 볼 수 없다: 하루만 쓰는 첫 비밀번호를 줄 뿐이다.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import events, people, second_factor, staff_sessions
from db.errors import BadPerson, WrongPassword
from db.people import STAFF_ROLES, Actor, Person, Role

FIRST_PASSWORD_LASTS = timedelta(hours=24)
"""관리자가 준 비밀번호로 들어올 수 있는 시간. 들어오면 곧바로 제 것으로 바꾸어야 한다."""

ADD = "add"
CHANGE = "change"
STOP = "stop"
RESUME = "resume"


def add(
    session: Session,
    *,
    by: Actor,
    login: str,
    name_shown: str,
    role: Role,
    office: str = "",
    password: str,
    must_change: bool = False,
) -> Person:
    """계정을 만든다. 관리자가 아니면 NotAllowed, 받을 수 없는 값이면 BadPerson. 저장(commit)은 부른 쪽이 한다."""
    _must_manage(by)
    person = people.add_person(session, login=login, name_shown=name_shown, role=role, office=office, password=password)
    if must_change:
        _only_first(person)
    _record(session, person, ADD, by, login=person.login, role=person.role.value, office=person.office)
    return person


def change(session: Session, person: Person, *, by: Actor, name_shown: str, role: Role, office: str) -> Person:
    """보일 이름, 역할, 부서를 바꾼다. 역할이 바뀌면 있던 자리에서 모두 나간다. 하나뿐인 관리자의 역할은 바꿀 수 없다(BadPerson)."""
    _must_manage(by)
    name, office = (normalize("NFC", text).strip() for text in (name_shown, office))
    if not name or role not in STAFF_ROLES:
        raise BadPerson("화면에 보일 이름과 역할을 확인해 주세요.")
    if person.role is Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
        _must_not_be_last(session, person)
    told: dict[str, Any] = {"role": role.value, "office": office, "was": [person.role.value, person.office]}
    if role is not person.role:
        staff_sessions.end_all(session, person.id)
    person.name_shown, person.role, person.office = name, role, office
    _record(session, person, CHANGE, by, **told)
    return person


def stop(session: Session, person: Person, *, by: Actor) -> None:
    """계정을 멈추고 있던 자리에서 모두 나가게 한다. 제 계정과 하나뿐인 관리자는 멈출 수 없다(BadPerson)."""
    _must_manage(by)
    if person.id == by.person_id:
        raise BadPerson("제 계정은 멈출 수 없습니다. 다른 시스템 관리자에게 부탁하세요.")
    _must_not_be_last(session, person)
    people.deactivate(person)
    staff_sessions.end_all(session, person.id)
    _record(session, person, STOP, by)


def resume(session: Session, person: Person, *, by: Actor) -> str:
    """멈춘 계정을 다시 열고 하루만 쓰는 비밀번호를 돌려준다."""
    _must_manage(by)
    person.active = True
    _record(session, person, RESUME, by)
    return reset_password(session, person, by=by)


def reset_password(session: Session, person: Person, *, by: Actor) -> str:
    """하루만 쓰는 비밀번호를 만들어 돌려준다. 그것으로 들어오면 제 비밀번호를 정해야 하고, 있던 자리는 모두 끝난다."""
    _must_manage(by)
    password = new_password()
    people.set_password(person, password)
    _only_first(person)
    staff_sessions.end_all(session, person.id)
    _record(session, person, "reset_password", by)
    return password


def drop_second_factor(session: Session, person: Person, *, by: Actor) -> None:
    """전화와 복구 코드를 모두 잃은 사람의 두 번째 열쇠를 끈다. 제 것은 계정 화면에서 끈다(BadPerson)."""
    _must_manage(by)
    if person.id == by.person_id:
        raise BadPerson("제 두 번째 열쇠는 ‘내 계정’에서 비밀번호를 넣고 끕니다.")
    second_factor.turn_off(session, person.id)
    staff_sessions.end_all(session, person.id)
    _record(session, person, "drop_second_factor", by)


def change_password(session: Session, person: Person, *, current: str, new: str) -> None:
    """제 비밀번호를 바꾸고 있던 자리에서 모두 나간다. 지금 비밀번호가 틀렸으면 WrongPassword, 새것이 그것과 같거나 약하면 BadPerson."""
    if not people.is_password_of(person, current):
        raise WrongPassword("지금 비밀번호가 맞지 않습니다.")
    if people.is_password_of(person, new):
        raise BadPerson("지금 비밀번호와 다른 것을 정해 주세요.")
    people.set_password(person, new)
    staff_sessions.end_all(session, person.id)
    _record(session, person, "change_password", person.actor)


def turn_on_second_factor(session: Session, person: Person, code: str) -> Sequence[str]:
    """앱의 번호를 확인하고 켠다. 복구 코드를 돌려준다. 번호가 틀렸으면 BadPerson."""
    codes = second_factor.turn_on(session, person, code)
    if codes is None:
        raise BadPerson("앱의 여섯 자리 번호가 맞지 않습니다. 전화의 시각을 확인하고 지금 보이는 번호를 넣어 주세요.")
    _record(session, person, "second_factor_on", person.actor)
    return codes


def turn_off_second_factor(session: Session, person: Person, password: str) -> None:
    """제 두 번째 열쇠를 끈다. 비밀번호가 틀렸으면 BadPerson."""
    if not people.is_password_of(person, password):
        raise BadPerson("비밀번호가 맞지 않습니다.")
    second_factor.turn_off(session, person.id)
    _record(session, person, "second_factor_off", person.actor)


def enter(session: Session, person: Person, *, device: str) -> str:
    """들어온다: 새 자리의 표를 돌려준다."""
    token = staff_sessions.begin(session, person, device=device)
    _record(session, person, "login", person.actor)
    return token


def leave(session: Session, token: str) -> None:
    """나간다. 이미 끝난 자리이면 아무것도 하지 않는다."""
    person_id = staff_sessions.end(session, token)
    if person_id is not None:
        person = session.get_one(Person, person_id)
        _record(session, person, "logout", person.actor)


def new_password() -> str:
    """손으로 옮겨 적을 수 있는 임의의 비밀번호(96비트)."""
    return secrets.token_urlsafe(12)


def mismatches(session: Session) -> list[str]:
    """사건이 말하는 역할, 부서, 멈춤과 다른 계정과, 처음 만든 사건 뒤에 사건 없이 생긴 계정을 말한다."""
    told: dict[str, dict[str, Any]] = {}
    first: datetime | None = None
    for event in session.scalars(
        select(events.Event).where(events.Event.stream.startswith("person/")).order_by(events.Event.id)
    ):
        seen = told.setdefault(event.stream, {})
        if event.action == ADD:
            first = first or event.at
            seen["active"] = True
        if event.action in (ADD, CHANGE):
            seen |= {"role": event.data["role"], "office": event.data["office"]}
        if event.action in (STOP, RESUME):
            seen["active"] = event.action == RESUME
    problems = []
    for person in session.scalars(select(Person).order_by(Person.id)):
        seen = told.get(_stream(person), {})
        if "role" not in seen and first is not None and person.created_at > first:
            problems.append(f"계정 {person.login}({person.id}번)은 만든 사건이 없습니다.")
        now = {"role": person.role.value, "office": person.office, "active": person.active}
        problems += [
            f"계정 {person.login}({person.id}번)의 {name}: 사건은 ‘{value}’, 표는 ‘{now[name]}’."
            for name, value in seen.items()
            if now[name] != value
        ]
    return problems


def _only_first(person: Person) -> None:
    person.must_change, person.password_until = True, datetime.now(UTC) + FIRST_PASSWORD_LASTS


def _must_manage(by: Actor) -> None:
    by.must_be(Role.ADMINISTRATOR, Role.SYSTEM)


def _must_not_be_last(session: Session, person: Person) -> None:
    others = select(func.count()).where(
        Person.role == Role.ADMINISTRATOR, Person.active.is_(True), Person.id != person.id
    )
    if person.role is Role.ADMINISTRATOR and not session.scalar(others.select_from(Person)):
        raise BadPerson("하나뿐인 시스템 관리자입니다. 다른 관리자를 먼저 만드세요.")


def _stream(person: Person) -> str:
    return f"person/{person.id}"


def _record(session: Session, person: Person, action: str, by: Actor, **data: Any) -> None:
    session.flush()  # the row speaks up before the event takes the head of the chain
    events.record(session, stream=_stream(person), action=action, actor=by, data=data)
