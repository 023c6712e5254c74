"""시민의 글을 받기 전에 걸러 본다: 뻔한 장난은 차단하고 의심스러운 것은 보류하고 나머지는 곧바로 받는다. 화면과 주소는 모른다.

한도를 넘은 글도 거절하지 않고 보류한다: 학교나 사무실처럼 한 주소를 함께 쓰는 정직한 사람을 막지 않으려는 것이다. 거절하는 것은
한 주소가 한 시간에 수백 번 보낼 때뿐이고, 그때에도 적은 글은 돌려준다 (WORKFLOWS 2 item 12, 4).
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Self

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from corrections import receipt
from corrections import screening_text as measure
from corrections.errors import TooManyReports
from corrections.models import OPEN, Correction, Kind, State
from corrections.promise import Clock
from corrections.receipt import Receipt
from corrections.screening_flood import copy_signals, flow, is_crowded
from corrections.screening_ground import Around, Ground, ground, whole
from corrections.screening_models import EntryFreeze, Trace
from corrections.screening_signals import Signal, judge
from corrections.screening_text import frame
from corrections.submit import Words, cleaned, mask, open_entry, submit
from corrections.transition import Action
from db import events
from db.people import Actor
from kb.entry import ID, Entry
from kb.live import Live
from kb.store import EntryStore
from kb.terms import load_terms, squeezed

KEPT = timedelta(days=90)
"""자취와 차단한 글을 두는 날 (WORKFLOWS 3.1 block, 3.4)."""

MINUTE, RUN, HOUR, DAY = timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1)
LINKED = re.compile(rf"\]\(/faq/({ID.pattern})\)")
"""안내의 글에서 다른 안내로 이어 둔 것."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """한도 (WORKFLOWS 2 item 12). 넘으면 보류하고, `refused_per_hour`를 넘을 때에만 거절한다.

    `least_seconds`는 사람이 양식을 열고 다 적는 데 적어도 걸리는 시간, 나머지는 한 주소(분, 날), 한 곳(열린 것), 한 안내(시간)의 수다.
    """

    least_seconds: int = 4
    per_minute: int = 1
    per_day: int = 10
    open_by_sender: int = 5
    on_entry_per_hour: int = 10
    refused_per_hour: int = 300

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """`OPEN120_REPORT_LIMITS`에 빈칸으로 나누어 적은 여섯 수. 없으면 정해 둔 값, 수가 아니면 ValueError."""
        told = environ.get("OPEN120_REPORT_LIMITS", "").split()
        return cls(**dict(zip([each.name for each in fields(cls)], map(int, told), strict=True))) if told else cls()


LIMITS = Limits()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """어디에서 어떻게 왔나. `address`와 `sender`(주소와 브라우저)는 열쇠 건 지문, `seconds`는 양식을 연 뒤 보내기까지(모르면 None)."""

    address: str = field(repr=False)
    sender: str = field(repr=False)
    seconds: float | None
    bait: str = ""


@dataclass(frozen=True, kw_only=True)
class Before:
    """이 글이 오기 전에 있던 일."""

    from_address: Sequence[tuple[datetime, str, str]] = ()
    open_by_sender: int = 0
    on_entry: int = 0
    frozen: bool = False


def submit_screened(
    session: Session,
    store: EntryStore,
    *,
    entry_id: str,
    base_version: str,
    kind: str,
    quoted: str,
    proposal: str,
    evidence: str,
    token: str,
    visit: Visit,
    clock: Clock,
    limits: Limits = LIMITS,
    at: datetime | None = None,
) -> Receipt:
    """시민의 글을 걸러 보고 접수한다: `submit`과 같되 의심스러우면 보류하거나 차단하고, 어디에서 왔는지의 자취를 남긴다.

    접수증은 언제나 똑같이 준다. 한 주소가 한 시간에 너무 많이 보내면 TooManyReports. 나머지 오류는 `submit`과 같다.
    """
    at = at or datetime.now(UTC)
    entry = open_entry(store, entry_id)
    words = Words(cleaned(quoted), cleaned(proposal), cleaned(evidence))
    _alone(session, visit.address)
    before = _before(session, entry, visit, at)
    if _since(before.from_address, at - HOUR) >= limits.refused_per_hour:
        raise TooManyReports
    known = Kind(kind) if kind in set(Kind) else Kind.TYPO
    bones = frame("\n".join(_telling(mask(words, entry=entry, kind=known))), whole(entry))
    stands = ground(words, entry, kind=kind, around=_around(store, entry))
    now = flow(session, at)
    signals = [
        *content_signals(words, entry, stands),
        *visit_signals(visit, limits),
        *pace_signals(before, visit, limits, at),
        *copy_signals(bones, stands, entry.id, now, at),
    ]
    if stands.is_thin and judge(signals).action is Action.SUBMIT:
        _alone(session, Signal.THIN)
        signals += [Signal.THIN, *([Signal.CROWD] if now.storm or is_crowded(session, at) else [])]
    paper = submit(
        session, store, entry_id=entry_id, base_version=base_version, kind=kind, quoted=quoted, proposal=proposal,
        evidence=evidence, token=token, by=Actor.citizen(), clock=clock, sender=visit.sender, screened=judge(signals),
        at=at,
    )  # fmt: skip
    _keep_trace(session, paper, entry, visit, bones, at)
    return paper


def content_signals(words: Words, entry: Entry, stands: Ground | None = None) -> Iterator[Signal]:
    """글 자체에서 나온 신호들. `stands`는 이미 재었으면 그 글이 선 자리다."""
    text = "\n".join(_telling(words))
    outside = measure.outside(measure.links("\n".join((words.quoted, text))), entry)
    if any(host in measure.SHORTENERS for host in outside):
        yield Signal.SHORTENER
    if len(outside) > 1:
        yield Signal.MANY_LINKS if len(outside) > 2 else Signal.SOME_LINKS
    if any(map(measure.ODD_HOSTS.search, outside)):
        yield Signal.ODD_LINK
    if measure.foreign_words(measure.ADVERTS, text, entry):
        yield Signal.ADVERT
    for pattern, signal in ((measure.HANDLES, Signal.HANDLE), (measure.MACHINE, Signal.MACHINE)):
        if measure.foreign_words(pattern, text, entry):
            yield signal
    if measure.INSULTS.search(text):
        yield Signal.INSULT
    if measure.is_gibberish(text):
        yield Signal.GIBBERISH
    elif (stands or ground(words, entry, kind=Kind.UNCLEAR)).is_nothing:
        yield Signal.UNGROUNDED


def visit_signals(visit: Visit, limits: Limits = LIMITS) -> Iterator[Signal]:
    """어떻게 왔는지에서 나온 신호들."""
    if visit.bait.strip():
        yield Signal.BAIT
    if visit.seconds is None:
        yield Signal.NO_TIME
    elif visit.seconds < limits.least_seconds:
        yield Signal.TOO_FAST


def pace_signals(before: Before, visit: Visit, limits: Limits, at: datetime) -> Iterator[Signal]:
    """얼마나 자주, 얼마나 많이 왔는지에서 나온 신호들."""
    mine = [row for row in before.from_address if row[1] == visit.sender]
    if _since(mine, at - MINUTE) >= limits.per_minute:
        yield Signal.SAME_MINUTE
    elif _since(before.from_address, at - MINUTE) >= limits.per_minute:
        yield Signal.SAME_ADDRESS
    if _since(before.from_address, at - RUN) >= 3 * limits.per_minute:
        yield Signal.RUN
    if len(before.from_address) >= limits.per_day:
        yield Signal.DAY
    if before.open_by_sender >= limits.open_by_sender:
        yield Signal.OPEN
    if len({entry_id for _, _, entry_id in before.from_address}) >= limits.per_day // 2:
        yield Signal.WANDERING
    if before.on_entry >= limits.on_entry_per_hour:
        yield Signal.ENTRY_BURST
    if before.frozen:
        yield Signal.FROZEN


def forget(session: Session, *, now: datetime | None = None) -> int:
    """90일이 지난 자취와 보낸 곳의 지문을 지우고, 차단한 글을 비운다(행과 수는 남는다). 비운 글의 수를 돌려준다."""
    old = (now or datetime.now(UTC)) - KEPT
    session.execute(delete(Trace).where(Trace.at < old))
    session.execute(
        update(Correction).where(Correction.submitted_at < old, Correction.sender != "").values(sender=""),
        execution_options={"synchronize_session": False},
    )
    spam = select(Correction).where(
        Correction.state == State.SPAM, Correction.submitted_at < old, Correction.proposal != ""
    )
    emptied = session.scalars(spam.order_by(Correction.id)).all()
    for correction in emptied:
        correction.quoted = correction.proposal = correction.evidence = ""
        session.flush()
        events.record(session, stream=correction.stream, action="forget", actor=Actor.system(), channel="worker")
    return len(emptied)


@dataclass(frozen=True)
class Caught:
    """걸러낸 것: 차단한 수, 보류한 수, 신호마다의 수."""

    blocked: int
    held: int
    by_signal: Mapping[str, int]


def caught(session: Session, *, since: datetime) -> Caught:
    """그때부터 걸러낸 수. 보류했다가 풀어 준 것은 세지 않는다."""
    found = select(Correction.state, Correction.suspicions).where(
        Correction.submitted_at >= since, Correction.state.in_((State.SPAM, State.HELD))
    )
    rows = session.execute(found).all()
    signals = Counter(each for _, told in rows for each in told.split("; ") if each)
    states = Counter(state for state, _ in rows)
    return Caught(states[State.SPAM], states[State.HELD], dict(signals.most_common()))


def _telling(words: Words) -> tuple[str, str]:
    """시민이 스스로 적은 칸들. 옮겨 적은 부분은 안내의 글이다."""
    return words.proposal, words.evidence


def _since(rows: Collection[tuple[datetime, Any, Any]], start: datetime) -> int:
    return sum(at > start for at, _, _ in rows)


def _alone(session: Session, what: str) -> None:
    """`what`이 같은 것(한 주소의 글, 어렴풋한 글)을 줄 세운다: 서로를 세지 못하고 함께 지나가지 않게. SQLite는 쓰기가 이미 한 줄이다."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 9))))


def _before(session: Session, entry: Entry, visit: Visit, at: datetime) -> Before:
    seen, connection = Trace.__table__.c, session.connection()
    today = select(seen.at, seen.sender, seen.entry_id).where(seen.address == visit.address, seen.at > at - DAY)
    mine = select(seen.correction_id).where(seen.sender == visit.sender)
    counted = select(
        select(func.count()).where(Correction.id.in_(mine), Correction.state.in_(OPEN)).scalar_subquery(),
        select(func.count()).where(seen.entry_id == entry.id, seen.at > at - HOUR).scalar_subquery(),
        exists().where(EntryFreeze.entry_id == entry.id, EntryFreeze.until > at),
    )
    open_by_sender, on_entry, frozen = connection.execute(counted).one()
    return Before(
        from_address=[(row[0], row[1], row[2]) for row in connection.execute(today).all()],
        open_by_sender=open_by_sender,
        on_entry=on_entry,
        frozen=bool(frozen),
    )


@cache
def _terms(path: Path) -> Live[Sequence[tuple[str, str]]]:
    return Live(path, _squeezed_terms, absent=(), optional=True)


def _squeezed_terms(path: Path) -> Sequence[tuple[str, str]]:
    return [(squeezed(said), " ".join(meant)) for said, meant in load_terms(path).items()]


def _around(store: EntryStore, entry: Entry) -> Around:
    terms = _terms(store.root / "terms.yml")()

    def means(text: str) -> str:
        bare = squeezed(text)
        return " ".join(meant for said, meant in terms if said in bare)

    def kin() -> str:
        linked = (store.find(id) for id in dict.fromkeys(LINKED.findall(entry.body)))
        return "\n".join(f"{one.title}\n{' '.join(one.tags)}\n{one.lead}" for one in linked if one)

    return Around(means, kin)


def _keep_trace(session: Session, paper: Receipt, entry: Entry, visit: Visit, bones: str, at: datetime) -> None:
    id = receipt.id_in(paper.number)
    assert id is not None  # noqa: S101 - the number is our own
    if not paper.again:
        session.add(
            Trace(
                correction_id=id,
                entry_id=entry.id,
                address=visit.address,
                sender=visit.sender,
                skeleton=bones,
                at=at,
            )
        )
