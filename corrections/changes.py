"""항목의 두 글에서 달라진 칸들. 어느 화면에 어떻게 보일지는 모른다."""

from collections.abc import Sequence
from dataclasses import dataclass

from corrections.diff import Piece, words
from kb.entry import Entry


@dataclass(frozen=True)
class Part:
    """달라진 칸 하나(제목, 본문, 항목 이름)와 낱말 차이."""

    name: str
    pieces: Sequence[Piece]


def changes(before: Entry, after: Entry) -> list[Part]:
    """시민이 읽는 칸 가운데 달라진 것: 제목, 담당과 전화, 항목들, 본문 차례."""
    facts = dict.fromkeys([*before.facts, *after.facts])
    rows = [
        ("제목", before.title, after.title),
        ("담당 부서", before.department, after.department),
        ("문의 전화", before.phone, after.phone),
        *((name, before.facts.get(name, ""), after.facts.get(name, "")) for name in facts),
        ("본문", before.body, after.body),
    ]
    return [Part(name, words(old, new)) for name, old, new in rows if old != new]
