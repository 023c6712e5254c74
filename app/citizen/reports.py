"""같은 안내에 이미 온 요청을 시민에게 보이는 꼴로. 누가 보냈는지도, 편집자가 보기 전의 글도 보이지 않는다."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.services import in_seoul
from corrections.me_too import me_too_counts
from corrections.models import Correction
from corrections.queue import open_on
from kb.entry import Entry

MOST = 5
LONGEST = 120


@dataclass(frozen=True)
class Report:
    """먼저 온 요청 하나. `quoted`는 안내에 그대로 있는 글일 때만, `proposal`은 편집자가 살피기 시작한 뒤에만 있다."""

    id: int
    kind: str
    quoted: str
    proposal: str
    at: datetime
    others: int


def open_reports(session: Session, entry: Entry) -> Sequence[Report]:
    """그 안내에 열려 있는 요청, 오래된 것부터 다섯까지. 보류 중인 것은 없다.

    아직 아무도 보지 않은 시민의 글을 누구나 보는 쪽에 싣지 않는다: 광고와 남의 이름이 그 길로 게시된다.
    """
    found = open_on(session, entry.id, limit=MOST)
    counts = me_too_counts(session, [one.id for one in found])
    return [_report(one, entry, counts.get(one.id, 0)) for one in found]


def _report(one: Correction, entry: Entry, others: int) -> Report:
    text = "\n".join((entry.title, *entry.facts.values(), entry.body))
    return Report(
        id=one.id,
        kind=one.kind.label,
        quoted=_short(one.quoted) if one.quoted in text else "",
        proposal=_short(one.proposal) if one.acknowledged_at and not one.masked else "",
        at=in_seoul(one.submitted_at),
        others=others,
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
