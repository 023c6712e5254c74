"""한 요청을 살피는 화면에 놓을 것을 모은다. 무엇을 정해도 되는지는 corrections가 안다."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.desk import door
from app.desk.editing import EDITED, DecisionForm, RevisionForm
from app.desk.listing import names_of
from app.errors import status_of
from app.services import services
from corrections import claims, conversation, queue, review
from corrections.changes import Part, changes
from corrections.merge import merged
from corrections.models import APPLIED, Correction, Kind, Message, ReviewDraft, Revision, State
from corrections.promise import is_late
from db.people import Role
from kb import history
from kb.entry import SEOUL, Entry
from kb.errors import BadEntry, EntryMoved, EntryNotFound, VersionNotFound
from kb.history import Version

MOVED = (
    "그사이 안내가 바뀌었습니다. 고치신 글은 아래에 그대로 두었고 ‘지금 글’은 새 글입니다. "
    "‘바뀌는 곳’을 보고, 새로 바뀐 것을 지우지 않는지 확인한 뒤 다시 정해 주세요."
)
RECEIVER = "받아들인 사람은 확인할 수 없습니다. 다른 편집자가 확인하면 실립니다."
VERSIONS = 10
WORKED_ON = frozenset({State.RECEIVED, State.TRIAGED, State.IN_REVIEW})
"""편집자가 글을 고치며 정할 수 있는 상태."""

WAITING_FOR = {
    State.NEEDS_INFO: "시민의 답을 기다리는 중입니다. 그동안 기한은 멈추고, 14일 안에 답이 없으면 저절로 끝납니다.",
    State.WITH_OFFICE: "부서의 확인을 기다리는 중입니다. 근무일 이틀을 줍니다.",
}


@dataclass(frozen=True)
class Typed:
    """사람이 적어 보낸 것: 고친 글과, 정하는 칸들."""

    revision: RevisionForm
    decision: DecisionForm

    @classmethod
    def sent(cls) -> "Typed":
        """이번 요청에 온 것."""
        return cls(RevisionForm(request.form), DecisionForm(request.form))

    @property
    def kept(self) -> Mapping[str, str]:
        """적다 만 글로 남길 칸들."""
        return {field.name: request.form[field.name] for form in (self.revision, self.decision) for field in form
                if field.name in request.form}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Beside:
    """요청 곁에 함께 보이는, 데이터베이스에서 온 것들."""

    messages: Sequence[Message]
    earlier: Sequence[Correction]
    similar: Sequence[queue.Similar]
    draft: ReviewDraft | None
    revision: Revision | None
    names: Mapping[int, str]


@dataclass(frozen=True, kw_only=True)
class ThreeWay:
    """갈라진 세 글: 보고 고치던 글에서 그사이 바뀐 것과 여기서 고친 것. 부딪히지 않으면 합친 글도 있다."""

    theirs: Sequence[Part]
    mine: Sequence[Part]
    whole: RevisionForm | None


def screen(id: int, *, typed: Typed | None = None, problem: Exception | None = None) -> ResponseReturnValue:
    """그 요청의 지금 화면. 적은 글이 있으면 그대로 두고, 오류가 있으면 그 말과 상태 코드로 답한다."""
    actor = door.actor()
    with services().database.reading() as session:
        found = session.get(Correction, id) or abort(404)
        beside = _beside(session, found)
        may_not = claims.why_not(session, found, actor) if found.state.is_open else ""
    entry = services().store.find(found.entry_id)
    others = _announced(found)
    told = {
        "correction": found,
        "entry": entry,
        "beside": beside,
        "others": others,
        "versions": _versions(found)[:VERSIONS],
        "privacy": found.kind is Kind.PRIVACY,
        "late": is_late(found, at=datetime.now(UTC)),
        "seen_older": entry is not None and found.base_version != entry.version,
        "is_lead": actor.is_a(Role.LEAD_EDITOR),
        "may_not": may_not,
        "waiting_for": WAITING_FOR.get(found.state, ""),
    }
    if found.state is State.SECOND_CHECK and beside.revision is not None:
        html = render_template(
            "desk/second.html", **told | _second(beside.revision, entry, may_not), problem=_told(problem)
        )
    elif found.state in WORKED_ON and not _held_by_other(found) and not may_not:
        work, problem = _work(found, entry, beside.draft, typed, problem)
        html = render_template("desk/review.html", **told, **work, problem=_told(problem))
    else:
        applied = _parts(beside.revision) if beside.revision is not None and found.state in APPLIED else ()
        html = render_template(
            "desk/decided.html", **told, held_by_other=_held_by_other(found), applied=applied, problem=_told(problem)
        )
    return html, status_of(problem) if problem and request.method != "GET" else 200


def base_of(correction: Correction, version: str) -> Entry | None:
    """그 판의 글을 역사에서 찾는다. 최근의 것만 보고, 없으면 None."""
    for each in _versions(correction)[: VERSIONS * 2]:
        with suppress(BadEntry, VersionNotFound):
            entry = Entry.from_text(history.text_at(services().store, correction.entry_id, each.sha))
            if entry.version == version:
                return entry
    return None


def _beside(session: Session, found: Correction) -> Beside:
    messages = conversation.messages(session, found)
    revision = review.last_revision(session, found)
    people = [found.claimed_by, found.accepted_by, found.decided_by, *(message.by for message in messages)]
    return Beside(
        messages=messages,
        earlier=queue.earlier_on(session, found),
        similar=queue.similar(session, found) if found.state.is_open else (),
        draft=claims.draft_of(session, found.id, by=door.actor()),
        revision=revision,
        names=names_of(session, people),
    )


def _announced(found: Correction) -> Sequence[str]:
    """열었다고 알리고, 함께 연 사람들을 받는다: 스크립트가 없어도 안다. 끝난 요청은 알릴 것이 없다."""
    if not found.state.is_open:
        return ()
    with services().database.begin() as session:
        return claims.here(session, found.id, by=door.actor(), opening=True)


def _held_by_other(found: Correction) -> bool:
    until = found.claimed_until
    alive = found.state is State.IN_REVIEW and until is not None and until > datetime.now(UTC)
    return alive and found.claimed_by != door.actor().person_id


def _work(
    found: Correction, entry: Entry | None, draft: ReviewDraft | None, typed: Typed | None, problem: Exception | None
) -> tuple[dict[str, object], Exception | None]:
    """고치고 정하는 칸들. 오류가 없던 요청도 고친 글이 형식에 맞지 않으면 그것이 오류다."""
    restored = None
    if typed is None and draft is not None:
        typed, restored = Typed(RevisionForm(data=draft.form), DecisionForm(data=draft.form)), draft.saved_at
    decision = typed.decision if typed else DecisionForm()
    told: dict[str, object] = {"decision": decision, "restored": restored, "three": None, "changed": (), "form": None}
    if entry is None:
        return told, problem
    fresh = RevisionForm.of(review.proposed(found, entry), base_version=entry.version)
    form = typed.revision if typed else fresh
    if restored:
        _fill(form, fresh)
    changed, unfit = changed_in(form, entry)
    problem = problem or unfit
    if form.missing:
        form.complete(fresh)
        changed, _ = changed_in(form, entry)
    if isinstance(problem, EntryMoved) or (restored and form.base_version.data != entry.version):
        told["three"] = _three(found, entry, form)
        form.base_version.data = entry.version
        problem = problem or EntryMoved(entry.id)
    return told | {"form": form, "changed": changed}, problem


def _fill(form: RevisionForm, fresh: RevisionForm) -> None:
    """되살린 글에 없는 칸을 지금 글로 채운다."""
    for name in (*EDITED, "base_version"):
        if form[name].data is None:
            form[name].data = fresh[name].data


def changed_in(form: RevisionForm, entry: Entry) -> tuple[Sequence[Part] | None, BadEntry | None]:
    """바뀌는 곳. 고친 글이 형식에 맞지 않아 견줄 수 없으면 None과 그 까닭."""
    try:
        return changes(entry, form.applied_to(entry, today=today())), None
    except BadEntry as error:
        return None, error


def today() -> date:
    """서울의 오늘."""
    return datetime.now(SEOUL).date()


def _three(found: Correction, entry: Entry, form: RevisionForm) -> ThreeWay | None:
    """세 글을 견준다. 바탕글을 찾을 수 없거나 고친 글이 형식에 맞지 않으면 None: 두 글의 차이만 보인다."""
    base = base_of(found, form.base_version.data or "")
    if base is None:
        return None
    try:
        mine = form.applied_to(base, today=today())
    except BadEntry:
        return None
    whole = merged(base, ours=entry, theirs=mine)
    filled = (
        RevisionForm.of(whole, base_version=entry.version)
        if whole and whole != replace(entry, updated=whole.updated)
        else None
    )
    return ThreeWay(theirs=changes(base, entry), mine=changes(base, mine), whole=filled)


def _second(revision: Revision, entry: Entry | None, may_not: str) -> dict[str, object]:
    """2차 확인: 받아들인 그 글과, 그 뒤에 안내가 또 바뀌었는지."""
    base = Entry.from_text(revision.base_text)
    moved = entry is None or entry.version != revision.base_version
    return {
        "parts_changed": _parts(revision),
        "since": changes(base, entry) if entry is not None and moved else (),
        "moved": moved,
        "may_not": RECEIVER if revision.accepted_by == door.actor().person_id else may_not,
    }


def _parts(revision: Revision) -> Sequence[Part]:
    return changes(Entry.from_text(revision.base_text), Entry.from_text(revision.text))


def _versions(found: Correction) -> Sequence[Version]:
    try:
        return history.history(services().store, found.entry_id)
    except EntryNotFound:
        return ()


def _told(problem: Exception | None) -> str:
    """양식 위에 보일 말. 파일의 칸 이름(title: …)은 사람에게 하는 말이 아니다."""
    if isinstance(problem, EntryMoved):
        return MOVED
    return problem.problem if isinstance(problem, BadEntry) else str(problem or "")
