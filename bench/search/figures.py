"""잰 시간들을 수 몇 개와 표로. 누가 어떻게 쟀는지는 모른다."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any
from unicodedata import east_asian_width

SHARES = (50, 95, 99)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """상대 하나의 성적. 물음의 시간은 바퀴마다 낸 백분위의 중앙값(ms), 메모리와 크기는 MB(백만 바이트)다.

    `cpu_ms`와 `build_cpu_s`는 쓴 CPU 시간(모든 스레드와 프로세스): 다른 일이 도는 기계에서는 이쪽이 덜 흔들린다.
    """

    name: str
    caption: str
    entries: int
    timed: int
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms: float
    per_second: float
    per_second_by_two: float
    build_s: float
    build_cpu_s: float
    index_mb: float
    build_memory_mb: float
    memory_mb: float
    found: int


COLUMNS = {
    "caption": "", "p50_ms": "p50 ms", "p95_ms": "p95 ms", "p99_ms": "p99 ms", "cpu_ms": "CPU ms", "per_second": "초당(1)",
    "per_second_by_two": "초당(2)", "build_s": "짓기 s", "build_cpu_s": "짓기 CPU s", "index_mb": "색인 MB", "build_memory_mb": "지을 때 MB",
    "memory_mb": "찾을 때 MB", "timed": "잰 물음",
}  # fmt: skip
"""표의 열: Figures의 이름 -> 사람이 읽을 이름."""

COMPARED = (
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "per_second",
    "per_second_by_two",
    "build_s",
    "build_cpu_s",
    "index_mb",
    "memory_mb",
)


def percentiles(rounds: Sequence[Sequence[float]]) -> dict[str, Any]:
    """바퀴마다 백분위(가장 가까운 순위)를 내고 그 중앙값을 고른다: 한 바퀴가 남의 일에 걸려도 흔들리지 않는다."""
    return {f"p{share}_ms": round(median(percentile(took, share) for took in rounds), 3) for share in SHARES}


def percentile(values: Sequence[float], share: int) -> float:
    """가장 가까운 순위의 백분위."""
    return sorted(values)[ceil(len(values) * share / 100) - 1]


def ratios(ours: Figures, peer: Figures) -> dict[str, float]:
    """우리 것을 상대의 것으로 나눈 몫들. 상대의 값이 0이면 뺀다."""
    return {name: float(f"{getattr(ours, name) / getattr(peer, name):.3g}") for name in COMPARED if getattr(peer, name)}


def table(found: Sequence[Figures]) -> str:
    """사람이 읽을 표."""
    rows = [list(COLUMNS.values()), *([_cell(getattr(one, name)) for name in COLUMNS] for one in found)]
    return _aligned(rows)


def ratio_table(compared: Mapping[str, Mapping[str, float]]) -> str:
    """`ratios`들의 표: 상대의 이름 -> 몫들."""
    rows = [["우리 / 상대", *(COLUMNS[name] for name in COMPARED)]]
    rows += [[caption, *(_cell(found.get(name, "")) for name in COMPARED)] for caption, found in compared.items()]
    return _aligned(rows)


def _cell(value: Any) -> str:
    match value:
        case str():
            return value
        case float() if value < 100:
            return f"{value:.3g}"
        case _:
            return f"{value:,.0f}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    wide = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (size - width(cell)) if place == 0 else " " * (size - width(cell)) + cell
            for place, (cell, size) in enumerate(zip(row, wide, strict=True))
        )
        for row in rows
    )


def width(text: str) -> int:
    """화면에서 차지하는 칸: 한글은 둘."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
