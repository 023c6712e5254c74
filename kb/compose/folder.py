"""지은 항목을 내려놓는다: 배포본의 폴더에는 파일로, 인스턴스에는 커밋으로. 무엇을 짓는지는 모른다."""

import datetime as dt
from pathlib import Path

from kb.compose import journal
from kb.compose.composing import Composed, Kitchen, OldEntry, compose
from kb.compose.numbers import FILE, Register
from kb.compose.report import ComposeReport, Outcome
from kb.compose.rows import read_tables
from kb.entry import Entry
from kb.errors import StoreError
from kb.store import Change, EntryStore
from kb.topics import Topics

ROLE = "composer"
REGISTER_IN_STORE = f"recipes/{FILE}"


def compose_into_folder(
    facts: Path, recipes: Path, entries: Path, *, topics: Topics, now: dt.datetime, gone_ok: bool = False
) -> ComposeReport:
    """표에서 지어 항목 폴더(`entries/<주제>/<번호>.md`)에 쓴다. 바뀐 파일만, 하나씩 통째로 바꾼다.

    번호 장부는 조리법 폴더에 쓴다. 쓰다가 죽었으면 다음 짓기가 먼저 마저 쓴다(`finished`).
    표나 조리법이 틀리면 ComposeFailed의 갈래, 쓸 수 없으면 StoreError.
    """
    try:
        finished = journal.finish(entries)
        done = _composed(facts, recipes, Register.from_file(recipes / FILE), _in_folder(entries), now, gone_ok=gone_ok)
        journal.write_all(entries, _files(done, recipes, entries, topics))
    except OSError as error:
        raise StoreError(f"지은 항목을 쓸 수 없습니다: {error.filename} ({error.strerror})") from error
    done.report.finished = finished
    return done.report


def _in_folder(entries: Path) -> OldEntry:
    """폴더에서 번호로 항목을 찾는 함수."""
    places = {path.stem: path for path in entries.glob("*/p*.md")}

    def old(id: str) -> Entry | None:
        path = places.get(id)
        return Entry.from_text(path.read_text("utf-8"), path=str(path)) if path else None

    return old


def _files(done: Composed, recipes: Path, entries: Path, topics: Topics) -> dict[Path, str | None]:
    """파일 -> 쓸 글(None은 지움): 지은 항목, 주제가 바뀌어 떠난 옛 자리, 번호 장부."""
    texts = {entries / topics.named(entry.topic).id / f"{entry.id}.md": entry.to_text() for entry in done.entries}
    names = {path.name for path in texts}
    left = {path: None for path in entries.glob("*/p*.md") if path.name in names and path not in texts}
    return {**texts, **left, recipes / FILE: done.register.to_text()}


def compose_into_store(
    facts: Path, recipes: Path, store: EntryStore, *, now: dt.datetime, gone_ok: bool = False
) -> ComposeReport:
    """표에서 지어 인스턴스의 저장소에 커밋 하나로 저장한다. 번호 장부도 같은 커밋에 든다. 바뀐 것이 없으면 커밋하지 않는다."""
    own = store.root / REGISTER_IN_STORE
    head = store.head

    register = Register.from_file(own if own.is_file() else recipes / FILE)
    done = _composed(facts, recipes, register, store.find, now, gone_ok=gone_ok)
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
    old: OldEntry,
    now: dt.datetime,
    *,
    gone_ok: bool,
) -> Composed:
    return compose(read_tables(facts), Kitchen.at(recipes), register=register, old=old, now=now, gone_ok=gone_ok)
