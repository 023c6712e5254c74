"""한 크기에서 겨루기: 짓고, 몸을 풀고, 번갈아 묻는다. 상대가 누구인지는 모른다."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bench.search import corpus
from bench.search.contestant import Contestant
from bench.search.figures import Figures, percentiles
from bench.search.peers import Peer

PATIENCE = 20.0
"""재는 물음에 이만큼(초)을 쓴 상대의 남은 바퀴는 뺀다. 적어도 한 바퀴(300 물음 이상)는 잰다."""

SPIN = 2.0
"""초당 몇 물음에 답하는지 재는 시간(초)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """겨루기의 준비물: 글 파일 하나와 물음 파일들."""

    folder: Path
    documents: Path
    asked: corpus.Asked

    @classmethod
    def of(cls, count: int, folder: Path) -> Self:
        """항목 `count`개의 겨루기를 `folder`에 차린다."""
        documents = folder / "documents.jsonl"
        corpus.write_documents(count, documents)
        return cls(folder=folder, documents=documents, asked=corpus.write_queries(corpus.queries(), folder))

    def home(self, peer: Peer) -> Path:
        """이 상대가 색인을 두는 폴더."""
        return self.folder / f"index-{peer.index_of or peer.name}"


@dataclass(slots=True)
class Score:
    """겨루는 동안 모이는 성적."""

    peer: Peer
    seconds: float = 0.0
    cpu: float = 0.0
    rounds: list[Sequence[float]] = field(default_factory=list)
    found: int = 0

    def play(self, contestant: Contestant, queries: Path) -> None:
        """한 바퀴를 묻고 더한다. 쓸 만큼 쓴 상대는 쉰다."""
        if self.seconds >= PATIENCE:
            return
        cpu_before = contestant.cpu_s()
        answer = contestant.ask("ask", queries)
        self.cpu += contestant.cpu_s() - cpu_before
        self.rounds.append(answer["ms"])
        self.seconds += sum(answer["ms"]) / 1000
        self.found += answer["found"]

    @property
    def timed(self) -> int:
        """잰 물음의 수."""
        return sum(map(len, self.rounds))


def compete(course: Course, peers: Sequence[Peer], *, say: Callable[[str], object]) -> list[Figures]:
    """모두가 차례로 짓고, 함께 열고, 바퀴마다 번갈아 답한다: 기계의 느린 때가 모두에게 고르게 간다.

    어디까지 왔는지 `say`에 말한다.
    """
    built = {}
    for peer in peers:
        if not peer.index_of:
            say(f"짓는 중: {peer.caption}")
            built[peer.name] = _build(course, peer)
    say(f"묻는 중: {len(peers)}명이 {len(course.asked.rounds)}바퀴")
    with ExitStack() as stack:
        running = [(Score(peer), stack.enter_context(_opened(course, peer))) for peer in peers]
        for score, contestant in running:
            contestant.ask("spin", course.asked.warm_up, score.peer.warm_up, 1)
        for path in course.asked.rounds:
            for score, contestant in running:
                score.play(contestant, path)
        return [
            Figures(
                name=score.peer.name,
                caption=score.peer.caption,
                timed=score.timed,
                cpu_ms=round(score.cpu / score.timed * 1000, 3),
                found=score.found,
                memory_mb=contestant.peak_mb(),
                **percentiles(score.rounds),
                **_per_second(course, score.peer, contestant),
                **built[score.peer.index_of or score.peer.name],
            )
            for score, contestant in running
        ]


def _build(course: Course, peer: Peer) -> Mapping[str, Any]:
    """새 프로세스에서, 쓸 수 있는 코어를 다 쓰며 짓는다."""
    home = course.home(peer)
    home.mkdir()
    with Contestant(peer.command) as contestant:
        entries = contestant.ask("load", course.documents)["entries"]
        cpu_before = contestant.cpu_s()
        told, peak = contestant.ask_watched("build", home, len(os.sched_getaffinity(0)))
        cpu = contestant.cpu_s() - cpu_before
    return {
        "entries": entries,
        "build_s": round(told["seconds"], 3),
        "build_cpu_s": round(cpu, 2),
        "build_memory_mb": peak,
        "index_mb": sum(path.stat().st_size for path in home.rglob("*") if path.is_file() and not path.is_symlink())
        / 1e6,
    }


def _opened(course: Course, peer: Peer) -> Contestant:
    contestant = Contestant(peer.command)
    contestant.ask("open", course.home(peer))
    return contestant


def _per_second(course: Course, peer: Peer, contestant: Contestant) -> Mapping[str, Any]:
    """혼자, 그리고 둘이 함께(두 프로세스, 또는 한 프로세스의 두 스레드) 1초에 답하는 물음의 수."""
    alone = _spun([contestant], course.asked.spins, threads=1)
    if peer.threads:
        return {"per_second": alone, "per_second_by_two": _spun([contestant], course.asked.spins, threads=2)}
    with _opened(course, peer) as other:
        other.ask("spin", course.asked.warm_up, SPIN, 1)
        return {"per_second": alone, "per_second_by_two": _spun([contestant, other], course.asked.spins, threads=1)}


def _spun(contestants: Sequence[Contestant], paths: Iterable[Path], *, threads: int) -> float:
    for contestant, path in zip(contestants, paths, strict=False):
        contestant.start("spin", path, SPIN, threads)
    told = [contestant.finish() for contestant in contestants]
    return float(sum(one["answered"] / one["seconds"] for one in told))
