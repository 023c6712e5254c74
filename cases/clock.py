"""일하는 시간으로 기한을 셈한다 (DOMAIN CL-01~05). 무슨 일의 기한인지는 모른다.

근무 시간은 09~12시와 13~18시(하루 8시간), 토요일과 공휴일은 뺀다 (민원 처리에 관한 법률 19조, CP-18). 공휴일은 holidays
꾸러미의 것이고(2026년의 노동절과 제헌절이 든 0.102부터), 갑자기 정해진 휴일은 `also`로 더한다.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from holidays import country_holidays

from kb.entry import SEOUL

SHIFTS = ((time(9), time(12)), (time(13), time(18)))
"""하루의 근무 시간."""

LONGEST_DAYS = 3660
"""이보다 먼 날은 셈하지 않는다: 달력이 틀렸을 때 끝없이 찾지 않는다."""


@dataclass(frozen=True)
class WorkingClock:
    """서울의 근무 달력 위의 시계. `also`는 달력에 없는 휴일(임시 공휴일)이다."""

    also: Set[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """일하는 날인가: 토요일·일요일·공휴일이 아니다."""
        return day.weekday() < 5 and day not in self.also and day not in _holidays(day.year)

    def after_hours(self, start: datetime, hours: float) -> datetime:
        """`start`에서 근무 시간 `hours`가 지난 시각 (CL-02, CL-05). 근무 밖에 시작하면 다음 근무 시간부터 센다.

        정오와 퇴근 시각에 꼭 끝나면 그 시각이다(이튿날 아홉 시가 아니다). `start`에는 시간대가 있어야 한다.
        """
        left = timedelta(hours=hours)
        for begins, ends in self._shifts(start):
            if left <= ends - begins:
                return (begins + left).astimezone(start.tzinfo or UTC)
            left -= ends - begins
        raise OverflowError(f"{LONGEST_DAYS}일 안에 근무 시간 {hours}시간이 없습니다.")

    def hours_between(self, start: datetime, end: datetime) -> float:
        """두 시각 사이의 근무 시간. 거꾸로면 0."""
        total = timedelta()
        for begins, ends in self._shifts(start):
            if begins >= end:
                break
            total += min(ends, end) - begins
        return total / timedelta(hours=1)

    def day_after(self, start: date, days: int) -> date:
        """`start`를 첫날로 쳐서 `days`번째 일하는 날 (CL-03: 6일 이상인 기한). 쉬는 날에 시작하면 다음 일하는 날이 첫날이다."""
        for day in _days(start):
            days -= self.is_working_day(day)
            if days <= 0 and self.is_working_day(day):
                return day
        raise OverflowError(f"{LONGEST_DAYS}일 안에 일하는 날이 모자랍니다.")

    def working_days(self, first: date, last: date) -> int:
        """두 날을 모두 넣어 센 일하는 날의 수."""
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range((last - first).days + 1))

    def _shifts(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """`start` 뒤의 근무 시간 조각들, 이른 것부터."""
        here = start.astimezone(SEOUL)
        for day in _days(here.date()):
            if self.is_working_day(day):
                for opens, closes in SHIFTS:
                    begins = max(datetime.combine(day, opens, SEOUL), here)
                    ends = datetime.combine(day, closes, SEOUL)
                    if begins < ends:
                        yield begins, ends


@cache
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("KR", years=year))


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(LONGEST_DAYS))
