"""재는 데 쓰는 항목들: 배포본의 글을 되풀이해 원하는 수만큼 만든다. 무엇을 재는지는 모른다."""

import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.districts import DISTRICTS
from kb.entry import Entry
from kb.seed import seed
from kb.store import Change, EntryStore

CONTENT = Path(__file__).parent.parent / "content"
STEP = 7_919
"""한 바퀴마다 숫자에 더하는 수(소수라서 어느 자릿수에서도 고르게 흩어진다)."""


_LINK = re.compile(r"\[([^\]]*)\]\(/faq/([a-z][0-9]+)\)")
_CHANGING = re.compile(rf"{_LINK.pattern}|{'|'.join(DISTRICTS)}|[0-9]+")


def entries(count: int) -> Iterator[Entry]:
    """`count`개의 항목: 제목에 번호를 붙인다. 배포본이 한 바퀴 돌 때마다 글 속의 자치구와 숫자를 다른 것으로 바꾼다.

    그대로 되풀이하면 어느 낱말이든 똑같이 늘지만, 실제로는 자치구와 날짜와 금액이 저마다 다른 글이 는다.
    """
    shipped = [entry for entry in EntryStore(CONTENT).all() if entry.is_public]
    places = {entry.id: place for place, entry in enumerate(shipped)}
    for number, entry in enumerate(islice(cycle(shipped), count)):
        turn = number // len(shipped)
        other = another(entry, turn)
        body = _LINK.sub(partial(_relinked, places, turn * len(shipped), count), other.body)
        yield replace(other, id=f"c{number + 1}", title=f"{other.title} ({number + 1})", body=body)


def another(entry: Entry, turn: int) -> Entry:
    """`turn`바퀴째의 글: 자치구는 그만큼 뒤의 자치구로, 숫자는 자릿수가 같은 다른 숫자로. 0이면 그대로."""

    def moved(text: str) -> str:
        return _CHANGING.sub(lambda found: _moved(found[0], turn), text) if turn else text

    return replace(
        entry,
        title=moved(entry.title),
        body=moved(entry.body),
        facts={name: moved(value) for name, value in entry.facts.items()},
        districts=tuple(map(moved, entry.districts)),
    )


def _moved(word: str, turn: int) -> str:
    if word.startswith("["):
        return word
    if word[0].isdecimal():
        return str((int(word) + turn * STEP) % 10 ** len(word)).zfill(len(word))
    return DISTRICTS[(DISTRICTS.index(word) + turn) % len(DISTRICTS)]


def _relinked(places: Mapping[str, int], first: int, count: int, found: re.Match[str]) -> str:
    """다른 안내를 가리키는 링크를 그 바퀴의 번호로. 만들지 않을 안내를 가리키면 글만 남긴다."""
    number = first + places.get(found[2], count)
    return f"[{found[1]}](/faq/c{number + 1})" if number < count else found[1]


@contextmanager
def empty_store() -> Iterator[EntryStore]:
    """주제만 있고 항목은 없는 인스턴스의 저장소. 끝나면 지운다."""
    with TemporaryDirectory(prefix="open120-bench-") as folder:
        shipped = Path(folder, "shipped")
        shipped.mkdir()
        (shipped / "topics.yml").write_bytes((CONTENT / "topics.yml").read_bytes())
        seed(Path(folder, "instance/content"), shipped)
        yield EntryStore(Path(folder, "instance/content"))


@contextmanager
def store_of(count: int) -> Iterator[EntryStore]:
    """`count`개가 든 인스턴스의 저장소. 끝나면 지운다."""
    with empty_store() as store:
        store.save_all(entries(count), change=Change(role="importer", reason="재려고"))
        yield store


def median_seconds(work: Callable[[], object], *, times: int = 5) -> float:
    """`work`를 여러 번 해서 걸린 시간의 중앙값(초)."""
    took = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        took.append(time.perf_counter() - started)
    return round(statistics.median(took), 4)
