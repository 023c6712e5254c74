"""인스턴스의 색인: 짓고, 따라잡고, 지금 것인지 본다. 데이터베이스도 화면도 모른다."""

import os

from app.instance import Instance
from kb.errors import SearchUnavailable
from kb.index import DEFAULT_ENGINE, ENGINES, IndexReport, build_index, read_meta, update
from kb.search import Searcher
from kb.store import EntryStore
from kb.terms import load_terms

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


def searcher(instance: Instance) -> Searcher:
    """시민의 말(terms.yml)을 아는 찾기. 색인이 없거나 상했으면 SearchUnavailable, 낱말 표가 틀렸으면 BadTerms."""
    terms = instance.content / "terms.yml"
    return Searcher(instance.index, terms=load_terms(terms) if terms.is_file() else None)


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
