"""표끼리 견주어 골라내기: 다른 표가 아는 것과 어긋나는 줄과 좌표."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.compose.hygiene import OTHER_DISTRICT, Left
from kb.compose.rows import LOT, ROAD, Row, metres_apart

OTHER_OFFICE = "이름의 동주민센터와 주소가 다름"
BLANKED_CONFLICT = "같은 주소의 다른 표와 어긋난 좌표"
APART = 400
"""같은 주소의 두 표가 이만큼(m) 떨어진 좌표를 적으면 어느 쪽도 믿지 않는다."""
KNOWN = 8
"""어느 구의 동인지 안다고 할 만한 줄의 수."""

Tables = Mapping[str, list[Row]]


def trusted(tables: Tables, left: Left) -> dict[str, list[Row]]:
    """서로 견주어 믿을 수 있는 줄과 좌표만 남긴 표들. 버리고 비운 것은 `left`에 센다."""
    return with_trusted_spots(at_own_offices(at_known_dongs(tables, left), left), left)


def at_known_dongs(tables: Tables, left: Left) -> dict[str, list[Row]]:
    """번지로 적은 주소의 동이 다른 구에만 있는 줄을 뺀 표들(‘강북구 휘경동 267-4’)."""
    known = Counter((dong, row.district) for rows in tables.values() for row in rows for dong in {row.dong, _lot(row)})
    homes = defaultdict[str, int](int)
    for (dong, _), count in known.items():
        homes[dong] = max(homes[dong], count)
    found = dict[str, list[Row]]()
    for kind, rows in tables.items():
        found[kind] = [row for row in rows if known[_lot(row), row.district] > 1 or homes[_lot(row)] < KNOWN]
        if dropped := len(rows) - len(found[kind]):
            left.rows[kind, OTHER_DISTRICT] += dropped
    return found


def _lot(row: Row) -> str:
    """번지로 적은 주소의 동. 길로 적었으면 빈 글."""
    match = None if ROAD.search(row.address) else LOT.search(row.address)
    return match[1] if match else ""


def with_trusted_spots(tables: Tables, left: Left) -> dict[str, list[Row]]:
    """같은 주소에 있는 다른 표와 좌표가 어긋나면 비운 표들(쪽은 같은 주소의 믿을 만한 좌표를 빌린다)."""
    by_place = defaultdict[str, list[Row]](list)
    for rows in tables.values():
        for row in rows:
            if row.where and row.lat is not None:
                by_place[row.where].append(row)
    doubtful = {id(row) for rows in by_place.values() for row in _astray(rows)}
    found = dict[str, list[Row]]()
    for kind, rows in tables.items():
        if blanked := sum(id(row) in doubtful for row in rows):
            left.values[kind, BLANKED_CONFLICT] += blanked
        found[kind] = [replace(row, lat=None, lon=None) if id(row) in doubtful else row for row in rows]
    return found


DONG_OFFICE = re.compile(r"([가-힣]+\d*(?:[·.,-]\d+)*가?(?:제?\d)?동)\s?(?:제\d)?(?:주민센터|자치회관)")
SHIFTED_ROWS = 5
"""한 구에서 이만큼의 방이 다른 동의 주민센터 주소에 적혔으면 그 구의 주소 칸이 한 줄씩 밀린 것이다."""


def at_own_offices(tables: Tables, left: Left) -> dict[str, list[Row]]:
    """빌리는 방의 주소 칸이 밀린 구에서, 이름의 동주민센터가 아닌 주소에 적힌 방을 뺀 표들."""
    offices = {(row.district, _plain_dong(row.dong)): row.where for row in tables.get("dong_office", ()) if row.where}
    places = set(offices.values())
    astray = dict[str, list[Row]]()
    for row in tables.get("open_facility", ()):
        own = {offices.get((row.district, _plain_dong(dong))) for dong in DONG_OFFICE.findall(row.name)} - {None}
        if own and row.where not in own:
            astray.setdefault(row.district, []).append(row)
    shifted = [rows for rows in astray.values() if sum(row.where in places for row in rows) >= SHIFTED_ROWS]
    dropped = {id(row) for rows in shifted for row in rows}
    if dropped:
        left.rows["open_facility", OTHER_OFFICE] += len(dropped)
    return {kind: [row for row in rows if id(row) not in dropped] for kind, rows in tables.items()}


def _plain_dong(name: str) -> str:
    return re.sub(r"[·.,\s-]|제(?=\d)", "", name)


def _astray(rows: Sequence[Row]) -> list[Row]:
    """한 주소의 줄들 가운데 좌표를 믿을 수 없는 것: 서로 다른 두 표가 맞는 자리에서 먼 것. 맞는 두 표가 없으면 모두."""
    if len({row.kind for row in rows}) < 2:
        return []
    agreed = [
        row for row in rows if any(row.kind != other.kind and metres_apart(row, other) <= APART for other in rows)
    ]
    return [row for row in rows if all(metres_apart(row, other) > APART for other in agreed)]
