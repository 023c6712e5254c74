"""여러 안내에 똑같이 적힌 링크나 전화를 한꺼번에 바꾸고, 한 번에 되돌린다. 글귀를 고치는 일은 하지 않는다.

한꺼번에 바꾸는 것은 커밋 하나, 사건 하나다. 전화는 언제나, 링크는 책임 편집자가 아니면 다른 편집자가 한 번 더 확인한다
(WORKFLOWS 2 item 20).
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from corrections.errors import AlreadyDecided, BadBulk
from corrections.merge import merged
from corrections.submit import cleaned, guarded
from db import Database, events, outbox
from db.base import Base, one_of, stored_by_value
from db.errors import NotAllowed
from db.people import Actor, Role
from kb import git, history
from kb.checks import hard_problems
from kb.entry import Entry
from kb.errors import ContentMoved
from kb.store import Change, EntryStore

PHONE = re.compile(r"(?=.{3,20}$)\d[\d-]*\d")
WANTED = re.compile(r"https?://[^\s<>\"'()\[\]]{4,300}")
TRIES = 5
STREAM = "bulk/"
KIND = "bulk.settle"
"""남은 일의 종류: 싣거나 되돌린다."""


class What(StrEnum):
    """한꺼번에 바꿀 수 있는 것."""

    LINK = "link"
    PHONE = "phone"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return "링크" if self is What.LINK else "전화번호"


class BulkState(StrEnum):
    """한꺼번에 바꾸는 일이 어디까지 왔나."""

    PROPOSED = "proposed"
    APPLYING = "applying"
    APPLIED = "applied"
    DROPPED = "dropped"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return LABELS[self]


LABELS = {
    BulkState.PROPOSED: "확인 기다림",
    BulkState.APPLYING: "싣는 중",
    BulkState.APPLIED: "바꿈",
    BulkState.DROPPED: "그만둠",
    BulkState.UNDOING: "되돌리는 중",
    BulkState.UNDONE: "되돌림",
}

MOVES: Mapping[tuple[BulkState | None, str], BulkState] = {
    (None, "propose"): BulkState.PROPOSED,
    (None, "decide"): BulkState.APPLYING,
    (BulkState.PROPOSED, "confirm"): BulkState.APPLYING,
    (BulkState.PROPOSED, "drop"): BulkState.DROPPED,
    (BulkState.APPLYING, "applied"): BulkState.APPLIED,
    (BulkState.APPLIED, "undo"): BulkState.UNDOING,
    (BulkState.UNDOING, "undone"): BulkState.UNDONE,
}
"""상태와 일에서 다음 상태로. 여기 없는 일은 할 수 없다."""

TO_SETTLE = frozenset({BulkState.APPLYING, BulkState.UNDOING})


class BulkChange(Base, kw_only=True):
    """한꺼번에 바꾸기 하나. `entries`는 바꾸기로 고른 안내의 번호들, `skipped`는 싣거나 되돌릴 때 건드리지 못한 것들이다."""

    __tablename__ = "bulk_change"
    __table_args__ = (
        CheckConstraint(one_of("what", What), name="what"),
        CheckConstraint(one_of("state", BulkState), name="state"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    what: Mapped[What] = mapped_column(stored_by_value(What))
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    entries: Mapped[dict[str, Any]]
    state: Mapped[BulkState] = mapped_column(stored_by_value(BulkState))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    commit_sha: Mapped[str | None] = mapped_column(String(40), default=None)
    undo_sha: Mapped[str | None] = mapped_column(String(40), default=None)

    @property
    def ids(self) -> Sequence[str]:
        """고른 안내의 번호들."""
        found: Sequence[str] = self.entries["ids"]
        return found

    @property
    def skipped(self) -> Sequence[str]:
        """건드리지 못한 안내의 번호들: 그사이 바뀌었거나 내렸다."""
        found: Sequence[str] = self.entries.get("skipped", [])
        return found


def replaced(entry: Entry, what: What, old: str, new: str) -> Entry:
    """`old`를 모두 `new`로 바꾼 글. 더 긴 주소나 번호의 한 토막은 건드리지 않는다. 없으면 그대로다."""
    swap = _swap(what, old, new)
    source = replace(entry.source, url=swap(entry.source.url)) if what is What.LINK else entry.source
    phone = swap(entry.phone) if what is What.PHONE else entry.phone
    facts = {name: swap(text) for name, text in entry.facts.items()}
    return replace(entry, phone=phone, source=source, facts=facts, body=swap(entry.body))


def holding(entries: Iterable[Entry], what: What, old: str) -> list[Entry]:
    """`old`가 적힌 공개 안내들."""
    quick = (entry for entry in entries if entry.is_public and old in "\n".join(_places(entry)))
    return [
        entry for entry in quick if replaced(entry, what, old, "https://a.b" if what is What.LINK else "1") != entry
    ]


def checked(what: str, old: str, new: str) -> tuple[What, str, str]:
    """바꿀 것의 모양을 본다. 링크는 주소 하나, 전화는 번호 하나여야 하고 아니면 BadBulk."""
    old, new = cleaned(old), cleaned(new)
    if what not in set(What):
        raise BadBulk("링크와 전화번호 가운데 무엇을 바꿀지 골라 주세요.")
    shape = WANTED if what == What.LINK else PHONE
    for text in (old, new):
        if not shape.fullmatch(text) or (what == What.LINK and not urlsplit(text).hostname):
            example = "https://로 시작하는 주소 하나" if what == What.LINK else "02-123-4567 같은 번호 하나"
            raise BadBulk(f"‘{text[:60]}’(은)는 바꿀 수 있는 모양이 아닙니다. {example}를 적어 주세요.")
    if old == new:
        raise BadBulk("앞뒤가 같습니다. 바꿀 것을 다르게 적어 주세요.")
    return What(what), old, new


def propose(
    session: Session,
    store: EntryStore,
    *,
    what: str,
    old: str,
    new: str,
    reason: str,
    ids: Collection[str],
    by: Actor,
) -> BulkChange:
    """고른 안내들에서 한꺼번에 바꾸기로 한다. 전화이거나 책임 편집자가 아니면 다른 편집자의 확인을 기다린다.

    모양이 틀리거나, 까닭이나 고른 것이 없거나, 바꾼 글에 흠이 있으면 BadBulk. 편집자가 아니면 NotAllowed.
    """
    by.must_be(Role.EDITOR)
    kind, old, new = checked(what, old, new)
    if not (reason := guarded(cleaned(reason))) or len(reason) > 500:
        raise BadBulk("바꾸는 까닭을 한 문장으로 적어 주세요. 모든 안내의 기록에 남습니다.")
    chosen = [entry for entry in map(store.get, sorted(set(ids))) if holding([entry], kind, old)]
    if not chosen:
        raise BadBulk("바꿀 안내를 하나 이상 골라 주세요.")
    _fit(chosen, kind, old, new)
    alone = kind is What.LINK and by.is_a(Role.LEAD_EDITOR)
    assert by.person_id is not None  # noqa: S101 - the desk is for people with an account
    action = "decide" if alone else "propose"
    change = BulkChange(
        what=kind,
        old=old,
        new=new,
        reason=reason,
        entries={"ids": [entry.id for entry in chosen]},
        state=MOVES[None, action],
        proposed_by=by.person_id,
    )
    session.add(change)
    session.flush()  # the stream is named by its number
    _recorded(session, change, action, None, by)
    return change


def confirm(session: Session, change: BulkChange, *, by: Actor) -> BulkChange:
    """다른 편집자가 확인하고 싣기로 한다. 올린 사람이면 NotAllowed, 기다리는 것이 아니면 AlreadyDecided."""
    by.must_be(Role.EDITOR)
    if by.person_id == change.proposed_by:
        raise NotAllowed("올린 사람은 확인할 수 없습니다. 다른 편집자가 확인합니다.")
    _move(session, change, "confirm", by)
    change.confirmed_by = by.person_id
    return change


def drop(session: Session, change: BulkChange, *, by: Actor) -> BulkChange:
    """확인을 기다리던 것을 그만둔다."""
    by.must_be(Role.EDITOR)
    _move(session, change, "drop", by)
    return change


def undo(session: Session, change: BulkChange, *, by: Actor) -> BulkChange:
    """바꾼 것을 모두 되돌리기로 한다. 그 뒤에 다른 곳이 바뀐 글은 그곳을 지키고 되돌린다."""
    by.must_be(Role.EDITOR)
    _move(session, change, "undo", by)
    return change


def recent(session: Session, *, limit: int = 20) -> Sequence[BulkChange]:
    """최근의 것들, 새것부터."""
    return session.scalars(select(BulkChange).order_by(BulkChange.id.desc()).limit(limit)).all()


def settle(database: Database, store: EntryStore, id: int, *, then: Sequence[str] = ()) -> str | None:
    """싣거나 되돌리기로 한 것을 커밋 하나로 하고 그 sha를 돌려준다. 몇 번을 해도 커밋은 하나다.

    고른 뒤에 바뀐 글은 지금 글에서 바꾸고, 바꿀 것이 없어졌거나 내린 글은 건너뛰고 적어 둔다.
    """
    with database.reading() as session:
        change = session.get_one(BulkChange, id)
    if change.state not in TO_SETTLE:
        return change.undo_sha or change.commit_sha
    undoing = change.state is BulkState.UNDOING
    sha = _saved(store, change, _undone if undoing else _done)
    with database.begin() as session:
        change = session.get_one(BulkChange, id, with_for_update=True)
        if change.state not in TO_SETTLE:  # another worker was quicker
            return sha
        touched = _touched(store, change, sha)
        event = _move(session, change, "undone" if undoing else "applied", Actor.system(), channel="worker")
        change.entries = {**change.entries, "skipped": [one for one in change.ids if one not in touched]}
        if undoing:
            change.undo_sha = sha
        else:
            change.commit_sha = sha
        for kind in then:
            outbox.enqueue(session, event=event, kind=kind, payload={"bulk": id, "commit": sha, "event": event.id})
    return sha


def after(store: EntryStore, change: BulkChange) -> list[tuple[Entry, Entry]]:
    """아직 싣지 않은 것을 지금 실으면 바뀔 글들: (지금 글, 바꾼 글)."""
    found = (_current(store, id) for id in change.ids)
    return [(entry, _done(store, change, entry)) for entry in found if entry is not None]


def mismatches(session: Session) -> list[str]:
    """사건이 말하는 것과 다른 줄: 상태, 고른 안내, 무엇을 무엇으로 바꾸는지. 모두 같으면 빈 목록."""
    mine = select(events.Event).where(events.Event.stream.startswith(STREAM)).order_by(events.Event.id)
    told = {event.stream: (event.to_state, event.data["entries"], event.text) for event in session.scalars(mine)}
    problems = []
    for change in session.scalars(select(BulkChange).order_by(BulkChange.id)):
        if told.pop(f"{STREAM}{change.id}", None) != (change.state.value, list(change.ids), _told(change)):
            problems.append(f"한꺼번에 바꾸기 {change.id}번이 사건과 다릅니다.")
    return problems + [f"{stream}의 사건은 있는데 줄이 없습니다." for stream in told]


def changed_by(store: EntryStore, change: BulkChange, sha: str) -> list[tuple[Entry, Entry]]:
    """그 커밋이 바꾼 안내들의 앞글과 뒷글."""
    paths = [path for path in _paths(store, sha) if _id_in(path) in set(change.ids)]
    before, after = (git.texts(store.root, revision, paths) for revision in (f"{sha}^", sha))
    return [(Entry.from_text(before[path]), Entry.from_text(after[path])) for path in paths if path in before]


def _saved(store: EntryStore, change: BulkChange, revise: Callable[[EntryStore, BulkChange, Entry], Entry]) -> str:
    undoing = change.state is BulkState.UNDOING
    trailer = {"Bulk-Undo" if undoing else "Bulk": str(change.id)}
    reason = f"{'되돌림: ' if undoing else ''}{change.what.label} 한꺼번에 바꿈: {change.reason}"
    for _ in range(TRIES):
        base, now = store.head, datetime.now(UTC)
        entries = [entry for id in change.ids if (entry := _current(store, id)) is not None]
        pairs = [(entry, revise(store, change, entry)) for entry in entries]
        new = [replace(after, updated=now) for before, after in pairs if before != after and not hard_problems(after)]
        try:
            return store.save_all(new, change=Change(role="editor", reason=reason, trailers=trailer), base=base)
        except ContentMoved:
            continue  # someone saved meanwhile: look again at what is there now
    raise ContentMoved("다른 사람들이 글을 저장하는 중입니다. 잠시 뒤 다시 합니다.")


def _done(_: EntryStore, change: BulkChange, entry: Entry) -> Entry:
    return replaced(entry, change.what, change.old, change.new)


def _undone(store: EntryStore, change: BulkChange, entry: Entry) -> Entry:
    """실은 커밋에서 바뀐 곳만 옛글로. 같은 곳이 또 바뀌었으면 그대로 둔다."""
    if entry.id in change.skipped or change.commit_sha is None:
        return entry
    after = Entry.from_text(history.text_at(store, entry.id, change.commit_sha))
    parent = git.run(store.root, "rev-parse", f"{change.commit_sha}^").strip()
    before = Entry.from_text(history.text_at(store, entry.id, parent))
    return merged(after, ours=entry, theirs=before) or entry


def _touched(store: EntryStore, change: BulkChange, sha: str) -> Collection[str]:
    """그 커밋이 정말 바꾼 안내들."""
    return {_id_in(path) for path in _paths(store, sha)} & set(change.ids)


def _paths(store: EntryStore, sha: str) -> list[str]:
    return git.run(store.root, "-c", "core.quotepath=off", "show", "--name-only", "--format=", sha).splitlines()


def _id_in(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _current(store: EntryStore, id: str) -> Entry | None:
    entry = store.find(id)
    return entry if entry is not None and entry.is_public else None


def _fit(chosen: Iterable[Entry], what: What, old: str, new: str) -> None:
    for entry in chosen:
        if problems := hard_problems(replaced(entry, what, old, new)):
            raise BadBulk(f"{entry.id}: {' '.join(problem.message for problem in problems)}")


def _places(entry: Entry) -> list[str]:
    return [entry.phone, entry.source.url, *entry.facts.values(), entry.body]


def _swap(what: What, old: str, new: str) -> Callable[[str], str]:
    """`old`가 그것만으로 서 있는 곳을 바꾸는 함수."""
    before, after = (
        (r"(?<![\w/.])", r"(?![\w/?=&%#~-]|[.,:]\w)") if what is What.LINK else (r"(?<![\d-])", r"(?![\d]|-\d)")
    )
    pattern = re.compile(before + re.escape(old) + after)
    return lambda text: pattern.sub(lambda _: new, text)


def _move(session: Session, change: BulkChange, action: str, by: Actor, *, channel: str = "web") -> events.Event:
    session.refresh(change, with_for_update=True)
    old = change.state
    if (old, action) not in MOVES:
        raise AlreadyDecided(f"이미 ‘{old.label}’ 상태입니다. 새로 고쳐 지금 상태를 확인해 주세요.")
    change.state = MOVES[old, action]
    session.flush()
    return _recorded(session, change, action, old, by, channel=channel)


def _told(change: BulkChange) -> str:
    return f"{change.old} → {change.new}: {change.reason}"


def _recorded(
    session: Session, change: BulkChange, action: str, old: BulkState | None, by: Actor, *, channel: str = "web"
) -> events.Event:
    data = {"bulk": change.id, "what": change.what.value, "entries": list(change.ids)}
    event = events.record(
        session,
        stream=f"{STREAM}{change.id}",
        action=action,
        actor=by,
        from_state=old,
        to_state=change.state,
        text=_told(change),
        channel=channel,
        data=data,
    )
    if change.state in TO_SETTLE:
        outbox.enqueue(session, event=event, kind=KIND, payload={"bulk": change.id, "event": event.id})
    return event
