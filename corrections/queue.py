"""편집자의 목록: 무엇이 기다리고, 무엇이 급하고, 얼마나 걸리나. 정하는 일은 review가 한다."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from corrections.claims import judged_before_objection
from corrections.models import APPLIED, OPEN, Correction, Kind, Risk, State

TO_DO = frozenset({State.RECEIVED, State.TRIAGED, State.IN_REVIEW, State.SECOND_CHECK})
"""편집자가 지금 할 일이 있는 상태. 보류심사와 보완요청, 부서확인은 골라서 본다."""

SIMILAR = 80.0
"""이만큼(0~100) 닮은 제안은 같은 것일 수 있다 (WORKFLOWS 2 item 11)."""

LOOK_BACK = timedelta(days=90)
FEWEST = 5
"""공개하는 수는 이보다 적으면 밝히지 않는다 (WORKFLOWS 2 item 24)."""


@dataclass(frozen=True, kw_only=True)
class Filter:
    """목록을 좁히는 것. 비우면 모두."""

    state: State | None = None
    kind: Kind | None = None
    risk: Risk | None = None
    office: str = ""
    channel: str = ""
    mine: int | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """SQL의 조건들."""
        wanted: list[ColumnElement[bool]] = [
            Correction.state == self.state if self.state else Correction.state.in_(TO_DO)
        ]
        if self.kind:
            wanted.append(Correction.kind == self.kind)
        if self.risk:
            wanted.append(Correction.risk == self.risk)
        if self.office:
            wanted.append(Correction.office == self.office)
        if self.channel:
            wanted.append(Correction.channel == self.channel)
        if self.mine is not None:
            wanted.append(Correction.claimed_by == self.mine)
        return wanted


EVERYTHING = Filter()
BY_DUE = (func.coalesce(Correction.due_at, Correction.submitted_at), Correction.channel != "agent", Correction.id)
"""기한이 먼저인 것부터, 같은 때면 상담사가 보낸 것부터."""


def queue(session: Session, wanted: Filter = EVERYTHING, *, limit: int = 100, offset: int = 0) -> Sequence[Correction]:
    """기다리는 수정 요청, 기한이 먼저인 것부터. 상담사가 보낸 것은 같은 때의 것보다 앞선다 (WORKFLOWS 2 item 10)."""
    found = select(Correction).where(*wanted.conditions()).order_by(*BY_DUE)
    return session.scalars(found.limit(limit).offset(offset)).all()


def waiting_count(session: Session, wanted: Filter = EVERYTHING) -> int:
    """목록의 길이."""
    return session.scalar(select(func.count()).select_from(Correction).where(*wanted.conditions())) or 0


def counts(session: Session) -> dict[State, int]:
    """상태마다의 수. 없는 상태는 0."""
    grouped = select(Correction.state, func.count()).group_by(Correction.state)
    found = {row[0]: row[1] for row in session.execute(grouped)}
    return {state: found.get(state, 0) for state in State}


def offices(session: Session) -> Sequence[str]:
    """열린 요청이 있는 부서들, 가나다 차례."""
    found = select(Correction.office).where(Correction.state.in_(OPEN), Correction.office != "")
    return session.scalars(found.distinct().order_by(Correction.office)).all()


def next_for(session: Session, *, person_id: int, skipping: Collection[int] = ()) -> Correction | None:
    """다음에 맡을 것: 아무도 맡지 않은 것 가운데 목록에서 맨 앞인 것. 스스로 보낸 것과 이의의 상대인 것, `skipping`은 건너뛴다."""
    free = Correction.state.in_((State.RECEIVED, State.TRIAGED))
    not_mine = Correction.submitted_by.is_distinct_from(person_id) & Correction.barred.is_distinct_from(person_id)
    not_mine &= ~judged_before_objection(person_id)
    found = select(Correction).where(free, not_mine, Correction.id.not_in(skipping))
    return session.scalar(found.order_by(*BY_DUE).limit(1))


def open_on(session: Session, entry_id: str, *, limit: int = 20) -> Sequence[Correction]:
    """그 안내에 열려 있는 요청, 오래된 것부터. 보류심사 중인 것은 보이지 않는다."""
    shown = OPEN - {State.HELD}
    found = select(Correction).where(Correction.entry_id == entry_id, Correction.state.in_(shown))
    return session.scalars(found.order_by(Correction.submitted_at, Correction.id).limit(limit)).all()


def earlier_on(session: Session, correction: Correction, *, limit: int = 20) -> Sequence[Correction]:
    """같은 안내의 다른 요청들, 새것부터. 차단한 것은 뺀다."""
    found = select(Correction).where(
        Correction.entry_id == correction.entry_id, Correction.id != correction.id, Correction.state != State.SPAM
    )
    return session.scalars(found.order_by(Correction.id.desc()).limit(limit)).all()


@dataclass(frozen=True)
class Similar:
    """닮은 요청과 닮은 정도(0~100)."""

    correction: Correction
    likeness: float


def similar(session: Session, correction: Correction, *, limit: int = 5) -> Sequence[Similar]:
    """제안이 닮은 다른 요청들, 닮은 것부터: 같은 안내이거나 같은 갈래의 최근 것에서 찾는다."""
    beside = select(Correction).where(
        Correction.id != correction.id,
        Correction.state != State.SPAM,
        (Correction.entry_id == correction.entry_id) | (Correction.kind == correction.kind),
    )
    mine = f"{correction.quoted}\n{correction.proposal}"
    scored = (
        Similar(other, fuzz.token_set_ratio(mine, f"{other.quoted}\n{other.proposal}"))
        for other in session.scalars(beside.order_by(Correction.id.desc()).limit(500))
    )
    return sorted((one for one in scored if one.likeness >= SIMILAR), key=lambda one: -one.likeness)[:limit]


@dataclass(frozen=True, kw_only=True)
class Lag:
    """얼마나 밀렸나: 열린 수, 가장 오래 기다린 시간, 최근 90일에 정한 것의 중앙값과 90번째 백분위(시간), 반영한 수와 정한 수."""

    open: int
    oldest_hours: float
    decided: int
    applied: int
    median_hours: float | None
    p90_hours: float | None


def lag(session: Session, *, now: datetime | None = None) -> Lag:
    """공개하는 밀림. 정한 것이 다섯보다 적으면 중앙값과 백분위를 밝히지 않는다."""
    now = now or datetime.now(UTC)
    waiting = Correction.state.in_(OPEN - {State.HELD})
    count = session.scalar(select(func.count()).select_from(Correction).where(waiting)) or 0
    oldest = session.scalar(select(func.min(Correction.submitted_at)).where(waiting))
    recent = select(Correction.submitted_at, Correction.decided_at, Correction.state).where(
        Correction.decided_at > now - LOOK_BACK, Correction.state != State.SPAM
    )
    rows = session.execute(recent).all()
    hours = [(decided - sent) / timedelta(hours=1) for sent, decided, _ in rows if decided is not None]
    enough = len(hours) >= FEWEST
    return Lag(
        open=count,
        oldest_hours=(now - oldest) / timedelta(hours=1) if oldest else 0.0,
        decided=len(hours),
        applied=sum(state in APPLIED for _, _, state in rows),
        median_hours=median(hours) if enough else None,
        p90_hours=quantiles(hours, n=10, method="inclusive")[8] if enough else None,
    )
