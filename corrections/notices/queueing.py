"""무슨 일이 있으면 누구에게 무엇을 알리나. 한 사건은 한 연락처에 한 번, 밤에는 알리지 않는다."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import String, cast, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections.apply import COMMITTED, REVERTED
from corrections.models import Correction, Revision, State
from corrections.notices.models import WAITING, Notice, NoticeState, Template
from corrections.people import Contact
from corrections.promise import REMIND_AFTER
from corrections.transition import Action, lock
from db import events
from db.people import Actor
from kb.entry import SEOUL

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""밤 9시부터 아침 8시까지(서울)는 보내지 않는다 (DOMAIN LE-92)."""

REMIND = "remind"
BY_ACTION: Mapping[str, Template] = {
    Action.ASK: Template.ASK,
    REMIND: Template.REMINDER,
    Action.LAPSE: Template.LAPSE,
    COMMITTED: Template.APPLIED,
    Action.DECLINE: Template.DECLINED,
    Action.MERGE: Template.DUPLICATE,
    REVERTED: Template.REVERTED,
    Action.OVERTAKE: Template.OVERTAKEN,
}
"""사건의 이름 → 알릴 것. 여기 없는 사건은 알리지 않는다."""

FOLLOWED = frozenset({Action.LAPSE, COMMITTED, Action.DECLINE, REVERTED, Action.OVERTAKE})
"""이 요청에 합쳐진 요청들의 시민에게도 알릴 일: 두 접수증이 한 결과를 따른다 (WORKFLOWS 2 item 11)."""


def on_event(session: Session, payload: Mapping[str, Any]) -> int:
    """남은 일 `notice.send`: 그 사건(`payload["event"]`)을 들을 시민마다 알림을 줄 세우고 새로 세운 수를 돌려준다.

    두 번 해도 같다. 보내는 일은 여기서 하지 않으므로 메일 서버가 죽어도 이 요청의 다음 일이 막히지 않는다.
    """
    event = session.get_one(events.Event, payload["event"])
    template = BY_ACTION.get(event.action)
    if template is None:
        return 0
    if event.action == COMMITTED and session.get_one(Revision, payload["revision"]).partial:
        template = Template.PARTLY_APPLIED
    correction = session.get_one(Correction, payload["correction"])
    told = queue_for(session, correction, template=template, event=event)
    if event.action in FOLLOWED:
        same = select(Correction).where(Correction.duplicate_of == correction.id, Correction.state == State.DUPLICATE)
        for other in session.scalars(same.order_by(Correction.id)).all():
            told += queue_for(session, other, template=template, event=event, data={"original": correction.id})
    return told


def queue_for(
    session: Session,
    correction: Correction,
    *,
    template: Template,
    event: events.Event,
    data: Mapping[str, Any] | None = None,
) -> int:
    """그 요청을 보낸 시민에게 알린다. 연락처를 확인한 시민이 없으면 아무 일도 없다."""
    if correction.reporter_id is None:
        return 0
    told = {**(data or {}), "correction": correction.id}
    return queue(session, reporter_id=correction.reporter_id, template=template, event=event, data=told)


def queue(
    session: Session,
    *,
    reporter_id: int,
    template: str,
    event: events.Event,
    data: Mapping[str, Any] | None = None,
    now: datetime | None = None,
) -> int:
    """그 시민의 확인한 연락처마다 알림을 줄 세우고 새로 세운 수를 돌려준다. 저장(commit)은 부른 쪽이 한다.

    `data`에는 번호와 수만 넣는다: `correction`(수정 요청의 번호)이 있으면 접수번호와 접수증의 주소가 실리고, `points`는 점수다.
    같은 사건을 두 번 불러도 한 번만 알린다. 모르는 `template`이면 ValueError.
    """
    data = dict(data or {})
    correction_id = data.pop("correction", None)
    at = opening(now or datetime.now(UTC))
    mine = select(Contact).where(Contact.reporter_id == reporter_id, Contact.verified_at.is_not(None))
    found = session.scalars(mine.order_by(Contact.id)).all()
    return sum(
        add(
            session,
            contact=contact,
            template=Template(template),
            event=event,
            data=data,
            correction_id=correction_id,
            not_before=at,
        )
        for contact in found
    )


def add(
    session: Session,
    *,
    contact: Contact,
    template: Template,
    event: events.Event,
    data: Mapping[str, Any],
    correction_id: int | None,
    not_before: datetime,
) -> bool:
    """알림 하나를 넣는다. 그 사건을 그 연락처에 이미 세웠으면 거짓: 동시에 와도 표의 유일 제약이 하나만 남긴다."""
    same = select(Notice.id).where(Notice.event_id == event.id, Notice.contact_id == contact.id)
    if session.scalar(same) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(
                Notice(
                    correction_id=correction_id,
                    contact_id=contact.id,
                    event_id=event.id,
                    template=template,
                    data=dict(data),
                    not_before=not_before,
                )
            )
            session.flush()
        return True
    except IntegrityError:
        if session.scalar(same) is None:
            raise
        return False


def remind(session: Session, *, now: datetime | None = None) -> int:
    """보완을 기다린 지 이레가 된 요청의 시민에게 한 번 다시 부탁하고, 부탁한 요청의 수를 돌려준다 (WORKFLOWS 3.1 ask).

    물을 때마다 한 번이다: 답을 받고 다시 물으면 이레 뒤 다시 한 번. 몇 번을 불러도 같다.
    """
    now = now or datetime.now(UTC)
    reminded = select(events.Event.id).where(
        events.Event.stream == literal("correction/") + cast(Correction.id, String),
        events.Event.action == REMIND,
        events.Event.at >= Correction.paused_at,
    )
    waiting = select(Correction).where(
        Correction.state == State.NEEDS_INFO,
        Correction.reporter_id.is_not(None),
        Correction.paused_at <= now - REMIND_AFTER,
        ~reminded.exists(),
    )
    done = 0
    for correction in session.scalars(waiting.order_by(Correction.id)).all():
        lock(session, correction)
        if correction.state is State.NEEDS_INFO and session.scalar(waiting.where(Correction.id == correction.id)):
            event = events.record(
                session,
                stream=correction.stream,
                action=REMIND,
                actor=Actor.system(),
                channel="worker",
                data={"correction": correction.id},
                at=now,
            )
            queue_for(session, correction, template=Template.REMINDER, event=event)
            done += 1
    return done


def drop_waiting(session: Session, contact_ids: Collection[int]) -> None:
    """그 연락처들에 보내려던 것을 보내지 않는다."""
    mine = Notice.contact_id.in_(contact_ids), Notice.state.in_((*WAITING, NoticeState.STUCK))
    session.execute(update(Notice).where(*mine).values(state=NoticeState.DROPPED))


def in_quiet_hours(at: datetime) -> bool:
    """서울의 밤인가."""
    clock = at.astimezone(SEOUL).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def opening(at: datetime) -> datetime:
    """그때 생긴 알림을 보내도 되는 때: 밤이면 다가오는 아침 8시, 아니면 그때."""
    if not in_quiet_hours(at):
        return at
    here = at.astimezone(SEOUL)
    day = here.date() + timedelta(days=here.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, SEOUL).astimezone(UTC)
