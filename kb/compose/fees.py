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


ADDED = re.compile(r"당.*추가(?!\s?접수)|단독\s?선택\s?불가")
"""다른 값에 덧붙이는 값: ‘60인치 이상이면 60인치(6000원) + 10인치당(1000원) 추가’."""
MEASURED = re.compile(r"(?<!해)당(?=$|[\s(),])|마다")
BY_PIECE = re.compile(r"(?:개|장|채|세트|쌍)\s?당")


def by_measure(row: Row) -> bool:
    """물건 하나가 아니라 크기나 칸마다 매기는 값인가: ‘폭 30cm당’, ‘1칸당’."""
    said = f"{row.detail['품목']} {row.detail['규격']}".rstrip()
    is_door = "문" in row.detail["품목"] and "짝당" in said.replace(" ", "")
    return bool(MEASURED.search(said)) and not BY_PIECE.search(said) and not is_door


def priced_whole(rows: Iterable[Row]) -> list[Row]:
    """물건 하나의 값을 말하는 줄들: 크기마다 매기는 값과 덧붙이는 값은 뺀다."""
    return [row for row in rows if not by_measure(row) and not ADDED.search(row.detail["규격"])]


def fee_range(rows: Iterable[Row]) -> str:
    """값의 폭: ‘2,000원 ~ 9,000원’, 하나뿐이면 그 값. 크기마다 매기는 값은 따로: ‘3,000원, 크기마다 2,000원 ~ 4,000원’."""
    listed = list(rows)
    measured = _range(_amounts(row for row in listed if by_measure(row) and not ADDED.search(row.detail["규격"])))
    return ", ".join(filter(None, (whole_range(listed), measured and f"크기마다 {measured}")))


def whole_range(rows: Iterable[Row]) -> str:
    """물건 하나의 값의 폭. 크기마다 매기는 값뿐이면 빈 글."""
    return _range(_amounts(priced_whole(rows)))


def _amounts(rows: Iterable[Row]) -> list[int]:
    return [price for row in rows if (price := amount(row.fee)) is not None]


def by_fee(rows: Iterable[Row]) -> list[Row]:
    """품목, 그 안에서 값 차례."""
    return sorted(rows, key=lambda row: (row.detail["품목"], amount(row.fee) or 0, row.detail["규격"]))


def lowest(rows: Iterable[Row]) -> Row:
    """값이 가장 싼 줄(값을 모르는 줄은 뒤로). 크기마다 매기는 값은 다른 값이 없을 때만."""
    listed = list(rows)
    return min(
        priced_whole(listed) or listed,
        key=lambda row: (amount(row.fee) is None, amount(row.fee) or 0, row.detail["품목"], row.detail["규격"]),
    )


def is_by_size(rows: Iterable[Row]) -> bool:
    """크기나 칸마다 매기는 값(‘폭 30cm당’)이 있는가."""
    return any(by_measure(row) for row in rows)


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
        (price, row.district, row.detail["품목"], row.detail["규격"].removeprefix(row.detail["품목"]).strip())
        for row in priced_whole(rows)
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


# --- words --------------------------------------------------------------------------------------------------------


def with_commas(text: str) -> str:
    """‘3000원’을 ‘3,000원’으로."""
    return re.sub(r"(?<![\d,.])\d{4,6}(?=\s?원)", lambda found: f"{int(found[0]):,}", text)


def free(fee: str) -> str:
    """‘0’은 무료, ‘5000’은 5,000원, ‘44,800-79,800’은 44,800~79,800원."""
    if fee in ("0", "0원", "없음", "무료입장"):
        return "무료"
    if re.fullmatch(r"[\d,]+", fee):
        return f"{_won(fee):,}원"
    if spread := re.fullmatch(r"([\d,]+)\s?[-~]\s?([\d,]+)", fee):
        return f"{spread[1]}~{spread[2]}원"
    return with_commas(fee)


NO_FEE = re.compile(
    r"정보\s?없음|개별\s?확인|별도\s?문의|변동|이용료 상이|홈페이지 (?:참고|참조)|전시 안내 페이지.*|대관|-"
)
"""값을 알려 주지 않는 요금."""
BY_DAY = re.compile(r"평일[,/]\s?주말\s?(?:비용 )?상이")
ALL_FREE = re.compile(r"상설\s?:\s?무료\s?,?\s?기획\s?:\s?무료")
LONG = 60
"""이보다 긴 요금표는 첫 문단에 넣지 않는다."""


def entry_fee(row: Row) -> str:
    """문화 시설의 입장료. 알려 주는 것이 없으면 빈 글."""
    fee = free(row.fee)
    return "" if NO_FEE.fullmatch(fee) or _fee_disagrees(row) else fee


def _fee_disagrees(row: Row) -> bool:
    """요금과 무료·유료 갈래가 서로 다른가."""
    fee, kind = free(row.fee), row.detail["무료구분"]
    return (fee == "무료" and kind == "유료") or (kind == "무료" and bool(re.search(r"^유료$|\d원|\d{4}", fee)))


def entry_fee_said(row: Row) -> str:
    """문화 시설의 입장료를 문장으로."""
    if _fee_disagrees(row):
        return "무료인지는 자료의 두 칸이 서로 달라 알 수 없으니 먼저 물어봐 주십시오."
    fee = entry_fee(row)
    if not fee and row.detail["무료구분"] == "유료":
        return "돈을 받는 곳이고 값은 자료에 없으니 누리집이나 전화로 확인해 주십시오."
    if not fee:
        return "요금은 자료에 없으니 누리집이나 전화로 확인해 주십시오."
    if fee == "무료" or ALL_FREE.fullmatch(fee):
        return "무료로 들어갈 수 있습니다."
    if fee == "유료":
        return "돈을 내고 들어가는 곳이고, 값은 자료에 없습니다."
    if BY_DAY.fullmatch(fee):
        return "요금은 평일과 주말이 다릅니다."
    if varies := DIFFERS.search(fee):
        return f"요금은 {varies['what']}마다 다릅니다."
    if re.fullmatch(r"[\d,]+원", fee):
        return f"요금은 {fee}입니다."
    return f"요금: {fee}." if len(fee) <= LONG else "요금은 사람마다 달라 아래에 적었습니다."


DIFFERS = re.compile(
    r"^(?:매 )?(?P<what>공연장|공연|전시|행사|프로그램|날짜|스튜디오)\s?(?:별로|별|마다|에 따라)\s?(?:관람료 )?(?:상이함?|다름|정함.*)$"
)
BY = re.compile(r"(?P<what>[가-힣,· ]+?)\s?(?:별|에 따라)\s?(?:이용|대관|책정)?\s?(?:요금|사용료)?\s?상이")
A_FEE = re.compile(r"\d\s?원|\d,\d{3}|무료|유료|상이|회비")


def court_fee(fee: str) -> str:
    """체육 시설의 요금. 요금이 아닌 것(‘샤워실, 탈의실 …’처럼 칸이 밀린 값)은 빈 글."""
    text = free(fee)
    return text if A_FEE.search(text) and "미개방" not in text else ""


def court_fee_said(fee: str) -> str:
    """체육 시설의 요금을 문장으로."""
    text = court_fee(fee)
    if not text:
        return "요금은 자료에 없습니다."
    if varies := BY.fullmatch(text):
        return f"요금은 {varies['what'].strip()}에 따라 다릅니다."
    if re.fullmatch(r"무료|[\d,]+원", text):
        return f"요금은 {text}입니다."
    return f"요금: {text}." if len(text) <= LONG else "요금은 아래에 적었습니다."


def is_long_fee(text: str) -> bool:
    """첫 문단에 넣지 않고 따로 적을 요금표인가."""
    return len(text) > LONG


def hire_fee(fee: str) -> str:
    """빌리는 값: ‘5,000’은 5,000원, ‘10,000원/2시간’은 10,000원 (2시간). 값이 아니면 빈 글."""
    if fee.startswith("/") or re.fullmatch(r"0?\.\d+", fee):
        return ""
    if fee == "문의":
        return "전화로 문의"
    fee = re.sub(r"/(\d+)시간", r" (\1시간)", free(fee))
    fee = re.sub(r"^([\d,]+)(?=\()", r"\1원", re.sub(r"^([\d,]+)~$", r"\1원부터", fee))
    return re.sub(r"(?<=원) \(1시간\)", " (한 시간)", fee)


LEAST = 500
"""이보다 적은 추가 사용료는 잘못 적힌 것이다."""


def extra_fee(text: str) -> str:
    """더 쓸 때의 값: ‘7500’은 7,500원. 너무 작은 수는 빈 글."""
    return f"{int(text):,}원" if text.isdecimal() and int(text) >= LEAST else ""


FILTERS = {
    function.__name__: function
    for function in (
        parking_fee, fee_part, hour_range, fee_range, whole_range, by_fee, lowest, is_by_size, by_district, cheapest, dearest, free, entry_fee, entry_fee_said,
        court_fee, court_fee_said, is_long_fee, hire_fee, extra_fee,
    )
}  # fmt: skip
"""틀에서 쓰는 이름."""
