"""여러 안내의 같은 링크나 전화를 한꺼번에 바꾸는 화면. 바꾸어도 되는지는 corrections.bulk가 안다."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.desk import door
from app.desk.listing import names_of
from app.services import services
from corrections import bulk
from corrections.bulk import BulkChange
from corrections.changes import Part, changes
from corrections.diff import words
from corrections.errors import BadBulk
from db.people import Role
from kb.entry import Entry

MOST = 500
"""한 번에 미리 보이고 바꾸는 안내의 수."""


@dataclass(frozen=True)
class Seen:
    """바꿀 안내 하나와 바뀌는 곳."""

    entry: Entry
    parts: Sequence[Part]


def show() -> ResponseReturnValue:
    """바꿀 것을 적는 곳. `old`와 `new`를 주면 그것이 적힌 안내마다 바뀌는 곳을 미리 보인다."""
    door.actor().must_be(Role.EDITOR)
    return _screen(request.args.get("what", ""), request.args.get("old", ""), request.args.get("new", ""))


def propose() -> ResponseReturnValue:
    """고른 안내들에서 바꾸기로 한다."""
    actor = door.actor()
    actor.must_be(Role.EDITOR)
    typed = {name: request.form.get(name, "") for name in ("what", "old", "new", "reason")}
    try:
        with services().database.begin() as session:
            change = bulk.propose(
                session, services().store, **typed, ids=request.form.getlist("entry")[:MOST], by=actor
            )
            waiting = change.state is bulk.BulkState.PROPOSED
    except BadBulk as error:
        return _screen(typed["what"], typed["old"], typed["new"], reason=typed["reason"], problem=error), 422
    services().wake_worker()
    flash("다른 편집자가 확인하면 바뀝니다." if waiting else "한꺼번에 바꿉니다. 잠시 뒤 안내가 바뀝니다.", "success")
    return redirect(url_for("desk.bulk_change", id=change.id), code=303)


def change(id: int) -> ResponseReturnValue:
    """한꺼번에 바꾸기 하나: 무엇이 바뀌는지, 어디까지 왔는지."""
    actor = door.actor()
    actor.must_be(Role.EDITOR)
    with services().database.reading() as session:
        found = session.get(BulkChange, id) or abort(404)
        names = names_of(session, [found.proposed_by, found.confirmed_by])
    pending = found.state in (bulk.BulkState.PROPOSED, bulk.BulkState.APPLYING)
    seen = (
        [Seen(before, _parts(before, after)) for before, after in bulk.after(services().store, found)]
        if pending
        else []
    )
    mine = found.proposed_by == actor.person_id
    return render_template("desk/bulk_change.html", change=found, names=names, seen=seen, mine=mine)


def confirm(id: int) -> ResponseReturnValue:
    """다른 편집자가 확인하고 싣기로 한다."""
    return _done(id, bulk.confirm, "한꺼번에 바꿉니다. 잠시 뒤 안내가 바뀝니다.")


def drop(id: int) -> ResponseReturnValue:
    """그만둔다."""
    return _done(id, bulk.drop, "그만두었습니다. 안내는 그대로입니다.")


def undo(id: int) -> ResponseReturnValue:
    """모두 되돌린다."""
    return _done(id, bulk.undo, "모두 되돌립니다. 잠시 뒤 안내가 옛글로 돌아갑니다.")


def _done(id: int, do: Callable[..., BulkChange], said: str) -> ResponseReturnValue:
    with services().database.begin() as session:
        do(session, _found(session, id), by=door.actor())
    services().wake_worker()
    flash(said, "success")
    return redirect(url_for("desk.bulk_change", id=id), code=303)


def _found(session: Session, id: int) -> BulkChange:
    door.actor().must_be(Role.EDITOR)
    return session.get(BulkChange, id) or abort(404)


def _screen(what: str, old: str, new: str, *, reason: str = "", problem: Exception | None = None) -> str:
    seen: list[Seen] = []
    found = 0
    if old or new:
        try:
            kind, before, after = bulk.checked(what, old, new)
            entries = bulk.holding(services().store.all(), kind, before)
            found = len(entries)
            seen = [Seen(entry, _parts(entry, bulk.replaced(entry, kind, before, after))) for entry in entries[:MOST]]
        except BadBulk as error:
            problem = problem or error
    with services().database.reading() as session:
        recent = bulk.recent(session)
    return render_template(
        "desk/bulk.html",
        what=what,
        old=old,
        new=new,
        reason=reason,
        problem=str(problem or ""),
        seen=seen,
        found=found,
        most=MOST,
        asked=bool(old or new),
        recent=recent,
        chosen=set(request.form.getlist("entry")) if request.method == "POST" else None,
    )


def _parts(before: Entry, after: Entry) -> Sequence[Part]:
    """바뀌는 곳. 출처의 주소는 시민이 읽는 칸이 아니어도 함께 보인다."""
    parts = changes(before, after)
    if before.source.url != after.source.url:
        parts.append(Part("출처", words(before.source.url, after.source.url)))
    return parts
