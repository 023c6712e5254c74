"""글에서 묻는 말에 답하는 토막을 고르고 맞은 말에 표를 한다. 순위는 모른다."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache
from html import escape

LENGTH = 120
"""토막의 글자 수(많아야). 휴대전화 화면에서 서너 줄이다."""

LEAD = 40
"""맞은 말 앞에 이만큼 안에 문장 머리가 없으면 낱말 머리에서 자른다."""

REMEMBERED = 3_000
"""문장 머리를 기억해 두는 글의 수. 찾는 말은 달라도 나오는 글은 되풀이된다."""

_MOST_MATCHES = 60
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+|\s{2,}")
_SPECIAL = re.compile("[&<>\"']")


class Marker:
    """맞은 말을 찾아 주는 이. 묻는 말의 조각들로 만든다."""

    def __init__(self, terms: Iterable[str]) -> None:
        unique = {term.lower() for term in terms if term}
        longer = {term for term in unique if len(term) > 1} or unique
        self._words = sorted(longer, key=len, reverse=True)
        self._has_case = any(word.upper() != word for word in self._words)

    def snippet(self, text: str) -> str:
        """`text`에서 서로 다른 말이 가장 많이 맞은 토막. 맞은 말이 없으면 글머리."""
        start = self._best_start(text)
        cut = text[start : start + LENGTH]
        if start + LENGTH < len(text):
            cut = (cut[: cut.rfind(" ")] if " " in cut[LENGTH // 2 :] else cut[:-1]) + "…"
        return " ".join(cut.split())

    def html(self, text: str) -> str:
        """맞은 말을 <mark>로 감싼 HTML. 나머지 글은 모두 이스케이프한다."""
        safe = escape if _SPECIAL.search(text) else str
        pieces, end = [], 0
        for start, stop in self._spans(text):
            pieces += [safe(text[end:start]), "<mark>", safe(text[start:stop]), "</mark>"]
            end = stop
        return "".join([*pieces, safe(text[end:])])

    def _found(self, text: str) -> list[tuple[int, str]]:
        """맞은 자리와 말, 자리의 차례로. 한 자리에 여럿이 맞으면 가장 긴 말. 정규식 하나보다 낱말마다 찾는 것이 다섯 배 빠르다."""
        text = _lower(text) if self._has_case else text
        find, found = text.find, dict[int, str]()
        for word in self._words:
            at = find(word)
            while at >= 0:
                found.setdefault(at, word)
                at = find(word, at + 1)
        return sorted(found.items())

    def _spans(self, text: str) -> list[tuple[int, int]]:
        spans: list[tuple[int, int]] = []
        for start, word in self._found(text):
            end = start + len(word)
            if spans and start <= spans[-1][1]:
                start, before = spans.pop()
                end = max(end, before)
            spans.append((start, end))
        return spans

    def _best_start(self, text: str) -> int:
        found = self._found(text)[:_MOST_MATCHES]
        places = [place for place, _ in found]
        end = max((place + len(word) for place, word in found), default=0)
        best, most, seen = 0, 0, -1
        for place in places:
            if (start := _head(text, place)) <= seen:
                continue
            seen, stop = start, start + LENGTH
            inside = found[bisect_left(places, start) : bisect_left(places, stop)]
            if (worth := sum(map(len, {word for at, word in inside if at + len(word) <= stop}))) > most:
                best, most = start, worth
            if stop >= end:
                break  # what starts later holds less
        return best


def _lower(text: str) -> str:
    """소문자로 바꾼 글. 글자의 자리는 그대로다: 소문자가 두 글자가 되는 글자(İ)는 바꾸지 않는다."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(
        small if len(small := letter.lower()) == 1 else letter for letter in text
    )  # fmt: skip


def _head(text: str, place: int) -> int:
    """`place` 앞의 가까운 문장 머리, 멀면 낱말 머리."""
    heads = _heads(text)
    head = heads[bisect_right(heads, place) - 1]
    if place - head <= LEAD:
        return head
    near = place - LEAD
    return text.rfind(" ", max(0, near - LEAD), place - LEAD // 2) + 1 or near


@lru_cache(REMEMBERED)
def _heads(text: str) -> list[int]:
    return [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
