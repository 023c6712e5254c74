"""낱말의 점수와 뜻의 점수를 하나로 모은다. 글도 엔진도 모르는 셈이다."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]

MEANING_WEIGHT = 1.7
"""으뜸을 1로 한 낱말 점수에 더하는 뜻 점수의 무게. 교차 검증으로 골랐다(docs/decisions/0013)."""

ELSEWHERE = 0.5
"""자치구를 말했는데 다른 구의 항목이면 점수에 곱하는 수."""

HERE = 1.05
"""말한 자치구의 항목이면 점수에 곱하는 수."""

OVER = 0.6
"""맞는 때가 지난 항목이면 점수에 곱하는 수."""

OLD, OLDEST = 0.005, 10
"""확인한 지 한 해가 지날 때마다 덜어 내는 몫과, 많아야 셈하는 해의 수."""


def stretched(similarities: Numbers) -> Numbers:
    """코사인을 0(가장 먼 것)에서 1(가장 가까운 것)로 늘인다. 이 모형의 코사인은 0.75~0.9에 몰려 있다. nan은 그대로."""
    low, high = np.nanmin(similarities), np.nanmax(similarities)
    return (similarities - low) / max(high - low, np.float32(1e-6))


def fused(words: Numbers, meaning: Numbers | None) -> Numbers:
    """낱말 점수(으뜸이 1)와 늘인 뜻 점수를 더한다. 뜻을 아직 셈하지 않은 항목은 뜻도 낱말만큼 맞다고 친다."""
    if meaning is None:
        return words
    return words + MEANING_WEIGHT * np.where(np.isnan(meaning), words, meaning).astype(np.float32)


def place_factor(places: NDArray[np.uint64], asked: int) -> Numbers:
    """말한 자치구(`asked`의 비트)와 항목의 자치구가 맞는 정도. 서울시 전체의 항목(0)은 1."""
    here = (places & np.uint64(asked)) > 0
    return np.where(here, HERE, np.where(places == 0, 1.0, ELSEWHERE)).astype(np.float32)


def freshness(seen: NDArray[np.uint64], until: NDArray[np.uint64], today: int) -> Numbers:
    """오래 확인하지 않은 글을 조금, 때가 지난 글을 많이 내린다. 날은 모두 `date.toordinal`의 수이고 0은 모름."""
    days = np.where(seen == 0, 0, today - seen.astype(np.int64))
    years = np.clip(days / 365, 0, OLDEST)
    over = (until != 0) & (until.astype(np.int64) < today)
    return ((1 - OLD * years) * np.where(over, OVER, 1.0)).astype(np.float32)
