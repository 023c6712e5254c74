"""HTML 표를 빈틈없는 칸들로: 합친 칸을 펴고, 제목 줄과 짜임새(layout)용 표를 알아본다. 칸 안의 글은 읽어 주는 이에게 맡긴다."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bs4 import Tag

MOST_SPAN = {"colspan": 30, "rowspan": 200}
"""믿을 수 있는 한계. 그보다 큰 값은 잘못 쓴 것이다."""


@dataclass(frozen=True)
class Grid:
    """편 표. `header`는 빈 글일 수 있는 제목 줄, `rows`는 나머지 줄, `cells`는 원래의 칸들."""

    header: list[str]
    rows: list[list[str]]
    cells: list[Tag]
    is_layout: bool


@dataclass(frozen=True)
class _Cell:
    tag: Tag
    text: str
    is_copy: bool = False  # the place beside, in a cell joined across


def grid_of(table: Tag, text_of: Callable[[Tag], str]) -> Grid:
    """표를 편다. 아래로 합친 칸의 글은 줄마다 되풀이하고, 옆으로 합친 칸의 글은 첫 칸에만 둔다.

    제목 줄이 여럿이면 칸마다 위아래를 이어 한 줄로 만든다. 제목 줄이 없으면 빈 제목 줄을 둔다(글을 지어내지 않는다).
    """
    cells = _own_cells(table)
    if any(cell.find("table") for cell in cells):
        return Grid([], [], cells, is_layout=True)
    rows = [(row, places) for row, places in _spread(table, text_of) if any(cell and cell.text for cell in places)]
    wide = {at for _, row in rows for at, cell in enumerate(row) if cell and cell.text}
    if len(wide) <= 1:
        return Grid([], [], cells, is_layout=True)
    kept = sorted(wide)
    heads = _header_rows(rows)
    header = [
        " ".join(dict.fromkeys(filter(None, column)))
        for column in zip(*(_group_names(c) for _, c in rows[:heads]), strict=True)
    ]
    header = header or [""] * len(rows[0][1])
    body = [[cell.text if cell and not cell.is_copy else "" for cell in cells] for _, cells in rows[heads:]]
    return Grid(
        [header[at].replace("**", "") for at in kept],
        [[row[at] for at in kept] for row in body],
        cells,
        is_layout=False,
    )


def _own_rows(table: Tag) -> Iterator[Tag]:
    for child in table.find_all(["tr", "thead", "tbody", "tfoot"], recursive=False):
        if child.name == "tr":
            yield child
        else:
            yield from child.find_all("tr", recursive=False)


def _own_cells(table: Tag) -> list[Tag]:
    return [cell for row in _own_rows(table) for cell in row.find_all(["td", "th"], recursive=False)]


def _spread(table: Tag, text_of: Callable[[Tag], str]) -> list[tuple[Tag, list[_Cell | None]]]:
    rows = list(_own_rows(table))
    places: dict[tuple[int, int], _Cell] = {}
    for y, row in enumerate(rows):
        x = 0
        for tag in row.find_all(["td", "th"], recursive=False):
            while (y, x) in places:
                x += 1
            cell, width = _Cell(tag, text_of(tag)), _span(tag, "colspan")
            for down in range(min(_span(tag, "rowspan"), len(rows) - y)):
                for right in range(width):
                    places.setdefault(
                        (y + down, x + right), cell if right == 0 else _Cell(tag, cell.text, is_copy=True)
                    )
            x += width
    width = max((x for _, x in places), default=-1) + 1
    return [(row, [places.get((y, x)) for x in range(width)]) for y, row in enumerate(rows)]


def _span(tag: Tag, name: str) -> int:
    value = str(tag.get(name) or "1").strip()
    return max(1, min(int(value), MOST_SPAN[name])) if value.isdecimal() and len(value) < 6 else 1


def _header_rows(rows: list[tuple[Tag, list[_Cell | None]]]) -> int:
    """앞에서부터 제목 줄의 수: thead 안이거나, 칸이 모두 th이거나, 첫 줄의 글이 모두 굵은 것. 표 전부일 수는 없다."""
    count = 0
    for row, cells in rows[:-1]:
        if not _in_head(row) and not all(cell.tag.name == "th" for cell in cells if cell):
            break
        count += 1
    if not count and len(rows) > 1 and all(cell and cell.text and _is_bold(cell) for cell in rows[0][1]):
        count = 1
    return count


def _in_head(row: Tag) -> bool:
    return row.parent is not None and row.parent.name == "thead"


def _is_bold(cell: _Cell) -> bool:
    return cell.text.startswith("**") and cell.text.endswith("**")


def _group_names(cells: list[_Cell | None]) -> list[str]:
    return [cell.text if cell else "" for cell in cells]
