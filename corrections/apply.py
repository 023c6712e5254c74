"""반영하기로 한 글을 저장소에 싣는다. 몇 번을 죽었다 다시 해도 커밋은 하나다. 색인과 게시가 무엇인지는 모른다."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from corrections.merge import merged
from corrections.models import Correction, Revision
from corrections.transition import Action, print_of_revision, transition
from db import Database, events, outbox
from db.people import Actor
from kb import history
from kb.checks import hard_problems
from kb.entry import Entry
from kb.errors import EntryMoved, EntryNotFound
from kb.store import Change, EntryStore

COMMITTED = "committed"
REVERTED = "reverted"
NOT_REVERTED = "not_reverted"
OVERTAKEN = "반영하는 사이 안내가 다른 곳에서 바뀌어 싣지 못했습니다. 새 글을 보고 다시 정해 주세요."


def apply_revision(database: Database, store: EntryStore, revision_id: int, *, then: Sequence[str] = ()) -> str | None:
    """반영본을 커밋 하나로 싣고 그 sha를, 그사이 바뀐 글과 부딪쳐 싣지 못하면 None을 돌려준다.

    차례가 안전을 만든다: 파일이 먼저(같은 수정 요청 번호로는 한 번만 커밋된다), 그다음 한 트랜잭션에 커밋 번호와 사건과
    남은 일(`then`의 종류들)을 적는다. 사이에 죽으면 다음 작업자가 같은 sha를 받아 마저 적는다.
    저장소를 쓸 수 없으면 StoreError나 StoreBusy: 남은 일이 나중에 다시 한다.
    """
    with database.reading() as session:
        revision = session.get_one(Revision, revision_id)
        correction = session.get_one(Correction, revision.correction_id)
    if not revision.is_waiting:  # done before, or not confirmed: a proposal is never applied
        return revision.commit_sha
    sha = _saved(store, revision, correction)
    with database.begin() as session:
        return _close(session, store, revision_id, sha, then)


def _saved(store: EntryStore, revision: Revision, correction: Correction) -> str | None:
    revised = Entry.from_text(revision.text)
    what = "되돌림" if revision.reverts else "수정 요청"
    change = Change(
        role="editor", reason=f"{what}: {correction.kind.label}", correction=correction.id, revision=revision.id
    )
    try:
        return store.save(revised, change=change, base=revision.base_version)
    except EntryMoved:
        return _saved_over(store, Entry.from_text(revision.base_text), revised, change)
    except EntryNotFound:
        return None


def _saved_over(store: EntryStore, base: Entry, revised: Entry, change: Change) -> str | None:
    """그사이 바뀐 글 위에 합쳐 싣는다. 같은 곳이 바뀌었거나 내린 글이면 None, 또 바뀌면 EntryMoved로 다시 한다."""
    current = store.get(revised.id)
    whole = merged(base, ours=current, theirs=revised)
    if whole is None or not whole.is_public or hard_problems(whole):
        return None
    return store.save(whole, change=change, base=current.version)


def _close(session: Session, store: EntryStore, id: int, sha: str | None, then: Sequence[str]) -> str | None:
    revision = session.get_one(Revision, id, with_for_update=True)
    if not revision.is_waiting:  # another worker was quicker
        return revision.commit_sha
    correction = session.get_one(Correction, revision.correction_id)
    revision.closed_at, revision.commit_sha = datetime.now(UTC), sha
    data = {"correction": correction.id, "revision": id, "entry": revision.entry_id, "commit": sha}
    if sha is None:
        _could_not(session, correction, revision, data)
        return None
    revision.base_text, revision.text = _as_committed(store, revision, sha)
    version = Entry.from_text(revision.text).version
    event = events.record(
        session,
        stream=correction.stream,
        action=REVERTED if revision.reverts else COMMITTED,
        actor=Actor.system(),
        entry_version=version,
        channel="worker",
        data={**data, "text": print_of_revision(revision)},
    )
    for kind in then:
        outbox.enqueue(session, event=event, kind=kind, payload={**data, "event": event.id})
    return sha


def _could_not(session: Session, correction: Correction, revision: Revision, data: Mapping[str, Any]) -> None:
    """싣지 못했다: 요청은 다시 살피는 것으로, 되돌림은 이미 검토중이므로 그 사실만 적는다."""
    if revision.reverts is None:
        transition(session, correction, Action.REBASE, by=Actor.system(), text=OVERTAKEN, channel="worker", data=data)
    else:
        events.record(
            session,
            stream=correction.stream,
            action=NOT_REVERTED,
            actor=Actor.system(),
            text=OVERTAKEN,
            channel="worker",
            data=data,
        )


def _as_committed(store: EntryStore, revision: Revision, sha: str) -> tuple[str, str]:
    """실제로 실린 앞글과 뒷글. 합쳐서 실었으면 편집자가 보낸 것과 다르다."""
    text = history.text_at(store, revision.entry_id, sha)
    if text == revision.text:
        return revision.base_text, text
    versions = [version.sha for version in history.history(store, revision.entry_id)]
    before = versions[versions.index(sha) + 1 :] if sha in versions else []
    return (history.text_at(store, revision.entry_id, before[0]) if before else text), text
