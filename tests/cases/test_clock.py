"""기한은 근무 시간과 공휴일로 센다: DOMAIN CL의 보기들과, 날을 하나씩 걸어 센 값."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.clock import WorkingClock
from kb.entry import SEOUL

시계 = WorkingClock()


def 서울(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("받은때", "시간", "기한"),
    [
        ("2026-11-23T10:00", 3, "2026-11-23T14:00"),
        ("2026-11-23T11:30", 3, "2026-11-23T15:30"),
        ("2026-04-30T16:00", 3, "2026-05-04T10:00"),
        ("2026-11-20T20:30", 3, "2026-11-23T12:00"),
        ("2026-11-23T10:00", 8, "2026-11-24T10:00"),
        ("2026-04-30T14:00", 24, "2026-05-07T14:00"),
        ("2026-02-13T15:30", 40, "2026-02-25T15:30"),
        ("2026-07-16T09:00", 40, "2026-07-23T18:00"),
        ("2027-02-04T13:00", 40, "2027-02-15T12:00"),
    ],
)
def test_닷새까지의_기한은_근무_시간으로_센다(받은때: str, 시간: int, 기한: str):
    assert 시계.after_hours(서울(받은때), 시간) == 서울(기한)


@pytest.mark.parametrize(
    ("받은날", "날수", "기한"),
    [
        ("2026-04-30", 7, "2026-05-12"), ("2026-07-16", 7, "2026-07-27"), ("2026-09-21", 7, "2026-10-01"),
        ("2026-04-24", 14, "2026-05-15"), ("2026-02-12", 14, "2026-03-09"), ("2027-02-03", 14, "2027-02-24"),
        ("2027-04-29", 7, "2027-05-11"), ("2027-07-15", 7, "2027-07-26"), ("2027-10-01", 7, "2027-10-13"),
        ("2026-05-02", 7, "2026-05-13"), ("2026-05-01", 7, "2026-05-13"),
    ],
)  # fmt: skip
def test_엿새부터의_기한은_첫날을_넣어_일하는_날로_센다(받은날: str, 날수: int, 기한: str):
    assert 시계.day_after(date.fromisoformat(받은날), 날수) == date.fromisoformat(기한)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)).map(lambda t: t.replace(tzinfo=UTC)),  # noqa: DTZ001
    st.integers(0, 2400).map(lambda minutes: minutes / 60),
)
def test_기한까지의_근무_시간을_다시_재면_준_시간이다(받은때: datetime, 시간: float):
    기한 = 시계.after_hours(받은때, 시간)
    assert 기한 >= 받은때
    assert 시계.hours_between(받은때, 기한) == pytest.approx(시간)


def test_임시_휴일을_더하면_기한이_하루_밀린다():
    받은때 = 서울("2026-11-23T10:00")
    assert WorkingClock(frozenset({date(2026, 11, 24)})).after_hours(받은때, 8) == 시계.after_hours(
        받은때, 8
    ) + timedelta(days=1)
    assert 시계.working_days(date(2026, 11, 20), date(2026, 11, 24)) == 3
