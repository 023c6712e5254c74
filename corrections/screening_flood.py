"""여러 글이 함께 만드는 흐름을 잰다: 되풀이된 틀, 어렴풋한 글의 몰림, 폭풍. 글 하나가 무슨 뜻인지는 모른다.

주소와 안내를 바꾸어 가며 빈칸만 채운 글은 하나씩 보면 정직한 글과 같다. 그래서 요즘 다른 안내에 온 글들과 견준다.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corrections.models import Correction
from corrections.screening_ground import Ground
from corrections.screening_models import Trace
from corrections.screening_signals import Signal
from corrections.screening_text import covered

HOUR, LATELY, WEEK, LOOK_BACK = timedelta(hours=1), timedelta(days=3), timedelta(days=7), timedelta(days=30)
COMPARED = 400
"""되풀이를 찾으려고 견주는 앞선 글의 수."""

LONG, SHORT = 26, 12
"""틀이 이만큼(글자)은 되어야 긴 글, 짧은 글로 친다. 더 짧으면 누구나 그렇게 적을 만한 글이다."""

LIKE, SHORT_LIKE = 75, 92
"""긴 글과 짧은 글이 이만큼(0~100) 닮으면 같은 글로 본다."""

FULL, HALF, THIN = 0.7, 0.6, 0.5
"""틀의 이음 가운데 남들에게도 있는 몫이 이보다 크면 되풀이다: 또렷한 글, 덜 또렷한 글, 어렴풋하거나 폭풍 속의 글."""

CROWD_FROM, CROWD_SHARE = 5, 0.45
"""이레 사이 어렴풋한 글이 이만큼은 되고 또렷한 글의 이 몫을 넘으면 몰린 것이다. 적어 둔 정직한 글 202개에서는 한 번도 넘지 않는다."""

STORM_FROM, STORM_TIMES = 30, 6
"""한 시간에 글을 보낸 주소가 이만큼은 되고 지난 이레 평균의 이 배를 넘으면 폭풍이다."""


class Past(NamedTuple):
    """앞서 온 글의 틀."""

    at: datetime
    entry_id: str
    frame: str


@dataclass(frozen=True)
class Flow:
    """이 글이 오기 전의 흐름."""

    pasts: Sequence[Past] = ()
    storm: bool = False


def flow(session: Session, at: datetime) -> Flow:
    """지금의 흐름."""
    seen = Trace.__table__.c
    recent = select(seen.at, seen.entry_id, seen.skeleton).where(seen.at > at - LOOK_BACK, seen.skeleton != "")
    addresses = (
        select(func.count(seen.address.distinct())).where(seen.at > at - within).scalar_subquery()
        for within in (HOUR, WEEK)
    )
    connection = session.connection()
    hour, week = connection.execute(select(*addresses)).one()
    pasts = connection.execute(recent.order_by(seen.at.desc()).limit(COMPARED)).all()
    return Flow([Past(*row) for row in pasts], hour >= max(STORM_FROM, STORM_TIMES * week / (WEEK / HOUR)))


def copy_signals(frame: str, stands: Ground, entry_id: str, flow: Flow, at: datetime) -> Iterator[Signal]:
    """되풀이에서 나온 신호들. 같은 안내의 같은 글은 여러 시민이 본 같은 오류일 수 있어 너그럽게 센다."""
    others = (past.frame for past in flow.pasts if past.entry_id != entry_id and past.at > at - LATELY)
    elsewhere, here = _like(frame, entry_id, flow.pasts)
    is_long = len(frame) >= LONG
    if elsewhere >= (5 if is_long else 12):
        yield Signal.MANY_COPIES
    if elsewhere >= (1 if is_long else 4) or covered(frame, others) > _bearable(stands, storm=flow.storm):
        yield Signal.COPY
    if here >= 3:
        yield Signal.SAME_REPORT


def is_crowded(session: Session, at: datetime) -> bool:
    """요즘 어렴풋한 글이 또렷한 글보다 지나치게 많나. 한 주소가 여럿 보낸 것은 하나로 세고, 다른 까닭으로 걸린 것은 세지 않는다."""
    thin = func.count(Trace.address.distinct()).filter(Correction.suspicions.contains(Signal.THIN.value))
    clear = func.count().filter(Correction.score == 0)
    lately = select(thin, clear).select_from(Trace).join(Correction, Correction.id == Trace.correction_id)
    few, many = session.execute(lately.where(Trace.at > at - WEEK)).one()
    return bool(few >= max(CROWD_FROM, CROWD_SHARE * many))


def _bearable(stands: Ground, *, storm: bool) -> float:
    if stands.is_thin or storm:
        return THIN
    return FULL if stands.is_full else HALF


def _like(frame: str, entry_id: str, pasts: Sequence[Past]) -> tuple[int, int]:
    """거의 같은 틀이 다른 안내와 이 안내에 온 수."""
    if len(frame) < SHORT:
        return 0, 0
    cutoff = LIKE if len(frame) >= LONG else SHORT_LIKE
    frames = [past.frame for past in pasts]
    same = process.extract(frame, frames, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
    counted = Counter(pasts[index].entry_id == entry_id for _, _, index in same)
    return counted[False], counted[True]
