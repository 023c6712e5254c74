"""언제까지 답하기로 했나: 접수할 때 시민에게 보인 기한과, 지금 늦었는지. 늦음은 저장하지 않고 그때그때 셈한다."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from corrections.models import Correction, Kind
from kb.entry import SEOUL

ACKNOWLEDGE_HOURS = 3
"""접수를 살피기 시작하기까지 (DOMAIN SE-22, 민원 처리에 관한 법률 시행령 19조의 ‘즉시’)."""

QUICK_HOURS = 8
LONG_HOURS = 40
QUICK = frozenset({Kind.OUTDATED, Kind.NUMBER, Kind.FEE, Kind.PRIVACY})
"""전화·금액·때의 오류와 개인정보는 근무일 하루, 나머지는 닷새 안에 정한다 (DOMAIN SE-22)."""

OFFICE_HOURS = 16
"""부서가 확인하는 시간: 근무일 이틀 (WORKFLOWS 3.1 consult)."""

ANSWER_WITHIN = timedelta(days=14)
REMIND_AFTER = timedelta(days=7)
"""보완을 기다리는 날과, 그 사이 한 번 알리는 날 (WORKFLOWS 3.1 ask)."""


class Clock(Protocol):
    """근무 시간의 시계: cases.clock.WorkingClock이 그렇다."""

    def after_hours(self, start: datetime, hours: float) -> datetime: ...

    def hours_between(self, start: datetime, end: datetime) -> float: ...

    def working_days(self, first: date, last: date) -> int: ...


@dataclass(frozen=True)
class Promise:
    """접수하며 한 약속: 언제까지 살피기 시작하고, 언제까지 정하나."""

    acknowledge_by: datetime
    due_at: datetime


def promise(kind: Kind, *, at: datetime, clock: Clock) -> Promise:
    """그 갈래의 요청을 `at`에 받았을 때의 약속."""
    hours = QUICK_HOURS if kind in QUICK else LONG_HOURS
    return Promise(clock.after_hours(at, ACKNOWLEDGE_HOURS), clock.after_hours(at, hours))


def resumed(correction: Correction, *, at: datetime, clock: Clock) -> datetime | None:
    """시민의 답을 기다린 날을 뺀 새 기한. 물은 날과 답이 온 날도 뺀다 (DOMAIN CL-10 a, 보기 W63)."""
    if correction.paused_at is None or correction.due_at is None:
        return correction.due_at
    days = clock.working_days(correction.paused_at.astimezone(SEOUL).date(), at.astimezone(SEOUL).date())
    return clock.after_hours(correction.due_at, days * 8) if days else correction.due_at


def is_late(correction: Correction, *, at: datetime) -> bool:
    """기한이 지났나. 끝났거나 시민의 답을 기다리는 동안은 늦지 않은 것이다."""
    if not correction.state.is_open or correction.paused_at is not None or correction.due_at is None:
        return False
    return at > correction.due_at
