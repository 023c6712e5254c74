"""색인에 든 항목의 뜻을 셈해 채운다. 찾는 일을 기다리게 하지 않는다."""

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from threading import Event

import numpy as np
from numpy.typing import NDArray

from kb.errors import StoreBusy
from kb.index import Catalogue, OpenIndex
from kb.index.document import LETTERS
from kb.lock import locked
from kb.meaning.embedder import Embedder, Vector, embedder
from kb.meaning.passages import fingerprint, passages_of
from kb.meaning.vectors import Vectors

BATCH = 8
"""한 번에 셈해 적는 토막의 수. 여덟이면 0.3초쯤이라, 멈추라고 하면 곧 멈추고 죽어도 그만큼만 잃는다. 더 많아도 빨라지지 않는다."""

Progress = Callable[[int, int], object]
"""(셈한 토막, 모든 토막)을 알린다."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Coverage:
    """뜻을 셈한 토막과 모든 토막의 수."""

    done: int
    total: int


def coverage(catalogue: Catalogue, vectors: Vectors) -> Coverage:
    """얼마나 채웠는가."""
    keys = _keys(catalogue)
    return Coverage(done=int((vectors.places(keys) >= 0).sum()), total=len(keys))


def fill(index: OpenIndex, vectors: Vectors, model: Embedder, *, stop: Event) -> int:
    """빠진 토막을 이 스레드에서 채우고 채운 수를 돌려준다. 다른 프로세스가 채우고 있으면 0."""
    added = 0
    try:
        with _alone(vectors):
            for batch in _batches(index, vectors):
                if stop.is_set():
                    break
                vectors.add(list(batch), model.passages(list(batch.values())))
                added += len(batch)
    except StoreBusy:
        return 0
    finally:
        vectors.refresh()
    return added


def fill_at_once(index: OpenIndex, vectors: Vectors, *, processes: int, progress: Progress) -> int:
    """빠진 토막을 여러 프로세스로 한꺼번에 채우고 채운 수를 돌려준다 (`open120 index --vectors`).

    다른 프로세스가 채우고 있으면 StoreBusy.
    """
    added = 0
    with _alone(vectors):
        wanted = len(set(_missing(index, vectors)[1]))
        progress(0, wanted)
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            for keys, found in pool.imap_unordered(_embedded, _batches(index, vectors)):
                vectors.add(keys, found)
                added += len(keys)
                progress(added, wanted)
    vectors.refresh()
    return added


def _alone(vectors: Vectors) -> AbstractContextManager[None]:
    return locked(vectors.path.parent / "fill.lock", wait=0)


def _embedded(batch: Mapping[int, str]) -> tuple[list[int], Vector]:
    model = embedder()
    assert model is not None  # noqa: S101  (the parent has asked before it made this process)
    return list(batch), model.passages(list(batch.values()))


def _keys(catalogue: Catalogue) -> NDArray[np.uint64]:
    keys = np.unique(catalogue.passages)
    found: NDArray[np.uint64] = keys[keys != 0]
    return found


def _missing(index: OpenIndex, vectors: Vectors) -> tuple[list[int], list[int]]:
    """뜻이 빠진 항목의 번호(사람이 쓴 글이 먼저, 장소 안내가 나중)와 빠진 토막의 지문."""
    catalogue = index.read(lambda reader: reader.catalogue())
    vectors.refresh()
    lacking = (vectors.places(catalogue.passages) < 0) & (catalogue.passages != 0)
    rows = np.flatnonzero(lacking.any(axis=1))
    places_last = np.argsort(catalogue.letters[rows] == LETTERS.index("p"), kind="stable")
    return catalogue.numbers[rows][places_last].tolist(), catalogue.passages[lacking].tolist()


def _batches(index: OpenIndex, vectors: Vectors) -> Iterator[dict[int, str]]:
    """빠진 토막을 `BATCH`개씩: 지문 → 글. 항목의 글은 그때그때 색인에서 읽는다."""
    numbers, keys = _missing(index, vectors)
    wanted = set(keys)

    def passages() -> Iterator[tuple[int, str]]:
        for number in numbers:
            document = index.read(lambda reader, number=number: reader.document(number))  # type: ignore[misc]
            if document is None:
                continue  # taken out meanwhile
            for passage in passages_of(document.id, document.title, document.text):
                key = fingerprint(passage)
                if key in wanted:
                    wanted.discard(key)
                    yield key, passage

    found = passages()
    while batch := dict(islice(found, BATCH)):
        yield batch
