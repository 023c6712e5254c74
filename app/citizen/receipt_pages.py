"""접수증의 화면: 조회, 지금 상태, 답, 이의, 철회. 번호와 코드가 맞는지는 corrections가 안다."""

from datetime import UTC, datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import Form

from app.citizen import receipts
from app.citizen.forms import ObjectionForm, ReceiptForm, ReplyForm, show_problems
from app.citizen.outcome import Outcome, due_of, may_object_until, outcome_of, reward_words
from app.citizen.views import bp
from app.errors import page
from app.services import address, secret, services
from corrections import conversation, submit
from corrections import receipt as receipt_paper
from corrections.errors import BadReason, ReceiptNotFound
from corrections.models import Correction, State
from corrections.review import last_revision
from corrections.rewards import settling
from corrections.transition import TRANSITIONS, Action
from db.attempts import Limit, forgive, knock
from db.events import Event
from db.people import Actor

BY_NUMBER = Limit("receipt-number", times=5, within=timedelta(minutes=15))
BY_ADDRESS = Limit("receipt-address", times=20, within=timedelta(hours=1))
"""접수 조회를 틀릴 수 있는 횟수 (WORKFLOWS 4, Receipt enumeration)."""

TOO_MANY = "접수 확인을 여러 번 틀려서 잠시 막았습니다. 15분 뒤에 다시 하거나 120다산콜센터(02-120)에 전화해 주세요."

DONE = {
    "reply": "답을 보냈습니다. 편집자가 이어서 살핍니다.",
    "objection": "이의를 받았습니다. 처음 정한 사람이 아닌 편집자가 다시 봅니다.",
    "withdraw": "요청을 거두었습니다.",
}
CLOSED = (
    "접수증을 연 지 30분이 지나 보내지 않았습니다. "
    "아래 글을 복사해 두고, 접수 확인에서 번호와 코드를 다시 넣은 뒤 보내 주세요."
)
MASKED = "적으신 글에 개인정보로 보이는 것이 있어 가리고 저장했습니다."


@bp.get("/receipt")
def receipt() -> ResponseReturnValue:
    """접수번호와 확인 코드를 넣는 화면."""
    return render_template("citizen/receipt_lookup.html", form=ReceiptForm(number=request.args.get("number", "")[:30]))


@bp.post("/receipt")
def open_receipt() -> ResponseReturnValue:
    """맞으면 접수증으로 보낸다. 없는 번호와 틀린 코드는 같은 답이고 걸리는 시간도 같다."""
    form = ReceiptForm(request.form)
    number, code = form.number.data or "", form.code.data or ""
    knocked = knock(services().database, _places(number), secret=secret())
    if not knocked.allowed:
        return _lookup_again(form, TOO_MANY), 429
    try:
        with services().database.reading() as session:
            correction = submit.find(session, number=number, code=code)
    except ReceiptNotFound as error:
        return _lookup_again(form, str(error)), 404
    forgive(services().database, knocked)
    receipts.remember(correction.number, code)
    return redirect(url_for("citizen.show_receipt", number=correction.number), code=303)


@bp.get("/receipt/<number>")
def show_receipt(number: str) -> ResponseReturnValue:
    """접수증. 이 브라우저가 방금 보냈거나 방금 연 것만 보이고, 아니면 있는 번호든 없는 번호든 조회 화면으로 보낸다."""
    code = receipts.remembered(number)
    if code is None:
        return _ask_code(number)
    done = [DONE.get(request.args.get("done", ""), ""), MASKED if request.args.get("masked") else ""]
    return _receipt(number, code, told=" ".join(filter(None, done)))


@bp.post("/receipt/<number>/reply")
def reply(number: str) -> ResponseReturnValue:
    """편집자의 물음에 답한다. 기다린 날만큼 기한이 밀린다."""
    form = ReplyForm(request.form)
    return _said(number, form, "reply")


@bp.post("/receipt/<number>/objection")
def objection(number: str) -> ResponseReturnValue:
    """결과에 이의를 낸다: 한 번, 30일 안에."""
    form = ObjectionForm(request.form)
    return _said(number, form, "objection")


@bp.get("/receipt/<number>/withdraw")
def ask_withdrawal(number: str) -> ResponseReturnValue:
    """정말 거둘지 묻는 화면."""
    code = receipts.remembered(number)
    if code is None:
        return _ask_code(number)
    with services().database.reading() as session:
        correction = submit.find(session, number=number, code=code)
    return render_template("citizen/withdraw.html", correction=correction)


@bp.post("/receipt/<number>/withdraw")
def withdraw(number: str) -> ResponseReturnValue:
    """요청을 거둔다."""
    code = receipts.remembered(number)
    if code is None:
        return _ask_code(number)
    with services().database.begin() as session:
        conversation.withdraw(session, submit.find(session, number=number, code=code), by=Actor.citizen())
    return redirect(url_for("citizen.show_receipt", number=number, done="withdraw"), code=303)


def _said(number: str, form: Form, name: str) -> ResponseReturnValue:
    """답이나 이의를 적는다. 글이 없거나 길면 적은 것을 그대로 두고 다시 묻는다."""
    code, text = receipts.remembered(number), form[name].data or ""
    if code is None:
        return page(403, CLOSED) if text.strip() else _ask_code(number)
    try:
        with services().database.begin() as session:
            correction = submit.find(session, number=number, code=code)
            if name == "reply":
                kept = conversation.answer(session, correction, by=Actor.citizen(), text=text, clock=services().clock)
            else:
                kept = conversation.object_to(session, correction, by=Actor.citizen(), text=text)
    except BadReason as error:
        show_problems(form, {name: str(error)})
        return _receipt(number, code, form=form), 422
    masked = "1" if kept.text != submit.cleaned(text) else None
    services().wake_worker()
    return redirect(url_for("citizen.show_receipt", number=number, done=name, masked=masked), code=303)


def _receipt(number: str, code: str, *, told: str = "", form: Form | None = None) -> str:
    now = datetime.now(UTC)
    with services().database.reading() as session:
        correction = submit.find(session, number=number, code=code)
        outcome, said = _outcome(session, correction), conversation.messages(session, correction)
        reward = reward_words(settling.reward_of(session, correction))
    return render_template(
        "citizen/receipt.html",
        correction=correction,
        code=code,
        told=told,
        outcome=outcome,
        reward=reward,
        due=due_of(correction, now=now),
        messages=[
            one for one in said if one.kind != "question" or not one.office
        ],  # what the desk asks an office is theirs
        reply=form if isinstance(form, ReplyForm) else ReplyForm(),
        objection=form if isinstance(form, ObjectionForm) else ObjectionForm(),
        form=form,
        may_reply=correction.state is State.NEEDS_INFO,
        may_withdraw=(correction.state, Action.WITHDRAW) in TRANSITIONS,
        object_until=may_object_until(correction, now=now),
    )


def _outcome(session: Session, correction: Correction) -> Outcome:
    original = session.get(Correction, correction.duplicate_of) if correction.duplicate_of else None
    undone = select(Event).where(Event.stream == correction.stream, Event.action == Action.REVERT)
    event = session.scalar(undone.order_by(Event.id.desc()).limit(1))
    return outcome_of(
        correction,
        last_revision(session, correction),
        original=original,
        original_revision=last_revision(session, original) if original else None,
        reverted=(event.text or "") if event else None,
    )


def _ask_code(number: str) -> ResponseReturnValue:
    return redirect(url_for("citizen.receipt", number=number[:30]), code=303)


def _places(number: str) -> list[tuple[Limit, str]]:
    """두드린 횟수를 셀 자리. 번호 모양이 아닌 글은 서로 다른 사람의 것이므로 한 번호로 세지 않는다."""
    id = receipt_paper.id_in(number)
    return [(BY_ADDRESS, address()), *([(BY_NUMBER, str(id))] if id is not None else [])]


def _lookup_again(form: ReceiptForm, sentence: str) -> str:
    form.code.data = ""
    show_problems(form, {"number": sentence})
    return render_template("citizen/receipt_lookup.html", form=form)
