"""내 계정: 비밀번호, 두 번째 열쇠, 들어와 있는 기기. 남의 계정은 people이 다룬다."""

import segno
from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import Form, PasswordField, StringField

from app.desk import door
from app.services import secret, services
from db import second_factor, staff, staff_sessions
from db.attempts import Ladder, forgive, knock
from db.errors import BadPerson, WrongPassword
from db.people import Person

BY_PASSWORD = Ladder("account-password", times=5, within=door.DAY)
"""들어와 있는 사람이 제 비밀번호를 틀릴 수 있는 횟수: 잠깐 비운 자리에 앉은 이가 알아맞히지 못하게."""

ISSUER = "Open 120"
TOO_MANY = "비밀번호를 여러 번 틀려서 잠시 막았습니다. 잠시 뒤에 다시 해 주세요."


class PasswordForm(Form):
    """비밀번호 바꾸기."""

    current = PasswordField("지금 비밀번호")
    new = PasswordField("새 비밀번호")
    again = PasswordField("새 비밀번호 한 번 더")


class CodeForm(Form):
    """앱의 번호 확인."""

    code = StringField("앱에 보이는 여섯 자리")


class OffForm(Form):
    """두 번째 열쇠 끄기."""

    password = PasswordField("비밀번호")


def account() -> ResponseReturnValue:
    """내 계정 화면."""
    return _screen()


def change_password() -> ResponseReturnValue:
    """비밀번호를 바꾸고, 다른 기기에서는 모두 나가고, 이 기기는 새 자리에 앉는다."""
    form = PasswordForm(request.form)
    if form.new.data != form.again.data:
        return _screen(form, problem="새 비밀번호를 두 번 똑같이 넣어 주세요."), 422
    knocked = knock(services().database, [(BY_PASSWORD, _mine())], secret=secret())
    if not knocked.allowed:
        return _screen(form, problem=TOO_MANY), 429
    try:
        with services().database.begin() as writing:
            person = _me(writing)
            staff.change_password(writing, person, current=form.current.data or "", new=form.new.data or "")
            token = staff_sessions.begin(writing, person, device=door.device())
    except BadPerson as error:
        if not isinstance(error, WrongPassword):  # the new one is not good enough: that is no guess
            forgive(services().database, knocked)
        return _screen(form, problem=str(error)), 422
    forgive(services().database, knocked)
    door.sit(person, token)
    flash("비밀번호를 바꾸고 다른 기기에서는 모두 나갔습니다.", "success")
    return redirect(url_for("staff.account"), code=303)


def second_factor_setup() -> ResponseReturnValue:
    """두 번째 열쇠를 켜는 화면: 앱으로 찍을 그림과 손으로 칠 열쇠."""
    with services().database.reading() as reading:
        if second_factor.is_on(reading, int(_mine())):
            return redirect(url_for("staff.account"), code=303)
    return _setup(CodeForm())


def turn_on() -> ResponseReturnValue:
    """앱의 번호가 맞으면 켜고 복구 코드를 한 번 보인다."""
    form = CodeForm(request.form)
    knocked = knock(services().database, [(door.BY_CODE, f"setup {_mine()}")], secret=secret())
    if not knocked.allowed:
        return _setup(form, problem=door.TOO_MANY), 429
    try:
        with services().database.begin() as writing:
            codes = staff.turn_on_second_factor(writing, _me(writing), (form.code.data or "")[:20])
    except BadPerson as error:
        form.code.data = ""
        return _setup(form, problem=str(error)), 422
    forgive(services().database, knocked)
    return render_template("desk/recovery_codes.html", codes=codes)


def turn_off() -> ResponseReturnValue:
    """비밀번호를 확인하고 두 번째 열쇠를 끈다."""
    form = OffForm(request.form)
    knocked = knock(services().database, [(BY_PASSWORD, _mine())], secret=secret())
    if not knocked.allowed:
        return _screen(problem=TOO_MANY), 429
    try:
        with services().database.begin() as writing:
            staff.turn_off_second_factor(writing, _me(writing), form.password.data or "")
    except BadPerson as error:
        return _screen(problem=str(error)), 422
    forgive(services().database, knocked)
    flash("두 번째 열쇠를 껐습니다.", "success")
    return redirect(url_for("staff.account"), code=303)


def end_session(id: int) -> ResponseReturnValue:
    """그 기기에서 나간다. 남의 자리는 없는 것과 같다(404)."""
    with services().database.begin() as writing:
        if not staff_sessions.end_one(writing, int(_mine()), id):
            abort(404)
    flash("그 기기에서 나갔습니다.", "success")
    return redirect(url_for("staff.account"), code=303)


def end_others() -> ResponseReturnValue:
    """이 기기만 남기고 모두 나간다."""
    with services().database.begin() as writing:
        staff_sessions.end_all(writing, int(_mine()), but=str(session.get(door.SEAT, "")))
    flash("다른 기기에서 모두 나갔습니다.", "success")
    return redirect(url_for("staff.account"), code=303)


def _screen(form: PasswordForm | None = None, *, problem: str = "") -> str:
    with services().database.reading() as reading:
        person = _me(reading)
        here = staff_sessions.find(reading, str(session.get(door.SEAT, "")), lasts=door.lasts())
        return render_template(
            "desk/account.html",
            person=person,
            form=form or PasswordForm(),
            off=OffForm(),
            problem=problem,
            seats=staff_sessions.listed(reading, person.id, lasts=door.lasts()),
            here=here.id if here else None,
            second_on=second_factor.is_on(reading, person.id),
            codes_left=second_factor.codes_left(reading, person.id),
        )


def _setup(form: CodeForm, *, problem: str = "") -> str:
    with services().database.begin() as writing:
        person = _me(writing)
        factor = second_factor.prepare(writing, person)
        address = second_factor.address_of(factor, login=person.login, issuer=ISSUER)
        typed = " ".join(factor.secret[at : at + 4] for at in range(0, len(factor.secret), 4))
    drawn = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff", title="앱으로 찍을 QR 그림")
    return render_template("desk/second_factor.html", form=form, qr=Markup(drawn), typed=typed, problem=problem)  # noqa: S704 - segno draws it


def _me(orm: Session) -> Person:
    return orm.get_one(Person, int(_mine()))


def _mine() -> str:
    return str(door.actor().person_id)
