"""수정 요청의 보상을 그 요청의 지금에 맞춘다: 실리면 기다리게 하고, 되돌리면 거두고, 14일이 지나면 준다. 몇 번을 불러도 같다."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from corrections.errors import BadReason
from corrections.models import Correction, Reason, Revision, State
from corrections.people import Reporter
from corrections.rewards import evidence, rules
from corrections.rewards.models import LIVE, Reward, RewardState
from corrections.rewards.moving import Move, move
from corrections.rewards.rules import COOLING, Outcome, Why
from corrections.submit import cleaned
from corrections.transition import lock
from db import Database
from db.errors import NotAllowed
from db.people import Actor, Role
from kb.store import EntryStore

LONGEST_NOTE = 500
LATE = timedelta(days=30)
FINDERS = frozenset(State) - {State.SPAM, State.WITHDRAWN, State.HELD}
"""먼저 알린 것으로 치는 상태: 거두었거나 차단한 것은 아니다."""


def handler(database: Database, store: EntryStore, payload: Mapping[str, Any]) -> None:
    """남은 일 `reward.settle`: payload의 `correction`을 지금 상태에 맞춘다."""
    with database.begin() as session:
        settle(session, store, payload["correction"])


def settle(session: Session, store: EntryStore, correction_id: int, *, now: datetime | None = None) -> Reward | None:
    """그 요청(중복이면 원래 요청)의 보상을 지금에 맞추고, 살아 있는 보상을 돌려준다. 없으면 None.

    실려 있고 되돌려지지 않은 글마다 먼저 알린 한 사람만 받는다. 먼저 알린 이가 연락처를 확인하지 않았으면 아무도 받지 않는다.
    """
    now = now or datetime.now(UTC)
    correction = _original(session, correction_id)
    standing = standing_revision(session, correction.id)
    finder = _finder(session, correction) if standing else None
    _take_back(session, correction, standing, finder, now)
    if standing is None or finder is None:
        return None
    known = _known(session, standing, finder)
    if known is not None:
        return known if known.state.is_live else None
    return _judged(session, store, finder, standing, now)


def settle_missing(database: Database, store: EntryStore, *, now: datetime | None = None) -> int:
    """아직 보지 않은 고침을 맞추고 그 수를 돌려준다: 실린 뒤 30일 안에 연락처를 확인했거나 먼저 알린 요청이 합쳐졌다."""
    since = (now or datetime.now(UTC)) - LATE
    undone = aliased(Revision)
    reverted = select(undone.reverts).where(undone.reverts.is_not(None), undone.commit_sha.is_not(None))
    waiting = (
        select(Revision.correction_id)
        .where(Revision.commit_sha.is_not(None), Revision.reverts.is_(None), Revision.id.not_in(reverted))
        .where(Revision.closed_at > since, Revision.id.not_in(select(Reward.revision_id)))
        .order_by(Revision.id)
    )
    with database.reading() as session:
        numbers = list(dict.fromkeys(session.scalars(waiting)))
    return sum(_settled(database, store, number) for number in numbers)


def grant_due(database: Database, store: EntryStore, *, now: datetime | None = None) -> int:
    """14일이 지난 보상을 주고 그 수를 돌려준다. 주기 전에 아직 실려 있는지, 그사이 의심스러워지지 않았는지 다시 본다."""
    now = now or datetime.now(UTC)
    due = select(Reward.id).where(Reward.state == RewardState.PENDING, Reward.due_at <= now).order_by(Reward.id)
    with database.reading() as session:
        numbers = session.scalars(due).all()
    return sum(_granted(database, store, number, now) for number in numbers)


def daily(database: Database, store: EntryStore) -> None:
    """하루에 한 번: 보지 않은 고침을 맞추고, 때가 된 보상을 준다."""
    settle_missing(database, store)
    grant_due(database, store)


def allow(session: Session, reward: Reward, *, by: Actor, note: str) -> Reward:
    """책임 편집자가 멈추었거나 없앤 보상을 주기로 한다. 14일은 그대로 지나야 한다. 까닭이 없으면 BadReason."""
    note = _ruling(session, reward, by, note)
    if standing_revision(session, _correction_of(session, reward)) is None:
        raise BadReason("이미 되돌린 고침이라 보상할 수 없습니다.")
    reward.points = reward.points or reward.worth
    move(session, reward, Move.ALLOW, by=by, note=note)
    return reward


def void(session: Session, reward: Reward, *, by: Actor, why: str, note: str) -> Reward:
    """책임 편집자가 보상을 없앤다. 이미 준 것은 거둔다. 까닭이 목록에 없거나 설명이 없으면 BadReason."""
    if why not in set(rules.BY_LEAD):
        raise BadReason("보상을 없애는 까닭을 골라 주세요.")
    note = _ruling(session, reward, by, note)
    action = Move.REVERSE if reward.state is RewardState.GRANTED else Move.VOID
    move(session, reward, action, by=by, why=Why(why), note=note)
    return reward


def reward_of(session: Session, correction: Correction) -> Reward | None:
    """그 요청을 보낸 시민의 마지막 보상. 없으면 None."""
    mine = select(Reward).where(Reward.correction_id == correction.id, Reward.reporter_id == correction.reporter_id)
    return session.scalar(mine.order_by(Reward.id.desc()).limit(1))


def standing_revision(session: Session, correction_id: int) -> Revision | None:
    """그 요청으로 실려 있고 되돌려지지 않은 글 가운데 가장 무거운 것(같으면 먼저 실린 것). 없으면 None."""
    undone = aliased(Revision)
    reverted = select(undone.reverts).where(undone.reverts.is_not(None), undone.commit_sha.is_not(None))
    mine = select(Revision).where(
        Revision.correction_id == correction_id,
        Revision.reverts.is_(None),
        Revision.commit_sha.is_not(None),
        Revision.id.not_in(reverted),
    )
    found = session.scalars(mine.order_by(Revision.id)).all()
    return max(found, key=lambda revision: rules.POINTS[revision.risk], default=None)


def _settled(database: Database, store: EntryStore, correction_id: int) -> bool:
    with database.begin() as session:
        return settle(session, store, correction_id) is not None


def _granted(database: Database, store: EntryStore, reward_id: int, now: datetime) -> bool:
    with database.begin() as session:
        reward = session.get_one(Reward, reward_id)
        correction = session.get_one(Correction, _correction_of(session, reward))
        settle(session, store, correction.id, now=now)
        session.refresh(reward, with_for_update=True)
        if reward.state is not RewardState.PENDING or correction.state.is_open:
            return False
        doubt = None if reward.ruled_by is not None else _doubt(session, store, reward)
        if doubt is None:
            move(session, reward, Move.GRANT, by=Actor.system(), why=reward.why, at=now)
        elif doubt is Why.CONFLICT:
            move(session, reward, Move.VOID, by=Actor.system(), why=doubt, at=now)
        else:
            move(session, reward, Move.HOLD, by=Actor.system(), why=doubt, at=now)
        return doubt is None


def _doubt(session: Session, store: EntryStore, reward: Reward) -> Why | None:
    """기다리는 동안 생긴 의심: 이해관계, 짬짜미, 마구 보냄, 뒤에 틀린 것으로 밝혀짐."""
    finder, revision = session.get_one(Correction, reward.correction_id), session.get_one(Revision, reward.revision_id)
    find = evidence.find_of(session, finder, revision)
    book, about = evidence.book_of(session, find), evidence.circumstances(session, store, find, revision)
    book.see(find)
    if about.conflict:
        return Why.CONFLICT
    return Why.PROVED_WRONG if _proved_wrong(session, revision) else rules.suspicion(find, book, about)


def _proved_wrong(session: Session, revision: Revision) -> bool:
    """이 글이 넣은 문장을 다른 수정 요청이 (글귀 말고) 고쳤나: 보상을 받을 만큼 맞는 글이 아니었을 수 있다."""
    added = evidence.lines(revision.text) - evidence.lines(revision.base_text)
    later = select(Revision).where(
        Revision.entry_id == revision.entry_id,
        Revision.id > revision.id,
        Revision.correction_id != revision.correction_id,
        Revision.commit_sha.is_not(None),
    )
    heavy = (one for one in session.scalars(later) if rules.POINTS[one.risk] > 1)
    return any(added & (evidence.lines(one.base_text) - evidence.lines(one.text)) for one in heavy)


def _judged(session: Session, store: EntryStore, finder: Correction, revision: Revision, now: datetime) -> Reward:
    find = evidence.find_of(session, finder, revision)
    verdict = rules.decide(
        find, evidence.book_of(session, find), evidence.circumstances(session, store, find, revision)
    )
    reward = Reward(
        correction_id=finder.id,
        revision_id=revision.id,
        reporter_id=find.reporter,
        state=RewardState.PENDING,
        worth=find.worth,
        points=verdict.points,
        due_at=find.applied_at + COOLING,
        made_at=now,
    )
    moves = {Outcome.PAY: Move.ACCRUE, Outcome.HOLD: Move.HOLD, Outcome.REFUSE: Move.REFUSE}
    move(session, reward, moves[verdict.outcome], by=Actor.system(), why=verdict.why, at=now)
    return reward


def _take_back(
    session: Session, correction: Correction, standing: Revision | None, finder: Correction | None, now: datetime
) -> None:
    """실려 있지 않거나, 더 큰 고침으로 갈았거나, 먼저 알린 이가 따로 있는 보상을 거둔다."""
    live = (
        select(Reward)
        .join(Revision, Revision.id == Reward.revision_id)
        .where(Revision.correction_id == correction.id, Reward.state.in_(sorted(LIVE)))
    )
    for reward in session.scalars(live.order_by(Reward.id).with_for_update(of=Reward)):
        if standing is None:
            move(session, reward, Move.REVERSE, by=Actor.system(), why=Why.REVERTED, at=now)
        elif reward.revision_id != standing.id:
            move(session, reward, Move.REVERSE, by=Actor.system(), why=Why.REPLACED, at=now)
        elif _is_erased(session, reward.reporter_id):
            if reward.state is not RewardState.GRANTED:
                move(session, reward, Move.REVERSE, by=Actor.system(), why=Why.ERASED, at=now)
        elif finder is None or reward.reporter_id != finder.reporter_id:
            move(session, reward, Move.REVERSE, by=Actor.system(), why=Why.CONFIRMED, at=now)


def _finder(session: Session, correction: Correction) -> Correction | None:
    """같은 것을 알린 요청들 가운데 가장 먼저 온 것. 그 시민이 연락처를 확인하지 않았거나 제 정보를 지웠으면 None."""
    overtaken = (Correction.reason_code == Reason.OVERTAKEN) & (Correction.entry_id == correction.entry_id)
    same = select(Correction).where(
        (Correction.id == correction.id) | (Correction.duplicate_of == correction.id) | overtaken,
        Correction.state.in_(sorted(FINDERS)),
    )
    told = session.scalars(same.order_by(Correction.submitted_at, Correction.id)).all()
    first = next((one for one in told if one.reason_code is not Reason.OVERTAKEN or _says_same(one, correction)), None)
    if first is None or first.reporter_id is None:
        return None
    return None if _is_erased(session, first.reporter_id) else first


def _is_erased(session: Session, reporter_id: int) -> bool:
    return session.get_one(Reporter, reporter_id).erased_at is not None


def _says_same(one: Correction, other: Correction) -> bool:
    """다른 길로 고쳐져 닫힌 요청이 그 고침과 같은 것을 먼저 알렸나."""
    return rules.alike(one.proposal, other.proposal)


def _known(session: Session, revision: Revision, finder: Correction) -> Reward | None:
    mine = select(Reward).where(Reward.revision_id == revision.id, Reward.reporter_id == finder.reporter_id)
    return session.scalar(mine)


def _original(session: Session, correction_id: int) -> Correction:
    """그 요청, 중복이면 원래 요청. 행을 잠근다."""
    correction = session.get_one(Correction, correction_id)
    if correction.state is State.DUPLICATE and correction.duplicate_of is not None:
        correction = session.get_one(Correction, correction.duplicate_of)
    lock(session, correction)
    return correction


def _correction_of(session: Session, reward: Reward) -> int:
    return session.get_one(Revision, reward.revision_id).correction_id


def _ruling(session: Session, reward: Reward, by: Actor, note: str) -> str:
    """책임 편집자가 정해도 되는지: 스스로 받아들인 고침의 보상은 다른 책임 편집자가 정한다."""
    by.must_be(Role.LEAD_EDITOR)
    session.refresh(reward, with_for_update=True)
    if by.person_id in evidence.editors_of(session, session.get_one(Revision, reward.revision_id)):
        raise NotAllowed("스스로 받아들인 고침의 보상은 다른 책임 편집자가 정합니다.")
    note = cleaned(note)[:LONGEST_NOTE]
    if not note:
        raise BadReason("그렇게 정하는 까닭을 한 문장 이상 적어 주세요. 기록에 남습니다.")
    return note


def listed(session: Session, state: RewardState | None, *, limit: int = 50, offset: int = 0) -> Sequence[Reward]:
    """그 상태의 보상들, 새것부터. 상태가 없으면 모두."""
    wanted = select(Reward) if state is None else select(Reward).where(Reward.state == state)
    return session.scalars(wanted.order_by(Reward.id.desc()).limit(limit).offset(offset)).all()


def counts(session: Session) -> Mapping[RewardState, int]:
    """상태마다의 수. 없는 상태는 0."""
    rows = session.execute(select(Reward.state, func.count()).group_by(Reward.state))
    found = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in RewardState}
