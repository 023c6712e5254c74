"""요금 읽기: 주차장의 ‘기본 5분 130원, 추가 5분당 130원’, 대형폐기물의 값. 어디에 말하는지는 모른다."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from math import ceil

from kb.compose.rows import Row

BASE = re.compile(r"기본 (\d+)분 ([\d,]+)원")
MORE = re.compile(r"추가 (\d+)분당 ([\d,]+)원")
DAY = re.compile(r"일 최대 ([\d,]+)원")
MONTH = re.compile(r"(월정기) ([\d,]+원)")
LONGEST_STEP = 30
"""추가 요금을 매기는 가장 긴 간격(분). ‘기본 5분, 추가 60분’ 같은 줄은 올려 셈하면 틀리므로 계산하지 않는다."""


def is_shifted(fee: str) -> bool:
    """주차 요금의 칸이 밀렸는가: 하루 최대가 기본 요금보다 싸거나 한 달이 만 원도 안 된다."""
    base, most, month = BASE.search(fee), DAY.search(fee), MONTH.search(fee)
    return bool(
        (base and most and 0 < _won(most[1]) <= _won(base[2]))
        or (month and 0 < _won(month[2].removesuffix("원")) < 10_000)
    )


def parking_minutes(fee: str, minutes: int) -> int | None:
    """그만큼 세울 때의 값(원). 읽을 수 없으면 None."""
    base, more, most = BASE.search(fee), MORE.search(fee), DAY.search(fee)
    if base is None:
        return 0 if fee == "무료" else None
    first, price = int(base[1]), _won(base[2])
    if minutes > first:
        if more is None or not 0 < int(more[1]) <= max(first, LONGEST_STEP):
            return None
        price += ceil((minutes - first) / int(more[1])) * _won(more[2])
    return min(price, _won(most[1])) if most and _won(most[1]) else price


def parking_fee(fee: str, minutes: int) -> str:
    """그만큼 세울 때의 값을 말로."""
    price = parking_minutes(fee, minutes)
    return "-" if price is None else f"{price:,}원" if price else "무료"


def fee_part(fee: str, name: str) -> str:
    """‘월정기 90,000원’의 값."""
    match = re.search(rf"{name} ([\d,]+원)", fee)
    return match[1] if match else ""


def hour_range(rows: Iterable[Row]) -> str:
    """주차장들의 한 시간 값의 폭."""
    return _range(price for row in rows if (price := parking_minutes(row.fee, 60)) is not None)


def amount(fee: str) -> int | None:
    """‘2,000원’의 수. 읽을 수 없으면 None."""
    digits = fee.replace(",", "").removesuffix("원").strip()
    return 0 if "무료" in fee or "무상" in fee else int(digits) if digits.isdecimal() else None


def fee_range(rows: Iterable[Row]) -> str:
    """값의 폭: ‘2,000원 ~ 9,000원’, 하나뿐이면 그 값."""
    return _range(price for row in rows if (price := amount(row.fee)) is not None)


def by_fee(rows: Iterable[Row]) -> list[Row]:
    """품목, 그 안에서 값 차례."""
    return sorted(rows, key=lambda row: (row.detail["품목"], amount(row.fee) or 0, row.detail["규격"]))


def by_district(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """구마다의 줄들(구 이름 차례)."""
    ordered = sorted(rows, key=lambda row: (row.district, row.name))
    return [(name, list(members)) for name, members in groupby(ordered, key=lambda row: row.district)]


def cheapest(rows: Sequence[Row]) -> str:
    """가장 싼 값과 그 보기."""
    return _example(min(_priced(rows), default=None))


def dearest(rows: Sequence[Row]) -> str:
    """가장 비싼 값과 그 보기."""
    priced = _priced(rows)
    top = max((price for price, *_ in priced), default=0)
    return _example(min((item for item in priced if item[0] == top), default=None))


Priced = tuple[int, str, str, str]


def _priced(rows: Iterable[Row]) -> list[Priced]:
    return [
        (price, row.district, row.detail["품목"], row.detail["규격"])
        for row in rows
        if (price := amount(row.fee)) is not None
    ]


def _example(item: Priced | None) -> str:
    if item is None:
        return ""
    price, district, thing, size = item
    said = f"{price:,}원" if price else "무료"
    return f"{said} ({' '.join(filter(None, (district, thing, size)))})"


def _range(prices: Iterable[int]) -> str:
    known = sorted(set(prices))
    if not known:
        return ""
    low, high = (f"{price:,}원" if price else "무료" for price in (known[0], known[-1]))
    return low if low == high else f"{low} ~ {high}"


def _won(text: str) -> int:
    return int(text.replace(",", ""))


FILTERS = {
    "parking_fee": parking_fee,
    "fee_part": fee_part,
    "hour_range": hour_range,
    "fee_range": fee_range,
    "by_fee": by_fee,
    "by_district": by_district,
    "cheapest": cheapest,
    "dearest": dearest,
}
