"""여러 줄을 한꺼번에 말하기: 세고 더한 것, 가장 오래된 것, 한 번씩만, 부서마다 모은 것."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kb.compose.naming import street
from kb.compose.particles import ina
from kb.compose.rows import SHARED, Row, once


def counted(values: Iterable[str]) -> str:
    """‘국공립 12, 가정 3’."""
    counts = Counter(value for value in values if value)
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def places_sum(rows: Iterable[Row]) -> str:
    """정원을 모두 더한 것."""
    keys = ("정원", "입소정원", "상시돌봄정원")
    total = sum(int(n) for row in rows for key in keys if (n := row.detail[key]).isdecimal())
    return f"모두 {total:,}명" if total else ""


def people_range(rows: Iterable[Row]) -> str:
    """방에 들어가는 사람 수의 폭."""
    known = sorted({int(n) for row in rows if (n := row.detail["수용인원"]).isdecimal() and int(n)})
    if not known:
        return ""
    return f"{known[0]}명" if len(known) == 1 else f"{known[0]}명에서 {known[-1]}명"


def oldest(rows: Iterable[Row]) -> str:
    """허가를 가장 먼저 받은 곳."""
    row = min(rows, key=lambda row: (row.detail["인허가일"] or "9", row.name))
    return f"{row.name} ({row.detail['인허가일'][:4]}년)"


def newest(rows: Iterable[Row]) -> str:
    """허가를 가장 나중에 받은 곳."""
    row = max(rows, key=lambda row: (row.detail["인허가일"], row.name))
    return f"{row.name} ({row.detail['인허가일'][:4]}년)"


def oldest_park(rows: Iterable[Row]) -> str:
    """가장 먼저 연 공원."""
    dated = [(match[0], row.name) for row in rows if (match := re.match(r"(?:19|20)\d\d", row.detail["개원일"]))]
    return f"{min(dated)[1]} ({min(dated)[0]}년)" if dated else ""


def most_books(rows: Iterable[Row]) -> str:
    """책이 가장 많은 도서관."""
    known = [(int(n), row.name) for row in rows if (n := row.detail["장서"]).isdecimal()]
    return f"{max(known)[1]} ({max(known)[0]:,}권)" if known else ""


@dataclass(frozen=True)
class Duty:
    """무슨 일, 어느 부서, 전화들."""

    work: str
    office: str
    phones: str


def in_dong(row: Row) -> str:
    """여러 동을 모은 표에 적는 주소: 동 이름을 앞에(주소가 동으로 시작하면 그대로)."""
    short = street(row.address)
    return short if not row.dong or short.startswith(row.dong) else f"{row.dong} {short}".strip()


def each_once(rows: Iterable[Row]) -> list[Row]:
    """한 곳을 이름을 달리해 두 표에 적은 것은 한 번만(앞의 것, 더 많이 아는 것을 먼저)."""
    kept = list[Row]()
    for row in sorted(rows, key=lambda row: -row.filled):
        one = row.name.replace(" ", "")
        if not any(one in (two := other.name.replace(" ", "")) or two in one for other in kept):
            kept.append(row)
    return sorted(kept, key=lambda row: row.name)


NOT_EQUIPMENT = re.compile(r"따라 다를 수|문의|가능|없음|금지")


def equipment(texts: Iterable[str]) -> list[str]:
    """방이 갖춘 것들을 낱낱이 한 번씩. 갖춘 것이 아닌 알림은 뺀다."""
    parts = (part.strip(" .") for text in texts if not NOT_EQUIPMENT.search(text) for part in re.split(r"[,+_]", text))
    return list(dict.fromkeys(part for part in parts if part))


def if_same(values: Iterable[str]) -> str:
    """모두 같은 값이면(빈칸과 문장 부호는 보지 않고) 그 값, 서로 다르면 빈 글."""
    found = list(values)
    return found[0] if found and len({re.sub(r"[\W_]+", "", value) for value in found}) == 1 else ""


def lot_uses(rows: Iterable[Row]) -> str:
    """주차 자리들의 쓰임: ‘거주자 우선이나 공유’."""
    listed = list(rows)
    uses = (
        (
            "시간제 공영",
            any(row.detail["운영구분"] == "시간제 주차장" and not row.name.startswith(SHARED) for row in listed),
        ),
        ("거주자 우선", any("거주자" in row.detail["운영구분"] for row in listed)),
        ("공유", any(row.name.startswith(SHARED) for row in listed)),
        ("버스", any("버스" in row.detail["운영구분"] for row in listed)),
        ("이륜차", any("이륜차" in row.detail["운영구분"] for row in listed)),
    )
    found = [name for name, is_there in uses if is_there] or ["시간제 공영"]
    return found[0] if len(found) == 1 else ", ".join([*found[:-2], f"{ina(found[-2])} {found[-1]}"])


def by_department(rows: Iterable[Row]) -> list[Duty]:
    """같은 일을 하는 같은 부서의 번호를 한 줄로."""
    phones: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        said = re.sub(rf"{row.district} (?!$)", "", row.detail["부서"].replace("서울특별시 ", ""))
        said = re.sub(r"^\S+동 주민센터 (?=\S+동 주민센터)", "", said)
        office = once(said)
        office = f"{row.district}청" if office in ("", row.district) else office
        phones.setdefault((row.detail["업무"], office), []).append(row.phone)
    return [Duty(work, office, ", ".join(_whole(set(found)))) for (work, office), found in sorted(phones.items())]


def _whole(phones: set[str]) -> list[str]:
    """한 숫자를 빠뜨린 번호(02-217-3283)는 빼고: 온전한 번호(02-2147-3283)가 함께 있을 때."""
    short = {one for one in phones for two in phones if len(two) == len(one) + 1 and _is_within(one, two)}
    return sorted(phones - short)


def _is_within(one: str, two: str) -> bool:
    letters = iter(two)
    return all(letter in letters for letter in one)


def bag_home(rows: Iterable[Row]) -> Row | None:
    """집에서 쓰는 보통 쓰레기봉투의 줄. 같은 봉투의 값이 줄마다 다르면 어느 것인지 모른다."""
    wanted = [
        row
        for row in rows
        if "규격봉투" in row.name and "재사용" not in row.name
        and row.detail["용도"] == "생활쓰레기" and row.detail["대상"] in ("가정용", "가정용+사업장용")
    ]  # fmt: skip
    prices = [dict(part.rsplit(" ", 1) for part in row.fee.split(", ")) for row in wanted]
    agree = all(one[size] == other[size] for one in prices for other in prices for size in one.keys() & other.keys())
    return max(wanted, key=lambda row: (len(row.fee), row.name), default=None) if agree else None


FILTERS = {
    function.__name__: function
    for function in (
        counted, places_sum, people_range, oldest, newest, oldest_park, most_books, in_dong, each_once, equipment, if_same,
        lot_uses, by_department, bag_home,
    )
}  # fmt: skip
