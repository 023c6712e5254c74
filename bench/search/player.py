"""`python -m bench.search.player 이름`: 표준 입력의 명령 한 줄마다 JSON 한 줄로 답하는 상대 하나. 무엇과 견주는지는 모른다.

명령의 말은 탭으로 나눈다. bench/lucene/Player.java가 같은 약속을 지킨다.

load <글 파일>                    -> {"entries": 수}    글을 메모리에 읽어 들인다(재지 않는다)
build <폴더> <코어 수>             -> {"seconds": 초}    읽어 둔 글을 분석해 색인을 짓는다
open <폴더>                       -> {}
ask <물음 파일>                   -> {"ms": [물음마다], "found": 찾은 제목의 수}
spin <물음 파일> <초> <스레드 수>  -> {"answered": 수, "seconds": 초}    그동안 쉬지 않고 묻는다
"""

import json
import sys
from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.search.corpus import read_documents
from bench.search.fts5 import Fts5
from bench.search.ours import Ours
from bench.search.playing import Playing, Search

PLAYERS: Mapping[str, Playing] = {
    "ours": Ours(),
    "ours_titles": Ours(snippets=False),
    "ours_meaning": Ours(meaning=True),
    "whoosh": Ours(engine="whoosh"),
    "fts5": Fts5(),
}


class Player:
    """읽어 둔 글과 열어 둔 색인을 기억하며 명령에 답한다."""

    def __init__(self, playing: Playing) -> None:
        self._playing = playing
        self._documents: Sequence[Any] = ()
        self._search: Search = lambda _: []

    def answer(self, line: str) -> Mapping[str, Any]:
        """명령 한 줄의 답. 모르는 명령이면 ValueError."""
        match line.rstrip("\n").split("\t"):
            case ["load", documents]:
                self._documents = self._playing.load(read_documents(Path(documents)))
                return {"entries": len(self._documents)}
            case ["build", folder, cores]:
                return self._build(Path(folder), int(cores))
            case ["open", folder]:
                self._search = self._playing.open(Path(folder))
                return {}
            case ["ask", queries]:
                return self._ask(_lines(queries))
            case ["spin", queries, seconds, _]:  # one thread: the interpreter runs one at a time anyway
                return self._spin(_lines(queries), float(seconds))
        raise ValueError(line)

    def _build(self, folder: Path, cores: int) -> Mapping[str, Any]:
        started = perf_counter()
        self._playing.build(self._documents, folder, cores)
        return {"seconds": perf_counter() - started}

    def _ask(self, queries: list[str]) -> Mapping[str, Any]:
        took, found = [], 0
        for query in queries:
            started = perf_counter()
            found += len(self._search(query))
            took.append((perf_counter() - started) * 1000)
        return {"ms": took, "found": found}

    def _spin(self, queries: list[str], seconds: float) -> Mapping[str, Any]:
        started = perf_counter()
        for answered, query in enumerate(cycle(queries), 1):
            self._search(query)
            if (took := perf_counter() - started) >= seconds:
                return {"answered": answered, "seconds": took}
        raise ValueError("물음이 없습니다.")


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines()


def main(name: str) -> None:
    """표준 입력이 끝날 때까지 답한다."""
    player = Player(PLAYERS[name])
    for line in sys.stdin:
        print(json.dumps(player.answer(line)), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
