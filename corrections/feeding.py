"""수정 요청이 다른 일의 시작이 될 때: 민원으로 넘길 초안, 부서의 새 연락처, 없던 안내. 그 일을 어떻게 하는지는 모른다."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from corrections import bulk
from corrections.errors import BadReason
from corrections.models import Correction, Revision, State
from corrections.transition import lock
from db import Database, events
from db.base import Base, one_of, stored_by_value
from db.people import Actor, Role
from kb import personal, routing
from kb.entry import SEOUL, Entry
from kb.routing import Contact
from kb.store import Change, EntryStore

INTAKE = "intake.requested"
DRAFTED = "entry.drafted"
ROUTING = "routing.update"
"""사건 둘의 이름과 남은 일 하나의 종류 (docs/contracts.md)."""

NOT_CITIZENS_WORD = frozenset({State.HELD, State.SPAM})


class IntakeKind(StrEnum):
    """수정 요청이 정말은 무엇이었나 (DOMAIN SE-04: 오류를 알리는 것은 제안이 아니다)."""

    OTHER = "other"
    SUGGESTION = "suggestion"
    PROPOSAL = "proposal"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return KIND_LABELS[self]


KIND_LABELS = {
    IntakeKind.OTHER: "기타민원 (해결해 달라는 것)",
    IntakeKind.SUGGESTION: "건의민원 (제도를 고쳐 달라는 것)",
    IntakeKind.PROPOSAL: "국민제안 (새로운 생각)",
}


class IntakeDraft(Base, kw_only=True):
    """민원으로 받을 초안 하나. 글은 개인정보를 가린 것이고 사건에는 번호만 실린다. `taken_at`은 민원 쪽이 받은 때다."""

    __tablename__ = "intake_draft"
    __table_args__ = (CheckConstraint(one_of("kind", IntakeKind), name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    correction_id: Mapped[int] = mapped_column(ForeignKey(Correction.id), unique=True)
    entry_id: Mapped[str] = mapped_column(String(20))
    kind: Mapped[IntakeKind] = mapped_column(stored_by_value(IntakeKind))
    text: Mapped[str] = mapped_column(Text, repr=False)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    taken_at: Mapped[datetime | None] = mapped_column(default=None)


def to_intake(session: Session, correction: Correction, *, by: Actor, kind: str = IntakeKind.OTHER) -> IntakeDraft:
    """민원으로 넘길 초안을 만들고 사건 `intake.requested`를 남긴다. 두 번 눌러도 하나다. 요청의 상태는 그대로다.

    편집자가 아니면 NotAllowed, 갈래가 틀렸거나 걸러지기 전의 요청이면 BadReason.
    """
    by.must_be(Role.EDITOR)
    if kind not in set(IntakeKind):
        raise BadReason("어떤 민원인지 골라 주세요.")
    lock(session, correction)
    if known := intake_of(session, correction.id):
        return known
    if correction.state in NOT_CITIZENS_WORD:
        raise BadReason("보류심사 중이거나 차단한 요청은 민원으로 넘길 수 없습니다. 먼저 걸러 주세요.")
    draft = IntakeDraft(
        correction_id=correction.id,
        entry_id=correction.entry_id,
        kind=IntakeKind(kind),
        text=_words(correction),
        created_by=by.person_id,
    )
    session.add(draft)
    session.flush()
    events.record(
        session,
        stream=correction.stream,
        action=INTAKE,
        actor=by,
        reason=draft.kind,
        entry_version=correction.base_version,
        data={"correction": correction.id, "intake": draft.id, "entry": correction.entry_id},
    )
    return draft


def intake_of(session: Session, correction_id: int) -> IntakeDraft | None:
    """그 요청에서 만든 초안. 없으면 None."""
    return session.scalar(select(IntakeDraft).where(IntakeDraft.correction_id == correction_id))


def drafted(session: Session, correction: Correction, entry: Entry, *, by: Actor) -> events.Event:
    """그 요청에서 새 안내의 초안을 썼다고 남긴다."""
    by.must_be(Role.EDITOR)
    return events.record(
        session,
        stream=correction.stream,
        action=DRAFTED,
        actor=by,
        entry_version=entry.version,
        data={"correction": correction.id, "entry": entry.id},
    )


def draft_from(session: Session, correction: Correction) -> str:
    """그 요청에서 이미 쓴 초안의 번호. 없으면 빈 글."""
    told = select(events.Event).where(events.Event.stream == correction.stream, events.Event.action == DRAFTED)
    event = session.scalar(told.order_by(events.Event.id.desc()).limit(1))
    return str(event.data["entry"]) if event else ""


def update_routing(database: Database, store: EntryStore, payload: Mapping[str, Any]) -> None:
    """남은 일 `routing.update`: 실린 글이 부서의 번호를 바꾸었으면 부서 표의 연락처를 맞춘다.

    실린 글은 수정 요청의 반영본(payload의 `revision`)이거나, 한꺼번에 바꾼 것(`bulk`)의 커밋이 바꾼 안내들이다.
    """
    for before, after, at, correction, source in (_in_bulk if "bulk" in payload else _in_revision)(
        database, store, payload
    ):
        checked = at.astimezone(SEOUL).date()
        if contact := routing.contact_in(before, after, checked=checked, correction=correction):
            routing.update_contact(store, contact, change=_contact_change(contact, source))
        elif gone := routing.contact_gone(before, after, checked=checked):
            routing.drop_contact(store, gone, change=_contact_change(gone, source))


Applied = tuple[Entry, Entry, datetime, int | None, str]
"""실린 고침 하나: 앞글, 뒷글, 실은 때, 수정 요청의 번호, 커밋에 적을 출처."""


def _contact_change(contact: Contact, source: str) -> Change:
    return Change(role="editor", reason=f"부서 연락처: {contact.office}", trailers={"From": source})


def _in_revision(database: Database, _: EntryStore, payload: Mapping[str, Any]) -> Iterator[Applied]:
    with database.reading() as session:
        revision = session.get_one(Revision, payload["revision"])
    if revision.commit_sha is not None and revision.closed_at is not None:
        before, after = Entry.from_text(revision.base_text), Entry.from_text(revision.text)
        yield before, after, revision.closed_at, revision.correction_id, str(revision.id)


def _in_bulk(database: Database, store: EntryStore, payload: Mapping[str, Any]) -> Iterator[Applied]:
    """한꺼번에 바꾼 번호는 모든 안내에서 같아, 부서마다 커밋은 하나다. 때는 실은 사건의 것이라 다시 해도 같다."""
    with database.reading() as session:
        change = session.get_one(bulk.BulkChange, payload["bulk"])
        at = session.get_one(events.Event, payload["event"]).at
    if change.what is bulk.What.PHONE:
        for before, after in bulk.changed_by(store, change, payload["commit"]):
            yield before, after, at, None, f"{bulk.STREAM}{change.id}"


def _words(correction: Correction) -> str:
    """시민이 적은 것을 한 글로. 이미 가린 글이지만 나가는 글이므로 한 번 더 본다."""
    parts = (correction.quoted and f"‘{correction.quoted}’", correction.proposal, correction.evidence)
    return personal.mask("\n\n".join(part for part in parts if part))
