"""뜻의 무게와 같은 말의 무게를 교차 검증으로 고른다. 고른 무게는 kb.search.fusion과 kb.search.query에 적혀 있다."""

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Any

from app.indexing import searcher
from app.instance import Instance
from kb.evaluate import collection_of, measure, read_questions
from kb.search import fusion, query

MEANING, SYNONYMS = (1.2, 1.5, 1.7, 2.0), (0.4, 0.55, 0.7, 0.85)
FOLDS = 5
Weights = tuple[float, float]


def chosen(instance: Instance, questions: Path) -> dict[str, Any]:
    """`questions`를 다섯 겹으로 나누어 네 겹에서 가장 나은 무게(뜻, 같은 말)를 고르고 나머지 한 겹에서 잰 nDCG@10.

    now는 지금 무게로 모두를 잰 것, grid는 무게마다 모두를 잰 것이다. 뜻의 벡터가 모두 셈해져 있어야 뜻이 있다.
    """
    now = (fusion.MEANING_WEIGHT, query.SYNONYM_WEIGHT)
    scores = {weights: _scores(instance, questions, weights) for weights in product(MEANING, SYNONYMS)}
    try:
        folds = [_fold(scores, number) for number in range(FOLDS)]
        told = {f"{meaning}/{synonyms}": round(fmean(found), 4) for (meaning, synonyms), found in scores.items()}
        return {"now": [now, round(fmean(_scores(instance, questions, now)), 4)], "folds": folds, "grid": told}
    finally:
        fusion.MEANING_WEIGHT, query.SYNONYM_WEIGHT = now


def _scores(instance: Instance, questions: Path, weights: Weights) -> Sequence[float]:
    fusion.MEANING_WEIGHT, query.SYNONYM_WEIGHT = weights
    judged = read_questions(questions)
    found, collection = searcher(instance), collection_of(judged)
    return [measure(found, question, collection).scores.ndcg for question in judged]


def _fold(scores: Mapping[Weights, Sequence[float]], number: int) -> dict[str, Any]:
    def mean(found: Sequence[float], *, inside: bool) -> float:
        return fmean(score for at, score in enumerate(found) if (at % FOLDS == number) == inside)

    best = max(scores, key=lambda weights: mean(scores[weights], inside=False))
    return {"weights": best, "ndcg@10": round(mean(scores[best], inside=True), 4)}


if __name__ == "__main__":
    import json
    import sys

    print(json.dumps(chosen(Instance(Path(sys.argv[1])), Path(sys.argv[2])), ensure_ascii=False, indent=1))
