"""편집실의 문: 들어오고, 나가고, 지금 누구인지. 들어와서 무엇을 하는지는 모른다."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response, current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Form, PasswordField, StringField

from app.desk import known_device
from app.errors import has_typed
from app.searches import ROLE
from app.services import STAFF_LASTS, address, secret, services
from corrections.submit import cleaned
from db import second_factor, staff, staff_sessions
from db.attempts import Ladder, Limit, forgive, knock
from db.errors import NotAllowed
from db.people import Actor, Person, Role, authenticate, strengthen

DAY = timedelta(days=1)
BY_LOGIN = Ladder("login", times=8, within=DAY)
BY_ADDRESS = Limit("login-address", times=30, within=timedelta(minutes=15))
BY_DEVICE = Ladder("login-device", times=8, within=DAY)
BY_CODE = Ladder("second-factor", times=5, within=DAY)
"""한 아이디, 한 주소, 주인이 쓰던 브라우저, 두 번째 열쇠에서 틀릴 수 있는 횟수. 사무실은 주소 하나를 여럿이 함께 쓴다."""

WRONG = "아이디나 비밀번호가 맞지 않습니다. 한글·영문 상태와 대문자를 확인하고 다시 넣어 주세요."
TOO_MANY = (
    "로그인을 여러 번 틀려서 잠시 막았습니다. 잠시 뒤에 다시 해 주세요. "
    "거듭 틀리면 막는 시간이 두 배씩, 길게는 15분 뒤까지 늘어납니다."
)
WRONG_CODE = "번호가 맞지 않습니다. 앱에 지금 보이는 여섯 자리나, 쓰지 않은 복구 코드를 넣어 주세요."
SIGNED_OUT = (
    "들어와 계신 시간이 지나 저장하지 않았습니다. 아래 글을 복사해 두고, 편집실에 다시 들어와 그 화면을 열어 주세요."
)
MUST_CHANGE = "처음 받은 비밀번호입니다. 계속하려면 나만 아는 비밀번호를 정해 주세요."

SEAT = "staff"
SECOND = "second"
CODE_WITHIN = 300
"""비밀번호를 맞힌 뒤 두 번째 열쇠를 넣을 수 있는 초."""

OUTSIDE = frozenset({"desk.login", "desk.open_door", "desk.logout", "staff.second", "staff.open_second"})
"""들어오지 않아도 되는 곳."""
BEFORE_CHANGE = frozenset({"desk.logout", "staff.account", "staff.change_password"})
"""비밀번호를 정하기 전에도 되는 곳."""


BROWSERS = {
    "Edg": "Edge",
    "Whale": "Whale",
    "SamsungBrowser": "삼성 인터넷",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "Mac",
    "Linux": "Linux",
}


class LoginForm(Form):
    """들어오는 양식."""

    login = StringField("아이디")
    password = PasswordField("비밀번호")


class CodeForm(Form):
    """두 번째 열쇠의 양식."""

    code = StringField("여섯 자리 번호")


def who_is_here() -> ResponseReturnValue | None:
    """요청마다: 세션의 사람이 아직 일하는 사람이면 g.actor에 두고, 아니면 로그인으로 보낸다. 적어 보낸 글이 있으면 잃지 않게 그대로 보인다."""
    g.actor, g.is_editor, g.must_change = None, False, False
    _look()
    if g.actor is None and request.endpoint not in OUTSIDE:
        if has_typed():
            raise NotAllowed(SIGNED_OUT)
        there = request.full_path if request.method == "GET" else url_for("desk.queue")
        return redirect(url_for("desk.login", next=there.rstrip("?")), code=303)
    if g.must_change and request.endpoint not in BEFORE_CHANGE:
        flash(MUST_CHANGE, "info")
        return redirect(url_for("staff.account"), code=303)
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
    knocked = knock(services().database, _places(name.lower()), secret=secret())
    if not knocked.allowed:
        return render_template("desk/login.html", form=form, problem=TOO_MANY), 429
    with services().database.reading() as reading:
        person = authenticate(reading, name, password)
    if person is None:
        return render_template("desk/login.html", form=form, problem=WRONG), 422
    forgive(services().database, knocked)
    there = request.args.get("next", "")
    with services().database.begin() as writing:
        person = writing.get_one(Person, person.id)
        strengthen(person, password)
        asks_second = second_factor.is_on(writing, person.id)
        token = "" if asks_second else _entered(writing, person)
    if asks_second:
        session.clear()
        session[SECOND] = [person.id, _mark(person), int(time.time())]
        return redirect(url_for("staff.second", next=_inside(there)), code=303)
    return _come_in(person, token, there)


def second() -> ResponseReturnValue:
    """두 번째 열쇠를 넣는 화면."""
    if _half_in() is None:
        return redirect(url_for("desk.login"), code=303)
    return render_template("desk/login_code.html", form=CodeForm(), problem="")


def open_second() -> ResponseReturnValue:
    """앱의 번호나 복구 코드가 맞으면 들어간다."""
    person, form = _half_in(), CodeForm(request.form)
    if person is None:
        return redirect(url_for("desk.login"), code=303)
    knocked = knock(services().database, [(BY_CODE, str(person.id))], secret=secret())
    if not knocked.allowed:
        return render_template("desk/login_code.html", form=form, problem=TOO_MANY), 429
    with services().database.begin() as writing:
        person = writing.get_one(Person, person.id)
        passed = second_factor.passes(writing, person.id, (form.code.data or "")[:40])
        token = _entered(writing, person) if passed else ""
    if not passed:
        form.code.data = ""
        return render_template("desk/login_code.html", form=form, problem=WRONG_CODE), 422
    forgive(services().database, knocked)
    return _come_in(person, token, request.args.get("next", ""))


def logout() -> ResponseReturnValue:
    """나간다."""
    if token := session.get(SEAT):
        with services().database.begin() as writing:
            staff.leave(writing, str(token))
    session.clear()
    flash("로그아웃했습니다.", "success")
    return redirect(url_for("desk.login"), code=303)


def not_stored(response: Response) -> Response:
    """편집실의 화면은 어디에도 남겨 두지 않는다."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def sit(person: Person, token: str) -> None:
    """이 브라우저의 세션을 새로 시작하고 그 자리에 앉힌다. 앞서 심어 둔 것은 남지 않는다."""
    session.clear()
    session.permanent = True
    session["person"], session[SEAT] = person.id, token
    session[ROLE] = person.role.value


def lasts() -> staff_sessions.Lasts:
    """들어와 있을 수 있는 시간."""
    found: staff_sessions.Lasts = current_app.config[STAFF_LASTS]
    return found


def device() -> str:
    """사람이 제 기기를 알아볼 말: ‘Windows의 Chrome’. 브라우저가 보낸 글 자체는 남기지 않는다."""
    told = request.headers.get("User-Agent", "")
    system = _named(SYSTEMS, told, otherwise="알 수 없는 기기")
    return f"{system}의 {_named(BROWSERS, told, otherwise='브라우저')}"


def _named(names: Mapping[str, str], told: str, *, otherwise: str) -> str:
    return next((name for word, name in names.items() if word in told), otherwise)


def _look() -> None:
    """세션의 표로 자리를 찾아 g에 둔다. 가끔 마지막으로 본 때를 적는다."""
    token = session.get(SEAT)
    if not isinstance(token, str):
        return
    with services().database.reading() as reading:
        found = staff_sessions.find(reading, token, lasts=lasts())
        person = reading.get_one(Person, found.person_id) if found else None
    if found is None or person is None:
        return
    g.actor, g.name_shown, g.must_change = person.actor, person.name_shown, person.must_change
    g.is_editor = g.actor.is_a(Role.EDITOR)
    if staff_sessions.is_due(found):
        with services().database.begin() as writing:
            staff_sessions.note(writing, found)


def _places(login: str) -> list[tuple[Limit, str]]:
    number = known_device.number_of(login)
    return [(BY_DEVICE, f"{login}\0{number}")] if number else [(BY_LOGIN, login), (BY_ADDRESS, address())]


def _entered(writing: Session, person: Person) -> str:
    """새 자리의 표. 이 브라우저가 앉아 있던 자리는 끝난다."""
    if old := session.get(SEAT):
        staff_sessions.end(writing, str(old))
    return staff.enter(writing, person, device=device())


def _come_in(person: Person, token: str, there: str) -> ResponseReturnValue:
    sit(person, token)
    response = current_app.make_response(redirect(_inside(there), code=303))
    known_device.remember(response, person.login)
    return response


def _half_in() -> Person | None:
    """비밀번호는 맞히고 두 번째 열쇠를 기다리는 사람."""
    told = session.get(SECOND)
    if not isinstance(told, list) or time.time() - told[2] > CODE_WITHIN:
        return None
    with services().database.reading() as reading:
        person = reading.get(Person, told[0])
    return person if person and person.active and hmac.compare_digest(_mark(person), str(told[1])) else None


def _mark(person: Person) -> str:
    """비밀번호를 바꾸면 달라지는 표. 쿠키에 실리므로 짧게 줄인다."""
    return hashlib.sha256(person.password_hash.encode()).hexdigest()[:16]


def _inside(there: str) -> str:
    """편집실 안의 길만. 다른 누리집으로 보내지 않는다."""
    try:
        parts = urlsplit(there)
    except ValueError:
        return url_for("desk.queue")
    safe = not parts.scheme and not parts.netloc and there.startswith("/desk/") and "\\" not in there
    safe = safe and "//" not in parts.path and ".." not in parts.path
    return there if safe and there.isprintable() else url_for("desk.queue")
