"""옛 판으로 되돌리고 뒷일까지 한다. 되돌린 글을 만드는 일은 kb.history가 한다."""

from collections.abc import Mapping
from typing import Any

from app.running import Running
from app.worker import run_pending
from db.events import record
from db.outbox import enqueue
from db.people import Actor
from kb.history import revert as revert_entry
from kb.store import Change


def revert(running: Running, id: str, version: str, *, reason: str) -> Mapping[str, Any]:
    """되돌린 뒤 사건을 남기고 색인하고 게시한다. 없는 항목이나 판이면 EntryNotFound, VersionNotFound."""
    actor = Actor.system()
    before = running.store.head
    entry = revert_entry(running.store, id, version, change=Change(role=actor.role.value, reason=reason))
    if running.store.head == before:
        return {"id": id, "changed": False, "version": before}
    with running.database.begin() as session:
        event = record(
            session,
            stream=f"entry/{id}",
            action="revert",
            actor=actor,
            reason="revert",
            text=reason,
            channel="cli",
            entry_version=entry.version,
            data={"to": version},
        )
        for kind in ("entry.index", "site.publish", "portals.tell"):
            enqueue(session, event=event, kind=kind, payload={"entry": id})
    ran = run_pending(running.database, running.handlers(), worker="revert")
    return {"id": id, "changed": True, "version": running.store.head, "done": ran.done, "failed": ran.failed}
