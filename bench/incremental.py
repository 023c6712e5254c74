"""`python -m bench.incremental [항목의 수] [고칠 수]`: 글 하나를 고친 것이 게시본의 파일이 되기까지, 그리고 처음부터 게시한 것과 같은지."""

import filecmp
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.public import Site, SiteKeeper, SiteSettings
from bench.edits import Editor
from bench.sample import store_of
from build import Publisher, SitePages
from build.feeds.published import feeds
from kb.rendered import RenderedBodies
from kb.store import Change, EntryStore

CHANGE = Change(role="editor", reason="재려고")
SETTINGS = SiteSettings()


def measure(count: int = 12_000, edits: int = 500, single: int = 60) -> dict[str, Any]:
    """본문만 고칠 때의 밀리초(디스크의 글이 바뀐 뒤부터 게시본의 파일까지)와, 아무렇게나 고친 뒤 처음부터 게시한 것과 다른 파일의 수."""
    with store_of(count) as store:
        root = store.root.parent
        bodies = RenderedBodies(root / "bodies.db")
        keeper = SiteKeeper(store, SETTINGS)
        publisher = Publisher(
            SitePages(keeper, SETTINGS, bodies=bodies), site=root / "site", artefacts=feeds(late=True), packed=True
        )
        publisher.publish()
        publisher.finish()
        took = [one_edit(store, publisher, root / "site", number) for number in range(1, single + 1)]
        editor = Editor(store.all(), [topic.name for topic in store.topics], seed=120)
        for _ in range(0, edits, 5):
            store.save_all(editor.edit(5), change=CHANGE)
            publisher.publish()
        publisher.finish()
        fresh = Publisher(
            SitePages(lambda: Site.of(store, SETTINGS), SETTINGS, bodies=bodies), site=root / "fresh", artefacts=feeds()
        )
        fresh.publish(full=True)
        took.sort()
        return {
            "entries": count,
            "body_edit_ms_median": round(statistics.median(took), 1),
            "body_edit_ms_p95": round(took[len(took) * 95 // 100], 1),
            "edits": edits,
            "files_differing_from_full": len(list(differing(root / "site/current", root / "fresh/current"))),
        }


def one_edit(store: EntryStore, publisher: Publisher, site: Path, number: int) -> float:
    """글 하나의 본문을 고치고, 저장한 뒤부터 새 쪽이 보이기까지의 밀리초."""
    entry = store.get(f"c{number}")
    store.save(replace(entry, body=f"{entry.body}\n덧붙인 {number}번째 문장입니다.\n"), change=CHANGE)
    started = time.perf_counter()
    published = publisher.publish()
    seconds = published.seconds
    if f"덧붙인 {number}번째 문장" not in (site / f"current/faq/c{number}.html").read_text("utf-8"):
        raise RuntimeError(f"게시한 쪽에 고친 글이 없습니다: c{number}")
    return min(seconds, time.perf_counter() - started) * 1000


def differing(one: Path, other: Path) -> Iterator[str]:
    """두 게시본에서 바이트가 다르거나 한쪽에만 있는 파일(줄여 둔 것과 우리가 적어 두는 것은 빼고)."""
    names = {str(file.relative_to(folder)) for folder in (one, other) for file in folder.rglob("*") if file.is_file()}
    for name in sorted(names):
        if name.endswith((".gz", ".br")) or Path(name).name.startswith("."):
            continue
        if not ((one / name).is_file() and (other / name).is_file()) or not filecmp.cmp(
            one / name, other / name, False
        ):
            yield name


if __name__ == "__main__":
    print(measure(*map(int, sys.argv[1:])))
