"""검색 엔진이 지킬 약속. 어느 엔진이 있는지는 알지만 어떻게 찾는지는 모른다."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, Protocol, cast

from kb.errors import SearchUnavailable
from kb.index.document import Document

ENGINES = ("tantivy", "whoosh")
EVERYWHERE = "*"
"""자치구가 없는 항목(서울시 전체)을 자치구 칸에 적는 표."""

K1, B = 1.2, 0.75
"""BM25의 두 수. tantivy와 Lucene의 기본값이며 두 엔진이 같은 점수를 내게 한다."""

Field = Literal["morphemes", "bigrams"]
"""찾는 칸의 이름."""


@dataclass(frozen=True, slots=True)
class Token:
    """찾을 조각 하나와 그 무게."""

    field: Field
    text: str
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """엔진에게 묻는 것: 조각들(점수의 합으로 겨룬다)과 좁히는 조건.

    `district`를 주면 그 자치구의 항목과 서울시 전체 항목만 찾는다.
    """

    tokens: tuple[Token, ...]
    topic: str | None = None
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """찾은 것 하나. `key`는 `Reader.document`에 줄 엔진의 열쇠다."""

    score: float
    key: Any


class Reader(Protocol):
    """열어 둔 색인의 한 순간. 여러 스레드가 함께 써도 된다."""

    def size(self) -> int:
        """들어 있는 항목의 수."""
        ...

    def search(self, wanted: Wanted, limit: int) -> Sequence[Found]:
        """점수가 큰 차례로 많아야 `limit`개."""
        ...

    def document(self, key: Any) -> Document:
        """찾은 항목. 분석한 조각(morphemes, bigrams)은 비어 있다."""
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
