"""편집자의 일감이 되는 찾은 말: 결과가 없던 말, 열지 않은 말, 자주 찾는 말. 무엇이 일감인지는 db.search_work가 안다."""

from datetime import datetime

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.desk import door
from app.desk.drafts import DraftForm, write_draft
from app.services import services
from corrections.submit import cleaned
from db.events import record
from db.outbox import enqueue
from db.people import Role
from db.search_work import Kind, Work, close, hide, one, reopen, totals, work
from db.searches import OUTCOMES, Outcome
from kb.entry import SEOUL
from kb.errors import BadEntry

PER_PAGE = 30
LAST_PAGE = 1000
LONGEST_NOTE = 200
TUNING = "/desk/tuning"
KINDS = {
    Kind.EMPTY: ("결과 없음", "찾았지만 아무것도 나오지 않은 말입니다."),
    Kind.ABANDONED: ("열지 않음", "결과가 나왔지만 절반 넘게 하나도 열지 않은 말입니다."),
    Kind.FREQUENT: ("자주 찾는 말", "많이 찾는 말입니다. 찾기 칸에 치는 동안 권합니다."),
    Kind.CLOSED: ("마친 것", "마친 말입니다. 찾지 못한 수가 마칠 때의 두 배가 되면 돌아옵니다."),
}


def show() -> ResponseReturnValue:
    """지난 30일의 일감, 많은 것부터. `kind`로 갈래를 고른다."""
    door.actor().must_be(Role.EDITOR)
    kind = _kind()
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    today = datetime.now(SEOUL).date()
    with services().database.reading() as session:
        rows, count = work(session, kind, today=today, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        told = totals(session, today=today)
    return render_template(
        "desk/searches.html",
        rows=rows,
        count=count,
        told=told,
        kind=kind,
        kinds=KINDS,
        page=page,
        last=max(-(-count // PER_PAGE), 1),
        outcomes=OUTCOMES,
        tuning=TUNING if _can_tune() else "",
    )


def settle(id: int) -> ResponseReturnValue:
    """일감 하나를 마치거나(`close`), 되돌리거나(`reopen`), 권하는 말에서 빼거나(`hide`) 다시 넣는다(`unhide`)."""
    actor, todo = door.actor(), request.form.get("do", "")
    actor.must_be(Role.EDITOR)
    with services().database.begin() as session:
        found = _found(session, id)
        match todo:
            case "close":
                outcome = request.form.get("outcome", "")
                if outcome not in list(Outcome):
                    flash(f"‘{found.text}’: 마치는 까닭을 골라 주세요.", "error")
                    return _back()
                note = cleaned(request.form.get("note", ""))[:LONGEST_NOTE]
                close(found, by=actor, outcome=Outcome(outcome), note=note)
                told = "일감을 마쳤습니다. 찾지 못한 수가 두 배가 되면 돌아옵니다."
            case "reopen":
                reopen(found, by=actor)
                told = "일감을 다시 열었습니다."
            case "hide" | "unhide":
                hide(found, by=actor, hidden=todo == "hide")
                told = "이제 권하지 않습니다." if found.term.hidden else "다시 권합니다."
            case _:
                abort(400)
        _record(session, found, todo)
    flash(f"‘{found.text}’: {told}", "success")
    return _back()


def draft(id: int) -> ResponseReturnValue:
    """이 말에 답하는 새 안내의 초안을 쓰는 화면."""
    door.actor().must_be(Role.EDITOR)
    with services().database.reading() as session:
        found = _found(session, id)
    topics = services().store.topics
    form = DraftForm(title=found.text, topic=topics.default.name)
    form.offer(topics)
    return render_template("desk/draft.html", found=found, form=form, problem="")


def write(id: int) -> ResponseReturnValue:
    """초안을 저장하고 일감을 마친다. 이미 써서 마친 일감이면 다시 쓰지 않는다."""
    actor, store = door.actor(), services().store
    actor.must_be(Role.EDITOR)
    form = DraftForm(request.form)
    form.offer(store.topics)
    with services().database.reading() as session:
        found = _found(session, id)
    if found.term.closed_as is Outcome.WRITTEN and not found.is_open:
        flash(f"‘{found.text}’: 이미 안내를 썼습니다. {found.term.closed_note}", "info")
        return _back()
    try:
        entry = write_draft(store, form, role=actor.role.value, now=datetime.now(SEOUL))
    except BadEntry as error:
        return render_template("desk/draft.html", found=found, form=form, problem=error.problem), 422
    with services().database.begin() as session:
        found = _found(session, id)
        close(found, by=actor, outcome=Outcome.WRITTEN, note=f"초안 {entry.id}")
        _record(session, found, "write")
        event = record(session, stream=f"entry/{entry.id}", action="draft", actor=actor, entry_version=entry.version)
        enqueue(session, event=event, kind="entry.index", payload={"entry": entry.id})
    services().wake_worker()
    flash(f"초안 {entry.id}번을 만들었습니다. 게시하기 전까지 시민에게 보이지 않습니다.", "success")
    return _back()


def _found(session: Session, id: int) -> Work:
    return one(session, id, today=datetime.now(SEOUL).date()) or abort(404)


def _record(session: Session, found: Work, action: str) -> None:
    """누가 무엇을 정했는지. 사건은 지울 수 없으므로 찾은 말은 적지 않고 번호만 적는다."""
    term = found.term
    record(
        session,
        stream=f"search/{term.id}",
        action=action,
        actor=door.actor(),
        reason=term.closed_as.value if term.closed_as else None,
        data={"trouble": found.trouble},
    )


def _kind() -> Kind:
    wanted = request.args.get("kind", "")
    return Kind(wanted) if wanted in list(Kind) else Kind.EMPTY


def _back() -> ResponseReturnValue:
    """보던 갈래로."""
    return redirect(url_for("desk.searches", kind=_kind().value), code=303)


def _can_tune() -> bool:
    return any(rule.rule == TUNING for rule in current_app.url_map.iter_rules())
