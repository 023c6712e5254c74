"""누가 지금 이 요청을 보고 있나: 맡기, 놓기, 적다 만 글, 함께 연 사람, 시간이 지난 것 치우기. 무엇을 정하는지는 모른다."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections.errors import ClaimedByOther
from corrections.models import Correction, ReviewDraft, ReviewPresence, Revision, Risk, State
from corrections.promise import ANSWER_WITHIN
from corrections.transition import BARRED, CLAIM_LASTS, OWN, Action, lock, rule_for, transition
from db.errors import NotAllowed
from db.people import Actor, Person, Role

PRESENT = timedelta(seconds=10)
"""이 안에 소식이 있었으면 지금 열어 둔 것이다(화면은 2초마다 알린다)."""

OWN_OFFICE = "보상이 큰 수정 요청은 그 안내를 맡은 부서가 아닌 편집자가 정합니다."

OPENED = timedelta(minutes=3)
"""스크립트 없이 연 화면은 그 뒤의 소식이 없다: 이만큼은 보고 있다고 친다. 스크립트가 있으면 첫 소식이 이것을 갈음한다."""

BIG_REWARD = frozenset({Risk.LAW, Risk.FEE, Risk.ELIGIBILITY})
"""보상이 5점을 넘는 것: 제 부서의 안내는 정하지 못한다 (WORKFLOWS 3.1 claim)."""


def claim(session: Session, correction: Correction, *, by: Actor, now: datetime | None = None) -> Correction:
    """맡는다(30분). 이미 제가 맡았으면 시간을 늘린다. 남이 맡았으면 ClaimedByOther, 끝났으면 AlreadyDecided, 제 일이면 NotAllowed."""
    by.must_be(Role.EDITOR)
    now = now or datetime.now(UTC)
    lock(session, correction)
    must_judge(session, correction, by)
    if correction.state is State.IN_REVIEW:
        if correction.claimed_by == by.person_id:
            correction.claimed_until = now + CLAIM_LASTS
            return correction
        if correction.claimed_until is not None and correction.claimed_until > now:
            raise ClaimedByOther
        transition(session, correction, Action.EXPIRE, by=Actor.system(), at=now)
    rule_for(correction.state, Action.CLAIM)
    transition(session, correction, Action.CLAIM, by=by, at=now)
    return correction


def release(session: Session, correction: Correction, *, by: Actor) -> Correction:
    """맡은 것을 놓는다. 적다 만 글은 남는다."""
    transition(session, correction, Action.RELEASE, by=by)
    return correction


def must_judge(session: Session, correction: Correction, by: Actor) -> None:
    """이 사람이 정해도 되는 요청이 아니면 NotAllowed."""
    if why := why_not(session, correction, by):
        raise NotAllowed(why)


def why_not(session: Session, correction: Correction, by: Actor) -> str:
    """이 사람이 그 요청을 정할 수 없는 까닭, 정해도 되면 빈 글 (WORKFLOWS 3.1 claim과 object, DOMAIN SE-03).

    제가 보낸 것, 이의가 들어오기 전에 제가 정했거나 받아들였던 것, 보상이 큰데 제 부서의 안내인 것은 다른 편집자가 정한다.
    """
    if by.person_id is not None and by.person_id == correction.submitted_by:
        return OWN
    if by.person_id is not None and _judged_first(session, correction, by.person_id):
        return BARRED
    own = bool(by.office) and by.office == correction.office
    if own and correction.reporter_id is not None and correction.risk in BIG_REWARD:
        return OWN_OFFICE
    return ""


def judged_before_objection(person_id: int) -> ColumnElement[bool]:
    """이의가 들어오기 전에 그 사람이 받아들여 실린 요청인가. 2차 확인을 거쳤으면 정한 사람(`barred`)과 다르다."""
    mine = select(Revision.id).where(
        Revision.correction_id == Correction.id,
        Revision.accepted_by == person_id,
        Revision.accepted_at < Correction.objected_at,
        Revision.confirmed_at.is_not(None),
        Revision.reverts.is_(None),
    )
    return mine.exists()


def _judged_first(session: Session, correction: Correction, person_id: int) -> bool:
    one = select(Correction.id).where(Correction.id == correction.id, judged_before_objection(person_id))
    return correction.barred == person_id or (correction.objected_at is not None and session.scalar(one) is not None)


def save_draft(session: Session, correction_id: int, *, by: Actor, form: Mapping[str, str]) -> None:
    """적다 만 글을 남긴다."""
    assert by.person_id is not None  # noqa: S101 - the desk is for people with an account
    draft = ReviewDraft(correction_id=correction_id, person_id=by.person_id, form=dict(form))
    _put(session, draft, form=draft.form, saved_at=draft.saved_at)


def draft_of(session: Session, correction_id: int, *, by: Actor) -> ReviewDraft | None:
    """제가 적다 만 글. 없으면 None."""
    return session.get(ReviewDraft, (correction_id, by.person_id))


def drop_drafts(session: Session, correction_id: int) -> None:
    """정했으니 적다 만 글을 치운다."""
    session.execute(delete(ReviewDraft).where(ReviewDraft.correction_id == correction_id))


def close_proposals(session: Session, correction: Correction) -> None:
    """2차 확인을 기다리던 글을 싣지 않는 것으로 닫는다."""
    proposed = Revision.correction_id == correction.id, Revision.confirmed_at.is_(None), Revision.closed_at.is_(None)
    session.execute(update(Revision).where(*proposed).values(closed_at=datetime.now(UTC)))


def here(
    session: Session, correction_id: int, *, by: Actor, opening: bool = False, now: datetime | None = None
) -> Sequence[str]:
    """제가 이 요청을 열어 두었다고 알리고, 함께 열어 둔 다른 편집자의 보일 이름을 받는다. `opening`은 방금 화면을 연 것이다."""
    assert by.person_id is not None  # noqa: S101 - the desk is for people with an account
    now = now or datetime.now(UTC)
    session.execute(delete(ReviewPresence).where(ReviewPresence.seen_at < now - timedelta(hours=1)))
    seen = now + OPENED - PRESENT if opening else now
    _put(session, ReviewPresence(correction_id=correction_id, person_id=by.person_id, seen_at=seen), seen_at=seen)
    others = (
        select(Person.name_shown)
        .join(ReviewPresence, ReviewPresence.person_id == Person.id)
        .where(
            ReviewPresence.correction_id == correction_id,
            ReviewPresence.person_id != by.person_id,
            ReviewPresence.seen_at > now - PRESENT,
        )
    )
    return session.scalars(others.order_by(Person.name_shown)).all()


def sweep(session: Session, *, now: datetime | None = None) -> int:
    """시간이 지난 것을 치우고 그 수를 돌려준다: 맡은 지 30분이 넘으면 놓고, 보완을 14일 기다렸으면 자동으로 끝낸다."""
    now = now or datetime.now(UTC)
    expired = select(Correction).where(Correction.state == State.IN_REVIEW, Correction.claimed_until < now)
    unanswered = select(Correction).where(
        Correction.state == State.NEEDS_INFO, Correction.paused_at < now - ANSWER_WITHIN
    )
    done = 0
    for found, action in ((expired, Action.EXPIRE), (unanswered, Action.LAPSE)):
        for correction in session.scalars(found.order_by(Correction.id)).all():
            state = correction.state
            lock(session, correction)
            if correction.state is state and _still(correction, action, now):
                transition(session, correction, action, by=Actor.system(), channel="worker", at=now)
                done += 1
    return done


def _put(session: Session, row: ReviewDraft | ReviewPresence, **values: object) -> None:
    """그 사람의 그 요청 줄을 고치고, 없으면 넣는다. 두 창이 한꺼번에 와도 한 줄이다."""
    table = type(row)
    change = (
        update(table).where(table.correction_id == row.correction_id, table.person_id == row.person_id).values(**values)
    )
    for _ in range(2):
        if cast("CursorResult[Any]", session.execute(change)).rowcount:
            return
        try:
            with session.begin_nested():
                session.add(row)
            return
        except IntegrityError:  # the other window was quicker by a hair
            continue


def _still(correction: Correction, action: Action, now: datetime) -> bool:
    if action is Action.EXPIRE:
        return correction.claimed_until is None or correction.claimed_until < now
    return correction.paused_at is not None and correction.paused_at < now - ANSWER_WITHIN
