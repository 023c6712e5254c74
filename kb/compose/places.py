"""둘레: 한 곳에서 가까운 곳과 같은 건물의 곳을 찾는다. 그것을 어떻게 말할지는 모른다."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from kb.compose.rows import METRES, Row, Tables, metres_between

CELL = 0.005
"""격자 한 칸(도): 서울에서 남북 약 550 m, 동서 약 440 m."""
IN_A_ROW: dict[str, tuple[tuple[int, int], ...]] = {
    "1": ((150, 159),),
    "2": ((201, 243), (244, 245), (247, 249)),
    "3": ((310, 352),),
    "4": ((409, 434),),
    "5": ((2511, 2554), (2555, 2561)),
    "6": ((2611, 2616), (2617, 2649)),
    "7": ((2711, 2761),),
    "8": ((2810, 2828),),
    "9": ((4101, 4138),),
}
"""호선마다 역 번호가 이웃한 역의 차례로 이어지는 곳. 지선과 고리가 갈라지는 자리(충정로-용답, 상일동-둔촌동 …)에서 끊는다."""
VOTERS = 3
"""동을 짐작할 때 묻는 가까운 곳의 수: 모두 같은 동이어야 그 동으로 본다."""
VOTE_WITHIN = 300


@dataclass(frozen=True)
class Near:
    """가까운 곳과 직선거리(50 m 단위)."""

    row: Row
    metres: int


class Surroundings:
    """모든 표의 자리. 좌표가 없는 줄은 같은 주소의 다른 줄에서 좌표를 빌린다."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._by_place = defaultdict[str, list[Row]](list)
        self._spots: dict[str, tuple[float, float]] = {}
        self._by_district = defaultdict[tuple[str, str], list[Row]](list)
        for rows in tables.values():
            for row in rows:
                self._by_district[row.kind, row.district].append(row)
                if row.where:
                    self._by_place[row.where].append(row)
                    if row.lat is not None and row.lon is not None:
                        self._spots.setdefault(row.where, (row.lat, row.lon))
        self._grid = self._gridded(row for rows in tables.values() for row in rows)

    def _gridded(self, rows: Iterable[Row]) -> dict[tuple[str, int, int], list[tuple[float, float, Row]]]:
        grid = defaultdict[tuple[str, int, int], list[tuple[float, float, Row]]](list)
        for row in rows:
            if row.lat is not None and row.lon is not None:
                grid[row.kind, int(row.lat / CELL), int(row.lon / CELL)].append((row.lat, row.lon, row))
        return dict(grid)

    def spot(self, row: Row) -> tuple[float, float] | None:
        """줄의 좌표, 없으면 같은 주소에 있는 다른 곳의 좌표."""
        if row.lat is not None and row.lon is not None:
            return row.lat, row.lon
        return self._spots.get(row.where) if row.where else None

    def near(self, row: Row, kind: str, *, within: int = 500, limit: int = 2, elsewhere: bool = False) -> list[Near]:
        """`kind` 갈래에서 가까운 곳들(자기 자신은 빼고, 가까운 차례). `elsewhere`면 바로 그 자리의 것도 뺀다."""
        spot = self.spot(row)
        if spot is None:
            return []
        found = [
            (distance, other.name, other)
            for distance, other in self._around(spot, kind, within)
            if not _is_same(row, other) and not (elsewhere and _is_here(row, other))
        ]
        found.sort(key=lambda item: item[:2])
        return [Near(other, max(50, round(distance / 50) * 50)) for distance, _, other in found[:limit]]

    def _around(self, spot: tuple[float, float], kind: str, within: int) -> list[tuple[float, Row]]:
        reach = math.ceil(within / (CELL * METRES * 0.79))
        y, x = int(spot[0] / CELL), int(spot[1] / CELL)
        cells = (
            self._grid.get((kind, y + dy, x + dx), ())
            for dy in range(-reach, reach + 1)
            for dx in range(-reach, reach + 1)
        )
        measured = ((metres_between(spot, (lat, lon)), row) for cell in cells for lat, lon, row in cell)
        return [(distance, row) for distance, row in measured if distance <= within]

    def same_building(self, row: Row, *kinds: str) -> list[Row]:
        """같은 주소에 있는 다른 곳들(이름 차례)."""
        others = [other for other in self._by_place.get(row.where, ()) if other.kind in kinds]
        return sorted(others, key=lambda other: (kinds.index(other.kind), other.name))

    def in_district(self, kind: str, district: str) -> list[Row]:
        """그 구의 한 갈래 줄들(표의 차례)."""
        return self._by_district.get((kind, district), [])

    def named_like(self, kind: str, start: str) -> list[Row]:
        """이름이 그 말로 시작하는(따릉이는 머리말 뒤가) 한 갈래의 줄들, 이름 차례."""
        shape = re.compile(rf"(?:따릉이 대여소 )?(?:[가-힣]+구 )?{re.escape(start)}(?![가-힣])")
        return sorted((row for row in self.tables.get(kind, ()) if shape.match(row.name)), key=lambda row: row.name)

    def next_stations(self, row: Row) -> list[Row]:
        """같은 호선에서 역 번호가 하나 앞이거나 뒤인 역. 갈래와 고리에서는 번호가 이어져도 이웃이 아니라서 빼놓는다."""
        line, number = row.detail["호선"], row.detail["역번호"]
        runs = [run for run in IN_A_ROW.get(line, ()) if number.isdecimal() and run[0] <= int(number) <= run[1]]
        wanted = {str(n) for low, high in runs for n in (int(number) - 1, int(number) + 1) if low <= n <= high}
        return [
            other
            for other in self.tables.get("subway_station", ())
            if other.detail["호선"] == line and other.detail["역번호"] in wanted
        ]

    def dong_around(self, row: Row) -> str:
        """줄에 동이 없을 때: 같은 구의 가까운 세 곳이 모두 같은 동이면 그 동, 아니면 빈 글."""
        if row.dong or (spot := self.spot(row)) is None:
            return row.dong
        voters = [
            (distance, other.dong)
            for kind in ("public_toilet", "heat_shelter", "vet_clinic", "parking")
            for distance, other in self._around(spot, kind, VOTE_WITHIN)
            if other.dong and other.district == row.district
        ]
        nearest = [dong for _, dong in sorted(voters)[:VOTERS]]
        return nearest[0] if len(nearest) == VOTERS and len(set(nearest)) == 1 else ""


def _is_same(row: Row, other: Row) -> bool:
    """같은 곳인가: 같은 갈래에서 이름이 같거나, 같은 주소이면서 전화가 같거나 한 이름이 다른 이름을 품을 때.

    같은 주소만으로는 가르지 못한다: 한 아파트 단지의 어린이집들, 한 건물의 병원들은 주소가 같아도 다른 곳이다.
    주차장은 이름을 바꿔 두 번 실리므로 주소로 가른다.
    """
    if row.kind != other.kind:
        return False
    one, two = row.name.replace(" ", ""), other.name.replace(" ", "")
    if one == two:
        return True
    if not row.where or row.where != other.where:
        return False
    if row.kind == "parking":
        return True
    # A university's medical, dental and Korean-medicine hospitals share one address and one switchboard.
    return (row.kind != "hospital" and bool(row.phone and row.phone == other.phone)) or one in two or two in one


def _is_here(row: Row, other: Row) -> bool:
    """바로 그 자리인가: 주소가 같거나 이름이 같다(표마다 주소를 달리 적는다)."""
    return (bool(row.where) and row.where == other.where) or row.name.replace(" ", "") == other.name.replace(" ", "")


def with_dongs(rows: Iterable[Row], around: Surroundings) -> list[Row]:
    """동이 빈 줄에 짐작한 동을 채운 줄들."""
    return [row if row.dong else replace(row, dong=around.dong_around(row)) for row in rows]
