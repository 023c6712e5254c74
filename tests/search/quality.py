"""배포본에서 얼마나 잘 찾는지 우리 판정 묶음으로 잰다 (`make search-quality`)."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kb.evaluate import evaluate
from kb.index import build_index
from kb.meaning.embedder import embedder
from kb.meaning.similar import Meaning
from kb.meaning.vectors import Vectors
from kb.search import Searcher
from kb.store import EntryStore
from kb.terms import load_terms

HERE = Path(__file__).parent
CONTENT = HERE.parent.parent / "content"
QUESTIONS = HERE / "questions.jsonl"
BASELINE = HERE / "baseline.json"
"""지금까지의 점수(nDCG@10): words는 낱말만, meaning은 뜻도. 오르면 `make search-quality`가 알려 주는 수로 고쳐 적는다."""

FALL = 0.02
"""이만큼 넘게 떨어지면 시험이 깨진다."""


def measured(folder: Path, *, with_meaning: bool) -> dict[str, Any]:
    """`folder`에 배포본의 색인을 짓고 잰 것. 뜻은 배포본에 든 벡터로 견준다."""
    if not (folder / "current").exists():
        build_index(EntryStore(CONTENT).all(), folder)
    model = embedder() if with_meaning else None
    meaning = Meaning(Vectors(CONTENT / "vectors"), model) if model else None
    return evaluate(Searcher(folder, terms=load_terms(CONTENT / "terms.yml"), meaning=meaning), QUESTIONS, worst=10)


def main() -> None:
    """수 하나, 갈래마다의 표, 가장 못 찾은 질문 열."""
    baseline = json.loads(BASELINE.read_text("utf-8"))
    with TemporaryDirectory(prefix="open120-quality-") as folder:
        words, both = (measured(Path(folder), with_meaning=on) for on in (False, True))
    name = "뜻과 낱말" if both["semantic"] else "낱말만(뜻을 셈하는 꾸러미가 없음)"
    print(f"nDCG@10 {both['ndcg@10']:.3f}  ({name}, 질문 {both['queries']}개, 기준 {baseline['meaning']:.3f})\n")
    print(f"{'갈래':<12}{'질문':>6}{'낱말만':>10}{'뜻도':>10}")
    for kind, found in both["by_kind"].items():
        print(f"{kind:<12}{found['n']:>6}{words['by_kind'][kind]['ndcg@10']:>10.3f}{found['ndcg@10']:>10.3f}")
    print(f"{'모두':<12}{both['queries']:>6}{words['ndcg@10']:>10.3f}{both['ndcg@10']:>10.3f}")
    print(
        f"\n처음 다섯 안에 답이 있는 질문 {both['success@5']:.1%}, 한 질문에 p95 {both['ms']['p95']} ms\n\n가장 못 찾은 질문"
    )
    for one in both["worst"]:
        print(
            f"  {one['ndcg@10']:.2f}  {one['kind']:<9} {one['query']}  (찾음 {', '.join(one['found'])}; 답 {', '.join(one['wanted'])})"
        )


if __name__ == "__main__":
    main()
