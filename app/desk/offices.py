"""편집자가 아닌 직원의 첫 화면과, 부서의 담당자가 확인해 답하는 화면. 답을 어떻게 쓸지는 편집자가 정한다."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door
from app.services import services
from corrections import conversation, queue
from corrections.errors import BadReason
from corrections.models import Correction, State
from db.errors import NotAllowed
from db.people import Role
from kb.errors import EntryNotFound


def welcome() -> ResponseReturnValue:
    """역할마다의 첫 화면. 담당자는 제 부서에 온 물음을 본다."""
    return render_template("desk/welcome.html", rows=_asked_of_me())


def show(id: int) -> ResponseReturnValue:
    """부서에 물은 것과 그 안내."""
    return _screen(_mine(id))


def answer(id: int) -> ResponseReturnValue:
    """맞는지 아닌지 답한다. 답은 시민에게 부서의 말로 보인다."""
    agrees, text = request.form.get("agrees") == "yes", request.form.get("text", "")
    _mine(id)
    try:
        with services().database.begin() as session:
            asked = session.get_one(Correction, id)
            conversation.office_says(session, asked, by=door.actor(), agrees=agrees, text=text)
    except BadReason as error:
        return _screen(_mine(id), text=text, problem=str(error)), 422
    flash(f"{asked.number} 요청에 답했습니다. 편집자가 이어서 정합니다.", "success")
    return redirect(url_for("desk.queue"), code=303)


def _asked_of_me() -> object:
    actor = door.actor()
    if not actor.is_a(Role.OFFICER) or not actor.office:
        return ()
    with services().database.reading() as session:
        return queue.queue(session, queue.Filter(state=State.WITH_OFFICE, office=actor.office))


def _mine(id: int) -> Correction:
    """제 부서에 물은 것만. 남의 부서 것이면 NotAllowed."""
    actor = door.actor()
    actor.must_be(Role.OFFICER)
    with services().database.reading() as session:
        found = session.get(Correction, id) or abort(404)
    if not actor.office or found.office != actor.office:
        raise NotAllowed("다른 부서에 물은 요청입니다. 그 부서의 담당자만 볼 수 있습니다.")
    return found


def _screen(found: Correction, *, text: str = "", problem: str = "") -> str:
    with services().database.reading() as session:
        messages = conversation.messages(session, found)
    try:
        entry = services().store.get(found.entry_id)
    except EntryNotFound:
        entry = None
    return render_template(
        "desk/office.html",
        correction=found,
        messages=messages,
        entry=entry,
        text=text,
        problem=problem,
        asked=found.state is State.WITH_OFFICE,
    )
