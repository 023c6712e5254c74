"""whoosh로 짓고 찾는다(순수 파이썬, 느리다). 폴더의 배치와 잠금은 모른다."""

import threading
from collections.abc import Iterable, Sequence
from functools import cached_property
from math import log
from pathlib import Path
from typing import Any

from whoosh import fields, index, query, scoring
from whoosh.analysis import SpaceSeparatedTokenizer

from kb.index.catalogue import FIELDS, Catalogue, traits_of
from kb.index.document import Document, id_of, number_of
from kb.index.engine import EVERYWHERE, K1, B, Field, Found, Reader, Wanted


def create(folder: Path, documents: Iterable[Document]) -> int:
    """빈 폴더에 새 색인을 짓는다."""
    return _commit(index.create_in(str(folder), _schema()), documents, ())


def write(folder: Path, documents: Sequence[Document], removed: Sequence[str]) -> int:
    """한 번의 커밋으로 갈아 끼운다."""
    stale = [*removed, *(document.id for document in documents)]
    return _commit(index.open_dir(str(folder)), documents, stale)


def open(folder: Path) -> Reader:
    """지금 커밋된 색인을 연다."""
    return _Reader(index.open_dir(str(folder)))


class _Bm25(scoring.BM25F):  # type: ignore[misc]
    """다른 엔진과 같은 점수를 내는 BM25."""

    def idf(self, searcher: Any, fieldname: str, text: bytes) -> float:
        total, having = searcher.doc_count_all(), searcher.doc_frequency(fieldname, text)
        return log(1 + (total - having + 0.5) / (having + 0.5))


class _Reader:
    def __init__(self, found: Any) -> None:
        self._searcher = found.searcher(weighting=_Bm25(B=B, K1=K1))
        self._lock = threading.Lock()  # its file objects and caches are not made for several threads

    def size(self) -> int:
        return int(self._searcher.doc_count())

    def search(self, wanted: Wanted, limit: int) -> Found:
        terms = [query.Term(token.field, token.text, boost=token.weight) for token in wanted.tokens]
        if not terms or not limit:
            return Found.of((), ())
        with self._lock:
            how = query.And if wanted.every else query.Or
            results = self._searcher.search(how(terms), limit=limit, filter=_filter(wanted))
            numbers = [number_of(self._searcher.stored_fields(key)["id"]) for _, key in results.top_n]
        return Found.of(numbers, [score for score, _ in results.top_n])

    def document(self, number: int) -> Document | None:
        with self._lock:
            stored = self._searcher.document(id=id_of(number))
        if stored is None:
            return None
        return Document(
            id=stored["id"],
            title=stored["title"],
            topic=stored["topic"],
            districts=tuple(name for name in stored["districts"].split(",") if name != EVERYWHERE),
            text=stored["text"],
            morphemes="",
            bigrams="",
        )

    def having(self, field: Field, text: str) -> int:
        with self._lock:
            return int(self._searcher.doc_frequency(field, text))

    def catalogue(self) -> Catalogue:
        return self._catalogue

    @cached_property
    def _catalogue(self) -> Catalogue:
        with self._lock:
            traits = [stored["traits"] for stored in self._searcher.all_stored_fields()]
        return Catalogue.of({name: [each[name] for each in traits] for name in FIELDS})


def _filter(wanted: Wanted) -> Any:
    conditions = []
    if wanted.topic is not None:
        conditions.append(query.Term("topic", wanted.topic))
    if wanted.district is not None:
        conditions.append(query.Or([query.Term("districts", name) for name in (wanted.district, EVERYWHERE)]))
    if wanted.source is not None:
        conditions.append(query.Term("source", wanted.source))
    return query.And(conditions) if conditions else None


def _schema() -> Any:
    pieces = {"analyzer": SpaceSeparatedTokenizer(), "phrase": False}
    return fields.Schema(
        id=fields.ID(stored=True, unique=True),
        topic=fields.ID(stored=True),
        source=fields.ID,
        districts=fields.KEYWORD(stored=True, commas=True),
        title=fields.STORED,
        text=fields.STORED,
        traits=fields.STORED,
        morphemes=fields.TEXT(**pieces),
        bigrams=fields.TEXT(**pieces),
        initials=fields.TEXT(**pieces),
    )


def _commit(found: Any, documents: Iterable[Document], stale: Iterable[str]) -> int:
    writer = found.writer(limitmb=128)
    try:
        for id in stale:
            writer.delete_by_term("id", id)
        for document in documents:
            writer.add_document(**_stored(document))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    return int(found.doc_count())


def _stored(document: Document) -> dict[str, Any]:
    texts = {
        field: getattr(document, field)
        for field in ("id", "title", "topic", "text", "morphemes", "bigrams", "initials")
    }
    places = ",".join(document.districts) or EVERYWHERE
    return texts | {"districts": places, "source": document.id[0], "traits": dict(traits_of(document))}
