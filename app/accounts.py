"""직원 계정을 만든다: 명령줄과 처음 실행이 쓴다. 로그인 화면은 편집실(desk)이 한다."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import exists, select

from app.instance import Instance
from app.running import Running
from db import staff
from db.people import Actor, Person, Role
from db.staff import new_password

DEMO = {
    "editor": (Role.EDITOR, "편집자"),
    "lead": (Role.LEAD_EDITOR, "책임 편집자"),
    "agent": (Role.AGENT, "상담사"),
    "admin": (Role.ADMINISTRATOR, "시스템 관리자"),
}
"""처음 실행할 때 만드는 시연 계정: 아이디 -> (역할, 보일 이름)."""


def add(
    instance: Instance,
    *,
    login: str,
    role: str,
    name: str | None,
    office: str,
    password: str | None,
    must_change: bool = False,
) -> Mapping[str, Any]:
    """계정 하나를 만든다. 비밀번호를 안 주면 만들어 결과에 한 번 보인다. 있는 아이디나 약한 비밀번호면 BadPerson.

    `must_change`이면 그 비밀번호는 하루만 쓸 수 있고, 들어오면 제 것으로 바꾸어야 한다.
    """
    chosen = Role(role)
    made = password if password is not None else new_password()
    with Running.at(instance).database.begin() as session:
        person = staff.add(
            session,
            by=Actor.system(),
            login=login,
            name_shown=name or chosen.label,
            role=chosen,
            office=office,
            password=made,
            must_change=must_change,
        )
        told = {"login": person.login, "role": person.role.value, "office": person.office}
    return told if password is not None else {**told, "password": made}


def add_demo(running: Running) -> Mapping[str, str]:
    """사람이 하나도 없으면 시연 계정들을 만들고 아이디 -> 비밀번호를 돌려준다. 이미 있으면 빈 사전."""
    with running.database.begin() as session:
        if session.scalar(select(exists().where(Person.id.is_not(None)))):
            return {}
        made = {login: new_password() for login in DEMO}
        for login, (role, name) in DEMO.items():
            staff.add(session, by=Actor.system(), login=login, name_shown=name, role=role, password=made[login])
        return made
