"""살아 있는지, 밀린 것이 있는지 한눈에. 고치는 일은 하지 않는다."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from app.indexing import engine_of, is_current
from app.running import Running
from build.release import current
from corrections.models import Correction
from db.events import replay as replay_events
from db.events import verify_chain
from db.outbox import OutboxItem, stuck
from kb import git
from kb.errors import SearchUnavailable
from kb.incoming import waiting
from kb.index import open_index, read_meta


def health(running: Running) -> dict[str, Any]:
    """한순간의 모습: 색인이 지금 글의 것인지, 게시본의 이름, 밀린 뒷일."""
    release = current(running.instance.site)
    return {
        "ok": True,
        "index": {"current": is_current(running.instance, running.store), "engine": engine_of(running.instance)},
        "release": release.name if release else None,
        "outbox": outbox(running),
    }


def outbox(running: Running) -> dict[str, Any]:
    """남은 뒷일의 수와 여러 번 실패해 사람이 봐야 할 것들."""
    with running.database.reading() as session:
        waiting = session.scalar(select(func.count()).select_from(OutboxItem).where(OutboxItem.done_at.is_(None)))
        return {
            "open": waiting or 0,
            "stuck": [
                {"id": item.id, "kind": item.kind, "attempts": item.attempts, "error": item.last_error}
                for item in stuck(session)
            ],
        }


def check(running: Running) -> dict[str, Any]:
    """모두 살핀다: 항목, 손대고 저장하지 않은 파일, 색인, 사건의 사슬, 사건을 되풀어 얻은 상태, 뒷일 (`open120 check`).

    `ok`는 사람이 손대야 할 것이 하나도 없을 때만 참이다. `incoming`(편집자가 정할 글)은 흠이 아니다.
    """
    faults = [str(fault) for fault in running.store.faults()]
    found: dict[str, Any] = {
        "entries": len(running.store.paths()),
        "bad_entries": faults,
        "uncommitted": git.run(running.store.root, "status", "--porcelain").splitlines(),
        "incoming": waiting(running.store),
        "index": _index(running),
        "outbox": outbox(running),
        **_events(running),
    }
    troubles = (
        faults,
        found["uncommitted"],
        found["index"]["problem"],
        found["outbox"]["stuck"],
        found["chain_faults"],
    )
    return {"ok": not any((*troubles, found["replay_mismatches"])), **found}


def _index(running: Running) -> dict[str, Any]:
    try:
        open_index(running.instance.index)
        meta = read_meta(running.instance.index)
        return {
            "problem": None,
            "engine": meta.engine,
            "entries": meta.entries,
            "current": is_current(running.instance, running.store),
        }
    except SearchUnavailable as error:
        return {"problem": str(error)}


def _events(running: Running) -> Mapping[str, Any]:
    with running.database.reading() as session:
        stored = {correction.stream: str(correction.state) for correction in session.scalars(select(Correction))}
        told = replay_events(session, "correction")
        return {
            "chain_faults": [f"사건 {fault.event_id}: {fault.problem}" for fault in verify_chain(session)],
            "replay_mismatches": sorted(
                stream for stream in told.keys() | stored.keys() if told.get(stream) != stored.get(stream)
            ),
        }
