"""고친 글을 시민이 볼 모습 그대로 미리 보고, 지난 판들을 견준다. 아무것도 저장하지 않는다."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from app.desk import door
from app.desk.editing import RevisionForm
from app.desk.reviewing import today
from app.previewed import as_public
from app.services import services
from corrections import review
from corrections.changes import changes
from corrections.models import Correction
from db.people import Role
from kb import history
from kb.entry import Entry


def typed_page(id: int) -> ResponseReturnValue:
    """지금 적은 글로 그린 공개 쪽. 형식이 틀리면 BadEntry(422)."""
    door.actor().must_be(Role.EDITOR)
    with services().database.reading() as session:
        found = session.get(Correction, id) or abort(404)
    entry = services().store.get(found.entry_id)
    form = RevisionForm(request.form)
    form.complete(RevisionForm.of(entry, base_version=entry.version))
    return _drawn(form.applied_to(entry, today=today()))


def proposed_page(id: int) -> ResponseReturnValue:
    """받아들인 글로 그린 공개 쪽: 2차 확인을 하는 사람이 본다."""
    door.actor().must_be(Role.EDITOR)
    with services().database.reading() as session:
        found = session.get(Correction, id) or abort(404)
        revision = review.last_revision(session, found) or abort(404)
    return _drawn(Entry.from_text(revision.text))


def versions(id: str) -> ResponseReturnValue:
    """안내의 판들. `old`와 `new`를 주면 둘을 낱말로 견준다."""
    door.actor().must_be(Role.EDITOR)
    listed = history.history(services().store, id)
    old, new = (request.args.get(name, "") for name in ("old", "new"))
    parts = None
    if old and new:
        before, after = (Entry.from_text(history.text_at(services().store, id, sha)) for sha in (old, new))
        parts = changes(before, after)
    return render_template("desk/versions.html", id=id, versions=listed, old=old, new=new, parts_changed=parts)


def _drawn(entry: Entry) -> str:
    """공개 쪽의 모습. 게시 중이 아닌 글이면 404."""
    return as_public(entry) if entry.is_public else abort(404)
