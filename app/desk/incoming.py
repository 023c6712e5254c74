"""들어온 글과 여기서 고친 글이 부딪힌 것을 편집자가 정하는 화면. 글을 바꾸는 일은 kb.incoming이 한다."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door
from app.services import services
from corrections.changes import Part
from corrections.diff import words
from db.events import record
from db.outbox import enqueue
from db.people import Role
from kb import incoming
from kb.store import Change


def show(path: str) -> ResponseReturnValue:
    """지금 글과 들어온 글의 차이."""
    door.actor().must_be(Role.EDITOR)
    found = incoming.read(services().store, path)
    return render_template(
        "desk/incoming.html", found=found, parts_changed=[Part(path, words(found.ours, found.new or ""))]
    )


def settle(path: str) -> ResponseReturnValue:
    """들어온 글로 바꾸거나 지금 글을 두기로 한다. 사건으로 남기고, 바꾸었으면 색인하고 게시한다."""
    actor = door.actor()
    actor.must_be(Role.EDITOR)
    take = request.form.get("decision") == "take"
    found = incoming.read(services().store, path)
    reason = "들어온 글로 바꿈" if take else "지금 글을 둠"
    sha = incoming.settle(services().store, path, take=take, change=Change(role=actor.role.value, reason=reason))
    with services().database.begin() as session:
        event = record(
            session,
            stream=f"entry/{found.id}",
            action="take_incoming" if take else "keep_ours",
            actor=actor,
            data={"path": path, "commit": sha},
        )
        for kind in ("entry.index", "site.publish"):
            enqueue(session, event=event, kind=kind, payload={"entry": found.id})
    services().wake_worker()
    flash(f"{found.id}: {reason}.", "success")
    return redirect(url_for("desk.queue"), code=303)
