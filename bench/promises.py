"""검색의 약속을 배포본 전체에서 확인한다: 재현율, 띄어쓰기, 아무 글, 여럿이 찾는 동안의 색인.

`python -m bench.promises [recall|spacing|fuzz|load …]`(`make bench-promises`): 약속마다 PASS나 FAIL 한 줄(표준 오류), 수는 JSON 한 줄.
하나라도 어기면 1로 끝난다.
"""

import json
import os
import random
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socket import create_server
from tempfile import TemporaryDirectory
from typing import Any

from app.indexing import refresh
from app.instance import Instance
from bench.sample import CONTENT
from kb.entry import Entry
from kb.index import build_index
from kb.meaning.embedder import embedder
from kb.meaning.similar import Meaning
from kb.meaning.vectors import Vectors
from kb.search import Searcher
from kb.store import Change, EntryStore
from kb.terms import load_terms

ROOT = Path(__file__).parent.parent
PAIRS, INPUTS = 1_000, 50_000
USERS, EDITS, THINK = 20, 200, 1.0
"""함께 찾는 사람의 수, 그동안 고치는 항목의 수, 한 사람이 찾고 나서 다음에 찾기까지(초)."""

SAME, LOAD_P95 = 0.98, 150.0
"""지켜야 할 것: 앞의 셋이 같은 몫(적어도), 함께 찾을 때의 p95(ms, 그보다 빨라야 한다)."""

WHAT: Mapping[str, str] = {
    "recall": "제목에 선 두~네 글자 낱말의 재현율 100%",
    "spacing": "띄어 쓰나 붙여 쓰나 앞의 셋이 같음 98% 이상",
    "fuzz": "아무 글에나 차분히 답함",
    "load": "여럿이 찾는 동안 색인을 새로 짓고 고쳐도 오류 없음, p95 150ms 아래",
}
PARTS = tuple(WHAT)

_WORD = re.compile("(?<![가-힣])[가-힣]{2,4}(?![가-힣])")
_LETTERS = "가각뷁힣ㄱㅏㅄ여권등본 \t\n\x00\ud800\u200d\u0301👍🏽<>&\"'`;:*?+-()[]{}/\\|~^%$#@!AZaz09①㎡ｱＡعاéñ"


def measure(parts: Sequence[str] = PARTS) -> dict[str, Any]:
    """고른 약속마다의 수. `load`만 시간을 재므로 조용한 기계에서 돌린다. 나머지는 맞는지만 세므로 바쁜 기계에서도 같다."""
    told: dict[str, Any] = {}
    if set(parts) - {"load"}:
        entries = [entry for entry in EntryStore(CONTENT).all() if entry.is_public]
        with TemporaryDirectory(prefix="open120-bench-") as folder:
            build_index(entries, Path(folder))
            terms, model = load_terms(CONTENT / "terms.yml"), embedder()
            meaning = Meaning(Vectors(CONTENT / "vectors"), model) if model else None
            words = Searcher(Path(folder), terms=terms)
            both = Searcher(Path(folder), terms=terms, meaning=meaning)
            checks: Mapping[str, Callable[[], dict[str, Any]]] = {
                "recall": lambda: recall(words, entries),
                "spacing": lambda: spacing(both, entries),
                "fuzz": lambda: fuzz(words, both),
            }
            told = {name: _said(name, check()) for name, check in checks.items() if name in parts}
    return told | ({"load": _said("load", load())} if "load" in parts else {})


def kept(name: str, told: Mapping[str, Any]) -> bool:
    """약속을 지켰는가."""
    match name:
        case "recall":
            return bool(told["recall"] == 1)
        case "spacing":
            return bool(told["same"] >= SAME)
        case "fuzz":
            return not told["broken"]
    return not told["errors"] and told["p95_ms"] < LOAD_P95


def _said(name: str, told: dict[str, Any]) -> dict[str, Any]:
    print(f"{'PASS' if kept(name, told) else 'FAIL'}  {WHAT[name]}: {told}", file=sys.stderr, flush=True)
    return told


def recall(searcher: Searcher, entries: list[Entry]) -> dict[str, Any]:
    """제목에 선 두~네 글자 낱말마다, 그 낱말이 제목에 선 항목을 빠짐없이 찾는가."""
    having: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for word in _WORD.findall(entry.title):
            having[word].add(entry.id)
    found = {
        word: {hit.id for hit in searcher.search(word, limit=len(entries), facets=False, snippets=False).hits}
        for word in having
    }
    lost = {word: sorted(ids - found[word])[:3] for word, ids in having.items() if ids - found[word]}
    return {"words": len(having), "recall": 1 - len(lost) / len(having), "lost": dict(list(lost.items())[:5])}


def spacing(searcher: Searcher, entries: list[Entry]) -> dict[str, Any]:
    """제목을 띄어 쓴 것과 붙여 쓴 것의 앞의 셋이 같은 몫."""
    titles = random.Random(1).sample([entry.title for entry in entries if " " in entry.title], PAIRS)
    same = sum(_three(searcher, title) == _three(searcher, title.replace(" ", "")) for title in titles)
    return {"pairs": len(titles), "same": same / len(titles), "semantic": searcher.search(titles[0]).semantic}


def fuzz(*searchers: Searcher) -> dict[str, Any]:
    """아무 글에나 예외 없이 답하는가. 뜻을 견주는 찾기에는 열에 하나만 묻는다(느리다)."""
    dice, broken = random.Random(2), []
    for number in range(INPUTS):
        text = "".join(dice.choices(_LETTERS, k=dice.choice((0, 1, 3, 10, 40, 400))))
        try:
            searchers[number % 10 == 0].search(text, limit=dice.choice((0, 1, 10)), explain=number % 50 == 0)
        except Exception as error:
            broken.append((text, repr(error)))
    return {"inputs": INPUTS, "broken": broken[:5]}


def load() -> dict[str, Any]:
    """서버를 열고 여럿이 찾는 동안 색인을 새로 짓고 항목을 고친다: 오류의 수와 걸린 시간(ms)."""
    took: list[float] = []
    errors: list[str] = []
    stop = threading.Event()
    queries = [
        json.loads(line)["query"] for line in (ROOT / "tests/search/questions.jsonl").read_text("utf-8").splitlines()
    ]
    with TemporaryDirectory(prefix="open120-bench-") as folder, _served(Path(folder, "instance")) as url:
        users = [
            threading.Thread(target=_use, args=(url, random.Random(seed), queries, took, errors, stop))
            for seed in range(USERS)
        ]
        for user in users:
            user.start()
        _edit_and_reindex(Path(folder, "instance"))
        stop.set()
        for user in users:
            user.join()
    took.sort()
    told = {f"p{share}_ms": round(took[len(took) * share // 100 - 1], 1) for share in (50, 95, 99)}
    return {
        "users": USERS,
        "edits": EDITS,
        "requests": len(took),
        "errors": len(errors),
        "first_errors": errors[:3],
    } | told


def _three(searcher: Searcher, text: str) -> list[str]:
    return [hit.id for hit in searcher.search(text, limit=3, facets=False, snippets=False).hits]


def _use(
    url: str, dice: random.Random, queries: list[str], took: list[float], errors: list[str], stop: threading.Event
) -> None:
    while not stop.wait(dice.uniform(0, 2 * THINK)):
        query = urllib.parse.urlencode({"q": dice.choice(queries)})
        started = time.perf_counter()
        try:
            with urllib.request.urlopen(f"{url}/api/v1/search?{query}", timeout=30) as answer:
                answer.read()
        except OSError as error:
            errors.append(repr(error))
        took.append((time.perf_counter() - started) * 1000)


def _edit_and_reindex(instance: Path) -> None:
    """다른 프로세스가 색인을 새로 짓는 동안 항목을 고치고 하나씩 색인에 넣는다."""
    building = subprocess.Popen(_open120(instance, "index"), env=_environment(), stdout=subprocess.DEVNULL)
    store = EntryStore(instance / "content")
    for number, entry in enumerate(random.Random(3).sample(store.all(), EDITS)):
        store.save(
            replace(entry, body=f"{entry.body}\n\n고침 {number}\n"), change=Change(role="editor", reason="재려고")
        )
        refresh(Instance(instance), store)
    if building.wait(timeout=300):
        raise RuntimeError("색인을 짓지 못했습니다.")


@contextmanager
def _served(instance: Path) -> Iterator[str]:
    with create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        _open120(instance, "serve", "--port", str(port)), env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(1_200):
        if server.poll() is not None:
            raise RuntimeError("서버가 열리지 않았습니다.")
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("서버가 10분 안에 열리지 않았습니다.")


def _open120(instance: Path, *words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "app", "--instance", str(instance), *words]


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "OPEN120_API_PER_MINUTE": "0"}


def main(parts: Sequence[str]) -> int:
    """고른 약속(없으면 모두)을 확인하고 끝난 값을 돌려준다."""
    if unknown := set(parts) - set(PARTS):
        sys.exit(f"모르는 이름입니다: {', '.join(sorted(unknown))}. {', '.join(PARTS)} 가운데 골라 주세요.")
    told = measure(parts or PARTS)
    print(json.dumps({"promises": told}, ensure_ascii=False))
    return 0 if all(kept(name, found) for name, found in told.items()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
