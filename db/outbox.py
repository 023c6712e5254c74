"""남은 일: 사건과 함께 저장되고, 저장된 뒤에만 실행되는 뒷일. 그 일이 무엇인지는 모른다.

작업자는 하나를 잡아(claim) 그 사실을 먼저 저장하고, 트랜잭션 밖에서 일을 한 뒤, 끝났다고 적는다. 잡은 것은 LEASE 동안만
유효하고 일하는 동안 늘어난다. 죽은 작업자의 일은 그 뒤 다른 작업자가 다시 하므로, 일은 두 번 해도 끝이 같아야 한다.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, ForeignKey, Index, Select, String, Text, Update, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from db.base import Base
from db.errors import DatabaseUnavailable
from db.events import Event
from db.session import Database

logger = logging.getLogger(__name__)

Handler = Callable[[Mapping[str, Any]], object]

LEASE = timedelta(seconds=30)
FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
STUCK_AFTER = 5
KILLED = "작업자가 일을 마치기 전에 멈췄습니다."


class OutboxItem(Base, kw_only=True):
    """해야 할 뒷일 하나. done_at이 비어 있으면 남은 일이다. 같은 ordering_key의 앞선 일이 끝나야 차례가 온다."""

    __tablename__ = "outbox_item"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    kind: Mapped[str] = mapped_column(String(60))
    ordering_key: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]] = mapped_column(repr=False)
    created_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(100), default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(default=None)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    last_error: Mapped[str | None] = mapped_column(Text, default=None, repr=False)


_OPEN = OutboxItem.done_at.is_(None)
Index("ix_outbox_item_due", OutboxItem.retry_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index("ix_outbox_item_order", OutboxItem.ordering_key, OutboxItem.id, sqlite_where=_OPEN, postgresql_where=_OPEN)


@dataclass(frozen=True, slots=True)
class Ran:
    """한 번의 run_due가 끝낸 일과 실패한 일의 수."""

    done: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """잡은 일. attempts가 잡은 차례를 나타내므로, 늦게 돌아온 작업자가 남의 일을 끝냈다고 적지 못한다."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    attempts: int
    worker: str


def enqueue(
    session: Session, *, event: Event, kind: str, payload: Mapping[str, Any], ordering_key: str | None = None
) -> OutboxItem:
    """사건에 딸린 뒷일을 같은 트랜잭션에 적는다. ordering_key가 없으면 사건의 흐름(stream) 순서로 한다."""
    item = OutboxItem(
        event_id=event.id,
        kind=kind,
        ordering_key=ordering_key or event.stream,
        payload=dict(payload),
        created_at=event.at,
        retry_at=event.at,
    )
    session.add(item)
    session.flush()  # 적은 차례가 번호 차례가 되게
    return item


def run_due(
    database: Database,
    handlers: Mapping[str, Handler],
    *,
    now: datetime | None = None,
    limit: int = 100,
    worker: str = "",
    lease: timedelta = LEASE,
) -> Ran:
    """때가 된 일을 하나씩, 많아야 limit개 한다. 실패한 일은 last_error를 남기고 점점 늦게 다시 한다.

    handlers는 일의 종류 -> payload를 받는 함수. 모르는 종류는 실패로 적혀 남는다. worker는 release_claims에 쓸 이름이고,
    비우면 기계와 프로세스 번호다. now는 시험에서만 준다. 데이터베이스를 쓸 수 없으면 DatabaseUnavailable.
    """
    worker = worker or f"{socket.gethostname()}:{os.getpid()}"[-100:]
    done = failed = 0
    while done + failed < limit:
        claim = claim_due(database, worker=worker, now=now or datetime.now(UTC), lease=lease)
        if claim is None:
            break
        error = _tried(database, claim, handlers, lease)
        _settle(database, claim, error, now or datetime.now(UTC))
        done, failed = (done + 1, failed) if error is None else (done, failed + 1)
    return Ran(done=done, failed=failed)


def claim_due(database: Database, *, worker: str, now: datetime, lease: timedelta = LEASE) -> Claim | None:
    """때가 된 가장 오래된 일 하나를 잡아 저장한다. 없으면 None. 잡을 때 attempts가 오르므로 죽은 시도도 센다."""
    with database.begin() as session:
        item = session.scalar(_next(now))
        if item is None:
            return None
        if item.claimed_by is not None:
            item.last_error = KILLED
        item.attempts += 1
        item.claimed_by, item.claimed_until = worker, now + lease
        return Claim(item.id, item.kind, item.payload, item.attempts, worker)


def release_claims(database: Database, *, worker: str) -> int:
    """이 이름의 작업자가 잡고 있던 일을 곧바로 다시 할 수 있게 하고 그 수를 돌려준다.

    이 이름을 쓰는 작업자가 하나뿐이고 이미 죽었다고 확신할 때만 부른다(예: 포트를 연 서버가 시작할 때 worker="serve").
    부르지 않아도 LEASE가 지나면 다시 한다.
    """
    mine = update(OutboxItem).where(_OPEN, OutboxItem.claimed_by == worker)
    with database.begin() as session:
        return _count(session, mine.values(claimed_by=None, claimed_until=None, last_error=KILLED))


def stuck(session: Session) -> list[OutboxItem]:
    """다섯 번 넘게 시도하고도 끝나지 않아 사람이 보아야 할 일, 오래된 것부터."""
    found = select(OutboxItem).where(_OPEN, OutboxItem.attempts >= STUCK_AFTER).order_by(OutboxItem.id)
    return list(session.scalars(found))


def backoff(attempts: int) -> timedelta:
    """attempts번째 실패 뒤 기다릴 시간: 5초, 10초, 20초 … 한 시간을 넘지 않는다."""
    doublings = min(max(attempts - 1, 0), 20)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _next(now: datetime) -> Select[OutboxItem]:
    earlier = aliased(OutboxItem)
    waits = exists().where(
        earlier.done_at.is_(None), earlier.ordering_key == OutboxItem.ordering_key, earlier.id < OutboxItem.id
    )
    return (
        select(OutboxItem)
        .where(
            _OPEN,
            OutboxItem.retry_at <= now,
            or_(OutboxItem.claimed_until.is_(None), OutboxItem.claimed_until <= now),
            ~waits,
        )
        .order_by(OutboxItem.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=OutboxItem)
    )


def _tried(database: Database, claim: Claim, handlers: Mapping[str, Handler], lease: timedelta) -> str | None:
    """일을 해 보고, 실패했으면 그 까닭을 돌려준다."""
    if claim.kind not in handlers:
        return f"‘{claim.kind}’ 일을 할 줄 모릅니다. 이 일을 아는 판의 프로그램으로 다시 실행하세요."
    try:
        with _kept(database, claim, lease):
            handlers[claim.kind](claim.payload)
    except Exception as error:
        logger.warning("남은 일 %s번(%s)이 실패했습니다: %s", claim.id, claim.kind, type(error).__name__)
        return _readable(f"{type(error).__name__}: {error}")
    except BaseException:  # Ctrl+C: 곧 멈추므로 다음 작업자가 기다리지 않게 놓아 준다
        with database.begin() as session:
            _count(session, _mine(claim).values(claimed_by=None, claimed_until=None))
        raise
    return None


def _readable(sentence: str) -> str:
    """어느 데이터베이스에나 저장할 수 있는 글: PostgreSQL은 NUL을, UTF-8은 반쪽 글자를 받지 않는다."""
    return sentence[:2000].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _settle(database: Database, claim: Claim, error: str | None, now: datetime) -> None:
    free = {"claimed_by": None, "claimed_until": None, "last_error": error}
    outcome = {"done_at": now} if error is None else {"retry_at": now + backoff(claim.attempts)}
    with database.begin() as session:
        if not _count(session, _mine(claim).values(**free, **outcome)):
            logger.warning("남은 일 %s번은 그사이 다른 작업자가 맡았습니다.", claim.id)


@contextmanager
def _kept(database: Database, claim: Claim, lease: timedelta) -> Iterator[None]:
    """일하는 동안 잡은 시간을 늘린다."""
    finished = threading.Event()
    keeper = threading.Thread(target=_keep, args=(database, claim, lease, finished), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        finished.set()
        keeper.join()


def _keep(database: Database, claim: Claim, lease: timedelta, finished: threading.Event) -> None:
    while not finished.wait(lease.total_seconds() / 3):
        try:
            with database.begin() as session:
                _count(session, _mine(claim).values(claimed_until=datetime.now(UTC) + lease))
        except DatabaseUnavailable as error:  # 다음 차례에 다시 늘린다. 끝내 못 늘리면 일이 두 번 될 뿐이다
            logger.warning("남은 일 %s번을 잡은 시간을 늘리지 못했습니다: %s", claim.id, error)


def _mine(claim: Claim) -> Update:
    return update(OutboxItem).where(
        OutboxItem.id == claim.id, OutboxItem.attempts == claim.attempts, OutboxItem.claimed_by == claim.worker, _OPEN
    )


def _count(session: Session, change: Update) -> int:
    result = session.execute(change)
    return result.rowcount if isinstance(result, CursorResult) else 0
