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


def show(path: str) -> ResponseReturnValue:
    """지금 글과 들어온 글의 차이."""
    door.actor().must_be(Role.EDITOR)
    return _screen(incoming.read(services().store, path))


def settle(path: str) -> ResponseReturnValue:
    """들어온 글로 바꾸거나 지금 글을 두기로 한다. 결정과 뒷일을 함께 남기고, 글은 작업자가 바꾼다.

    편집자가 본 뒤에 어느 글이든 바뀌었으면 정하지 않고 새 글을 다시 보인다(409).
    """
    actor = door.actor()
    actor.must_be(Role.EDITOR)
    take = request.form.get("decision") == "take"
    found = incoming.read(services().store, path)
    if request.form.get("base") != found.version:
        return _screen(found, moved=True), 409
    with services().database.begin() as session:
        event = record(
            session,
            stream=f"entry/{found.id}",
            action="take_incoming" if take else "keep_ours",
            actor=actor,
            data={"path": path},
        )
        wanted = {"path": path, "take": take, "base": found.version, "role": actor.role.value, "entry": found.id}
        for kind in ("incoming.settle", "entry.index", "site.publish", "portals.tell"):
            enqueue(session, event=event, kind=kind, payload=wanted)
    services().wake_worker()
    flash(
        f"{found.id}: {'들어온 글로 바꿉니다' if take else '지금 글을 둡니다'}. 잠시 뒤 목록에서 빠집니다.", "success"
    )
    return redirect(url_for("desk.queue"), code=303)


def _screen(found: incoming.Waiting, *, moved: bool = False) -> str:
    parts = [Part(found.path, words(found.ours, found.new or ""))]
    return render_template("desk/incoming.html", found=found, parts_changed=parts, moved=moved)
