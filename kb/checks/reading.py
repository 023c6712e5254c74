"""규칙들이 함께 보는 글: 항목 하나를 한 번만 풀어 놓은 것. 무엇이 틀렸는지는 모른다."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kb.entry import Entry

MARKS = re.compile(
    r"\\(?=[!-/:-@\[-`{-~])|^\s{0,3}(?:#{1,6}\s|>\s?|[-*+]\s|\d{1,3}[.)]\s)|\*\*|__|`|^\s*\|?[\s:|-]{3,}\|?\s*$",
    re.MULTILINE,
)
LINK = re.compile(r"!?\[([^\]\n]*)\]\(([^)\s]*)[^)]*\)")


@dataclass(frozen=True)
class Reading:
    """항목과, 거기서 사람이 읽는 글. `body`는 꾸밈 기호를 뺀 본문, `answer`는 항목 값까지, `text`는 제목까지."""

    entry: Entry

    @cached_property
    def links(self) -> tuple[str, ...]:
        """본문의 링크가 가는 곳들."""
        body = self.entry.body
        return tuple(target for _, target in LINK.findall(body)) if "](" in body else ()

    @cached_property
    def body(self) -> str:
        """꾸밈 기호를 뺀 본문."""
        body = self.entry.body
        return MARKS.sub("", LINK.sub(r"\1", body) if self.links else body)

    @cached_property
    def answer(self) -> str:
        """항목 값과 본문: 시민이 듣는 답."""
        return "\n".join((*(f"{name} {value}" for name, value in self.entry.facts.items()), self.body))

    @cached_property
    def text(self) -> str:
        """제목과 부서까지, 화면에 나오는 글 모두."""
        return "\n".join((self.entry.title, self.entry.department, self.answer))

    @cached_property
    def squeezed(self) -> str:
        """빈칸을 모두 뺀 답: 띄어쓰기가 다른 것은 같은 답으로 본다."""
        return "".join(self.answer.split())

    @property
    def length(self) -> int:
        """답의 글자 수(이어진 빈칸은 하나로)."""
        return len(" ".join(self.answer.split()))


@dataclass(frozen=True)
class Surroundings:
    """항목 하나만 보아서는 모르는 것: 오늘, 갈 수 있는 곳들, 가져오며 손댄 것."""

    today: date
    pages: frozenset[str]
    """링크가 가도 되는 항목 번호: 게시된 것과, 다른 글로 보내는 것."""
    topics: frozenset[str] = frozenset()
    """주제의 로마자 이름. 비었으면 주제의 링크는 보지 않는다."""
    redirects: frozenset[str] = frozenset()
    """옮긴 주소들(/faq/c999)."""
    mended: Mapping[str, tuple[str, Collection[str]]] = field(default_factory=dict)
    """가져오며 고친 것: 번호 -> (그때의 판, 갈래들)."""


def letters(text: str) -> str:
    """글자와 숫자만: 띄어쓰기와 기호가 다른 것은 같은 글로 본다."""
    return re.sub(r"[\W_]+", "", text)
