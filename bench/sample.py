"""재는 데 쓰는 항목들: 배포본의 글을 되풀이해 원하는 수만큼 만든다. 무엇을 재는지는 모른다."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.entry import Entry
from kb.seed import seed
from kb.store import Change, EntryStore

CONTENT = Path(__file__).parent.parent / "content"


def entries(count: int) -> list[Entry]:
    """`count`개의 항목: 제목에 번호를 붙여 서로 다르게 한다."""
    shipped = [entry for entry in EntryStore(CONTENT).all() if entry.is_public]
    return [
        replace(entry, id=f"c{number}", title=f"{entry.title} ({number})")
        for number, entry in enumerate(islice(cycle(shipped), count), 1)
    ]


@contextmanager
def store_of(count: int) -> Iterator[EntryStore]:
    """`count`개가 든 인스턴스의 저장소. 끝나면 지운다."""
    with TemporaryDirectory(prefix="open120-bench-") as folder:
        shipped = Path(folder, "shipped")
        shipped.mkdir()
        (shipped / "topics.yml").write_bytes((CONTENT / "topics.yml").read_bytes())
        seed(Path(folder, "instance/content"), shipped)
        store = EntryStore(Path(folder, "instance/content"))
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
