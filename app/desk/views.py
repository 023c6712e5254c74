"""편집실의 주소와 보기. 하나를 열고, 살피고, 정한다. 정해도 되는지는 corrections.review가 안다."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door, incoming, notices, report, searches, tuning
from app.desk.editing import DeclineForm, RevisionForm
from app.errors import status_of
from app.services import services
from corrections import queue, review
from corrections.changes import Part, changes
from corrections.errors import BadProposal, BadReason, RevisionWaiting
from corrections.models import Correction, Kind
from db.people import Role
from kb.entry import SEOUL, Entry
from kb.errors import BadEntry, EntryMoved, EntryNotFound
from kb.incoming import waiting

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.before_request(door.who_is_here)
bp.after_request(door.not_stored)
bp.add_url_rule("/login", "login", door.login, methods=["GET"])
bp.add_url_rule("/login", "open_door", door.open_door, methods=["POST"])
bp.add_url_rule("/logout", "logout", door.logout, methods=["POST"])
bp.add_url_rule("/report", "report", report.show, methods=["GET"])
bp.add_url_rule("/incoming/<path:path>", "incoming", incoming.show, methods=["GET"])
bp.add_url_rule("/incoming/<path:path>", "settle_incoming", incoming.settle, methods=["POST"])
bp.add_url_rule("/notices", "notices", notices.show, methods=["GET"])
bp.add_url_rule("/notices", "settle_notices", notices.settle, methods=["POST"])
bp.add_url_rule("/searches", "searches", searches.show, methods=["GET"])
bp.add_url_rule("/searches/<int(max=2147483647):id>", "settle_search", searches.settle, methods=["POST"])
bp.add_url_rule("/searches/<int(max=2147483647):id>/draft", "draft", searches.draft, methods=["GET"])
bp.add_url_rule("/searches/<int(max=2147483647):id>/draft", "write_draft", searches.write, methods=["POST"])
bp.add_url_rule("/tuning", "tuning", tuning.show, methods=["GET"])
bp.add_url_rule("/tuning/new", "new_rule", tuning.new, methods=["GET"])
bp.add_url_rule("/tuning/new", "add_rule", tuning.add, methods=["POST"])
bp.add_url_rule("/tuning/<key>", "rule", tuning.edit, methods=["GET"])
bp.add_url_rule("/tuning/<key>", "change_rule", tuning.change, methods=["POST"])
bp.add_url_rule("/tuning/<key>/retire", "retiring_rule", tuning.retiring, methods=["GET"])
bp.add_url_rule("/tuning/<key>/retire", "retire_rule", tuning.retire, methods=["POST"])

PER_PAGE = 50
LAST_PAGE = 1000
ONE = "/corrections/<int(max=2147483647):id>"
MOVED = (
    "그사이 안내가 바뀌었습니다. 고치신 글은 아래에 그대로 두었고 ‘지금 글’은 새 글입니다. "
    "‘바뀌는 곳’을 보고, 새로 바뀐 것을 지우지 않는지 확인한 뒤 다시 정해 주세요."
)


class Row(NamedTuple):
    """목록의 한 줄."""

    correction: Correction
    waited: str


@bp.get("/", endpoint="queue")
def listed() -> ResponseReturnValue:
    """기다리는 수정 요청, 오래된 것부터. 편집자가 아니면 지금 할 수 있는 일."""
    if not door.actor().is_a(Role.EDITOR):
        return render_template("desk/welcome.html")
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    with services().database.reading() as session:
        found = queue.queue(session, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        count = queue.waiting_count(session)
    now = datetime.now(UTC)
    rows = [Row(correction, waited(correction.submitted_at, now)) for correction in found]
    last = max(-(-count // PER_PAGE), 1)
    clashes = waiting(services().store)
    return render_template("desk/queue.html", rows=rows, count=count, page=page, last=last, clashes=clashes)


@bp.get(ONE)
def correction(id: int) -> ResponseReturnValue:
    """수정 요청 하나: 지금 글, 인용한 부분, 제안, 근거, 고칠 글, 바뀌는 곳."""
    door.actor().must_be(Role.EDITOR)
    return _screen(id)


@bp.post(f"{ONE}/preview")
def preview(id: int) -> ResponseReturnValue:
    """고친 글에서 무엇이 바뀌는지 다시 보인다. 아무것도 저장하지 않는다."""
    door.actor().must_be(Role.EDITOR)
    return _screen(id, form=RevisionForm(request.form))


@bp.post(f"{ONE}/accept")
def accept(id: int) -> ResponseReturnValue:
    """고친 글을 반영하기로 한다."""
    door.actor().must_be(Role.EDITOR)
    form = RevisionForm(request.form)
    try:
        with services().database.begin() as session:
            found = session.get(Correction, id) or abort(404)
            revised = form.applied_to(services().store.get(found.entry_id), today=datetime.now(SEOUL).date())
            review.accept(
                session,
                found,
                revised=revised,
                base_version=form.base_version.data or "",
                by=door.actor(),
                store=services().store,
                note=form.note.data or "",
            )
    except (EntryMoved, BadProposal, BadReason, BadEntry, RevisionWaiting) as error:
        return _screen(id, form=form, problem=error)
    services().wake_worker()
    flash(f"{found.number} 요청을 반영합니다. 잠시 뒤 안내가 바뀝니다.", "success")
    return redirect(url_for("desk.queue"), code=303)


@bp.post(f"{ONE}/decline")
def decline(id: int) -> ResponseReturnValue:
    """까닭을 적고 반영하지 않는다."""
    form = DeclineForm(request.form)
    try:
        with services().database.begin() as session:
            found = session.get(Correction, id) or abort(404)
            review.decline(
                session,
                found,
                by=door.actor(),
                reason_code=form.reason_code.data or "",
                note=form.decline_note.data or "",
            )
    except BadReason as error:
        return _screen(id, decline=form, problem=error)
    flash(f"{found.number} 요청을 반영하지 않기로 했습니다. 까닭은 시민의 접수증에 보입니다.", "success")
    return redirect(url_for("desk.queue"), code=303)


def waited(since: datetime, now: datetime) -> str:
    """얼마나 기다렸나. 달력의 시간일 뿐 법정 기한이 아니다."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days}일"
    return f"{hours}시간" if hours else f"{minutes}분"


def _screen(
    id: int,
    *,
    form: RevisionForm | None = None,
    decline: DeclineForm | None = None,
    problem: Exception | None = None,
) -> ResponseReturnValue:
    """살피는 화면. 적은 글이 있으면 그대로 두고, 오류가 있으면 그 말과 상태 코드로 답한다."""
    with services().database.reading() as session:
        found = session.get(Correction, id) or abort(404)
    entry = _entry(found)
    changed, moved = None, isinstance(problem, EntryMoved)
    if entry is not None:
        fresh = RevisionForm.of(review.proposed(found, entry), base_version=entry.version)
        form = form or fresh
        changed, unfit = _changed(form, entry)
        problem = problem or unfit
        if form.missing:
            form.complete(fresh)
            changed, _ = _changed(form, entry)
        if moved:
            form.base_version.data = entry.version
    html = render_template(
        "desk/correction.html",
        correction=found,
        entry=entry,
        form=form,
        decline=decline or DeclineForm(),
        changed=changed,
        problem=MOVED if moved else _told(problem),
        privacy=found.kind is Kind.PRIVACY,
        seen_older=entry is not None and found.base_version != entry.version,
    )
    return html, status_of(problem) if problem else 200


def _entry(correction: Correction) -> Entry | None:
    try:
        return services().store.get(correction.entry_id)
    except EntryNotFound:
        return None


def _told(problem: Exception | None) -> str:
    """양식 위에 보일 말. 파일의 칸 이름(title: …)은 사람에게 하는 말이 아니다."""
    return problem.problem if isinstance(problem, BadEntry) else str(problem or "")


def _changed(form: RevisionForm, entry: Entry) -> tuple[Sequence[Part] | None, BadEntry | None]:
    """바뀌는 곳. 고친 글이 형식에 맞지 않아 견줄 수 없으면 None과 그 까닭."""
    try:
        return changes(entry, form.applied_to(entry, today=datetime.now(SEOUL).date())), None
    except BadEntry as error:
        return None, error
