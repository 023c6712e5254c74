"""점수의 장부: 덧붙이기만 하는 줄과 계정의 잔액. 누구에게 왜 주는지는 모른다."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corrections.rewards.models import LedgerEntry, Reward, RewardState
from db.events import Event

POOL = "pool"
REVERSED = "reversed"


def pending(reporter_id: int) -> str:
    """14일을 기다리는 점수의 계정."""
    return f"pending:{reporter_id}"


def paid(reporter_id: int) -> str:
    """준 점수의 계정."""
    return f"reporter:{reporter_id}"


def move(session: Session, reward: Reward, *, source: str, target: str, event: Event) -> LedgerEntry:
    """그 보상의 점수를 옮긴다. 보상의 행을 잠근 뒤에 부른다: 걸음(`step`)이 겹치면 데이터베이스가 거절한다."""
    last = session.scalar(select(func.max(LedgerEntry.step)).where(LedgerEntry.reward_id == reward.id)) or 0
    entry = LedgerEntry(
        reward_id=reward.id,
        step=last + 1,
        reporter_id=reward.reporter_id,
        source=source,
        target=target,
        points=reward.points,
        event_id=event.id,
        at=event.at,
    )
    session.add(entry)
    session.flush()
    return entry


def balances(session: Session) -> Mapping[str, int]:
    """계정마다의 잔액. 모두 더하면 0이다."""
    found: dict[str, int] = {}
    for account, sign in ((LedgerEntry.target, 1), (LedgerEntry.source, -1)):
        for name, points in session.execute(select(account, func.sum(LedgerEntry.points)).group_by(account)):
            found[name] = found.get(name, 0) + sign * int(points)
    return found


def balance(session: Session, account: str) -> int:
    """계정 하나의 잔액."""
    return balances(session).get(account, 0)


@dataclass(frozen=True)
class Imbalance:
    """장부와 보상이 맞지 않는 곳."""

    reward_id: int
    problem: str


def faults(session: Session) -> list[Imbalance]:
    """보상마다 장부의 줄을 되풀어 그 상태가 말하는 대로인지 본다. 빈 목록이면 온전하다.

    기다리거나 멈춘 것은 기다리는 계정에, 준 것은 그 사람의 계정에 점수가 꼭 그만큼 있고, 나머지는 아무 데도 없다.
    """
    moved: dict[int, dict[str, int]] = {}
    for entry in session.scalars(select(LedgerEntry).order_by(LedgerEntry.reward_id, LedgerEntry.step)):
        held = moved.setdefault(entry.reward_id, {})
        held[entry.target] = held.get(entry.target, 0) + entry.points
        held[entry.source] = held.get(entry.source, 0) - entry.points
    found = [_fault(reward, moved.pop(reward.id, {})) for reward in session.scalars(select(Reward).order_by(Reward.id))]
    return [fault for fault in found if fault]


def _fault(reward: Reward, held: Mapping[str, int]) -> Imbalance | None:
    waits = reward.points if reward.state in (RewardState.PENDING, RewardState.HELD) else 0
    given = reward.points if reward.state is RewardState.GRANTED else 0
    seen = held.get(pending(reward.reporter_id), 0), held.get(paid(reward.reporter_id), 0)
    if seen == (waits, given) and sum(held.values()) == 0:
        return None
    return Imbalance(
        reward.id, f"보상 {reward.id}번({reward.state.label})의 장부는 기다림 {seen[0]}점, 드림 {seen[1]}점입니다."
    )
