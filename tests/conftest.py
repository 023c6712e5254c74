"""등장인물: 시험들이 함께 쓰는 항목과 저장소."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from kb.entry import SEOUL, Entry, Source
from kb.seed import seed
from kb.store import Change, EntryStore
from tests.databases import (
    database,
    database_url,
    empty_url,
    postgres_server,
    postgres_url,
    sqlite_template,
    sqlite_url,
)
from tests.processes import 모판, 차린_모판
from tests.quick import 가볍게

__all__ = ["database", "database_url", "empty_url", "postgres_server", "postgres_url", "sqlite_template", "sqlite_url"]

os.environ.setdefault("OPEN120_SEMANTIC", "off")
"""뜻을 셈하는 일은 그것을 보는 시험만 한다(tests/kb/test_meaning.py, tests/search): 다른 시험의 인스턴스마다 셈하면 몇 분이 더 걸린다."""

TOPICS = """\
topics:
  - {id: gyotong, name: 교통, about: 버스와 주차}
  - {id: minwon, name: 민원행정, about: 여권과 주민등록}
  - {id: sijeong, name: 시정일반, about: 그 밖의 시정}
"""
여권 = Entry(
    id="k1",
    title="여권을 잃어버렸어요. 어떻게 다시 만드나요?",
    topic="민원행정",
    department="민원여권과",
    phone="02-120",
    facts={"신청방법": "구청 여권 창구에 직접 갑니다.", "수수료": "5만 원"},
    tags=("여권", "분실"),
    source=Source(name="여권법 제11조"),
    updated=datetime(2026, 11, 1, 9, 0, tzinfo=SEOUL),
    body="여권을 잃어버리면 먼저 분실 신고를 합니다.\n\n그다음 구청에서 다시 신청합니다.\n\n수수료는 5만 원입니다.\n",
)


@pytest.fixture(autouse=True, scope="session")
def 가벼운_셈() -> Iterator[None]:
    """비밀번호와 확인 코드의 느린 해시를 빠르게 한다."""
    with 가볍게():
        yield


@pytest.fixture(scope="session")
def 프로세스_모판() -> Iterator[모판]:
    """명령과 다른 프로세스를 갈라 내는 모판. 처음 쓰는 시험이 차린다."""
    with 차린_모판() as made:
        yield made


@pytest.fixture
def 항목() -> Callable[..., Entry]:
    """여권 항목을 바탕으로 필요한 것만 바꾼 항목을 만든다."""

    def make(**changes: Any) -> Entry:
        return replace(여권, **changes)

    return make


@pytest.fixture
def 내용폴더(tmp_path: Path) -> Path:
    """주제 셋이 있고 항목은 없는 인스턴스의 내용 폴더."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "topics.yml").write_text(TOPICS, "utf-8")
    root = tmp_path / "instance/content"
    seed(root, shipped)
    return root


@pytest.fixture
def 저장소(내용폴더: Path) -> EntryStore:
    """여권 항목(k1) 하나가 든 저장소."""
    store = EntryStore(내용폴더)
    store.save(여권, change=Change(role="editor", reason="처음 씀"))
    return store
