"""항목 12,000개를 읽고 저장하는 시간. 견줄 상대: 같은 머리말을 yaml.CSafeLoader로 읽기."""

from dataclasses import replace
from typing import Any

import yaml

from bench.sample import median_seconds, store_of
from kb.store import Change, EntryStore

COUNT = 12_000


def measure() -> dict[str, Any]:
    """초. `cold`는 읽어 둔 것 없이, `cached`는 있을 때(둘 다 새 EntryStore)."""
    with store_of(COUNT) as store:
        cache = store.root / ".git/open120-parsed"

        def cold() -> None:
            cache.unlink(missing_ok=True)
            EntryStore(store.root).all()

        headers = [(store.root / path).read_text("utf-8").split("\n---\n")[0][4:] for path in store.paths()]
        told = {
            "entries": COUNT,
            "cold": median_seconds(cold, times=3),
            "cached": median_seconds(lambda: EntryStore(store.root).all()),
            "peer_csafeloader_headers_only": median_seconds(
                lambda: [yaml.load(header, yaml.CSafeLoader) for header in headers], times=3
            ),
        }
        entry = store.get("c1")
        numbers = iter(range(1000))
        told["save_one"] = median_seconds(
            lambda: store.save(
                replace(entry, title=f"{next(numbers)}번째"), change=Change(role="editor", reason="재기")
            )
        )
        told["ratio_cold_to_peer"] = round(told["cold"] / told["peer_csafeloader_headers_only"], 2)
        return told
