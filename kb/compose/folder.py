"""지은 항목을 내려놓는다: 배포본의 폴더에는 파일로, 인스턴스에는 커밋으로. 무엇을 짓는지는 모른다."""

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

from kb.compose.composing import Composed, Kitchen, compose
from kb.compose.numbers import FILE, Register
from kb.compose.report import ComposeReport, Outcome
from kb.compose.rows import read_tables
from kb.entry import Entry
from kb.errors import EntryNotFound, StoreError
from kb.store import Change, EntryStore
from kb.topics import Topics

ROLE = "composer"
REGISTER_IN_STORE = f"recipes/{FILE}"


def compose_into_folder(
    facts: Path, recipes: Path, entries: Path, *, topics: Topics, now: dt.datetime, gone_ok: bool = False
) -> ComposeReport:
    """표에서 지어 항목 폴더(`entries/<주제>/<번호>.md`)에 쓴다. 바뀐 파일만, 하나씩 통째로 바꾼다.

    번호 장부는 조리법 폴더에 쓴다. 표나 조리법이 틀리면 ComposeFailed의 갈래, 쓸 수 없으면 StoreError.
    """
    places = {path.stem: path for path in entries.glob("*/p*.md")}

    def old(id: str) -> Entry | None:
        path = places.get(id)
        return Entry.from_text(path.read_text("utf-8"), path=str(path)) if path else None

    done = _composed(facts, recipes, Register.from_file(recipes / FILE), old, now, gone_ok=gone_ok)
    try:
        for entry in done.entries:
            target = entries / topics.named(entry.topic).id / f"{entry.id}.md"
            _put(target, entry.to_text())
            if (before := places.get(entry.id)) is not None and before != target:
                before.unlink()
        _put(recipes / FILE, done.register.to_text())
    except OSError as error:
        raise StoreError(f"지은 항목을 쓸 수 없습니다: {error.filename} ({error.strerror})") from error
    return done.report


def compose_into_store(
    facts: Path, recipes: Path, store: EntryStore, *, now: dt.datetime, gone_ok: bool = False
) -> ComposeReport:
    """표에서 지어 인스턴스의 저장소에 커밋 하나로 저장한다. 번호 장부도 같은 커밋에 든다. 바뀐 것이 없으면 커밋하지 않는다."""
    own = store.root / REGISTER_IN_STORE
    head = store.head

    def old(id: str) -> Entry | None:
        try:
            return store.get(id)
        except EntryNotFound:
            return None

    register = Register.from_file(own if own.is_file() else recipes / FILE)
    done = _composed(facts, recipes, register, old, now, gone_ok=gone_ok)
    if done.entries:
        report = done.report
        counts = ", ".join(f"{word} {report.count(outcome)}" for word, outcome in WORDS)
        change = Change(role=ROLE, reason=f"사실 표에서 짓기 ({counts})")
        store.save_all(done.entries, change=change, files={REGISTER_IN_STORE: done.register.to_text()}, base=head)
    return done.report


WORDS = (("새 글", Outcome.ADDED), ("바뀐 글", Outcome.CHANGED), ("내린 글", Outcome.RETIRED))


def _composed(
    facts: Path,
    recipes: Path,
    register: Register,
    old: Callable[[str], Entry | None],
    now: dt.datetime,
    *,
    gone_ok: bool,
) -> Composed:
    return compose(read_tables(facts), Kitchen.at(recipes), register=register, old=old, now=now, gone_ok=gone_ok)


def _put(path: Path, text: str) -> None:
    """글이 다를 때만 곁에 쓰고 이름을 바꾼다: 읽는 이는 옛 글이나 새 글만 본다."""
    if path.is_file() and path.read_text("utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
