"""판정된 질문으로 검색의 품질과 속도를 잰다. 어떻게 찾는지는 모른다."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from math import ceil, log2
from pathlib import Path
from statistics import fmean
from typing import Any

from kb.errors import KnowledgeError
from kb.search import SearchAnswer, Searcher

DEPTH = 10
WIDE = 200
"""다른 모음의 항목을 거르고도 열 개가 남도록 이만큼 본다."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """판정된 질문 하나: 갈래와, 답이 되는 항목의 등급(2 바로 답한다, 1 도움이 된다)."""

    query: str
    kind: str
    grades: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scores:
    """질문 하나의 점수."""

    ndcg: float
    reciprocal_rank: float
    recall: float
    success: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """질문 하나: 찾은 답, 판정이 다룬 모음에서 찾은 것(앞의 셋), 판정이 다룬 모음에서의 점수, 모든 항목을 센 점수, 걸린 시간."""

    question: Judged
    answer: SearchAnswer
    found: Sequence[str]
    scores: Scores
    all_scores: Scores
    took_ms: float
    semantic: bool


def evaluate(searcher: Searcher, path: Path, *, worst: int = 0) -> dict[str, Any]:
    """`path`의 질문을 모두 찾아 보고 점수의 평균을 낸다. 파일을 읽을 수 없으면 KnowledgeError가 줄을 말한다.

    - ndcg@10: 이득 2^등급-1, 할인 log2(순위+1). 이상적인 값은 판정된 항목 모두를 등급순으로 놓은 앞 10개.
    - mrr@10: 앞 10개에서 처음 나온 답(등급 1 이상)의 순위의 역수.
    - recall@10: 답 가운데 앞 10개에 든 몫.  success@5: 앞 5개에 답이 하나라도 있는 질문의 몫.
    - collection: 판정에 나온 출처 글자. 순위에서는 이 모음의 항목만 센다: 판정이 보지 않은 모음의 좋은 답이 점수를 내리지
      않게. all_collections는 거르지 않은 점수들이다 (docs/decisions/0009).
    - semantic: 뜻도 견주었는가(초성만 친 물음은 낱말로만 찾는다).
    - worst: `worst`를 주면 가장 못 찾은 질문들.
    - ms: 질문 하나에 걸린 시간의 백분위(가장 가까운 순위). 분석기를 읽어 들이는 첫 번은 빼려고 한 번 찾아 보고 시작한다.
    """
    questions = read_questions(path)
    searcher.search(questions[0].query)
    collection = collection_of(questions)
    measured = [measure(searcher, question, collection) for question in questions]
    return {
        "queries": len(measured),
        "semantic": any(one.semantic for one in measured),
        **_means([one.scores for one in measured]),
        "by_kind": dict(_by_kind(measured)),
        "collection": sorted(collection),
        "all_collections": _means([one.all_scores for one in measured]),
        **(
            {"worst": [_told(one) for one in sorted(measured, key=lambda one: one.scores.ndcg)[:worst]]}
            if worst
            else {}
        ),
        "ms": {f"p{share}": _percentile([one.took_ms for one in measured], share) for share in (50, 95, 99)},
    }


def read_questions(path: Path) -> list[Judged]:
    """JSON Lines 파일의 질문들: query(글), kind(글), rel({항목 번호: 등급}). 빈 줄은 건너뛴다."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(
            f"질문 파일을 읽을 수 없습니다({path}). UTF-8로 된 JSON Lines 파일인지 확인해 주세요."
        ) from error
    questions = [_question(line, f"{path} {number}번째 줄") for number, line in enumerate(lines, 1) if line.strip()]
    if not questions:
        raise KnowledgeError(f"질문이 하나도 없는 파일입니다({path}).")
    return questions


def _question(line: str, where: str) -> Judged:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise KnowledgeError(f"{where}: JSON으로 읽을 수 없습니다.") from error
    match found:
        case {"query": str(query), "kind": str(kind), "rel": dict(grades)} if query.strip():
            if any(type(grade) is int and 0 < grade <= 9 for grade in grades.values()) and all(
                type(grade) is int and 0 <= grade <= 9 for grade in grades.values()
            ):
                return Judged(query=query, kind=kind, grades=grades)
    raise KnowledgeError(
        f"{where}: query와 kind(글), rel({{항목 번호: 등급 0~9}}, 답이 하나는 있어야 함)이 필요합니다."
    )


def collection_of(questions: Iterable[Judged]) -> Set[str]:
    """판정에 나온 출처 글자들."""
    return {id[:1] for question in questions for id in question.grades}


def measure(searcher: Searcher, question: Judged, collection: Set[str]) -> Measured:
    """질문 하나를 찾아 보고 잰다. 순위에서는 `collection`의 항목만 센다. 색인이 없으면 SearchUnavailable."""
    answer = searcher.search(question.query, limit=DEPTH)
    hits = answer.hits
    if any(hit.id[:1] not in collection for hit in hits):
        hits = searcher.search(question.query, limit=WIDE, facets=False, snippets=False).hits
    judged = [hit.id for hit in hits if hit.id[:1] in collection][:DEPTH]
    return Measured(
        question=question,
        answer=answer,
        found=judged[:3],
        scores=_scores(judged, question.grades),
        all_scores=_scores([hit.id for hit in answer.hits], question.grades),
        took_ms=answer.took_ms,
        semantic=answer.semantic,
    )


def _told(one: Measured) -> dict[str, Any]:
    best = sorted(one.question.grades, key=lambda id: -one.question.grades[id])[:3]
    return {
        "query": one.question.query, "kind": one.question.kind, "ndcg@10": round(one.scores.ndcg, 4),
        "found": list(one.found), "wanted": best,
    }  # fmt: skip


def _scores(ids: Sequence[str], judged: Mapping[str, int]) -> Scores:
    grades = [judged.get(id, 0) for id in ids]
    answers = sum(grade > 0 for grade in judged.values())
    return Scores(
        ndcg=_dcg(grades) / _dcg(sorted(judged.values(), reverse=True)[:DEPTH]),
        reciprocal_rank=next((1 / rank for rank, grade in enumerate(grades, 1) if grade), 0.0),
        recall=sum(grade > 0 for grade in grades) / answers,
        success=float(any(grades[:5])),
    )


def _means(scores: Sequence[Scores]) -> dict[str, float]:
    return {
        "ndcg@10": _mean(score.ndcg for score in scores),
        "mrr@10": _mean(score.reciprocal_rank for score in scores),
        "recall@10": _mean(score.recall for score in scores),
        "success@5": _mean(score.success for score in scores),
    }


def _dcg(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def _by_kind(scores: Iterable[Measured]) -> Iterator[tuple[str, dict[str, float]]]:
    for kind, group in groupby(
        sorted(scores, key=lambda score: score.question.kind), key=lambda score: score.question.kind
    ):
        found = [one.scores.ndcg for one in group]
        yield kind, {"n": len(found), "ndcg@10": _mean(found)}


def _mean(values: Iterable[float]) -> float:
    return round(fmean(values), 4)


def _percentile(values: Sequence[float], share: int) -> float:
    return round(sorted(values)[ceil(len(values) * share / 100) - 1], 3)
