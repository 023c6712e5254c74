"""알아맞힐 수 있는 문은 틀린 횟수를 함께 센다."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from db import Database
from db.attempts import Attempt, Limit, forgive, knock

열쇠 = b"secret"
세번 = Limit("시험", times=3, within=timedelta(minutes=15))
지금 = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def 두드림(database: Database, 무엇: str = "가", *, 분: int = 0) -> bool:
    return knock(database, [(세번, 무엇)], secret=열쇠, now=지금 + timedelta(minutes=분)).allowed


def test_한도까지만_두드릴_수_있고_다른_것은_따로_센다(database: Database):
    assert [두드림(database) for _ in range(5)] == [True, True, True, False, False]
    assert 두드림(database, "나")


def test_기간이_지나면_다시_되고_막힌_동안_두드려도_늘어나지_않는다(database: Database):
    for 분 in (0, 1, 2, 10, 14):
        두드림(database, 분=분)

    assert not 두드림(database, 분=14)
    assert 두드림(database, 분=15)


def test_맞게_열었으면_세지_않는다(database: Database):
    for _ in range(5):
        열림 = knock(database, [(세번, "가")], secret=열쇠, now=지금)
        assert 열림.allowed
        forgive(database, 열림)


def test_여럿이_한꺼번에_두드려도_한도를_넘지_못한다(database: Database):
    with ThreadPoolExecutor(8) as 여럿:
        열린수 = sum(여럿.map(lambda _: 두드림(database), range(16)))

    assert 열린수 <= 3
    with database.reading() as session:
        assert len(session.scalars(select(Attempt)).all()) <= 3


def test_주소는_표에_그대로_남지_않는다(database: Database):
    두드림(database, "203.0.113.7")

    with database.engine.connect() as connection:
        모두 = str(connection.exec_driver_sql("SELECT * FROM attempt").all())
    assert "시험" in 모두
    assert "203.0.113" not in 모두
