"""색인과 찾기의 시간, 두 엔진을 같은 글과 같은 물음으로. 견줄 상대: whoosh."""

from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from bench.sample import entries
from kb.entry import Entry
from kb.index import build_index, update
from kb.search import Searcher

COUNTS = (2_645, 12_000)
QUERIES = [
    "여권을 잃어버렸어요",
    "불법주정차 과태료",
    "수도요금 이사정산",
    "대형 폐기물 버리는 법",
    "기초연금 신청",
    "전입신고 기한",
]


def measure() -> dict[str, Any]:
    """엔진과 항목 수마다: 짓는 초, 한 건 고치는 초, 물음의 p50·p95·p99(ms). 마지막은 whoosh에 대한 tantivy의 비율."""
    told: dict[str, Any] = {}
    for count in COUNTS:
        documents = entries(count)
        for engine in ("tantivy", "whoosh"):
            if (engine, count) == ("whoosh", max(COUNTS)):
                continue  # minutes to build: whoosh is measured at the small size only
            with TemporaryDirectory(prefix="open120-bench-") as folder:
                report = build_index(documents, Path(folder), engine=engine)
                searcher = Searcher(Path(folder))
                searcher.search(QUERIES[0])
                took = sorted(searcher.search(query).took_ms for query in islice(cycle(QUERIES), 300))
                updates = [_seconds_of_update(Path(folder), documents[n]) for n in range(5)]
            told[f"{engine}_{count}"] = {
                "build_s": round(report.seconds, 2),
                "update_ms": round(sorted(updates)[2] * 1000, 1),
                **{f"p{share}_ms": round(took[len(took) * share // 100 - 1], 2) for share in (50, 95, 99)},
            }
    small = min(COUNTS)
    told["ratio_p99_tantivy_to_whoosh"] = round(
        told[f"tantivy_{small}"]["p99_ms"] / told[f"whoosh_{small}"]["p99_ms"], 3
    )
    return told


def _seconds_of_update(folder: Path, entry: Entry) -> float:
    started = perf_counter()
    update(folder, [entry])
    return perf_counter() - started
