"""사건 기록과 장부를 지키는 데이터베이스의 방아쇠와 줄 사이의 가리킴이 제대로 있는지 본다. 고치지는 않는다."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

EXPECTED: Mapping[str, frozenset[str]] = {
    "sqlite": frozenset(
        f"event_{name}"
        for name in (
            "refuse_update",
            "refuse_delete",
            "only_append",
            "advance_head",
            "head_only_advance",
            "head_refuse_delete",
            "head_refuse_insert",
        )
    )
    | {"reward_ledger_refuse_update", "reward_ledger_refuse_delete", "reward_ledger_only_append"},
    "postgresql": frozenset(
        f"event_{name}"
        for name in ("refuse_change", "only_append", "advance_head", "head_only_advance", "head_refuse_change")
    )
    | {"reward_ledger_refuse_change"},
}
"""이전(migrations/0001, 장부는 0006)이 만드는 방아쇠들."""
PRESENT: Mapping[str, str] = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'",
}


def missing_guards(session: Session) -> list[str]:
    """없거나 꺼진 방아쇠의 이름. 모두 있으면 빈 목록."""
    dialect = session.get_bind().dialect.name
    return sorted(EXPECTED[dialect] - set(session.scalars(text(PRESENT[dialect]))))


def dangling_rows(session: Session) -> list[str]:
    """가리키는 줄이 없는 줄들 (SQLite; PostgreSQL은 지우는 것부터 거절한다)."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    rows = session.execute(text("PRAGMA foreign_key_check")).all()
    return [f"{table} 표의 {row}번 줄이 없는 {parent} 줄을 가리킵니다." for table, row, parent, _ in rows]
