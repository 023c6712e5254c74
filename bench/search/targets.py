"""찾기의 목표와, 잰 것이 목표를 지켰는지. 어떻게 쟀는지는 모른다."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.search.figures import Figures


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """목표 하나: `ours`의 `measure`가 `most`를 넘지 않아야 한다. `peer`가 있으면 그 상대의 값으로 나눈 몫이 넘지 않아야 한다.

    `only`가 있으면 그 크기에서만 본다. `most`가 없으면 목표가 아니라 참고다.
    """

    what: str
    measure: str
    ours: str
    peer: str = ""
    most: float | None = None
    only: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """목표 하나를 잰 것. `value`는 값이거나 몫, `kept`는 지켰는지(참고면 None)."""

    entries: int
    what: str
    told: str
    value: float
    most: float | None
    kept: bool | None

    def __str__(self) -> str:
        mark = {True: "PASS", False: "FAIL", None: "참고"}[self.kept]
        limit = "" if self.most is None else f" (목표 {self.most:g}까지)"
        return f"{mark}  {self.entries:,}건 {self.what}: {self.told}{limit}"


LEAST = 12_000
"""목표를 보는 크기(적어도). 이보다 작으면 견줄 상대도 1ms 안팎이라 뜻이 없다."""

TARGETS = (
    Target(
        what="낱말로 찾기 p99, 제목과 표시한 토막 열 개까지",
        measure="p99_ms",
        ours="ours",
        peer="lucene_marks",
        most=0.5,
    ),
    Target(what="낱말로 찾기 p99, 제목 열 개만", measure="p99_ms", ours="ours_titles", peer="lucene"),
    Target(what="분석까지 모두 짓기(초)", measure="build_s", ours="ours", peer="lucene", most=1.0),
    Target(what="짓는 데 쓴 CPU(초)", measure="build_cpu_s", ours="ours", peer="lucene"),
    Target(what="뜻까지 찾기 p95(ms)", measure="p95_ms", ours="ours_meaning", most=30.0),
    Target(what="뜻까지 찾는 프로세스의 메모리(MB)", measure="memory_mb", ours="ours_meaning", most=450.0, only=12_000),
)


def verdicts(found: Sequence[Figures]) -> list[Verdict]:
    """잰 것마다의 판정. 재지 않은 상대와의 목표는 뺀다."""
    return list(_judged({one.name: one for one in found}))


def _judged(by_name: dict[str, Figures]) -> Iterator[Verdict]:
    for target in TARGETS:
        ours, peer = by_name.get(target.ours), by_name.get(target.peer)
        if ours is None or (target.peer and peer is None) or ours.entries < LEAST:
            continue
        if target.only and ours.entries != target.only:
            continue
        here = value = float(getattr(ours, target.measure))
        told = f"{here:.3g}"
        if peer is not None:
            there = float(getattr(peer, target.measure))
            value = here / there
            told = f"{here:.3g} / {there:.3g} = {value:.2f}"
        yield Verdict(
            entries=ours.entries,
            what=target.what,
            told=told,
            value=round(value, 4),
            most=target.most,
            kept=None if target.most is None else value <= target.most,
        )
