"""직원 계정을 관리하는 화면: 만들고, 역할을 바꾸고, 멈춘다. 시스템 관리자만 쓰고, 비밀번호는 관리자도 볼 수 없다."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than 3.3

from app.desk import door
from app.services import services
from db import second_factor, staff
from db.errors import BadPerson
from db.events import Event
from db.people import STAFF_ROLES, Person, Role

SHOWN_EVENTS = 30
ROLES = [SelectChoice(role.value, role.label) for role in STAFF_ROLES]
ACTIONS = {
    "add": "계정을 만듦",
    "change": "역할이나 부서를 바꿈",
    "stop": "계정을 멈춤",
    "resume": "계정을 다시 엶",
    "reset_password": "첫 비밀번호를 새로 줌",
    "change_password": "비밀번호를 바꿈",
    "second_factor_on": "두 번째 열쇠를 켬",
    "second_factor_off": "두 번째 열쇠를 끔",
    "drop_second_factor": "두 번째 열쇠를 관리자가 끔",
    "login": "들어옴",
    "logout": "나감",
}


class PersonForm(Form):
    """계정의 칸들."""

    name_shown = StringField("화면에 보일 이름")
    role = SelectField("역할", choices=ROLES, default=Role.EDITOR.value)
    office = StringField("부서")


class NewPersonForm(PersonForm):
    """새 계정."""

    login = StringField("아이디")


def listed() -> ResponseReturnValue:
    """모든 직원 계정."""
    door.actor().must_be(Role.ADMINISTRATOR)
    with services().database.reading() as reading:
        everyone = reading.scalars(select(Person).order_by(Person.active.desc(), Person.login)).all()
    return render_template("desk/people.html", people=everyone)


def new() -> ResponseReturnValue:
    """새 계정의 양식."""
    door.actor().must_be(Role.ADMINISTRATOR)
    return render_template("desk/person_new.html", form=NewPersonForm(), problem="")


def add() -> ResponseReturnValue:
    """계정을 만들고 하루만 쓰는 첫 비밀번호를 한 번 보인다."""
    door.actor().must_be(Role.ADMINISTRATOR)
    form, password = NewPersonForm(request.form), staff.new_password()
    try:
        with services().database.begin() as writing:
            person = staff.add(
                writing,
                by=door.actor(),
                login=form.login.data or "",
                name_shown=form.name_shown.data or "",
                role=_role(form),
                office=form.office.data or "",
                password=password,
                must_change=True,
            )
    except BadPerson as error:
        return render_template("desk/person_new.html", form=form, problem=str(error)), 422
    return render_template("desk/first_password.html", person=person, password=password)


def person(id: int) -> ResponseReturnValue:
    """계정 하나와 그 계정에 일어난 일."""
    door.actor().must_be(Role.ADMINISTRATOR)
    return _screen(id)


def change(id: int) -> ResponseReturnValue:
    """보일 이름, 역할, 부서를 바꾼다."""
    form = PersonForm(request.form)
    return _done(
        id,
        lambda writing, found: staff.change(
            writing,
            found,
            by=door.actor(),
            name_shown=form.name_shown.data or "",
            role=_role(form),
            office=form.office.data or "",
        ),
        "계정을 바꾸었습니다.",
        form=form,
    )


def stop(id: int) -> ResponseReturnValue:
    """계정을 멈춘다."""
    return _done(id, lambda writing, found: staff.stop(writing, found, by=door.actor()), "계정을 멈추었습니다.")


def drop_second_factor(id: int) -> ResponseReturnValue:
    """전화를 잃은 사람의 두 번째 열쇠를 끈다."""
    return _done(
        id,
        lambda writing, found: staff.drop_second_factor(writing, found, by=door.actor()),
        "두 번째 열쇠를 껐습니다. 비밀번호만으로 들어올 수 있으니 곧 다시 켜게 해 주세요.",
    )


def resume(id: int) -> ResponseReturnValue:
    """멈춘 계정을 다시 열고 첫 비밀번호를 한 번 보인다."""
    return _with_password(id, staff.resume)


def reset_password(id: int) -> ResponseReturnValue:
    """하루만 쓰는 비밀번호를 만들어 한 번 보인다."""
    return _with_password(id, staff.reset_password)


def _with_password(id: int, make: Callable[..., str]) -> ResponseReturnValue:
    door.actor().must_be(Role.ADMINISTRATOR)
    with services().database.begin() as writing:
        found = writing.get(Person, id) or abort(404)
        password = make(writing, found, by=door.actor())
    return render_template("desk/first_password.html", person=found, password=password)


def _done(
    id: int, do: Callable[[Session, Person], object], told: str, *, form: PersonForm | None = None
) -> ResponseReturnValue:
    door.actor().must_be(Role.ADMINISTRATOR)
    try:
        with services().database.begin() as writing:
            do(writing, writing.get(Person, id) or abort(404))
    except BadPerson as error:
        return _screen(id, form=form, problem=str(error)), 422
    flash(told, "success")
    return redirect(url_for("staff.person", id=id), code=303)


def _screen(id: int, *, form: PersonForm | None = None, problem: str = "") -> str:
    with services().database.reading() as reading:
        found = reading.get(Person, id) or abort(404)
        mine = select(Event).where(Event.stream == f"person/{id}").order_by(Event.id.desc()).limit(SHOWN_EVENTS)
        done = reading.scalars(mine).all()
        names = {one.id: one.name_shown for one in reading.scalars(select(Person))}
        second_on = second_factor.is_on(reading, id)
    form = form or PersonForm(obj=found, data={"role": found.role.value})
    return render_template(
        "desk/person.html", person=found, form=form, problem=problem, done=done, names=names, actions=ACTIONS,
        second_on=second_on,
    )  # fmt: skip


def _role(form: PersonForm) -> Role:
    """고른 역할. 목록에 없으면 BadPerson."""
    try:
        return Role(form.role.data)
    except ValueError:
        raise BadPerson("역할을 목록에서 골라 주세요.") from None
