"""색인에 든 모든 항목의 번호와 성질을 수의 줄로 든다. 글은 들지 않는다."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from kb.districts import DISTRICTS
from kb.index.document import LETTERS, Document, number_of

ELSEWHERE = 1 << len(DISTRICTS)
"""서울의 자치구가 아닌 이름이 적힌 항목의 표."""

FIELDS = ("number", "topic_key", "place", "seen", "until", "passage0", "passage1")
"""빠른 칸의 이름, 차례대로. 모두 음이 아닌 64비트 수."""


def topic_key(name: str) -> int:
    """주제의 이름을 수로."""
    return int.from_bytes(blake2b(name.encode(), digest_size=6).digest(), "little")


def place_of(districts: Iterable[str]) -> int:
    """자치구들을 비트로. 0은 서울시 전체."""
    place = 0
    for name in districts:
        place |= 1 << DISTRICTS.index(name) if name in DISTRICTS else ELSEWHERE
    return place


def traits_of(document: Document) -> Mapping[str, int]:
    """항목의 빠른 칸들."""
    first, second, *_ = (*document.passages, 0, 0)
    return {
        "number": number_of(document.id),
        "topic_key": topic_key(document.topic),
        "place": place_of(document.districts),
        "seen": document.seen,
        "until": document.until,
        "passage0": first,
        "passage1": second,
    }


@dataclass(frozen=True)
class Catalogue:
    """번호의 차례로 늘어놓은 항목들. 줄(row)은 이 차례에서의 자리다.

    `numbers`, `topics`, `places`, `seen`, `until`은 (항목 수,) 꼴, `passages`는 (항목 수, 2) 꼴의 uint64이다.
    """

    numbers: NDArray[np.uint64]
    topics: NDArray[np.uint64]
    places: NDArray[np.uint64]
    seen: NDArray[np.uint64]
    until: NDArray[np.uint64]
    passages: NDArray[np.uint64]

    @classmethod
    def of(cls, columns: Mapping[str, Iterable[int]]) -> "Catalogue":
        """`FIELDS`의 이름마다 모든 항목의 값(같은 차례)."""
        table = {name: np.fromiter(columns[name], np.uint64) for name in FIELDS}
        order = np.argsort(table["number"])
        return cls(
            numbers=table["number"][order],
            topics=table["topic_key"][order],
            places=table["place"][order],
            seen=table["seen"][order],
            until=table["until"][order],
            passages=np.stack([table["passage0"][order], table["passage1"][order]], axis=1),
        )

    def __len__(self) -> int:
        return len(self.numbers)

    def rows(self, numbers: NDArray[np.uint64]) -> NDArray[np.intp]:
        """번호들의 줄. 모두 여기 있는 번호라야 한다."""
        return self.numbers.searchsorted(numbers)

    def row(self, number: int) -> int | None:
        """번호의 줄. 없는 번호면 None."""
        at = int(self.numbers.searchsorted(np.uint64(number)))
        return at if at < len(self) and int(self.numbers[at]) == number else None

    @cached_property
    def letters(self) -> NDArray[np.uint8]:
        """항목마다 출처 글자의 차례(`kb.index.document.LETTERS`에서)."""
        return (self.numbers // np.uint64(1_000_000_000)).astype(np.uint8)

    @cached_property
    def kinds(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """항목마다 몇째 주제인지와, 주제마다 그 주제인 첫 줄."""
        _, first, which = np.unique(self.topics, return_index=True, return_inverse=True)
        return which, first

    @cached_property
    def districts(self) -> tuple[NDArray[np.intp], list[tuple[str, ...]]]:
        """항목마다 몇째 자치구 묶음인지와, 묶음마다 그 자치구들(서울시 전체는 빈 묶음)."""
        kinds, which = np.unique(self.places, return_inverse=True)
        return which, [tuple(name for at, name in enumerate(DISTRICTS) if place >> at & 1) for place in kinds.tolist()]

    def allowed(self, *, topic: str | None, district: str | None, source: str | None) -> NDArray[np.bool_] | None:
        """조건에 맞는 줄들. 조건이 없으면 None."""
        if not (topic or district or source):
            return None
        allowed = np.ones(len(self), bool)
        if topic:
            allowed &= self.topics == topic_key(topic)
        if district:
            allowed &= (self.places == 0) | ((self.places & np.uint64(place_of((district,)))) > 0)
        if source:
            allowed &= self.letters == (LETTERS.find(source) if len(source) == 1 else -1)
        return allowed
