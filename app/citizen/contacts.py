"""결과를 받을 연락처의 화면: 적고, 코드로 확인하고, 그만 받고, 지운다. 무엇을 보내도 되는지는 corrections.contacts가 안다."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from wtforms import Form, StringField

from app.citizen import receipts
from app.citizen.forms import show_problems
from app.services import address, secret, services
from corrections import contacts, submit
from corrections.contacts import BY_SENDER, GUESSES, SMS, TO_ADDRESS, Address, Where
from corrections.errors import BadContact
from corrections.models import Correction
from corrections.people import Contact, Reporter
from db.attempts import Limit, forgive, knock
from db.people import Actor

bp = Blueprint("contacts", __name__)

TOO_MANY = "이 연락처나 이 인터넷 주소에서 보낼 수 있는 코드를 모두 보냈습니다. 내일 다시 하거나, 결과를 접수 확인에서 보아 주세요."
TOO_MANY_GUESSES = "코드를 여러 번 틀려서 잠시 막았습니다. 한 시간 뒤에 다시 해 주세요."
WRONG = "코드가 맞지 않거나 쓸 수 있는 시간이 지났습니다. 다시 확인하거나 코드를 새로 받아 주세요. 다섯 번까지 넣을 수 있습니다."


class ContactForm(Form):
    """연락처 한 칸."""

    address = StringField("전자우편 주소나 휴대전화 번호")


class CodeForm(Form):
    """코드 한 칸."""

    code = StringField("여섯 자리 코드")


@dataclass(frozen=True)
class Screen:
    """연락처 조각(citizen/_contact.html)이 보일 것."""

    where: Where
    form: ContactForm = field(default_factory=ContactForm)
    code_form: CodeForm = field(default_factory=CodeForm)
    takes_sms: bool = False

    @classmethod
    def of(cls, session: Session, correction: Correction, **forms: Any) -> "Screen":
        """그 요청의 지금. 문자를 보내지 못하면 전자우편만 묻는다."""
        screen = cls(contacts.where(session, correction), takes_sms=SMS in services().contact_kinds, **forms)
        if not screen.takes_sms:
            screen.form.address.label.text = "전자우편 주소"
        return screen


@bp.app_template_global("contact_screen")
def contact_screen(correction: Correction) -> Screen:
    """접수증 쪽이 연락처 조각을 그릴 때 부른다: `{% include "citizen/_contact.html" %}`."""
    with services().database.reading() as session:
        return Screen.of(session, correction)


@bp.after_request
def not_stored(response: Response) -> Response:
    """어디에도 남겨 두지 않고, 검색엔진에도 싣지 않는다."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Robots-Tag", "noindex")
    return response


# --- from the receipt ------------------------------------------------------------------------------------------------


@bp.get("/receipt/<number>/contact")
def show(number: str) -> ResponseReturnValue:
    """연락처만 보는 쪽. 이 브라우저가 방금 연 접수증의 것만 보인다."""
    correction = _opened(number)
    return _page(correction) if correction else _lookup(number)


@bp.post("/receipt/<number>/contact")
def ask(number: str) -> ResponseReturnValue:
    """그 연락처로 코드를 보낸다. 아는 연락처든 처음 보는 연락처든 답이 같다."""
    correction = _opened(number)
    if correction is None:
        return _lookup(number)
    form = ContactForm(request.form)
    try:
        wanted = _wanted(correction, form)
        knocked = _knock([(TO_ADDRESS, wanted.mailbox), (BY_SENDER, address())])
        if not knocked.allowed:
            return _page(correction, form=form, problem=("address", TOO_MANY), status=429)
        try:
            with services().database.begin() as session:
                contacts.ask(session, session.get_one(Correction, correction.id), wanted, secret=secret())
        except BadContact:
            forgive(services().database, knocked)
            raise
    except BadContact as error:
        return _page(correction, form=form, problem=("address", str(error)), status=422)
    return _back(number)


@bp.post("/receipt/<number>/contact/code")
def confirm(number: str) -> ResponseReturnValue:
    """코드가 맞으면 그 연락처로 알리기 시작한다. 틀림, 지남, 없음은 같은 답이다."""
    correction = _opened(number)
    if correction is None:
        return _lookup(number)
    form = CodeForm(request.form)
    knocked = _knock([(GUESSES, address())])
    if not knocked.allowed:
        return _page(correction, code_form=form, problem=("code", TOO_MANY_GUESSES), status=429)
    with services().database.begin() as session:
        found = session.get_one(Correction, correction.id)
        right = contacts.confirm(session, found, typed=form.code.data or "", secret=secret())
    if not right:
        return _page(correction, code_form=CodeForm(), problem=("code", WRONG), status=422)
    forgive(services().database, knocked)
    services().wake_worker()
    flash("확인했습니다. 소식이 있으면 이 연락처로 알려 드립니다.", "success")
    return _back(number)


@bp.post("/receipt/<number>/contact/stop")
def stop(number: str) -> ResponseReturnValue:
    """더 알리지 않는다."""
    return _let_go(number, erasing=False)


@bp.post("/receipt/<number>/contact/erase")
def erase(number: str) -> ResponseReturnValue:
    """연락처와 별명을 지운다."""
    return _let_go(number, erasing=True)


def _let_go(number: str, *, erasing: bool) -> ResponseReturnValue:
    correction = _opened(number)
    if correction is None:
        return _lookup(number)
    with services().database.begin() as session:
        found = contacts.where(session, correction)
        if correction.reporter_id is not None and found.contact_id is not None:
            _stop_or_erase(session, session.get_one(Contact, found.contact_id), erasing=erasing)
    return _back(number)


# --- from a letter ---------------------------------------------------------------------------------------------------


@bp.get("/receipt/stop")
def stopping() -> ResponseReturnValue:
    """편지에 실린 주소: 한 번 누르면 그만 받거나 지운다. 여는 것만으로는 아무것도 바뀌지 않는다(편지를 미리 여는 기계가 있다)."""
    token = request.args.get("t", "")
    with services().database.reading() as session:
        contact = _by_token(session, token)
        return _stop_page(session, contact, token)


@bp.post("/receipt/stop")
def stopped() -> ResponseReturnValue:
    """그만 받거나(`do`가 없으면) 지운다(`do=erase`). 편지 프로그램이 곧바로 부르기도 하므로(RFC 8058) 표만 본다."""
    token = request.values.get("t", "")
    with services().database.begin() as session:
        contact = _by_token(session, token)
        _stop_or_erase(session, contact, erasing=request.form.get("do") == "erase")
        return _stop_page(session, contact, token)


def _by_token(session: Session, token: str) -> Contact:
    return contacts.by_token(session, token, secret=secret()) or abort(403)


def _stop_page(session: Session, contact: Contact, token: str) -> str:
    erased = session.get_one(Reporter, contact.reporter_id).erased_at is not None
    shown = "" if erased else contacts.address_of(contact).shown
    return render_template(
        "citizen/stop.html", shown=shown, token=token, erased=erased, is_on=contact.verified_at is not None
    )


def _stop_or_erase(session: Session, contact: Contact, *, erasing: bool) -> None:
    if erasing:
        contacts.erase(session, contact.reporter_id, by=Actor.citizen())
    else:
        contacts.stop(session, contact, by=Actor.citizen())


# --- small things ----------------------------------------------------------------------------------------------------


def _opened(number: str) -> Correction | None:
    """이 브라우저가 방금 연 접수증의 요청."""
    code = receipts.remembered(number)
    if code is None:
        return None
    with services().database.reading() as session:
        return submit.find(session, number=number, code=code)


def _wanted(correction: Correction, form: ContactForm) -> Address:
    """적은 연락처, 또는 다시 받겠다고 했으면 전에 확인한 것."""
    if "resume" in request.form:
        with services().database.reading() as session:
            if own := contacts.own_address(session, correction):
                return own
    return Address.read(form.address.data or "", kinds=services().contact_kinds)


def _knock(places: Sequence[tuple[Limit, str]]) -> Any:
    return knock(services().database, places, secret=secret())


def _page(
    correction: Correction, *, problem: tuple[str, str] | None = None, status: int = 200, **forms: Form
) -> ResponseReturnValue:
    with services().database.reading() as session:
        screen = Screen.of(session, session.get_one(Correction, correction.id), **forms)
    if problem is not None:
        name, sentence = problem
        show_problems(screen.code_form if name == "code" else screen.form, {name: sentence})
    return render_template("citizen/contact.html", correction=correction, contact=screen), status


def _lookup(number: str) -> ResponseReturnValue:
    return redirect(url_for("citizen.receipt", number=number[:30]), code=303)


def _back(number: str) -> ResponseReturnValue:
    return redirect(url_for("contacts.show", number=number), code=303)
