"""항목의 역사: git이 기억하는 판들을 읽고, 옛 판으로 되돌린다. 판을 만드는 일은 저장소(store)가 한다."""

import difflib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from kb import git
from kb.entry import SEOUL, Entry
from kb.errors import BadEntry, EntryNotFound, VersionNotFound
from kb.store import ENTRIES, Change, EntryStore

SHA = re.compile(r"[0-9a-f]{4,40}")
RECORD = "%H%x1f%aI%x1f%an%x1f%(trailers:unfold,only)%x1e"


@dataclass(frozen=True)
class Version:
    """항목의 판 하나. `sha`는 커밋, `at`은 서울 시각, `reason`은 고친 까닭."""

    sha: str
    at: datetime
    role: str
    reason: str
    correction: int | None
    trailers: Mapping[str, str]


def history(store: EntryStore, id: str) -> list[Version]:
    """항목의 판들을 새것부터. 한 번도 없던 번호면 EntryNotFound."""
    if not re.fullmatch(r"[a-z]\d+", id):
        raise EntryNotFound(id)
    pathspec = f":(glob){ENTRIES}/*/{id}.md"
    records = git.run(store.root, "log", f"--format={RECORD}", "main", "--", pathspec).split("\x1e")
    versions = [_version(record) for record in records if record.strip()]
    if not versions:
        raise EntryNotFound(id)
    return versions


def text_at(store: EntryStore, id: str, sha: str) -> str:
    """그 판의 글. 그런 판이 없거나 그때 이 항목이 없었으면 VersionNotFound."""
    if not SHA.fullmatch(sha):
        raise VersionNotFound(f"‘{sha}’(은)는 판 번호가 아닙니다. ‘open120 history {id}’에서 확인해 주세요.")
    known = git.run_raw(store.root, "rev-parse", "--verify", "--quiet", f"{sha}^{{commit}}", accept=(0, 1, 128))
    names = git.tree(store.root, known.decode().strip()) if known else {}
    for path in names:
        if path.startswith(f"{ENTRIES}/") and path.endswith(f"/{id}.md"):
            return git.run(store.root, "show", f"{sha}:{path}")
    raise VersionNotFound(f"‘{id}’ 항목에 ‘{sha}’ 판이 없습니다. ‘open120 history {id}’에서 확인해 주세요.")


def diff(store: EntryStore, id: str, old: str, new: str) -> str:
    """두 판의 줄 단위 차이(unified diff). 같으면 빈 글."""
    before, after = (text_at(store, id, sha).splitlines(keepends=True) for sha in (old, new))
    return "".join(difflib.unified_diff(before, after, f"{id}@{old}", f"{id}@{new}"))


def revert(store: EntryStore, id: str, sha: str, *, change: Change) -> Entry:
    """옛 판의 글로 새 판을 만든다. 고친 시각은 지금이고, 트레일러 `Reverts-To`에 어느 판인지 남긴다.

    지운 항목과 읽을 수 없게 된 항목도 되살린다. 이미 그 글이면 판을 만들지 않는다.
    """
    old = Entry.from_text(text_at(store, id, sha), path=f"{id}@{sha}")
    entry = replace(old, updated=datetime.now(SEOUL))
    with suppress(EntryNotFound, BadEntry):
        now = store.get(id)
        if replace(now, updated=entry.updated) == entry:
            return now
    store.save(entry, change=replace(change, trailers={**change.trailers, "Reverts-To": sha}))
    return entry


def _version(record: str) -> Version:
    sha, at, role, lines = record.strip("\n").split("\x1f")
    trailers = dict(line.split(": ", 1) for line in lines.splitlines() if ": " in line)
    correction = trailers.get("Correction", "")
    return Version(
        sha=sha,
        at=datetime.fromisoformat(at).astimezone(SEOUL),
        role=trailers.get("Role", role),
        reason=trailers.get("Reason", ""),
        correction=int(correction) if correction.isdecimal() else None,
        trailers=trailers,
    )
