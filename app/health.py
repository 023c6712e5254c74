"""살아 있는지, 밀린 것이 있는지 한눈에. 고치는 일은 하지 않는다."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from app.filling import progress
from app.findings import Findings
from app.indexing import is_current
from app.running import Running
from build.release import current
from corrections import replay
from corrections.notices import delivery
from corrections.rewards import ledger
from db import staff
from db.events import verify_chain
from db.guards import dangling_rows, missing_guards
from db.outbox import OutboxItem, stuck
from kb import git
from kb.checks import CODES, Finding, Severity
from kb.entry import SEOUL
from kb.errors import BadTuning, SearchUnavailable
from kb.incoming import waiting
from kb.index import open_index, read_meta
from kb.tuning_store import read_rules


def health(running: Running) -> dict[str, Any]:
    """한순간의 모습: 색인이 지금 글의 것인지, 게시본의 이름, 밀린 뒷일, 마지막으로 되짚은 사건(어긋났으면 `ok`가 거짓이다)."""
    release = current(running.instance.site)
    waiting = outbox(running)
    audited = running.audit_file.last
    try:
        engine: str | None = read_meta(running.instance.index).engine
        filled = progress(running.searcher)
    except SearchUnavailable:
        engine, filled = None, None
    return {
        "ok": audited is None or bool(audited["ok"]),
        "index": {"current": is_current(running.instance, running.store), "engine": engine},
        "meaning": {"on": filled is not None, **(asdict(filled) if filled else {})},
        "release": release.name if release else None,
        "outbox": {"open": waiting["open"], "stuck": len(waiting["stuck"])},
        "audit": {"at": audited.get("at"), "problems": len(audited["problems"])} if audited else None,
        "notices": notices(running),
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


def notices(running: Running) -> Mapping[str, int]:
    """보낼 알림과, 보내지 못해 사람이 봐야 할(/desk/notices) 알림의 수."""
    with running.database.reading() as session:
        return delivery.counts(session)


SHOWN = 20
"""갈래마다 보이는 것의 수. 세는 것은 모두 센다."""


def check(
    running: Running,
    *,
    severity: Severity = Severity.NOTE,
    code: str | None = None,
    limit: int = SHOWN,
    today: date | None = None,
) -> dict[str, Any]:
    """모두 살핀다: 항목, 손대고 저장하지 않은 파일, 색인, 사건의 사슬, 사건을 되풀어 얻은 상태, 뒷일 (`open120 check`).

    `ok`는 사람이 손대야 할 것이 하나도 없을 때만 참이다: 시민에게 보이는 글의 오류(error)도 그렇다. `incoming`(편집자가
    정할 글)과 주의·참고는 흠이 아니다. `severity`보다 가벼운 것과 `code`가 아닌 것은 늘어놓지 않고, 갈래마다 `limit`개까지
    (0이면 모두) 늘어놓는다. 수(`content`)는 언제나 모두 센 것이다.
    """
    seen = Findings(running.store)(today or datetime.now(SEOUL).date())
    found: dict[str, Any] = {
        "entries": len(running.store.paths()),
        "bad_entries": list(seen.faults),
        "uncommitted": git.run(running.store.root, "status", "--porcelain").splitlines(),
        "bad_tuning": _tuning(running),
        "incoming": waiting(running.store),
        "index": _index(running),
        "outbox": outbox(running),
        "notices": notices(running),
        **_events(running),
        "content": counted(seen.findings),
        "findings": _listed(seen.findings, severity=severity, code=code, limit=limit),
    }
    troubles = (
        seen.faults,
        [finding for finding in seen.findings if finding.blocks],
        found["uncommitted"],
        found["bad_tuning"],
        found["index"]["problem"],
        found["outbox"]["stuck"],
        found["notices"]["stuck"],
        found["chain_faults"],
        found["missing_guards"],
        found["dangling_rows"],
        found["ledger_faults"],
    )
    return {"ok": not any((*troubles, found["replay_mismatches"])), **found}


def counted(findings: Iterable[Finding]) -> dict[str, Any]:
    """걸린 것의 수: 무게마다, 갈래마다, 그리고 끝값을 1로 만드는 것."""
    findings = list(findings)
    codes = Counter(finding.code for finding in findings)
    weights = Counter(finding.severity for finding in findings)
    return {
        "blocking": sum(finding.blocks for finding in findings),
        **{severity.value: weights[severity] for severity in Severity},
        "codes": {code: codes[code] for code in CODES if codes[code]},
    }


def _listed(findings: Iterable[Finding], *, severity: Severity, code: str | None, limit: int) -> list[dict[str, Any]]:
    shown = Counter[str]()
    listed = []
    for finding in findings:
        if finding.severity.weight > severity.weight or code not in (None, finding.code):
            continue
        shown[finding.code] += 1
        if not limit or shown[finding.code] <= limit:
            listed.append(finding.as_json())
    return listed


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


def _tuning(running: Running) -> str | None:
    """편집실의 검색 규칙을 읽을 수 없으면 그 까닭."""
    try:
        read_rules(running.store)
    except BadTuning as error:
        return str(error)
    return None


def _events(running: Running) -> Mapping[str, Any]:
    with running.database.reading() as session:
        return {
            "missing_guards": missing_guards(session),
            "dangling_rows": dangling_rows(session),
            "chain_faults": [f"사건 {fault.event_id}: {fault.problem}" for fault in verify_chain(session)],
            "ledger_faults": [fault.problem for fault in ledger.faults(session)],
            "replay_mismatches": [*replay.mismatches(session), *staff.mismatches(session)],
        }
