"""지난 30일에 무엇을 찾았는지의 요약 (`open120 searches`). 세는 일은 db가 하고, 아무것도 바꾸지 않는다."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.running import Running
from db.search_work import Kind, Totals, Work, since, totals, work
from kb.entry import SEOUL


def search_report(running: Running, *, limit: int, today: date | None = None) -> Mapping[str, Any]:
    """모두 센 수와 갈래마다 많은 것부터 `limit`개. 개인정보가 든 말과 다섯 사람이 안 되는 말은 수로만 나온다."""
    today = today or datetime.now(SEOUL).date()
    with running.database.reading() as session:
        told = totals(session, today=today)
        lists = {
            kind.value: [_row(found, kind) for found in work(session, kind, today=today, limit=limit)[0]]
            for kind in (Kind.EMPTY, Kind.ABANDONED, Kind.FREQUENT)
        }
    return {"since": since(today).isoformat(), **_numbers(told), "terms": lists}


def _numbers(told: Totals) -> Mapping[str, Any]:
    return {
        "searches": told.searches,
        "channels": {channel.value: number for channel, number in sorted(told.channels.items())},
        "empty": told.empty,
        "abandoned": told.abandoned,
        "masked": told.masked,
        "waiting_for_five": told.waiting,
    }


def _row(found: Work, kind: Kind) -> Mapping[str, Any]:
    counted = {Kind.EMPTY: found.empty, Kind.ABANDONED: found.abandoned}.get(kind, found.searches)
    return {"query": found.text, "count": counted, "results": found.term.found}
