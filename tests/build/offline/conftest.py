"""서버 없이 찾는 시험의 무대: 진짜 배포본의 항목으로 지은 조각 색인."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from build.offline import Index, Shape
from kb.entry import Entry
from kb.store import EntryStore
from kb.terms import load_terms
from tests.chromium import 브라우저

__all__ = ["브라우저"]

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class 지은것:
    """색인 하나와, 그것을 지은 항목."""

    항목: Mapping[str, Entry]
    모양: Shape
    파일: Mapping[str, bytes]
    index: Index


@pytest.fixture(scope="session")
def 배포본() -> 지은것:
    entries = {entry.id: entry for entry in EntryStore(ROOT / "content").all() if entry.is_public}
    index = Index(load_terms(ROOT / "content/terms.yml"))
    return 지은것(entries, *index.files(entries, 제목들(entries)), index)


def 제목들(entries: Mapping[str, Entry]) -> dict[str, str]:
    return {id: entry.title for id, entry in entries.items()}
