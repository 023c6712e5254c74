"""줄 선 알림을 하나씩 맡아 보내고 어떻게 되었는지 적는다. 보내는 길(메일, 문자)과 글은 부른 쪽이 안다.

보내기 전에 맡았다고(sending) 저장하고, 보낸 뒤에 보냈다고(sent) 저장한다. 그 사이에 죽으면 맡은 시간이 지난 뒤 같은 이름(`name`)으로 다시
보내므로, 받는 쪽에 두 번 갈 수는 있어도 가지 않는 일은 없다. 보냈다고 적은 것은 다시 보내지 않는다.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import CursorResult, Select, func, select, update
from sqlalchemy.orm import Session

from corrections import contacts
from corrections.errors import AlreadyDecided
from corrections.models import Correction, Reason
from corrections.notices.models import WAITING, Notice, NoticeState, Template
from corrections.notices.queueing import in_quiet_hours, opening
from corrections.people import Contact, ContactRequest
from corrections.promise import ANSWER_WITHIN
from corrections.transition import Action
from db import Database, events
from db.people import Actor, Role
from kb import personal
from kb.entry import SEOUL

LEASE = timedelta(minutes=5)
"""맡은 시간: 보내다 죽은 것을 이 뒤에 다시 보낸다. 한 통을 보내는 데 걸릴 수 있는 시간보다 길다."""

WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
STUCK_AFTER = len(WAITS) + 1
"""실패한 뒤 기다리는 시간과, 그만두고 사람에게 보이는 실패의 수."""


MERGED = 10
"""한 편지에 함께 싣는 알림의 수."""


@dataclass(frozen=True)
class Claim:
    """맡은 알림과, 같은 편지에 함께 실을 것들(`also`). `attempts`가 맡은 차례라서, 늦게 돌아온 이가 남이 맡은 것을 끝냈다고 적지 못한다."""

    id: int
    attempts: int
    also: tuple[int, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """이 편지에 실리는 알림의 번호들."""
        return (self.id, *self.also)


@dataclass(frozen=True)
class Item:
    """알릴 것 하나: 무엇을, 글에 넣을 것."""

    template: Template
    facts: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """보낼 것 하나: 어디로, 무엇들을. `name`은 몇 번을 다시 보내도 같은 이름이다."""

    name: str
    kind: str
    address: str = field(repr=False)
    items: Sequence[Item]
    stop_token: str = field(repr=False)


def due(session: Session, *, now: datetime, kinds: Collection[str]) -> bool:
    """지금 보낼 것이 있나. 쓰는 트랜잭션을 열기 전에 본다."""
    return session.scalar(_due(now, kinds).limit(1)) is not None


def claim_due(database: Database, *, now: datetime, kinds: Collection[str]) -> Claim | None:
    """때가 된 알림 하나를 맡고 저장한다. 없으면 None. `kinds`는 지금 보낼 수 있는 길(email, sms)이다.

    같은 전자우편 주소로 함께 기다리던 것은 한 편지로 맡는다 (DOMAIN LE-92): 밤에 쌓인 것, 되돌리며 점수를 거둔 것. 사건마다 알림은 하나다.
    다섯 번째로 보내다 죽은 것은 다시 맡지 않고 막힌 것(stuck)으로 둔다.
    """
    while True:
        with database.begin() as session:
            found = session.scalar(_due(now, kinds).limit(1).with_for_update(skip_locked=True, of=Notice))
            if found is None:
                return None
            if found.attempts >= STUCK_AFTER:
                found.state, found.last_error = NoticeState.STUCK, "보내는 프로그램이 거듭 멈췄습니다."
                continue
            together = [found, *_together(session, found, now)]
            for notice in together:
                notice.state, notice.attempts = NoticeState.SENDING, notice.attempts + 1
                notice.not_before = now + LEASE
            return Claim(found.id, found.attempts, tuple(notice.id for notice in together[1:]))


def _together(session: Session, found: Notice, now: datetime) -> Sequence[Notice]:
    """그 주소로 함께 보낼 것들. 같은 횟수만큼 보내 본 것만: 보내다 죽었으면 다시 맡을 때도 같은 묶음이어서 같은 편지가 된다."""
    if found.template is Template.CODE or session.get_one(Contact, found.contact_id).kind != contacts.EMAIL:
        return ()
    same = select(Notice).where(
        Notice.contact_id == found.contact_id,
        Notice.id != found.id,
        Notice.template != Template.CODE,
        Notice.state.in_(WAITING),
        Notice.attempts == found.attempts,
        Notice.not_before <= now,
    )
    return session.scalars(same.order_by(Notice.id).limit(MERGED - 1).with_for_update(skip_locked=True)).all()


def delivery(session: Session, claim: Claim, *, secret: bytes, now: datetime) -> Delivery | None:
    """맡은 알림을 보낼 것으로. 그사이 보낼 까닭이 없어졌으면(그만 받음, 지움, 지난 코드) None."""
    notices = sorted((session.get_one(Notice, id) for id in claim.ids), key=lambda notice: notice.event_id)
    contact = session.get_one(Contact, notices[0].contact_id)
    is_code = notices[0].template is Template.CODE
    if not contact.address or (contact.verified_at is None and not is_code):
        return None
    told = [_code(session, one, secret, now) if is_code else _facts(session, one) for one in notices]
    items = [Item(one.template, facts) for one, facts in zip(notices, told, strict=True) if facts is not None]
    if not items:
        return None
    return Delivery(
        name=f"notice-{claim.id}-{_mark(notices, secret)}",
        kind=contact.kind,
        address=contact.address,
        items=items,
        stop_token="" if is_code else contacts.token_for(contact, secret=secret),
    )


def _mark(notices: Sequence[Notice], secret: bytes) -> str:
    """짐작할 수 없고, 같은 알림들이면 언제나 같은 표."""
    mixed = "\0".join(
        f"{one.id}\0{one.event_id}\0{one.created_at.isoformat(timespec='microseconds')}" for one in notices
    )
    return sha256(secret + mixed.encode()).hexdigest()[:16]


def sent(session: Session, claim: Claim, *, now: datetime) -> bool:
    """보냈다고 적는다. 그사이 남이 맡았거나 그만두었으면 거짓."""
    return _settle(session, claim, state=NoticeState.SENT, sent_at=now, last_error=None)


def dropped(session: Session, claim: Claim) -> bool:
    """보내지 않기로 했다고 적는다."""
    return _settle(session, claim, state=NoticeState.DROPPED)


def failed(session: Session, claim: Claim, *, error: str, now: datetime, hopeless: bool = False) -> bool:
    """보내지 못했다고 적고 점점 늦게 다시 보낸다. 다섯 번째이거나 다시 보내도 소용없으면(`hopeless`) 막힌 것으로 둔다."""
    stuck_now = hopeless or claim.attempts >= STUCK_AFTER
    wait = WAITS[min(claim.attempts, len(WAITS)) - 1]
    return _settle(
        session,
        claim,
        state=NoticeState.STUCK if stuck_now else NoticeState.FAILED,
        not_before=opening(now + wait),
        last_error=personal.mask(error)[:500],
    )


# --- what people look at ---------------------------------------------------------------------------------------------


def stuck(session: Session, *, limit: int = 200) -> Sequence[tuple[Notice, str, Correction | None]]:
    """막힌 알림과 그 길, 그 요청. 오래된 것부터. 연락처는 보이지 않는다."""
    found = (
        select(Notice, Contact.kind, Correction)
        .join(Contact, Contact.id == Notice.contact_id)
        .outerjoin(Correction, Correction.id == Notice.correction_id)
        .where(Notice.state == NoticeState.STUCK)
        .order_by(Notice.id)
        .limit(limit)
    )
    return [(notice, kind, correction) for notice, kind, correction in session.execute(found)]


def counts(session: Session) -> Mapping[str, int]:
    """보낼 알림과 막힌 알림의 수."""
    by_state = select(Notice.state, func.count().label("number")).group_by(Notice.state)
    found = {row.state: row.number for row in session.execute(by_state)}
    return {"open": sum(found.get(state, 0) for state in WAITING), "stuck": found.get(NoticeState.STUCK, 0)}


def retry(session: Session, notice: Notice, *, by: Actor, now: datetime | None = None) -> None:
    """막힌 알림을 처음부터 다시 보낸다. 막힌 것이 아니면 AlreadyDecided, 책임 편집자나 시스템 관리자가 아니면 NotAllowed."""
    now = now or datetime.now(UTC)
    _decide(session, notice, "retry", by, now)
    notice.state, notice.attempts, notice.not_before = NoticeState.QUEUED, 0, opening(now)


def drop(session: Session, notice: Notice, *, by: Actor, now: datetime | None = None) -> None:
    """막힌 알림을 보내지 않기로 한다. 막힌 것이 아니면 AlreadyDecided, 역할이 다르면 NotAllowed."""
    _decide(session, notice, "drop", by, now or datetime.now(UTC))
    notice.state = NoticeState.DROPPED


def _decide(session: Session, notice: Notice, action: str, by: Actor, now: datetime) -> None:
    by.must_be(Role.LEAD_EDITOR, Role.ADMINISTRATOR)
    session.refresh(notice, with_for_update=True)
    if notice.state is not NoticeState.STUCK:
        raise AlreadyDecided("그사이 다시 보냈거나 그만둔 알림입니다. 새로 고쳐 지금 목록을 확인해 주세요.")
    events.record(session, stream=notice.stream, action=action, actor=by, data={"notice": notice.id}, at=now)


# --- what the letter says --------------------------------------------------------------------------------------------


def _code(session: Session, notice: Notice, secret: bytes, now: datetime) -> Mapping[str, str] | None:
    """확인 코드. 그사이 쓸 수 없게 되었으면 None: 늦게 온 죽은 코드는 헷갈리게만 한다."""
    request = session.get(ContactRequest, notice.data["request"])
    if request is None or request.confirmed_at is not None or request.until <= now:
        return None
    return {"code": contacts.code_of(request, secret=secret)}


def _facts(session: Session, notice: Notice) -> Mapping[str, str]:
    """글에 넣을 것: 접수번호, 정한 까닭의 이름, 날짜, 점수. 시민의 글은 없다."""
    facts = {"points": str(notice.data.get("points", "")), "number": "", "reason": "", "until": "", "outcome": ""}
    facts |= {"why": "", "follows": "예" if "original" in notice.data else ""}
    correction = session.get(Correction, notice.correction_id) if notice.correction_id is not None else None
    if correction is None:
        return facts
    told = session.get(Correction, notice.data["original"]) if "original" in notice.data else correction
    facts["number"] = correction.number
    if told is not None and told.reason_code is not None and told.reason_code is not Reason.OTHER:
        facts["reason"] = told.reason_code.label
    if correction.paused_at is not None:
        facts["until"] = f"{(correction.paused_at + ANSWER_WITHIN).astimezone(SEOUL):%-m월 %-d일}"
    if notice.template is Template.DUPLICATE and correction.duplicate_of is not None:
        original = session.get_one(Correction, correction.duplicate_of)
        facts["outcome"] = "" if original.state.is_open else original.state.label
    if notice.template is Template.REVERTED and told is not None:
        facts["why"] = _why_reverted(session, told, notice)
    return facts


def _why_reverted(session: Session, correction: Correction, notice: Notice) -> str:
    """책임 편집자가 적은 되돌린 까닭. 사람이 적은 글이므로 개인정보를 가리고 한 줄로 한다."""
    found = (
        select(events.Event.text)
        .where(
            events.Event.stream == correction.stream,
            events.Event.action == Action.REVERT,
            events.Event.id < notice.event_id,
        )
        .order_by(events.Event.id.desc())
        .limit(1)
    )
    return " ".join(personal.mask(session.scalar(found) or "").split())


def _due(now: datetime, kinds: Collection[str]) -> Select[Notice]:
    found = (
        select(Notice)
        .join(Contact, Contact.id == Notice.contact_id)
        .where(Notice.state.in_(WAITING), Notice.not_before <= now, Contact.kind.in_(kinds))
        .order_by(Notice.not_before, Notice.id)
    )
    return found.where(Notice.template == Template.CODE) if in_quiet_hours(now) else found


def _settle(session: Session, claim: Claim, **values: object) -> bool:
    mine = Notice.id.in_(claim.ids), Notice.attempts == claim.attempts, Notice.state == NoticeState.SENDING
    result = session.execute(update(Notice).where(*mine).values(**values))
    return isinstance(result, CursorResult) and bool(result.rowcount)
