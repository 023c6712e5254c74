"""상담사가 전화로 들은 답을 시민 대신 적는다. 물음만 보이고, 요청의 나머지는 보이지 않는다."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door
from app.services import services
from corrections import conversation, receipt
from corrections.errors import BadReason
from corrections.models import Correction, State
from db.people import Role

NOT_ASKED = "지금 답을 기다리는 요청이 아닙니다. 접수번호를 다시 확인해 주세요."


def find() -> ResponseReturnValue:
    """시민이 불러 준 접수번호로 물음을 찾는다. 기다리지 않는 요청과 없는 번호는 같은 답이다."""
    door.actor().must_be(Role.AGENT)
    number = request.args.get("number", "")
    id = receipt.id_in(number)
    with services().database.reading() as session:
        found = session.get(Correction, id) if id is not None and id < 2**31 else None
    if found is None or found.state is not State.NEEDS_INFO or not receipt.same_number(number, found.number):
        flash(NOT_ASKED, "error")
        return redirect(url_for("desk.queue"), code=303)
    return redirect(url_for("desk.phone_answer", id=found.id), code=303)


def show(id: int) -> ResponseReturnValue:
    """물은 말과 답을 적는 칸."""
    door.actor().must_be(Role.AGENT)
    return _screen(id)


def answer(id: int) -> ResponseReturnValue:
    """들은 답을 적는다. 개인정보는 가리고 남는다."""
    actor = door.actor()
    actor.must_be(Role.AGENT)
    text = request.form.get("text", "")
    try:
        with services().database.begin() as session:
            found = session.get(Correction, id) or abort(404)
            conversation.answer(session, found, by=actor, text=text, clock=services().clock)
    except BadReason as error:
        return _screen(id, text=text, problem=str(error)), 422
    flash("답을 적었습니다. 편집자가 이어서 살핍니다.", "success")
    return redirect(url_for("desk.queue"), code=303)


def _screen(id: int, *, text: str = "", problem: str = "") -> str:
    with services().database.reading() as session:
        found = session.get(Correction, id)
        if found is None or found.state is not State.NEEDS_INFO:
            abort(404)
        asked = [one for one in conversation.messages(session, found) if one.kind == "question" and not one.office]
    return render_template("desk/phone_answer.html", correction=found, asked=asked, text=text, problem=problem)
