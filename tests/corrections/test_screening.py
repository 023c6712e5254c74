"""장난은 편집자에게 닿지 않고, 정직한 사람은 막히지 않는다 (WORKFLOWS 2 item 12)."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cases.clock import WorkingClock
from corrections import receipt
from corrections.models import Correction, State
from corrections.queue import TO_DO
from corrections.screening import Visit, submit_screened
from db import Database
from kb.entry import Entry
from kb.store import Change, EntryStore
from tests.corrections.attacks import 글, 모양들

ROOT = Path(__file__).parent.parent.parent
처음 = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
시계 = WorkingClock()


def 정직한_글들() -> Sequence[글]:
    """적어 둔 시민의 글 200개. `from`이 같으면 한 주소를 함께 쓰고, 나머지는 저마다 다른 곳에서 온다."""
    rows = [json.loads(line) for line in (ROOT / "tests/corrections/honest.jsonl").read_text("utf-8").splitlines()]
    return [
        글(
            모양="정직", entry=row["entry"], at=처음 + timedelta(minutes=41 * n), address=row.get("from") or f"172.16.{n}.1",
            agent=f"H{n}", seconds=30.0, kind=row["kind"], quoted=row.get("quoted", ""), proposal=row["proposal"],
            evidence=row.get("evidence", ""),
        )
        for n, row in enumerate(rows)
    ]  # fmt: skip


def 배포본의(ids: Iterable[str]) -> Sequence[Entry]:
    paths = {path.stem: path for path in (ROOT / "content/entries").glob("*/k*.md")}
    return [Entry.from_text(paths[id].read_text("utf-8")) for id in sorted(set(ids))]


@pytest.fixture
def 안내들(저장소: EntryStore, monkeypatch: pytest.MonkeyPatch) -> Sequence[Entry]:
    """정직한 글들이 말하는 배포본의 안내들. 확인 코드의 해시는 값싸게 한다: 여기서 보는 것이 아니다."""
    monkeypatch.setattr(receipt, "SCRYPT_COST", 2)
    found = 배포본의(글.entry for 글 in 정직한_글들())
    topics = {topic.name for topic in 저장소.topics}
    entries = [entry if entry.topic in topics else _주제를(entry, "시정일반") for entry in found]
    저장소.save_all(entries, change=Change(role="importer", reason="배포본"))
    return entries


def _주제를(entry: Entry, topic: str) -> Entry:
    return Entry.from_text(entry.to_text().replace(f"topic: {entry.topic}", f"topic: {topic}", 1))


def 보냄(session: Any, store: EntryStore, one: 글, **더: Any) -> int:
    paper = submit_screened(
        session, store, entry_id=one.entry, base_version="", kind=one.kind, quoted=one.quoted, proposal=one.proposal,
        evidence=one.evidence, token=receipt.new_token(), clock=시계, at=one.at,
        visit=Visit(address=one.address, sender=f"{one.address}/{one.agent}", seconds=one.seconds, bait=one.bait), **더,
    )  # fmt: skip
    id = receipt.id_in(paper.number)
    assert id is not None
    return id


def 모두_보냄(database: Database, store: EntryStore, 글들: Iterable[글]) -> Mapping[str, Counter[State]]:
    with database.begin() as session:
        ids = {보냄(session, store, one): one.모양 for one in sorted(글들, key=lambda one: one.at)}
    세어: dict[str, Counter[State]] = {}
    with database.reading() as session:
        for row in session.scalars(select(Correction)):
            세어.setdefault(ids[row.id], Counter())[row.state] += 1
    return 세어


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_장난_천_개의_1퍼센트도_편집자에게_닿지_않고_정직한_글은_하나도_막지_않는다(
    database: Database, 저장소: EntryStore, 안내들: Sequence[Entry]
):
    장난 = [one for 모양 in 모양들 for one in 모양(안내들, 처음 + timedelta(minutes=5))]
    정직 = 정직한_글들()
    assert (len(장난), len(정직)) == (1000, 202)

    세어 = 모두_보냄(database, 저장소, [*장난, *정직])

    닿음 = {모양: sum(states[state] for state in TO_DO) for 모양, states in 세어.items() if 모양 != "정직"}
    assert sum(닿음.values()) < 10, 닿음
    assert 세어["정직"][State.SPAM] == 0
    assert 세어["정직"][State.HELD] <= 12, 세어["정직"]
    assert sum(세어["정직"].values()) == 202
