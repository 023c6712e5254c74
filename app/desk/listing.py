"""편집실의 목록: 기한이 먼저인 것부터 거르고 센다. 하나를 어떻게 정하는지는 모른다."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from flask import render_template, request, session
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.desk import door, offices
from app.services import services
from corrections import queue
from corrections.models import Correction, Kind, Risk, State
from corrections.promise import is_late
from corrections.screening import KEPT, caught
from db.people import Person, Role
from kb.incoming import waiting

PER_PAGE = 50
LAST_PAGE = 1000
SKIPPED = "skipped"
"""세션에서, 이번에 건너뛴 요청의 번호들."""

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Row:
    """목록의 한 줄. `claimant`는 지금 맡은 사람의 보일 이름(없으면 빈 글)이다."""

    correction: Correction
    waited: str
    late: bool
    office_late: bool
    claimant: str


def show() -> ResponseReturnValue:
    """기다리는 수정 요청. 편집자가 아니면 지금 할 수 있는 일."""
    if not door.actor().is_a(Role.EDITOR):
        return offices.welcome()
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    wanted, now = asked(), datetime.now(UTC)
    with services().database.reading() as reading:
        found = queue.queue(reading, wanted, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
        names = names_of(reading, (correction.claimed_by for correction in found))
        screened = caught(reading, since=now - KEPT) if wanted.state in (State.HELD, State.SPAM) else None
        count, counts, in_charge = queue.waiting_count(reading, wanted), queue.counts(reading), queue.offices(reading)
    return render_template(
        "desk/queue.html",
        rows=[_row(correction, names, now) for correction in found],
        count=count,
        counts=counts,
        to_do=sum(counts[state] for state in queue.TO_DO),
        page=page,
        last=max(-(-count // PER_PAGE), 1),
        wanted=wanted,
        asked={name: text for name, text in request.args.items() if name != "page"},
        choices={"kind": Kind, "risk": Risk, "state": State},
        offices=in_charge,
        screened=screened,
        kept_days=KEPT.days,
        skipped=len(session.get(SKIPPED, ())),
        clashes=waiting(services().store),
    )


def asked() -> queue.Filter:
    """주소의 물음을 거르는 것으로. 모르는 값은 없는 것과 같다."""
    return queue.Filter(
        state=_one(State, "state"),
        kind=_one(Kind, "kind"),
        risk=_one(Risk, "risk"),
        office=request.args.get("office", "")[:100],
        channel="agent" if request.args.get("channel") == "agent" else "",
        mine=door.actor().person_id if request.args.get("mine") else None,
    )


def names_of(reading: Session, ids: Iterable[int | None]) -> Mapping[int, str]:
    """그 사람들의 보일 이름."""
    wanted = {id for id in ids if id is not None}
    if not wanted:
        return {}
    found = reading.execute(select(Person.id, Person.name_shown).where(Person.id.in_(wanted)))
    return {row[0]: row[1] for row in found}


def waited(since: datetime, now: datetime) -> str:
    """얼마나 기다렸나. 달력의 시간일 뿐 법정 기한이 아니다."""
    minutes = max(int((now - since).total_seconds() // 60), 0)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days}일"
    return f"{hours}시간" if hours else f"{minutes}분"


def _row(correction: Correction, names: Mapping[int, str], now: datetime) -> Row:
    claimed = correction.state is State.IN_REVIEW and correction.claimed_until and correction.claimed_until > now
    return Row(
        correction=correction,
        waited=waited(correction.submitted_at, now),
        late=is_late(correction, at=now),
        office_late=correction.office_due_at is not None and correction.office_due_at < now,
        claimant=names.get(correction.claimed_by or 0, "") if claimed else "",
    )


def _one(kind: type[Choice], name: str) -> Choice | None:
    text = request.args.get(name, "")
    return kind(text) if text in set(kind) else None
