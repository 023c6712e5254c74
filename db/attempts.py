"""몇 번 두드렸는가: 로그인과 접수 조회처럼 알아맞힐 수 있는 문에서 틀린 횟수. 누가 두드렸는지는 모른다.

두드림을 먼저 적어 저장하고 나서 세므로, 프로세스가 여럿이고 한꺼번에 두드려도 한도를 넘지 못한다. 주소나 아이디는
열쇠를 건 지문(HMAC)으로만 남고, 세는 기간이 지난 줄은 다음 두드림 때 지운다.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Index, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base
from db.session import Database


class Attempt(Base, kw_only=True):
    """두드림 하나. 맞게 열었으면 지우므로 남은 것은 틀린 것이다."""

    __tablename__ = "attempt"
    __table_args__ = (Index(None, "door", "subject", "at"), Index(None, "door", "at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    door: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64), repr=False)
    at: Mapped[datetime]


@dataclass(frozen=True)
class Limit:
    """이 문(`door`)은 같은 것으로 `within` 동안 `times`번까지 틀릴 수 있다."""

    door: str
    times: int
    within: timedelta

    def allows(self, earlier: Sequence[datetime], now: datetime) -> bool:  # noqa: ARG002 - a Ladder asks for it
        """앞서 이만큼 틀렸을 때 한 번 더 두드려도 되나."""
        return len(earlier) < self.times


@dataclass(frozen=True)
class Ladder(Limit):
    """`times`번 틀린 뒤로는 `first`부터 두 배씩, 많아야 `longest`를 기다려야 한 번 두드릴 수 있다.

    다 막아 버리지 않으므로 남이 틀려 놓아도 주인이 아주 못 들어오지는 않고, 알아맞히는 이는 하루에 백 번쯤밖에 두드리지 못한다.
    """

    first: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=15)

    def allows(self, earlier: Sequence[datetime], now: datetime) -> bool:
        """앞서 틀린 때들(오래된 것부터)을 보고, 기다릴 만큼 기다렸나."""
        over = len(earlier) - self.times
        return over < 0 or now - earlier[-1] >= min(self.first * 2 ** min(over, 20), self.longest)


@dataclass(frozen=True)
class Knock:
    """한 번의 두드림. 한도 안이면 `allowed`이고, 맞게 열었으면 forgive에 넘긴다."""

    allowed: bool
    ids: tuple[int, ...] = ()


def knock(
    database: Database, places: Sequence[tuple[Limit, str]], *, secret: bytes, now: datetime | None = None
) -> Knock:
    """두드림을 (한도, 무엇을) 자리마다 적고, 모든 자리에서 한도 안인지 말한다. 저장까지 한다.

    한도를 넘은 두드림은 남기지 않는다: 계속 두드려도 잠긴 시간이 늘어나지 않고, 이미 잠긴 문은 읽기만 하고 돌려보낸다.
    """
    now = now or datetime.now(UTC)
    with database.reading() as session:
        if not all(_is_open(session, limit, subject, secret, now) for limit, subject in places):
            return Knock(allowed=False)
    with database.begin() as session:
        mine = [Attempt(door=limit.door, subject=_print(limit, subject, secret), at=now) for limit, subject in places]
        for (limit, _), attempt in zip(places, mine, strict=True):
            session.execute(delete(Attempt).where(Attempt.door == limit.door, Attempt.at <= now - limit.within))
            session.add(attempt)
    with database.begin() as session:
        within = all(limit.allows(_earlier(session, a), now) for (limit, _), a in zip(places, mine, strict=True))
        knocked = Knock(allowed=within, ids=tuple(attempt.id for attempt in mine))
        if not within:
            _forget(session, knocked)
    return knocked


def forgive(database: Database, knocked: Knock) -> None:
    """맞게 열었으니 이 두드림은 세지 않는다. 앞서 틀린 것은 그대로 센다."""
    with database.begin() as session:
        _forget(session, knocked)


def clear(session: Session, limit: Limit, subject: str, *, secret: bytes) -> None:
    """그 문에서 그것이 두드린 것을 모두 잊는다: 주인임이 밝혀져 더 셀 까닭이 없을 때. 저장은 부른 쪽이 한다."""
    session.execute(
        delete(Attempt).where(Attempt.door == limit.door, Attempt.subject == _print(limit, subject, secret))
    )


def _forget(session: Session, knocked: Knock) -> None:
    session.execute(delete(Attempt).where(Attempt.id.in_(knocked.ids)))


def _earlier(session: Session, attempt: Attempt) -> Sequence[datetime]:
    """같은 것의 다른 두드림들, 오래된 것부터. 한꺼번에 온 것은 서로를 앞선 것으로 센다: 함께 두드려 한도를 넘지 못한다."""
    same = select(Attempt.at).where(Attempt.door == attempt.door, Attempt.subject == attempt.subject)
    return session.scalars(same.where(Attempt.id != attempt.id).order_by(Attempt.at, Attempt.id)).all()


def _is_open(session: Session, limit: Limit, subject: str, secret: bytes, now: datetime) -> bool:
    mine = select(Attempt.at).where(Attempt.door == limit.door, Attempt.subject == _print(limit, subject, secret))
    recent = mine.where(Attempt.at > now - limit.within)
    return limit.allows(session.scalars(recent.order_by(Attempt.at, Attempt.id)).all(), now)


def _print(limit: Limit, subject: str, secret: bytes) -> str:
    return hmac.digest(secret, f"{limit.door}\0{subject}".encode(), "sha256").hex()
