"""수정 요청에서 다른 일을 시작한다: 민원으로 넘길 초안과 새 안내의 초안. 넘겨도 되는지는 corrections.feeding이 안다."""

from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door, freezing
from app.desk.drafts import DraftForm, write_draft
from app.services import services
from corrections import feeding
from corrections.models import Correction
from corrections.screening_freeze import freeze_of
from db.outbox import enqueue
from db.people import Role
from kb.entry import SEOUL
from kb.errors import BadEntry

REASON = "수정 요청에서: 답하는 안내가 없어 새로 씀"


def fed(correction: Correction) -> dict[str, Any]:
    """조각(desk/_feeding.html)이 보일, 그 요청에서 이미 시작한 일: 민원 초안과 새 안내의 번호, 고를 수 있는 민원의 갈래, 그 안내의 멈춤."""
    with services().database.reading() as session:
        return {
            "intake": feeding.intake_of(session, correction.id),
            "entry": feeding.draft_from(session, correction),
            "kinds": list(feeding.IntakeKind),
            "frozen": freeze_of(session, correction.entry_id),
            "days": freezing.DAYS,
        }


def intake(id: int) -> ResponseReturnValue:
    """민원으로 넘길 초안을 만든다. 요청은 그대로이므로 이어서 까닭을 골라 끝낸다."""
    with services().database.begin() as session:
        found = session.get(Correction, id) or abort(404)
        draft = feeding.to_intake(session, found, by=door.actor(), kind=request.form.get("kind", ""))
    flash(f"민원으로 넘길 초안 {draft.id}번을 만들었습니다. 이 요청은 까닭을 골라 따로 끝내 주세요.", "success")
    return redirect(url_for("desk.correction", id=id), code=303)


def draft(id: int) -> ResponseReturnValue:
    """이 물음에 답하는 새 안내의 초안을 쓰는 화면."""
    door.actor().must_be(Role.EDITOR)
    with services().database.reading() as session:
        found = session.get(Correction, id) or abort(404)
    topics = services().store.topics
    form = DraftForm(title=found.proposal.split("\n")[0][:200], topic=topics.default.name)
    form.offer(topics)
    return _page(found, form)


def write(id: int) -> ResponseReturnValue:
    """초안을 저장하고 그 사실을 남긴다. 이미 썼으면 다시 쓰지 않는다."""
    actor, store = door.actor(), services().store
    actor.must_be(Role.EDITOR)
    form = DraftForm(request.form)
    form.offer(store.topics)
    with services().database.reading() as session:
        found = session.get(Correction, id) or abort(404)
        already = feeding.draft_from(session, found)
    if already:
        flash(f"이 요청에서는 이미 초안 {already}번을 썼습니다.", "info")
        return redirect(url_for("desk.correction", id=id), code=303)
    try:
        entry = write_draft(store, form, role=actor.role.value, now=datetime.now(SEOUL), reason=REASON)
    except BadEntry as error:
        return _page(found, form, problem=error.problem), 422
    with services().database.begin() as session:
        event = feeding.drafted(session, session.get_one(Correction, id), entry, by=actor)
        enqueue(session, event=event, kind="entry.index", payload={"entry": entry.id})
    services().wake_worker()
    flash(f"초안 {entry.id}번을 만들었습니다. 게시하기 전까지 시민에게 보이지 않습니다.", "success")
    return redirect(url_for("desk.correction", id=id), code=303)


def _page(found: Correction, form: DraftForm, *, problem: str = "") -> str:
    return render_template("desk/draft_from_correction.html", correction=found, form=form, problem=problem)
