"""비슷한 안내: 같은 주제에서 태그와 제목의 낱말이 겹치는 것, 모자라면 제목의 이웃. 어디에 몇을 보일지는 모른다."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import zip_longest

from app.public.told_apart import Groups
from kb.entry import Entry

COMMON = 64
"""한 주제에서 이보다 많은 안내에 나오는 낱말은 비슷함을 말해 주지 않는다."""

PIECE_WEIGHT = 1
WORD_WEIGHT = 4
TAG_WEIGHT = 8
REACH = 8
"""제목 차례에서 앞뒤로 이만큼까지가 이웃이다. 글 하나가 바뀌면 다시 볼 쪽도 이만큼이다."""

WORDS = re.compile(r"\w{2,}")
PARTICLES = re.compile(r"(?<=..)(?:에서|에게|으로|까지|부터|이나|은|는|이|가|을|를|의|에|도|로|과|와|만)$")
ASKING = ("요", "까", "니다", "는데", "려면", "으면", "하면", "어도", "아도")
ASKING_WORDS = frozenset(
    ["어떻게", "어떤", "무엇", "무슨", "어디", "언제", "얼마", "얼마나", "누가", "누구", "다시", "안내", "문의", "관련"]
)

Term = tuple[str, str]
"""주제와 낱말."""


@dataclass(frozen=True)
class Neighbours:
    """낱말에서 그 낱말이 든 안내의 번호로 가는 찾아보기. 바뀌지 않는다: `after`가 새것을 준다."""

    having: Mapping[Term, tuple[str, ...]] = field(default_factory=dict)

    def after(self, out: Iterable[Entry], into: Iterable[Entry]) -> "Neighbours":
        """`out`을 빼고 `into`를 넣은 뒤의 찾아보기."""
        moved: Groups[Term] = Groups(self.having)
        for entry in out:
            for term in terms(entry):
                moved[term].discard(entry.id)
        for entry in into:
            for term in terms(entry):
                moved[term].add(entry.id)
        having = dict(self.having)
        for term, ids in moved.items():
            having[term] = tuple(ids)
            if not ids:
                del having[term]
        return Neighbours(having)

    def near(self, entry: Entry, most: int, *, without: Iterable[str] = ()) -> list[str]:
        """비슷한 순서로 번호를 많아야 `most`개, `without`과 자신은 빼고. 점수가 같으면 번호 차례라서 늘 같은 답이다."""
        scores: dict[str, int] = {}
        for term, weight in terms(entry).items():
            having = self.having.get(term, ())
            if len(having) <= COMMON:
                for id in having:
                    scores[id] = scores.get(id, 0) + weight
        for id in (entry.id, *without):
            scores.pop(id, None)
        least = sorted(scores.values(), reverse=True)[:most][-1:]
        best = [id for id, score in scores.items() if score >= least[0]]  # ties are settled among these only
        return sorted(best, key=lambda id: (-scores[id], id[:1], int(id[1:])))[:most]

    def sharing(self, entry: Entry, before: "Neighbours") -> set[str]:
        """`before`에서 이리로 오는 사이에 이 안내가 바뀌었다면, 비슷한 안내가 달라졌을 수 있는 번호들."""
        found = set[str]()
        for term in terms(entry):
            now, then = self.having.get(term, ()), before.having.get(term, ())
            if min(len(now), len(then)) <= COMMON:
                found.update(now, then)
        return found


def terms(entry: Entry) -> dict[Term, int]:
    """비슷함을 말하는 낱말과 무게. 묻는 말(어떻게, …하나요)은 무엇에 관한 글인지 말하지 않는다.

    어느 구의 것도 아닌 안내는 저마다 다른 일을 다루어 같은 낱말이 드물다: 두 글자 조각(조기폐차와 폐차의 ‘폐차’)까지 견준다.
    """
    nouns = [noun for word in WORDS.findall(entry.title.lower()) if (noun := _noun(word))]
    tags = [tag.lower() for tag in entry.tags]
    found = {} if entry.districts else {(entry.topic, piece): PIECE_WEIGHT for piece in _pieces([*nouns, *tags])}
    found |= {(entry.topic, noun): WORD_WEIGHT for noun in nouns}
    found |= {(entry.topic, tag): TAG_WEIGHT for tag in tags}
    return found


def beside(listed: Sequence[Entry], place: int) -> list[Entry]:
    """제목 차례의 목록에서 그 자리의 이웃들, 가까운 것부터."""
    ways = (listed[place + 1 : place + 1 + REACH], listed[max(place - REACH, 0) : place][::-1])
    return [entry for pair in zip_longest(*ways) for entry in pair if entry]


def _pieces(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield from (f"…{word[at : at + 2]}" for at in range(len(word) - 1) if word[at : at + 2].isalnum())


@lru_cache(maxsize=20_000)
def _noun(word: str) -> str:
    """낱말에서 조사를 뗀 것. 묻는 말이면 빈 글."""
    if word.endswith(ASKING):
        return ""
    noun = PARTICLES.sub("", word)
    return "" if noun in ASKING_WORDS else noun
