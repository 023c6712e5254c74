"""안내가 도움이 되었는지의 셈: 판마다 예와 아니요의 수. 누가 답했는지는 적지 않고, 안내의 글도 모른다."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Index, String, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base


class HelpfulCount(Base, kw_only=True):
    """안내의 한 판에 사람들이 답한 수. 글을 고치면 새 판이라 처음부터 센다."""

    __tablename__ = "helpful_count"
    __table_args__ = (CheckConstraint("yes >= 0 AND no >= 0", name="counts"), Index(None, "no"))

    entry_id: Mapped[str] = mapped_column(String(10), primary_key=True)
    version: Mapped[str] = mapped_column(String(12), primary_key=True)
    yes: Mapped[int] = mapped_column(default=0)
    no: Mapped[int] = mapped_column(default=0)


class Answers(NamedTuple):
    """예와 아니요의 수."""

    yes: int
    no: int


def add(session: Session, *, entry_id: str, version: str, helped: bool) -> None:
    """답 하나를 더한다. 여러 프로세스가 함께 불러도 된다. 저장(commit)은 부른 쪽이 한다."""
    table = HelpfulCount.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours is a table
    insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(table)
    column = "yes" if helped else "no"
    row = {"entry_id": entry_id, "version": version, "yes": int(helped), "no": int(not helped)}
    changes = {column: table.c[column] + 1}
    session.execute(insert.values(row).on_conflict_do_update(index_elements=["entry_id", "version"], set_=changes))


def answers(session: Session, versions: Collection[tuple[str, str]]) -> dict[str, Answers]:
    """(안내의 번호, 판)들의 답. 아무도 답하지 않은 것은 없다."""
    ids = {id for id, _ in versions}
    wanted = set(versions)
    rows = session.scalars(select(HelpfulCount).where(HelpfulCount.entry_id.in_(ids))) if ids else ()
    return {row.entry_id: Answers(row.yes, row.no) for row in rows if (row.entry_id, row.version) in wanted}


def least_helpful(session: Session, *, limit: int) -> list[tuple[str, str, Answers]]:
    """‘아니요’가 ‘예’보다 많은 판들: (안내의 번호, 판, 답), 아니요가 많은 것부터."""
    rows = session.scalars(
        select(HelpfulCount)
        .where(HelpfulCount.no > HelpfulCount.yes)
        .order_by(HelpfulCount.no.desc(), HelpfulCount.entry_id, HelpfulCount.version)
        .limit(limit)
    )
    return [(row.entry_id, row.version, Answers(row.yes, row.no)) for row in rows]


def total(session: Session) -> Answers:
    """모든 답의 수."""
    yes, no = session.execute(select(func.sum(HelpfulCount.yes), func.sum(HelpfulCount.no))).one()
    return Answers(yes or 0, no or 0)
