"""무엇을 몇 번 찾았는가: 다듬고 가린 말의 셈. 누가 찾았는지는 적지 않고, 말을 다듬는 법도 모른다.

말(`SearchTerm`)마다 날과 통로와 적은 꼴로 나누어 센다(`SearchCount`). 몇 사람이 찾았는지는 다섯까지만 알면 되므로, 다섯이
모일 때까지만 흔적(`SearchMark`)을 두고 다섯이 되면 지운다. 흔적은 30일마다 버리는 열쇠로 만든 16비트다 (docs/decisions/0011).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    CursorResult,
    Delete,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    case,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, one_of, stored_by_value
from db.session import WAIT_SECONDS, Database

ENOUGH = 5
"""이만큼의 사람이 찾은 말만 누구에게든 보이고, 못 미치는 말은 KEPT보다 오래 두지 않는다 (WORKFLOWS 2-17)."""

KEPT = timedelta(days=30)
KEPT_KNOWN = timedelta(days=90)
"""ENOUGH에 찬 말의 셈을 두는 기간. 한 철이면 자주 찾는 말을 알기에 넉넉하다."""

MOST_RARE = 100_000
"""ENOUGH에 못 미친 말의 수(많아야). 누가 아무 말이나 쏟아부어도 표가 끝없이 늘지 않는다."""

CHUNK = 500


class Channel(StrEnum):
    """어디에서 찾았나."""

    WEB = "web"
    API = "api"
    AGENT = "agent"
    DESK = "desk"


class Outcome(StrEnum):
    """편집자가 일감을 마친 까닭."""

    SYNONYM = "synonym"
    WRITTEN = "written"
    EXISTS = "exists"
    NOT_OURS = "not_ours"
    UNCLEAR = "unclear"


OUTCOMES = {
    Outcome.SYNONYM: "같은 말로 이었습니다",
    Outcome.WRITTEN: "안내를 새로 쓰거나 고쳤습니다",
    Outcome.EXISTS: "지금 결과로 충분합니다",
    Outcome.NOT_OURS: "120이 답할 일이 아닙니다",
    Outcome.UNCLEAR: "무엇을 찾는지 알 수 없습니다",
}


class SearchTerm(Base, kw_only=True):
    """찾은 말 하나. `masked`이면 말은 버리고 ‘[이름]’ 같은 이름표만 남긴 것이다."""

    __tablename__ = "search_term"
    __table_args__ = (
        CheckConstraint(f"people BETWEEN 0 AND {ENOUGH}", name="people"),
        CheckConstraint(f"closed_as IS NULL OR {one_of('closed_as', Outcome)}", name="closed_as"),
        Index(None, "people", "last_day"),
        {"sqlite_autoincrement": True},  # 사건 기록이 이 번호를 가리키므로 지운 번호를 다시 쓰지 않는다
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    masked: Mapped[bool] = mapped_column(default=False)
    people: Mapped[int] = mapped_column(default=0)
    found: Mapped[int | None] = mapped_column(default=None)
    last_day: Mapped[date]
    hidden: Mapped[bool] = mapped_column(default=False)
    closed_as: Mapped[Outcome | None] = mapped_column(stored_by_value(Outcome), default=None)
    closed_note: Mapped[str] = mapped_column(Text, default="", repr=False)
    closed_count: Mapped[int] = mapped_column(default=0)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class SearchCount(Base, kw_only=True):
    """그날 그 통로에서 그 꼴로 찾은 수. `empty`는 결과가 없던 것, `opened`는 결과를 하나라도 연 것."""

    __tablename__ = "search_count"
    __table_args__ = (Index(None, "day"),)

    term_id: Mapped[int] = mapped_column(ForeignKey("search_term.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(stored_by_value(Channel), primary_key=True)
    text: Mapped[str] = mapped_column(String(200), primary_key=True)
    searches: Mapped[int] = mapped_column(default=0)
    empty: Mapped[int] = mapped_column(default=0)
    opened: Mapped[int] = mapped_column(default=0)


class SearchMark(Base, kw_only=True):
    """그 말을 찾은 사람 하나의 흔적. 같은 사람이 같은 기간(`window`)에 다시 찾으면 같은 흔적이다."""

    __tablename__ = "search_mark"

    term_id: Mapped[int] = mapped_column(ForeignKey("search_term.id", ondelete="CASCADE"), primary_key=True)
    window: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


@dataclass(frozen=True, slots=True)
class Line:
    """한데 모아 셀 것: 같은 말을 같은 날 같은 통로에서 같은 꼴로 찾은 것."""

    key: str
    text: str
    masked: bool
    day: date
    channel: Channel


@dataclass(slots=True)
class Tally:
    """한 줄의 셈. `found`는 마지막으로 본 결과의 수, 열기만 센 것이면 None."""

    searches: int = 0
    empty: int = 0
    opened: int = 0
    found: int | None = None

    def plus(self, other: "Tally") -> None:
        """다른 셈을 더한다."""
        self.searches += other.searches
        self.empty += other.empty
        self.opened += other.opened
        self.found = self.found if other.found is None else other.found


Marks = Mapping[str, Collection[tuple[int, int]]]
"""말의 key -> (기간, 흔적)들."""


def add(session: Session, lines: Mapping[Line, Tally], marks: Marks) -> None:
    """모아 둔 셈을 더한다. 여러 프로세스가 함께 불러도 된다. 저장(commit)은 부른 쪽이 한다.

    언제나 말의 차례로 잠그므로 두 프로세스가 서로를 기다리지 않는다.
    """
    by_key: dict[str, list[tuple[Line, Tally]]] = {}
    for line, tally in lines.items():
        by_key.setdefault(line.key, []).append((line, tally))
    for keys in _chunks(sorted(by_key)):
        some = {key: by_key[key] for key in keys}
        _add_terms(session, some)
        found = session.execute(
            select(SearchTerm.key, SearchTerm.id, SearchTerm.people).where(SearchTerm.key.in_(keys))
        )
        terms = {key: (id, people) for key, id, people in found}
        _add_counts(session, {key: id for key, (id, _) in terms.items()}, some)
        _add_marks(session, {id: marks.get(key, ()) for key, (id, people) in terms.items() if people < ENOUGH})


def frequent(session: Session, *, limit: int, since: date) -> list[tuple[str, int]]:
    """`since`부터 자주 찾은 말과 그 수, 많은 것부터. 찾아 권할 수 있는 것만.

    다섯 사람이 찾았고, 가린 말이 아니고, 결과가 있고, 편집자가 빼지 않은 말이다. 직원이 찾은 것은 세지 않는다.
    """
    number = func.sum(SearchCount.searches)
    rows = session.execute(
        select(SearchTerm.id, number)
        .join(SearchCount, SearchCount.term_id == SearchTerm.id)
        .where(
            SearchTerm.people >= ENOUGH,
            SearchTerm.masked.is_(False),
            SearchTerm.hidden.is_(False),
            SearchTerm.found > 0,
            SearchCount.day >= since,
            SearchCount.channel.in_((Channel.WEB, Channel.API)),
        )
        .group_by(SearchTerm.id)
        .having(number > 0)
        .order_by(number.desc(), SearchTerm.id)
        .limit(limit)
    ).all()
    shown = spellings(session, [id for id, _ in rows])
    return [(shown[id], count) for id, count in rows]


def spellings(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """말마다 사람들이 가장 많이 적은 꼴."""
    best: dict[int, str] = {}
    for some in _chunks(sorted(ids)):
        number = func.sum(SearchCount.searches)
        rows = session.execute(
            select(SearchCount.term_id, SearchCount.text)
            .where(SearchCount.term_id.in_(some))
            .group_by(SearchCount.term_id, SearchCount.text)
            .order_by(number.desc(), SearchCount.text)
        )
        for id, spelling in rows:
            best.setdefault(id, spelling)
    return best


@dataclass(frozen=True, slots=True)
class Purged:
    """지운 것의 수."""

    terms: int = 0
    counts: int = 0
    marks: int = 0


def purge(database: Database, *, today: date, window: int) -> Purged:
    """둘 때가 지난 것을 지운다. 두 번 불러도 같다.

    다섯 사람이 안 되는 말은 KEPT, 다섯이 된 말은 KEPT_KNOWN보다 오래된 셈을, 셈이 남지 않은 말은 말째로, 지난 기간의 흔적은
    모두. SQLite에서는 지운 자리를 0으로 덮고 로그(WAL)도 비우므로 파일에 글자가 남지 않는다.
    """
    old, older = today - KEPT, today - KEPT_KNOWN
    rare = select(SearchTerm.id).where(SearchTerm.people < ENOUGH)
    overflow = rare.order_by(SearchTerm.last_day.desc(), SearchTerm.id.desc()).offset(MOST_RARE)
    with database.begin() as session:
        _overwrite_what_is_deleted(session)
        marks = _deleted(session, delete(SearchMark).where(SearchMark.window < window))
        counts = _deleted(session, delete(SearchCount).where(SearchCount.day <= old, SearchCount.term_id.in_(rare)))
        counts += _deleted(session, delete(SearchCount).where(SearchCount.day <= older))
        stale = (SearchTerm.people < ENOUGH) & (SearchTerm.last_day <= old)
        terms = _deleted(session, delete(SearchTerm).where(stale | (SearchTerm.last_day <= older)))
        terms += _deleted(session, delete(SearchTerm).where(SearchTerm.id.in_(overflow)))
    _empty_the_log(database)
    return Purged(terms=terms, counts=counts, marks=marks)


# --- how ------------------------------------------------------------------------------------------------------------


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (items[at : at + CHUNK] for at in range(0, len(items), CHUNK))


def _insert(session: Session, model: type[Base]) -> Any:
    """부딪히면 고치거나 넘길 수 있는 INSERT. 두 데이터베이스가 같은 말을 쓰지만 SQLAlchemy에서는 이름이 둘이다."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours is a table
    return (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)


def _add_terms(session: Session, some: Mapping[str, Sequence[tuple[Line, Tally]]]) -> None:
    rows = []
    for key, counted in some.items():
        founds = [tally.found for _, tally in counted if tally.found is not None]
        rows.append(
            {
                "key": key,
                "masked": counted[0][0].masked,
                "people": 0,
                "found": founds[-1] if founds else None,
                "last_day": max(line.day for line, _ in counted),
                "hidden": False,
                "closed_note": "",
                "closed_count": 0,
            }
        )
    insert = _insert(session, SearchTerm)
    new, now = insert.excluded, SearchTerm.__table__.c
    changes = {
        "found": func.coalesce(new.found, now.found),
        "last_day": case((new.last_day > now.last_day, new.last_day), else_=now.last_day),
    }
    session.execute(insert.on_conflict_do_update(index_elements=["key"], set_=changes), rows)


def _add_counts(session: Session, ids: Mapping[str, int], some: Mapping[str, Sequence[tuple[Line, Tally]]]) -> None:
    rows = [
        {
            "term_id": ids[line.key],
            "day": line.day,
            "channel": line.channel,
            "text": line.text,
            "searches": tally.searches,
            "empty": tally.empty,
            "opened": tally.opened,
        }
        for counted in some.values()
        for line, tally in counted
    ]
    insert = _insert(session, SearchCount)
    new, now = insert.excluded, SearchCount.__table__.c
    changes = {name: now[name] + new[name] for name in ("searches", "empty", "opened")}
    session.execute(
        insert.on_conflict_do_update(index_elements=["term_id", "day", "channel", "text"], set_=changes), rows
    )


def _add_marks(session: Session, marks: Mapping[int, Collection[tuple[int, int]]]) -> None:
    """흔적을 더하고 사람 수를 다시 센다. 다섯이 모인 말의 흔적은 지운다: 더 알 까닭이 없다."""
    rows = [
        {"term_id": id, "window": window, "mark": mark} for id, some in marks.items() for window, mark in sorted(some)
    ]
    if not rows:
        return
    session.execute(_insert(session, SearchMark).on_conflict_do_nothing(), rows)
    ids = sorted({row["term_id"] for row in rows})
    counted = session.execute(
        select(SearchMark.term_id, func.count())
        .where(SearchMark.term_id.in_(ids))
        .group_by(SearchMark.term_id, SearchMark.window)
    )
    people: dict[int, int] = {}
    for id, number in counted:
        people[id] = min(max(people.get(id, 0), number), ENOUGH)
    for id, number in people.items():
        session.execute(update(SearchTerm).where(SearchTerm.id == id, SearchTerm.people < number).values(people=number))
    if known := [id for id, number in people.items() if number == ENOUGH]:
        _overwrite_what_is_deleted(session)
        session.execute(delete(SearchMark).where(SearchMark.term_id.in_(known)))


def _deleted(session: Session, statement: Delete) -> int:
    result = session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0


def _overwrite_what_is_deleted(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))


def _empty_the_log(database: Database) -> None:
    """SQLite의 로그에는 지우기 전의 쪽이 남아 있다. 누가 읽는 중이면 비우지 못하고, 다음 날 다시 한다."""
    if database.engine.dialect.name == "sqlite":
        connection = database.engine.raw_connection()
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA busy_timeout = 200")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
            connection.close()
