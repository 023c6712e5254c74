"""글에서 묻는 말에 답하는 토막을 고르고 맞은 말에 표를 한다. 순위는 모른다."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

LENGTH = 120
"""토막의 글자 수(많아야). 휴대전화 화면에서 서너 줄이다."""

LEAD = 40
"""맞은 말 앞에 이만큼 안에 문장 머리가 없으면 낱말 머리에서 자른다."""

REMEMBERED = 3_000
"""문장 머리를 기억해 두는 글의 수. 찾는 말은 달라도 나오는 글은 되풀이된다."""

_MOST_MATCHES, _MOST_OF_ONE = 40, 15
"""토막을 고를 때 견주는 맞은 자리와, 말 하나에서 세는 자리(많아야). 답은 앞쪽에 있고, 되풀이되는 말은 순서를 가르지 않는다."""

_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+|\s{2,}")
_SPECIAL = re.compile("[&<>\"']")

Places = Sequence[tuple[int, str]]
"""맞은 자리와 말, 자리의 차례로."""


class Marker:
    """맞은 말을 찾아 주는 이. 묻는 말의 조각들로 만든다.

    긴 말이 글에 있으면 그 속의 짧은 말은 따로 찾지 않는다: ‘재발급’이 있는 글에서 ‘재발행’의 ‘재발’에 표를 하지 않는다.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        unique = {term.lower() for term in terms if term}
        longer = {term for term in unique if len(term) > 1} or unique
        self._words = sorted(longer, key=len, reverse=True)
        self._has_case = any(word.upper() != word for word in self._words)

    def shown(self, text: str) -> tuple[str, str]:
        """`text`에서 서로 다른 말이 가장 많이 맞은 토막과, 그 토막의 맞은 말을 <mark>로 감싼 HTML. 맞은 말이 없으면 글머리."""
        text_low = self._comparable(text)
        words = self._within(text_low)
        start = _best_start(text, _places(text_low, words)[:_MOST_MATCHES], all_of=sum(map(len, words))) if words else 0
        cut = text[start : start + LENGTH]
        if start + LENGTH < len(text):
            cut = (cut[: cut.rfind(" ")] if " " in cut[LENGTH // 2 :] else cut[:-1]) + "…"
        cut = " ".join(cut.split())
        return cut, _marked(cut, _places(self._comparable(cut), words))

    def _within(self, text: str) -> list[str]:
        """`text`에 있는 말들, 긴 것부터. 있는 말 속에 든 짧은 말은 뺀다."""
        kept: list[str] = []
        for word in [word for word in self._words if word in text]:
            if not any(word in longer for longer in kept):
                kept.append(word)
        return kept

    def _comparable(self, text: str) -> str:
        return _lower(text) if self._has_case else text


def _places(text: str, words: Iterable[str]) -> Places:
    """긴 말부터 준 `words`의 자리들. 한 자리에 여럿이 맞으면 가장 긴 말. 정규식 하나보다 낱말마다 찾는 것이 다섯 배 빠르다."""
    find, found = text.find, dict[int, str]()
    for word in words:
        at = -1
        for _ in range(_MOST_OF_ONE):
            if (at := find(word, at + 1)) < 0:
                break
            found.setdefault(at, word)
    return sorted(found.items())


def _marked(text: str, places: Places) -> str:
    safe = escape if _SPECIAL.search(text) else str
    pieces, end = list[str](), 0
    for at, word in places:
        stop = at + len(word)
        if at > end or not pieces:
            pieces += [safe(text[end:at]), "<mark>", safe(text[at:stop]), "</mark>"]
        elif stop > end:  # joins or overlaps the mark before it
            pieces[-1:] = [safe(text[end:stop]), "</mark>"]
        end = max(end, stop)
    return "".join([*pieces, safe(text[end:])])


def _best_start(text: str, places: Places, *, all_of: int) -> int:
    """서로 다른 맞은 말이 가장 많이 든 토막의 머리. `all_of`는 글에 있는 말들의 글자 수: 다 든 토막을 찾으면 그만 본다."""
    last, word = places[-1]
    if (end := last + len(word)) <= LENGTH:
        return 0
    starts, heads = [place for place, _ in places], _heads(text)
    best, most, seen = 0, 0, -1
    for place in starts:
        if (start := _head(text, place, heads)) <= seen:
            continue
        seen, stop = start, start + LENGTH
        inside = places[bisect_left(starts, start) : bisect_left(starts, stop)]
        if (worth := sum(map(len, {word for at, word in inside if at + len(word) <= stop}))) > most:
            best, most = start, worth
        if stop >= end or most == all_of:
            break  # what starts later holds no more
    return best


def _head(text: str, place: int, heads: Sequence[int]) -> int:
    """`place` 앞의 가까운 문장 머리, 멀면 낱말 머리."""
    head = heads[bisect_right(heads, place) - 1]
    if place - head <= LEAD:
        return head
    near = place - LEAD
    return text.rfind(" ", max(0, near - LEAD), place - LEAD // 2) + 1 or near


@lru_cache(REMEMBERED)
def _heads(text: str) -> list[int]:
    return [0, *(match.end() for match in _SENTENCE_END.finditer(text))]


def _lower(text: str) -> str:
    """소문자로 바꾼 글. 글자의 자리는 그대로다: 소문자가 두 글자가 되는 글자(İ)는 바꾸지 않는다."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(
        small if len(small := letter.lower()) == 1 else letter for letter in text
    )  # fmt: skip
