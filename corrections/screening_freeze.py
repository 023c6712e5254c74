"""안내 하나를 잠시 멈춘다: 요청이 몰리는 동안 새 요청을 보류심사로 보낸다. 받지 않는 일은 없다 (WORKFLOWS 2 item 12)."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from corrections.errors import BadReason
from corrections.screening_models import EntryFreeze
from corrections.submit import cleaned
from db import events
from db.people import Actor, Role


def freeze(
    session: Session, entry_id: str, *, until: datetime, by: Actor, reason: str, now: datetime | None = None
) -> EntryFreeze:
    """그 안내를 `until`까지 멈춘다. 이미 멈췄으면 기한과 까닭만 바꾼다. 편집자가 아니면 NotAllowed, 까닭이 없으면 BadReason."""
    by.must_be(Role.EDITOR)
    now = now or datetime.now(UTC)
    reason = cleaned(reason)
    if not reason or until <= now:
        raise BadReason("멈추는 까닭과 앞으로의 기한을 적어 주세요. 기록에 남습니다.")
    frozen = session.get(EntryFreeze, entry_id)
    if frozen is None:
        frozen = EntryFreeze(entry_id=entry_id, until=until, by=by.person_id, reason=reason, at=now)
        session.add(frozen)
    else:
        frozen.until, frozen.by, frozen.reason, frozen.at = until, by.person_id, reason, now
    data = {"until": until.isoformat()}
    _record(session, entry_id, "freeze", by=by, to="frozen", text=reason, data=data)
    return frozen


def unfreeze(session: Session, entry_id: str, *, by: Actor) -> None:
    """멈춘 것을 푼다. 멈춰 있지 않으면 아무 일도 없다. 편집자가 아니면 NotAllowed."""
    by.must_be(Role.EDITOR)
    frozen = session.get(EntryFreeze, entry_id)
    if frozen is not None:
        session.delete(frozen)
        _record(session, entry_id, "unfreeze", by=by, to="open")


def is_frozen(session: Session, entry_id: str, *, now: datetime | None = None) -> bool:
    """지금 멈춰 있나. 기한이 지나면 저절로 풀린다."""
    return freeze_of(session, entry_id, now=now) is not None


def freeze_of(session: Session, entry_id: str, *, now: datetime | None = None) -> EntryFreeze | None:
    """지금 멈춰 있으면 그 기한과 까닭, 아니면 None."""
    frozen = session.get(EntryFreeze, entry_id)
    return frozen if frozen is not None and frozen.until > (now or datetime.now(UTC)) else None


def _record(
    session: Session,
    entry_id: str,
    action: str,
    *,
    by: Actor,
    to: str,
    text: str = "",
    data: dict[str, str] | None = None,
) -> None:
    session.flush()
    events.record(
        session, stream=f"entry-freeze/{entry_id}", action=action, actor=by, to_state=to, text=text or None, data=data
    )
