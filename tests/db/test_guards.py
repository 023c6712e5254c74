"""사건 기록을 지키는 방아쇠가 없어지면 점검이 안다."""

from sqlalchemy import text

from db import Database
from db.guards import EXPECTED, dangling_rows, missing_guards


def test_이전이_만든_방아쇠는_모두_있다(database: Database):
    with database.reading() as session:
        assert missing_guards(session) == []
        assert dangling_rows(session) == []


def test_방아쇠를_없애면_이름을_말한다(database: Database):
    이름 = sorted(EXPECTED[database.engine.dialect.name])[0]
    표 = "event_head" if "head" in 이름.removeprefix("event_advance_") and "advance_head" not in 이름 else "event"
    뒤 = f" ON {표}" if database.engine.dialect.name == "postgresql" else ""
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {이름}{뒤}"))

    with database.reading() as session:
        assert missing_guards(session) == [이름]
