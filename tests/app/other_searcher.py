"""시험이 따로 띄우는 찾는 이: 물음의 으뜸이 그 안내가 될 때까지 되풀이해 찾고, 되면 알리고 끝난다.

python -m tests.app.other_searcher 인스턴스 물음 번호
"""

import sys
import time
from pathlib import Path

from app import indexing
from app.instance import Instance


def main(root: str, query: str, id: str) -> None:
    """찾을 준비가 되면 ‘찾는 중’, 으뜸이 바뀌면 ‘바뀜’을 적는다."""
    searcher = indexing.searcher(Instance(Path(root)))
    assert not any(hit.best_bet for hit in searcher.search(query).hits)
    print("찾는 중", flush=True)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        hits = searcher.search(query).hits
        if hits and hits[0].id == id and hits[0].best_bet:
            print("바뀜", flush=True)
            return
        time.sleep(0.05)
    raise SystemExit("60초가 지나도 규칙을 모릅니다.")


if __name__ == "__main__":
    main(*sys.argv[1:])
