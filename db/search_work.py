"""편집자의 일감: 결과가 없던 말, 찾고도 열지 않은 말, 자주 찾는 말. 무엇을 고칠지는 편집자가 정한다."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from db.people import Actor, Role
from db.searches import ENOUGH, KEPT, Channel, Outcome, SearchCount, SearchTerm, spellings

PEOPLE = (Channel.WEB, Channel.API, Channel.AGENT)
"""일감으로 치는 통로. 편집실에서 찾아 본 것은 빼야 일감을 살피다 일감이 늘지 않는다."""

SEEN = (Channel.WEB, Channel.AGENT)
"""결과를 열었는지 아는 통로. API로 찾은 것은 열었는지 알 수 없다."""

RETURNS = 2
"""마친 일감은 수가 마칠 때의 이 배가 되면 돌아온다."""


class Kind(StrEnum):
    """일감의 갈래."""

    EMPTY = "empty"
    ABANDONED = "abandoned"
    FREQUENT = "frequent"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Work:
    """일감 하나: 지난 30일의 수. `abandoned`는 결과가 있었지만 하나도 열지 않은 것(어림)."""

    term: SearchTerm
    text: str
    searches: int
    empty: int
    abandoned: int

    @property
    def trouble(self) -> int:
        """찾지 못한 수."""
        return self.empty + self.abandoned

    @property
    def is_open(self) -> bool:
        """편집자를 기다리는가: 마친 적이 없거나, 마친 뒤 수가 두 배가 되었다."""
        return self.trouble > 0 and (self.term.closed_at is None or self.trouble >= RETURNS * self.term.closed_count)

    @property
    def is_back(self) -> bool:
        """마쳤는데 늘어나서 돌아왔는가."""
        return self.is_open and self.term.closed_at is not None


@dataclass(frozen=True, slots=True)
class Totals:
    """지난 30일의 모두. `masked`는 개인정보가 들어 말을 버린 수, `waiting`은 다섯 사람이 안 되어 아직 보이지 않는 말의 수."""

    searches: int = 0
    empty: int = 0
    answered: int = 0
    abandoned: int = 0
    masked: int = 0
    waiting: int = 0
    channels: Mapping[Channel, int] = field(default_factory=dict)


def work(session: Session, kind: Kind, *, today: date, limit: int = 50, offset: int = 0) -> tuple[list[Work], int]:
    """그 갈래의 일감을 많은 것부터, 그리고 모두 몇인지. 다섯 사람이 찾은 말만 나온다."""
    listed = _listed(kind, today)
    number = session.scalar(select(func.count()).select_from(listed.subquery())) or 0
    rows = session.execute(listed.limit(limit).offset(offset)).all()
    shown = spellings(session, [row.SearchTerm.id for row in rows])
    return [_work(row, shown) for row in rows], number


def one(session: Session, id: int, *, today: date) -> Work | None:
    """그 번호의 말. 없거나 다섯 사람이 안 되거나 30일 안에 찾은 적이 없으면 None."""
    row = session.execute(_counted(today).where(SearchTerm.id == id)).first()
    return None if row is None else _work(row, spellings(session, [id]))


def close(found: Work, *, by: Actor, outcome: Outcome, note: str = "", at: datetime | None = None) -> None:
    """일감을 마친다. 수가 두 배가 되면 돌아온다. 편집자가 아니면 NotAllowed. 저장은 부른 쪽이 한다."""
    by.must_be(Role.EDITOR)
    term = found.term
    term.closed_as, term.closed_note, term.closed_count = outcome, note, found.trouble
    term.closed_by, term.closed_at = by.person_id, at or datetime.now(UTC)


def reopen(found: Work, *, by: Actor) -> None:
    """마친 것을 되돌린다."""
    by.must_be(Role.EDITOR)
    term = found.term
    term.closed_as, term.closed_note, term.closed_count, term.closed_by, term.closed_at = None, "", 0, None, None


def hide(found: Work, *, by: Actor, hidden: bool) -> None:
    """이 말을 칠 때 권하는 말에서 빼거나 다시 넣는다."""
    by.must_be(Role.EDITOR)
    found.term.hidden = hidden


def totals(session: Session, *, today: date) -> Totals:
    """지난 30일의 모두."""
    recent = SearchCount.day > today - KEPT
    searches, empty, abandoned, answered = _sums()
    each = (
        select(searches, empty, answered, abandoned, SearchTerm.masked)
        .join(SearchTerm, SearchTerm.id == SearchCount.term_id)
        .where(recent)
        .group_by(SearchTerm.id)
        .subquery()
    )
    in_tokens = case((each.c.masked, each.c.searches), else_=0)
    columns = (each.c.searches, each.c.empty, each.c.answered, each.c.abandoned, in_tokens)
    numbers = [number or 0 for number in session.execute(select(*map(func.sum, columns))).one()]
    waiting = select(func.count()).where(SearchTerm.people < ENOUGH, SearchTerm.masked.is_(False))
    channels = session.execute(
        select(SearchCount.channel, func.sum(SearchCount.searches)).where(recent).group_by(SearchCount.channel)
    )
    return Totals(
        searches=numbers[0],
        empty=numbers[1],
        answered=numbers[2],
        abandoned=numbers[3],
        masked=numbers[4],
        waiting=session.scalar(waiting.select_from(SearchTerm)) or 0,
        channels={channel: number for channel, number in channels},  # noqa: C416 - dict() of rows loses the types
    )


def since(today: date) -> date:
    """지난 30일의 첫날."""
    return today - KEPT + timedelta(days=1)


# --- how ------------------------------------------------------------------------------------------------------------


def _sums() -> tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
    """찾은 수, 결과가 없던 수, 결과를 열지 않은 수(어림), 결과가 있던 수."""
    seen = SearchCount.channel.in_(SEEN)
    answered = func.sum(case((seen, SearchCount.searches - SearchCount.empty), else_=0))
    opened = func.sum(case((seen, SearchCount.opened), else_=0))
    return (
        func.sum(SearchCount.searches).label("searches"),
        func.sum(SearchCount.empty).label("empty"),
        case((answered > opened, answered - opened), else_=0).label("abandoned"),
        answered.label("answered"),
    )


def _counted(today: date) -> Select[Any]:
    return (
        select(SearchTerm, *_sums())
        .join(SearchCount, SearchCount.term_id == SearchTerm.id)
        .where(
            SearchTerm.people >= ENOUGH,
            SearchTerm.masked.is_(False),
            SearchCount.day > today - KEPT,
            SearchCount.channel.in_(PEOPLE),
        )
        .group_by(SearchTerm.id)
    )


def _listed(kind: Kind, today: date) -> Select[Any]:
    searches, empty, abandoned, answered = _sums()
    open_again = or_(SearchTerm.closed_at.is_(None), empty + abandoned >= RETURNS * SearchTerm.closed_count)
    still_open: ColumnElement[bool] = and_(open_again, empty + abandoned > 0)
    counted = _counted(today)
    match kind:
        case Kind.EMPTY:
            return counted.having(still_open, empty > 0, SearchTerm.found == 0).order_by(empty.desc(), SearchTerm.id)
        case Kind.ABANDONED:
            mostly = and_(abandoned >= ENOUGH, abandoned * 2 > answered)
            return counted.having(still_open, mostly).order_by(abandoned.desc(), SearchTerm.id)
        case Kind.FREQUENT:
            return counted.having(searches > 0).order_by(searches.desc(), SearchTerm.id)
        case Kind.CLOSED:
            closed = counted.where(SearchTerm.closed_at.is_not(None)).having(~still_open)
            return closed.order_by(SearchTerm.closed_at.desc(), SearchTerm.id)


def _work(row: Row[Any], shown: Mapping[int, str]) -> Work:
    return Work(row.SearchTerm, shown[row.SearchTerm.id], row.searches, row.empty, row.abandoned)
