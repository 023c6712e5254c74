"""검색 엔진이 지킬 약속. 어느 엔진이 있는지는 알지만 어떻게 찾는지는 모른다."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, Self, cast

import numpy as np
from numpy.typing import NDArray

from kb.errors import SearchUnavailable
from kb.index.catalogue import Catalogue
from kb.index.document import Document

ENGINES = ("tantivy", "whoosh")
EVERYWHERE = "*"
"""자치구가 없는 항목(서울시 전체)을 자치구 칸에 적는 표."""

K1, B = 1.2, 0.75
"""BM25의 두 수. tantivy와 Lucene의 기본값이며 두 엔진이 같은 점수를 내게 한다."""

Field = Literal["morphemes", "bigrams", "initials"]
"""찾는 칸의 이름. initials는 제목 초성의 세 글자 조각이다."""


class Token(NamedTuple):
    """찾을 조각 하나와 그 무게."""

    field: Field
    text: str
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """엔진에게 묻는 것: 조각들(점수의 합으로 겨룬다)과 좁히는 조건.

    `district`를 주면 그 자치구의 항목과 서울시 전체 항목만, `source`를 주면 그 출처 글자의 항목만 찾는다.
    `every`면 조각을 하나도 빠짐없이 담은 항목만 찾는다.
    """

    tokens: tuple[Token, ...]
    topic: str | None = None
    district: str | None = None
    source: str | None = None
    every: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """찾은 것들, 나은 차례. `numbers`는 항목의 번호(`kb.index.document.id_of`), `scores`는 점수. 둘 다 (찾은 수,) 꼴."""

    numbers: NDArray[np.uint64]
    scores: NDArray[np.float32]

    @classmethod
    def of(cls, numbers: Sequence[int], scores: Sequence[float]) -> Self:
        """점수가 큰 차례로, 같으면 번호의 차례로 늘어놓는다."""
        found = cls(np.array(numbers, np.uint64), np.array(scores, np.float32))
        order = np.lexsort((found.numbers, -found.scores))
        return cls(found.numbers[order], found.scores[order])

    def __len__(self) -> int:
        return len(self.numbers)


class Reader(Protocol):
    """열어 둔 색인의 한 순간. 여러 스레드가 함께 써도 된다."""

    def size(self) -> int:
        """들어 있는 항목의 수."""
        ...

    def search(self, wanted: Wanted, limit: int) -> Found:
        """점수가 큰 차례로 많아야 `limit`개."""
        ...

    def document(self, number: int) -> Document | None:
        """번호의 항목. 없으면 None. 분석한 조각(morphemes, bigrams, initials)과 지문, 날짜는 비어 있다."""
        ...

    def having(self, field: Field, text: str) -> int:
        """그 조각을 담은 항목의 수."""
        ...

    def catalogue(self) -> Catalogue:
        """모든 항목의 번호와 성질. 한 번 읽어 기억한다."""
        ...


class Engine(Protocol):
    """색인을 만들고 고치고 여는 법. 폴더의 배치와 잠금은 kb.index.folder의 일이다."""

    def create(self, folder: Path, documents: Iterable[Document]) -> int:
        """빈 폴더에 새 색인을 짓고 항목 수를 돌려준다."""
        ...

    def write(self, folder: Path, documents: Sequence[Document], removed: Sequence[str]) -> int:
        """항목을 한꺼번에 갈아 끼우거나 빼고(전부 아니면 전무) 항목 수를 돌려준다."""
        ...

    def open(self, folder: Path) -> Reader:
        """지금의 색인을 연다. 상했으면 어떤 예외든 낸다."""
        ...


def engine_named(name: str) -> Engine:
    """이름으로 엔진을 고른다. 모르는 이름이거나 그 엔진이 설치되지 않았으면 SearchUnavailable."""
    if name not in ENGINES:
        raise SearchUnavailable(f"‘{name}’(이)라는 검색 엔진은 없습니다. {' 또는 '.join(ENGINES)} 가운데 골라 주세요.")
    try:  # by name, because whoosh has to serve where the native wheel of tantivy does not install, and the other way round
        return cast("Engine", import_module(f"kb.index.{name}"))
    except ImportError as error:
        raise SearchUnavailable(
            f"검색 엔진 {name}이(가) 설치되어 있지 않습니다. `make setup`을 다시 실행해 주세요."
        ) from error
