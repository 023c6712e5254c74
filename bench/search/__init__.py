"""찾기를 잰다: 우리 것, whoosh, SQLite FTS5, Lucene + nori를 같은 글과 같은 물음으로. 빠르고 느림으로 실패하지 않는다."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.search.contest import Course, compete
from bench.search.figures import Figures, ratio_table, ratios, table
from bench.search.peers import FTS5, OURS, OURS_TITLES, WHOOSH, Peer, PeerMissing, lucene, meaning
from bench.search.targets import verdicts

SIZES = (2_645, 12_000, 120_000)
QUICK = (2_645,)
"""`python -m bench`가 다른 것들과 함께 잴 때의 크기."""


def measure(sizes: Sequence[int] = QUICK, *, everyone: bool = False) -> dict[str, Any]:
    """크기마다 상대들의 성적(Figures의 이름들), `ratios`(우리 / 상대), `targets`(목표마다 지켰는지). 사람이 읽을 표는 표준 오류에 보인다.

    `everyone`이면 큰 크기에서 whoosh와 FTS5도 잰다(여러 분 걸린다). 자바나 Lucene이 없으면 그렇다고 말하고 빼고 잰다.
    """
    told: dict[str, Any] = {}
    with TemporaryDirectory(prefix="open120-lucene-") as classes:
        peers = _peers(Path(classes))
        for size in sorted(sizes):
            chosen = [peer for peer in peers if everyone or not peer.at_most or size <= peer.at_most]
            for peer in peers:
                if peer not in chosen:
                    _say(
                        f"{peer.caption}은(는) {peer.at_most:,}건까지만 잽니다. 모두 재려면 ALL=1을 주세요(여러 분 걸립니다)."
                    )
            with TemporaryDirectory(prefix="open120-bench-") as folder:
                found = compete(Course.of(size, Path(folder)), chosen, say=_say)
            told[str(size)] = _told(found)
    return told


def _peers(classes: Path) -> list[Peer]:
    peers = [OURS, OURS_TITLES]
    for more in (meaning, lambda: (WHOOSH, FTS5), lambda: lucene(classes)):
        try:
            peers += more()
        except PeerMissing as missing:
            _say(str(missing))
    return peers


def _told(found: Sequence[Figures]) -> dict[str, Any]:
    ours, *others = found
    compared = {peer.name: ratios(ours, peer) for peer in others}
    captions = {peer.caption: compared[peer.name] for peer in others}
    _say(f"\n항목 {ours.entries:,}건\n{table(found)}\n\n{ratio_table(captions)}\n")
    judged = verdicts(found)
    for verdict in judged:
        _say(str(verdict))
    return {
        "figures": [asdict(one) for one in found],
        "ratios": compared,
        "targets": [asdict(verdict) for verdict in judged],
    }


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
