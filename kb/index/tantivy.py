"""tantivy로 짓고 찾는다(기본 엔진). 폴더의 배치와 잠금은 모른다."""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import cast

import numpy as np
import tantivy
from tantivy import Occur, Query

from kb.index.catalogue import FIELDS, Catalogue, traits_of
from kb.index.document import Document
from kb.index.engine import EVERYWHERE, Found, Reader, Token, Wanted

BUILD_HEAP, UPDATE_HEAP = 128_000_000, 15_000_000
"""쓰기 버퍼(바이트). 15MB는 tantivy가 스레드 하나에 허락하는 가장 작은 값이다."""

DOCUMENTS, COUNTS = 3_000, 50_000
"""기억해 두는 항목의 글(많아야 10MB쯤)과 조각마다의 항목 수. 찾는 말은 달라도 나오는 항목은 되풀이된다."""


def create(folder: Path, documents: Iterable[Document]) -> int:
    """빈 폴더에 새 색인을 짓는다."""
    return _commit(tantivy.Index(_schema(), path=str(folder), reuse=False), documents, (), BUILD_HEAP)


def write(folder: Path, documents: Sequence[Document], removed: Sequence[str]) -> int:
    """한 번의 커밋으로 갈아 끼운다."""
    stale = [*removed, *(document.id for document in documents)]
    return _commit(tantivy.Index.open(str(folder)), documents, stale, UPDATE_HEAP)


def open(folder: Path) -> Reader:
    """지금 커밋된 색인을 연다."""
    return _Reader(tantivy.Index.open(str(folder)))


class _Reader:
    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        index.config_reader(reload_policy="manual")
        self._searcher = index.searcher()
        self._documents: dict[int, Document] = {}
        self.having = lru_cache(COUNTS)(self._searcher.doc_freq)

    def size(self) -> int:
        return self._searcher.num_docs

    def search(self, wanted: Wanted, limit: int) -> Found:
        how = Occur.Must if wanted.every else Occur.Should
        # A token that no entry holds adds nothing to any score, but costs as much as one that some hold.
        known = wanted.tokens if wanted.every else [token for token in wanted.tokens if self.having(*token[:2])]
        tokens = [(how, self._token(token)) for token in known]
        if not tokens or not limit:
            return Found.of((), ())
        query = Query.boolean_query(tokens)
        if filters := self._filters(wanted):
            query = Query.boolean_query([(Occur.Must, query), *filters])
        hits = self._searcher.search(query, limit, count=False).hits
        return Found.of(self._values("number", [key for _, key in hits]), [score for score, _ in hits])

    def document(self, number: int) -> Document | None:
        found = self._documents.get(number) or self._read(number)
        if found and number not in self._documents:
            if len(self._documents) >= DOCUMENTS:
                self._documents.clear()
            self._documents[number] = found
        return found

    def _read(self, number: int) -> Document | None:
        catalogue, keys = self._listed
        row = catalogue.row(number)
        if row is None:
            return None
        stored = self._searcher.doc(keys[row]).to_dict()
        return Document(
            id=stored["id"][0],
            title=bytes(stored["title"][0]).decode(),
            topic=stored["topic"][0],
            districts=tuple(name for name in stored["districts"] if name != EVERYWHERE),
            text=bytes(stored["text"][0]).decode(),
            morphemes="",
            bigrams="",
        )

    def catalogue(self) -> Catalogue:
        return self._listed[0]

    @cached_property
    def _listed(self) -> tuple[Catalogue, list[tantivy.DocAddress]]:
        """모든 항목의 성질과 자리, 번호의 차례로."""
        found = self._searcher.search(Query.all_query(), self.size(), count=False).hits if self.size() else []
        keys = [key for _, key in found]
        columns = {name: self._values(name, keys) for name in FIELDS}
        order = np.argsort(np.array(columns["number"], np.uint64))
        return Catalogue.of(columns), [keys[at] for at in order]

    def _values(self, field: str, keys: list[tantivy.DocAddress]) -> list[int]:
        return cast("list[int]", self._searcher.fast_field_values(field, keys))

    def _token(self, token: Token) -> Query:
        return Query.boost_query(self._term(token.field, token.text, "freq"), token.weight)

    def _filters(self, wanted: Wanted) -> list[tuple[Occur, Query]]:
        filters = []
        if wanted.topic is not None:
            filters.append(self._term("topic", wanted.topic, "basic"))
        if wanted.district is not None:
            filters.append(Query.term_set_query(self._schema, "districts", [wanted.district, EVERYWHERE]))
        if wanted.source is not None:
            filters.append(self._term("source", wanted.source, "basic"))
        return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in filters]

    def _term(self, field: str, text: str, option: str) -> Query:
        return Query.term_query(self._schema, field, text, option)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for field in ("id", "topic", "districts", "source"):
        builder.add_text_field(field, stored=True, tokenizer_name="raw", index_option="basic")
    for field in FIELDS:
        builder.add_unsigned_field(field, fast=True)
    for field in ("morphemes", "bigrams", "initials"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    for field in ("title", "text"):  # a text field is always indexed here, so what is only stored goes in as bytes
        builder.add_bytes_field(field, stored=True)
    return builder.build()


def _commit(index: tantivy.Index, documents: Iterable[Document], stale: Iterable[str], heap: int) -> int:
    writer = index.writer(heap_size=heap, num_threads=1)
    try:
        for id in stale:
            writer.delete_documents_by_term("id", id)
        for document in documents:
            writer.add_document(_stored(document))
        writer.commit()
    finally:
        writer.wait_merging_threads()
    index.reload()
    return index.searcher().num_docs


def _stored(document: Document) -> tantivy.Document:
    stored = tantivy.Document()
    for field in ("id", "topic", "morphemes", "bigrams", "initials"):
        stored.add_text(field, getattr(document, field))
    for field in ("title", "text"):
        stored.add_bytes(field, getattr(document, field).encode())
    for name in document.districts or (EVERYWHERE,):
        stored.add_text("districts", name)
    stored.add_text("source", document.id[0])
    for name, value in traits_of(document).items():
        stored.add_unsigned(name, value)
    return stored
