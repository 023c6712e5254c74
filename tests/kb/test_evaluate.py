"""판정된 질문으로 검색의 품질을 잰다."""

import json
from math import log2
from pathlib import Path

import pytest

from kb.errors import KnowledgeError
from kb.evaluate import evaluate
from kb.index import build_index
from kb.search import Searcher
from tests.kb.searched import 글


@pytest.fixture
def 찾기(tmp_path) -> Searcher:
    항목들 = [
        글("k1", "여권 여권 여권"),
        글("k2", "여권 안내", "사진"),
        글("k3", "수영장", "여권 없이도 됩니다. 사진도 필요 없습니다. 그냥 오세요."),
    ]
    build_index(항목들, tmp_path / "index")
    return Searcher(tmp_path / "index")


def 질문_파일(tmp_path, *질문들) -> Path:
    path = tmp_path / "질문.jsonl"
    path.write_text("\n".join(json.dumps(질문, ensure_ascii=False) for 질문 in 질문들) + "\n\n", encoding="utf-8")
    return path


def 질문(query: str, kind: str, **rel: int) -> dict:
    return {"qid": "a1", "query": query, "kind": kind, "rel": rel}


def test_으뜸이_맞으면_모든_점수가_1이다(찾기, tmp_path):
    결과 = evaluate(찾기, 질문_파일(tmp_path, 질문("수영장", "short", k3=2)))

    assert [결과[이름] for 이름 in ("queries", "ndcg@10", "mrr@10", "recall@10", "success@5")] == [
        1,
        1.0,
        1.0,
        1.0,
        1.0,
    ]


def test_둘째에_나온_답과_못_찾은_답을_정한_식대로_잰다(찾기, tmp_path):
    """여권을 물으면 k1, k2, k3 차례로 나온다. 답은 k2(2등급)와 없는 항목 k9(1등급)다."""
    assert [hit.id for hit in 찾기.search("여권").hits][:2] == ["k1", "k2"]

    결과 = evaluate(찾기, 질문_파일(tmp_path, 질문("여권", "keyword", k2=2, k9=1)))

    assert 결과["ndcg@10"] == pytest.approx((3 / log2(3)) / (3 / log2(2) + 1 / log2(3)), abs=1e-4)
    assert (결과["mrr@10"], 결과["recall@10"], 결과["success@5"]) == (0.5, 0.5, 1.0)


def test_갈래마다_따로_재고_평균은_질문마다_같은_무게다(찾기, tmp_path):
    결과 = evaluate(
        찾기,
        질문_파일(tmp_path, 질문("수영장", "short", k3=2), 질문("우주선", "short", k1=1), 질문("수영장", "typo", k3=1)),
    )

    assert 결과["by_kind"] == {"short": {"n": 2, "ndcg@10": 0.5}, "typo": {"n": 1, "ndcg@10": 1.0}}
    assert 결과["ndcg@10"] == pytest.approx(2 / 3, abs=1e-4)
    assert 0 < 결과["ms"]["p50"] <= 결과["ms"]["p95"] <= 결과["ms"]["p99"]
    assert json.loads(json.dumps(결과)) == 결과


@pytest.mark.parametrize(
    "둘째_줄",
    [
        "{",
        "[]",
        '{"query": "여권"}',
        '{"query": " ", "kind": "short", "rel": {"k1": 1}}',
        '{"query": "여권", "kind": "short", "rel": {}}',
        '{"query": "여권", "kind": "short", "rel": {"k1": 0}}',
        '{"query": "여권", "kind": "short", "rel": {"k1": "2"}}',
        '{"query": "여권", "kind": "short", "rel": {"k1": true}}',
        '{"query": "여권", "kind": "short", "rel": {"k1": 1, "k2": -1}}',
    ],
)
def test_틀린_줄이_있으면_몇째_줄인지_말한다(찾기, tmp_path, 둘째_줄):
    path = tmp_path / "질문.jsonl"
    path.write_text(json.dumps(질문("여권", "short", k1=1)) + "\n" + 둘째_줄 + "\n", encoding="utf-8")

    with pytest.raises(KnowledgeError, match=r"질문\.jsonl 2번째 줄"):
        evaluate(찾기, path)


@pytest.mark.parametrize("내용", [b"", b"\n\n", "여권".encode("cp949")])
def test_비었거나_UTF8이_아닌_파일은_한_문장으로_말한다(찾기, tmp_path, 내용):
    (tmp_path / "질문.jsonl").write_bytes(내용)

    with pytest.raises(KnowledgeError, match="질문"):
        evaluate(찾기, tmp_path / "질문.jsonl")


def test_없는_파일은_한_문장으로_말한다(찾기, tmp_path):
    with pytest.raises(KnowledgeError, match="읽을 수 없습니다"):
        evaluate(찾기, tmp_path / "없음.jsonl")


def test_판정이_다루지_않은_모음의_항목은_순위에서_세지_않는다(tmp_path):
    build_index(
        [글("c1", "여권 재발급 서류와 사진 규격"), *(글(f"k{n}", "여권 재발급") for n in range(1, 30))],
        tmp_path / "index",
    )

    결과 = evaluate(Searcher(tmp_path / "index"), 질문_파일(tmp_path, 질문("여권 재발급", "short", c1=2)))

    assert (결과["collection"], 결과["ndcg@10"]) == (["c"], 1.0)
    assert 결과["all_collections"]["ndcg@10"] < 1.0
