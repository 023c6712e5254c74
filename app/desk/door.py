"""편집실의 문: 들어오고, 나가고, 지금 누구인지. 들어와서 무엇을 하는지는 모른다."""

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Form, PasswordField, StringField

from app.searches import ROLE
from app.services import address, secret, services
from corrections.submit import cleaned
from db.attempts import Limit, forgive, knock
from db.people import Actor, Person, Role, authenticate

BY_LOGIN = Limit("login", times=10, within=timedelta(minutes=15))
BY_ADDRESS = Limit("login-address", times=30, within=timedelta(minutes=15))
"""한 아이디와 한 주소에서 틀릴 수 있는 횟수. 사무실은 주소 하나를 여럿이 함께 쓴다."""

WRONG = "아이디나 비밀번호가 맞지 않습니다. 한글·영문 상태와 대문자를 확인하고 다시 넣어 주세요."
TOO_MANY = "로그인을 여러 번 틀려서 잠시 막았습니다. 15분 뒤에 다시 하거나 시스템 관리자에게 알려 주세요."


class LoginForm(Form):
    """들어오는 양식."""

    login = StringField("아이디")
    password = PasswordField("비밀번호")


def who_is_here() -> ResponseReturnValue | None:
    """요청마다: 세션의 사람이 아직 일하는 사람이면 g.actor에 두고, 아니면 로그인으로 보낸다."""
    g.actor, g.is_editor = None, False
    with services().database.reading() as reading:
        person = _person(reading)
        if person is not None:
            g.actor, g.name_shown = person.actor, person.name_shown
            g.is_editor = g.actor.is_a(Role.EDITOR)
    if g.actor is None and request.endpoint not in ("desk.login", "desk.open_door", "desk.logout"):
        there = request.full_path if request.method == "GET" else url_for("desk.queue")
        return redirect(url_for("desk.login", next=there.rstrip("?")), code=303)
    return None


def actor() -> Actor:
    """지금 이 화면을 쓰는 사람."""
    found: Actor = g.actor
    return found


def login() -> ResponseReturnValue:
    """들어오는 화면."""
    if g.actor is not None:
        return redirect(url_for("desk.queue"), code=303)
    return render_template("desk/login.html", form=LoginForm(), problem="")


def open_door() -> ResponseReturnValue:
    """아이디와 비밀번호가 맞으면 새 세션으로 들어간다. 없는 아이디와 틀린 비밀번호는 같은 답이고 걸리는 시간도 같다."""
    form = LoginForm(request.form)
    name, password = cleaned(form.login.data or "")[:100], (form.password.data or "").replace("\0", "")
    knocked = knock(services().database, ((BY_LOGIN, name.lower()), (BY_ADDRESS, address())), secret=secret())
    if not knocked.allowed:
        return render_template("desk/login.html", form=form, problem=TOO_MANY), 429
    with services().database.reading() as reading:
        person = authenticate(reading, name, password)
    if person is None:
        return render_template("desk/login.html", form=form, problem=WRONG), 422
    forgive(services().database, knocked)
    session.clear()  # a session fixed before login must not become a staff session
    session.permanent = True
    session["person"], session["mark"] = person.id, _mark(person)
    session[ROLE] = person.role.value
    return redirect(_inside(request.args.get("next", "")), code=303)


def logout() -> ResponseReturnValue:
    """나간다."""
    session.clear()
    flash("로그아웃했습니다.", "success")
    return redirect(url_for("desk.login"), code=303)


def not_stored(response: Response) -> Response:
    """편집실의 화면은 어디에도 남겨 두지 않는다."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _person(reading: Session) -> Person | None:
    person = reading.get(Person, session["person"]) if isinstance(session.get("person"), int) else None
    if person is None or not person.active or not hmac.compare_digest(_mark(person), str(session.get("mark", ""))):
        return None
    return person


def _mark(person: Person) -> str:
    """비밀번호를 바꾸면 달라지는 표: 그 앞의 세션은 모두 끝난다."""
    return hashlib.sha256(person.password_hash.encode()).hexdigest()[:16]


def _inside(there: str) -> str:
    """편집실 안의 길만. 다른 누리집으로 보내지 않는다."""
    parts = urlsplit(there)
    safe = not parts.scheme and not parts.netloc and there.startswith("/desk/") and "\\" not in there
    return there if safe and there.isprintable() else url_for("desk.queue")
