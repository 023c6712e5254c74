"""저장소의 항목을 살핀 결과. 마지막으로 본 판의 것을 기억하며, 무엇이 걸리는지는 kb.checks가 안다."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import yaml

from kb.checks import Finding, Linter
from kb.entry import Entry
from kb.errors import BadEntry, KnowledgeError
from kb.exchange.importing import mended_in
from kb.store import EntryStore


@dataclass(frozen=True)
class Seen:
    """한 판을 살핀 것: 읽을 수 있던 항목들, 읽을 수 없는 까닭들, 걸린 것들."""

    entries: Sequence[Entry]
    faults: Sequence[str]
    findings: Sequence[Finding]


class Findings:
    """살피는 이. 글의 판과 날짜가 그대로이면 다시 살피지 않고, 바뀌었으면 바뀐 글만 새로 읽는다."""

    def __init__(self, store: EntryStore) -> None:
        self._store = store
        self._linter = Linter()
        self._lock = Lock()
        self._last: tuple[tuple[str, date], Seen] | None = None

    def __call__(self, today: date) -> Seen:
        """오늘 본 것. 읽을 수 없는 항목은 빼고 살핀다."""
        with self._lock:
            key = self._store.head, today
            if self._last is None or self._last[0] != key:
                self._last = key, self._look(today)
            return self._last[1]

    def _look(self, today: date) -> Seen:
        entries, faults = readable(self._store)
        findings = self._linter.lint(
            entries,
            today=today,
            topics={topic.id for topic in self._store.topics},
            redirects=moved(self._store.root),
            mended=mended_in(self._store),
        )
        return Seen(entries, faults, findings)


def readable(store: EntryStore) -> tuple[list[Entry], list[str]]:
    """읽을 수 있는 항목들과, 읽을 수 없는 항목의 까닭들. 모두 성하면 한 번만 읽는다."""
    try:
        return store.all(), []
    except BadEntry as error:
        faults = [str(fault) for fault in store.faults()] or [str(error)]
    entries = list[Entry]()
    for path in store.paths():
        try:
            entries.append(store.get(Path(path).stem))
        except KnowledgeError:
            continue  # one of the faults
    return list({entry.id: entry for entry in entries}.values()), faults


def moved(root: Path) -> frozenset[str]:
    """옮긴 옛 주소들(redirects.yml). 파일이 없거나 읽을 수 없으면 없는 것으로 본다: 게시가 그것을 말한다."""
    try:
        data = yaml.safe_load((root / "redirects.yml").read_text("utf-8"))
        return frozenset(map(str, data["redirects"]))
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return frozenset()
