"""쪽을 상담 항목의 글로: 틀에 줄과 둘레를 넣어 Entry를 만든다. 예전 글이 무엇이었는지는 모른다."""

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kb.compose import hygiene
from kb.compose.hygiene import plain_name
from kb.compose.naming import street
from kb.compose.pages import Page
from kb.compose.places import Surroundings
from kb.compose.recipe import Recipe
from kb.compose.rows import Row, said_date
from kb.compose.templates import Templates
from kb.districts import DISTRICTS
from kb.entry import Entry, Source

STALE_BEFORE = dt.date(2024, 1, 1)
"""이보다 오래된 자료는 글에서 오래되었다고 밝힌다(issue 3: ‘2020년 자료’)."""

FEW_FACTS = "사실이 셋보다 적음"
PERSONAL = "개인정보로 보이는 값"
ALIKE = "닮은 항목이 있어 표에만 실음"
REPEATED_TITLE = "제목이 같은 항목이 있음"


class Writer:
    """조리법과 둘레로 항목을 쓴다. `links`는 다른 항목의 번호를 찾아 주는 장부(갈래, 구, 이름 -> 번호)다."""

    def __init__(self, templates: Templates, around: Surroundings) -> None:
        self.templates, self.around = templates, around

    def value(self, recipe: Recipe) -> Any:
        """줄에서 식의 값을 글로 내는 함수."""

        def of(expression: str, row: Row) -> str:
            found = self.templates.value(
                expression, {"row": row, "family": lambda item: family(recipe, item)}, of=recipe.name
            )
            return "" if found is None or found is False else str(found)

        return of

    def entry(self, page: Page, *, id: str, updated: dt.datetime) -> Entry:
        """그 쪽의 항목. 틀이 틀렸으면 BadRecipe."""
        recipe = page.recipe
        values = self._values(page)

        def text(source: str) -> str:
            return self.templates.text(source, values, of=recipe.name)

        day = min((day for item in page.rows if (day := item.date)), default=None)
        return Entry(
            id=id,
            title=_one_line(text(recipe.title)),
            topic=recipe.topic,
            department=_one_line(text(recipe.department)),
            phone=_one_line(text(recipe.phone)) or "02-120",
            districts=_districts(page.rows),
            audience=recipe.audience,
            facts={name: value for name, source in recipe.facts.items() if (value := _one_line(text(source)))},
            tags=tuple(dict.fromkeys(tag for part in text(recipe.tags).split(",") if (tag := _one_line(part)))),
            source=Source(name=_sources(page.rows), url=text(recipe.url), date=day, licence=recipe.licence),
            updated=updated,
            body=_tidy_body(text(recipe.body)),
        )

    def _values(self, page: Page) -> Mapping[str, Any]:
        row, around = page.row, self.around
        days = sorted(day for item in page.rows if (day := item.date))
        return {
            "row": row,
            "rows": page.rows,
            "every": page.every,
            "group": page.group,
            "part": page.part,
            "parts": page.parts,
            "is_rest": page.is_rest,
            "district": row.district,
            "as_of": _as_of(page.rows),
            "as_of_rows": _as_of,
            "is_stale": not days or days[0] < STALE_BEFORE,
            "family": lambda item: family(page.recipe, item),
            "near": lambda kind, within=500, limit=2, elsewhere=False, row=row: around.near(
                row, kind, within=within, limit=limit, elsewhere=elsewhere
            ),
            "same_building": lambda *kinds: around.same_building(row, *kinds),
            "next_stations": around.next_stations,
            "named_like": around.named_like,
            "in_district": lambda kind: around.in_district(kind, row.district),
        }


def fault(entry: Entry, recipe: Recipe, *, seen: bool = False) -> str | None:
    """지은 항목을 내놓지 않을 까닭. 괜찮으면 None. `seen`은 이 글 그대로 이미 살펴 내보낸 적이 있다는 뜻이다."""
    if not recipe.is_table and len(entry.facts) < recipe.min_facts:
        return FEW_FACTS
    if seen:
        return None
    texts = (entry.title, entry.body, *entry.facts.values())
    return PERSONAL if hygiene.personal_data("\n".join(texts)) else None


def with_own_title(entry: Entry, row: Row, titles: Collection[str]) -> Entry:
    """제목이 겹치면 동이나 길을 붙여 가른 항목. 그래도 겹치면 그대로."""
    named = (replace(entry, title=f"{entry.title} ({place})") for place in (row.dong, street(row.address)) if place)
    return next((item for item in (entry, *named) if plain_name(item.title) not in titles), entry)


def family(recipe: Recipe, item: str) -> str:
    """품목의 갈래: 조리법의 `families`에서 처음 맞는 것(정규식), 없으면 빈 글."""
    return next((name for name, shape in recipe.families.items() if re.search(shape, item)), "")


MANY = 5
"""이보다 많은 구에 걸치면 서울 전체의 글이다."""


def _districts(rows: Sequence[Row]) -> tuple[str, ...]:
    found = [district for district in DISTRICTS if any(row.district == district for row in rows)]
    return tuple(found) if len(found) <= MANY else ()


def _as_of(rows: Sequence[Row]) -> str:
    """자료의 때: 하나면 ‘2026년 3월’, 여러 해면 ‘2018년~2020년’."""
    dated = sorted((row.date, row.source) for row in rows if row.date)
    if not dated:
        return said_date(None, rows[0].source)
    first, last = dated[0][0], dated[-1][0]
    if first.year != last.year:
        return f"{first.year}년~{last.year}년"
    said = {said_date(day, f"{row_day}") for day, row_day in ((day, source) for day, source in dated)}
    return said.pop() if len(said) == 1 else f"{first.year}년"


def _sources(rows: Sequence[Row]) -> str:
    """출처 이름: 줄에 적힌 그대로, 여럿이면 가장 많은 것에 ‘등’."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.source] = counts.get(row.source, 0) + 1
    best = max(counts, key=lambda name: (counts[name], name))
    return best if len(counts) == 1 else f"{best} 등"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _tidy_body(text: str) -> str:
    """빈 줄은 하나까지, 줄 끝의 빈칸은 없이. 표의 줄 사이에 틀이 남긴 빈 줄도 지운다."""
    text = re.sub(r"^ +(?=\S)|[ \t]+$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\n{3,}", "\n\n", text)
    text = re.sub(r"(?<=\|)\n\n(?=\|)", "\n", text)
    return text.strip() + "\n"
