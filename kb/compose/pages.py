"""쪽 나누기: 한 조리법의 줄들을 항목이 될 묶음으로 나눈다. 글은 모른다."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from kb.compose.hygiene import plain_name
from kb.compose.numbers import Wanted
from kb.compose.recipe import Recipe
from kb.compose.rows import Row


@dataclass(frozen=True, kw_only=True)
class Page:
    """항목 하나가 될 줄들. `group`은 묶음의 값(구, 동 …), `part`는 나눈 쪽의 차례(안 나누면 0), `is_rest`는 나머지 모음.

    `whole`은 나누기 전의 모든 줄이다(세고 더하는 말은 쪽이 아니라 이것을 센다).
    """

    recipe: Recipe
    rows: tuple[Row, ...]
    group: tuple[str, ...] = ()
    part: int = 0
    parts: int = 0
    is_rest: bool = False
    whole: tuple[Row, ...] = ()

    @property
    def every(self) -> tuple[Row, ...]:
        """나누기 전의 모든 줄."""
        return self.whole or self.rows

    @property
    def row(self) -> Row:
        """첫 줄(줄 하나짜리 쪽에서는 그 줄)."""
        return self.rows[0]

    @property
    def wanted(self) -> Wanted:
        """번호를 받을 열쇠."""
        recipe = self.recipe
        if not recipe.is_table:
            return Wanted("|".join((recipe.name, self.row.district, plain_name(self.row.name))), self.row.where)
        names = [
            recipe.name,
            *self.group,
            *(["나머지"] if self.is_rest else []),
            *([str(self.part)] if self.part > 1 else []),
        ]
        return Wanted("|".join(names))


Value = Callable[[str, Row], str]
"""(식, 줄) -> 식의 값."""


def pages(recipe: Recipe, rows: Iterable[Row], value: Value, *, folded: Collection[tuple[str, ...]] = ()) -> list[Page]:
    """조리법이 짓는 쪽들. 줄의 차례와 상관없이 언제나 같다. `folded`의 묶음은 따로 두지 않고 나머지 모음에 넣는다."""
    chosen = [row for row in rows if not recipe.where or value(recipe.where, row) not in ("", "False", "None", "0")]
    if not recipe.is_table:
        return [Page(recipe=recipe, rows=(row,)) for row in sorted(chosen, key=_order)]
    found, small = list[Page](), list[Row]()
    for group, members in _groups(recipe.group, chosen, value):
        if not all(group) or len(members) < recipe.min_rows or group in folded:
            small += members
        else:
            found += _parts(recipe, group, members, value)
    if recipe.rest:
        for group, members in _groups(recipe.rest, small, value):
            if all(group):
                found += _parts(recipe, group, members, value, is_rest=True)
    return found


def too_small(recipe: Recipe, rows: Iterable[Row], value: Value) -> int:
    """나머지 모음이 없어서 짓지 않는 작은 묶음의 수."""
    if not recipe.is_table or recipe.rest:
        return 0
    chosen = [row for row in rows if not recipe.where or value(recipe.where, row) not in ("", "False", "None", "0")]
    return sum(len(members) < recipe.min_rows for _, members in _groups(recipe.group, chosen, value))


def _order(row: Row) -> tuple[str, str, str, str]:
    return row.district, row.name, row.where, row.fee


def _groups(by: Sequence[str], rows: Iterable[Row], value: Value) -> list[tuple[tuple[str, ...], list[Row]]]:
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(value(expression, row) for expression in by), []).append(row)
    return sorted(groups.items())


def _parts(
    recipe: Recipe, group: tuple[str, ...], members: list[Row], value: Value, *, is_rest: bool = False
) -> list[Page]:
    """한 묶음을 `max_rows`를 넘지 않는 고른 쪽들로. 가나다 차례로 나눈다."""
    ordered = sorted(members, key=lambda row: (_natural(value(recipe.sort, row)), _order(row)))
    count = -(-len(ordered) // recipe.max_rows)
    size = -(-len(ordered) // count)
    return [
        Page(
            recipe=recipe,
            rows=tuple(ordered[at * size : (at + 1) * size]),
            group=group,
            part=at + 1 if count > 1 else 0,
            parts=count if count > 1 else 0,
            is_rest=is_rest,
            whole=tuple(ordered),
        )
        for at in range(count)
    ]


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """‘역삼2동’이 ‘역삼10동’보다 앞에 오게."""
    return tuple((int(part), "") if part.isdecimal() else (0, part) for part in re.findall(r"\d+|\D+", text))
