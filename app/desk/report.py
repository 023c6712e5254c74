"""살핀 결과를 부서마다 보이는 화면. 무엇이 걸리는지는 kb.checks가, 어떻게 세는지는 여기가 안다. 아무것도 고치지 않는다."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from app.desk import door
from app.findings import Findings, Seen
from app.services import services
from db import helpful
from db.people import Role
from kb.checks import CODES, Finding, Severity
from kb.checks.codes import EXPIRED, NEVER_CHECKED, OVERDUE, Code
from kb.entry import SEOUL, Entry, Status

Row = TypeVar("Row")
NO_OFFICE = "부서 없음"
PER_PAGE = 50
MOST_UNHELPFUL = 20
EXTENSION = "open120.findings"
LATE = (OVERDUE, EXPIRED)
KINDS: dict[str, tuple[str, Callable[[Finding], bool]]] = {
    "": ("모두", lambda finding: finding.code != NEVER_CHECKED),
    "late": ("살필 날이 지남", lambda finding: finding.code in LATE),
    "flagged": ("걸린 것", lambda finding: _is_flag(finding)),
    "unchecked": ("확인한 적 없음", lambda finding: finding.code == NEVER_CHECKED),
}
"""부서의 글을 고르는 세 가지와 모두. ‘모두’에 확인한 적 없음을 넣으면 다른 것이 묻힌다."""


@dataclass
class Office:
    """부서 하나의 셈."""

    name: str
    entries: int = 0
    late: int = 0
    flagged: int = 0
    unchecked: int = 0


@dataclass
class Listed:
    """걸린 글 하나와 그 까닭들."""

    entry: Entry
    findings: list[Finding] = field(default_factory=list)


def show() -> ResponseReturnValue:
    """갈래마다의 수와 부서마다의 수. `office`나 `code`를 주면 그 글들을 늘어놓는다."""
    door.actor().must_be(Role.EDITOR)
    seen = _seen()
    office, code, kind = (request.args.get(name, "") for name in ("office", "code", "kind"))
    kind, code = kind if kind in KINDS else "", code if code in CODES else ""
    asked = {"office": office, "code": code, "kind": kind}
    if not office and not code:
        offices, place = _page(by_office(seen))
        total = len(_live(seen))
        told = {"codes": by_code(seen), "offices": offices, "total": total, "unhelpful": unhelpful(seen)}
        return render_template("desk/report.html", **told, **place, **asked)
    rows, place = _page(listed(seen, **asked))
    with services().database.reading() as session:
        answers = helpful.answers(session, [(row.entry.id, row.entry.version) for row in rows])
    kinds = {name: label for name, (label, _) in KINDS.items()}
    told = {"rows": rows, "answers": answers, "kinds": kinds, "names": CODES}
    return render_template("desk/report.html", **told, **place, **asked)


def _page(rows: Sequence[Row]) -> tuple[Sequence[Row], dict[str, int]]:
    """`page`가 가리키는 쪽의 줄들과, 모두 몇 줄이고 몇째 쪽인지. 없는 쪽을 부르면 가까운 쪽이다."""
    last = max(-(-len(rows) // PER_PAGE), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), last)
    return rows[(page - 1) * PER_PAGE : page * PER_PAGE], {"count": len(rows), "page": page, "last": last}


def unhelpful(seen: Seen) -> list[tuple[Entry, helpful.Answers]]:
    """지금 판이 도움이 되지 않았다는 답이 더 많은 안내, 그런 답이 많은 것부터."""
    now = {(entry.id, entry.version): entry for entry in seen.entries if entry.is_public}
    with services().database.reading() as session:
        found = helpful.least_helpful(session, limit=MOST_UNHELPFUL * 10)
    return [(now[id, version], told) for id, version, told in found if (id, version) in now][:MOST_UNHELPFUL]


def by_code(seen: Seen) -> list[tuple[str, Code, int]]:
    """걸린 갈래마다 (갈래, 그 설명, 수), 무거운 것부터."""
    counts = Counter(finding.code for finding in seen.findings)
    return [(code, told, counts[code]) for code, told in CODES.items() if counts[code]]


def by_office(seen: Seen) -> list[Office]:
    """부서마다의 셈: 손댈 것이 많은 부서부터."""
    offices: dict[str, Office] = {}
    of: dict[str, Office] = {}
    for entry in _live(seen):
        name = office_of(entry)
        of[entry.id] = offices.setdefault(name, Office(name))
        of[entry.id].entries += 1
    found_in: dict[str, list[Finding]] = {}
    for finding in seen.findings:
        found_in.setdefault(finding.entry, []).append(finding)
    for id, office in of.items():
        found = found_in.get(id, [])
        office.late += any(finding.code in LATE for finding in found)
        office.flagged += any(_is_flag(finding) for finding in found)
        office.unchecked += any(finding.code == NEVER_CHECKED for finding in found)
    return sorted(offices.values(), key=lambda o: (-(o.late + o.flagged), -o.unchecked, o.name))


def listed(seen: Seen, *, office: str, code: str, kind: str) -> list[Listed]:
    """그 부서(빈 글이면 모든 부서)의 글 가운데 그 갈래가 걸린 글들, 무거운 것부터."""
    entries = {entry.id: entry for entry in _live(seen) if not office or office_of(entry) == office}
    wanted = KINDS[kind][1]
    rows: dict[str, Listed] = {}
    for finding in seen.findings:
        if finding.entry in entries and (finding.code == code if code else wanted(finding)):
            rows.setdefault(finding.entry, Listed(entries[finding.entry])).findings.append(finding)
    return list(rows.values())


def office_of(entry: Entry) -> str:
    """화면에 보일 부서의 이름."""
    return entry.department.strip() or NO_OFFICE


def _is_flag(finding: Finding) -> bool:
    return finding.severity is not Severity.NOTE and finding.code not in LATE


def _live(seen: Seen) -> list[Entry]:
    return [entry for entry in seen.entries if entry.status is not Status.RETIRED]


def _seen() -> Seen:
    """이 앱의 살피는 이가 오늘 본 것. 글이 그대로이면 기억해 둔 것이다."""
    look: Findings = current_app.extensions.setdefault(EXTENSION, Findings(services().store))
    return look(datetime.now(SEOUL).date())
