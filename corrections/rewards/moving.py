"""보상의 상태를 바꾸는 하나뿐인 문: 어느 상태에서 무슨 일을 누가 할 수 있고 장부의 어느 계정으로 옮기는지의 표.

왜 그렇게 정하는지는 rules가, 언제 부르는지는 settling이 안다.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from corrections import notices
from corrections.errors import AlreadyDecided
from corrections.notices import Template
from corrections.rewards import ledger
from corrections.rewards.models import Reward, RewardState
from corrections.rewards.rules import Why
from db import events
from db.people import Actor, Role


class Move(StrEnum):
    """보상에 일어날 수 있는 일. 사건의 이름은 `reward.` 뒤에 이것을 붙인 것이다."""

    ACCRUE = "accrue"
    HOLD = "hold"
    REFUSE = "refuse"
    GRANT = "grant"
    ALLOW = "allow"
    VOID = "void"
    REVERSE = "reverse"

    @property
    def event(self) -> str:
        """사건의 이름."""
        return f"reward.{self}"


@dataclass(frozen=True)
class MoveRule:
    """표의 한 칸: 어느 상태로 가고, 누가 할 수 있고, 점수가 어디에서 어디로 가나."""

    to: RewardState
    who: tuple[Role, ...]
    ledger: str = ""


_SYSTEM = (Role.SYSTEM,)
_LEAD = (Role.LEAD_EDITOR,)
_BOTH = (Role.SYSTEM, Role.LEAD_EDITOR)
RESERVE, RETURN, PAY, TAKE_BACK = "reserve", "return", "pay", "take_back"

MOVES: Mapping[tuple[RewardState | None, Move], MoveRule] = {
    (None, Move.ACCRUE): MoveRule(RewardState.PENDING, _SYSTEM, RESERVE),
    (None, Move.HOLD): MoveRule(RewardState.HELD, _SYSTEM, RESERVE),
    (None, Move.REFUSE): MoveRule(RewardState.VOID, _SYSTEM),
    (RewardState.PENDING, Move.GRANT): MoveRule(RewardState.GRANTED, _SYSTEM, PAY),
    (RewardState.PENDING, Move.HOLD): MoveRule(RewardState.HELD, _SYSTEM),
    (RewardState.PENDING, Move.VOID): MoveRule(RewardState.VOID, _BOTH, RETURN),
    (RewardState.PENDING, Move.REVERSE): MoveRule(RewardState.REVERSED, _SYSTEM, RETURN),
    (RewardState.HELD, Move.ALLOW): MoveRule(RewardState.PENDING, _LEAD),
    (RewardState.HELD, Move.VOID): MoveRule(RewardState.VOID, _BOTH, RETURN),
    (RewardState.HELD, Move.REVERSE): MoveRule(RewardState.REVERSED, _SYSTEM, RETURN),
    (RewardState.VOID, Move.ALLOW): MoveRule(RewardState.PENDING, _LEAD, RESERVE),
    (RewardState.GRANTED, Move.REVERSE): MoveRule(RewardState.REVERSED, _BOTH, TAKE_BACK),
}
"""WORKFLOWS 3.1 Reward의 표. `held`는 의심스러운 것을 사람이 정하게 멈춘 곳이고, 잘못 없앤 것은 책임 편집자가 살린다."""


def move(
    session: Session,
    reward: Reward,
    action: Move,
    *,
    by: Actor,
    why: Why | None = None,
    note: str = "",
    at: datetime | None = None,
) -> events.Event:
    """상태를 바꾸고, 사건과 장부의 줄을 같은 트랜잭션에 적는다. 저장(commit)은 부른 쪽이 한다.

    새 보상(`reward.id`가 아직 없음)은 ACCRUE, HOLD, REFUSE로만 들어온다. 표에 없으면 AlreadyDecided, 역할이 다르면 NotAllowed.
    """
    is_new = reward not in session
    old = None if is_new else reward.state
    rule = rule_for(old, action)
    by.must_be(*rule.who)
    now = at or datetime.now(UTC)
    reward.state, reward.why = rule.to, why
    if action is Move.GRANT:
        reward.granted_at = now
    if by.person_id is not None:
        reward.ruled_by, reward.note = by.person_id, note
    session.add(reward)
    session.flush()  # row_version speaks up here, before the event takes the head of the chain
    event = _recorded(session, reward, action, old, rule, by, why, note, now)
    _post(session, reward, rule.ledger, event)
    _tell(session, reward, action, old, by, event)
    return event


def rule_for(state: RewardState | None, action: Move) -> MoveRule:
    """표의 그 칸. 없으면 AlreadyDecided."""
    try:
        return MOVES[state, action]
    except KeyError:
        label = state.label if state else "새 보상"
        raise AlreadyDecided(f"이미 ‘{label}’ 상태인 보상이라 할 수 없는 일입니다. 새로 고쳐 확인해 주세요.") from None


def _recorded(
    session: Session,
    reward: Reward,
    action: Move,
    old: RewardState | None,
    rule: MoveRule,
    by: Actor,
    why: Why | None,
    note: str,
    at: datetime,
) -> events.Event:
    return events.record(
        session,
        stream=reward.stream,
        action=action.event,
        actor=by,
        from_state=old,
        to_state=rule.to,
        reason=why,
        text=note or None,
        channel="web" if by.person_id is not None else "worker",
        data={
            "reward": reward.id,
            "correction": reward.correction_id,
            "revision": reward.revision_id,
            "points": reward.points,
        },
        at=at,
    )


def _tell(
    session: Session, reward: Reward, action: Move, old: RewardState | None, by: Actor, event: events.Event
) -> None:
    """드린 것과, 사람이 거둔 것을 알린다. 고침을 되돌려 거둔 것은 되돌렸다는 알림이 함께 말한다."""
    told = {Move.GRANT: Template.REWARD_GRANTED}
    if old is RewardState.GRANTED and by.person_id is not None:
        told[Move.REVERSE] = Template.REWARD_REVERSED
    if action in told:
        data = {"correction": reward.correction_id, "points": reward.points}
        notices.queue(session, reporter_id=reward.reporter_id, template=told[action], event=event, data=data)


def _post(session: Session, reward: Reward, kind: str, event: events.Event) -> None:
    waiting, given = ledger.pending(reward.reporter_id), ledger.paid(reward.reporter_id)
    routes = {
        RESERVE: (ledger.POOL, waiting),
        RETURN: (waiting, ledger.POOL),
        PAY: (waiting, given),
        TAKE_BACK: (given, ledger.REVERSED),
    }
    if kind:
        source, target = routes[kind]
        ledger.move(session, reward, source=source, target=target, event=event)
