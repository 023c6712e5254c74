"""직원이 들어와 있는 자리: 표(token)의 지문, 누구, 언제까지. 쿠키와 화면은 모른다.

쿠키에는 짐작할 수 없는 표만 있고 여기에는 그 지문만 있다: 데이터베이스를 읽은 이도 남의 자리에 앉을 수 없고, 지운 자리는 쿠키가
남아 있어도 끝난다.
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base
from db.people import Person

NOTED_EVERY = timedelta(minutes=1)
"""마지막으로 본 때를 적는 사이: 화면 하나마다 쓰지 않는다."""


@dataclass(frozen=True)
class Lasts:
    """들어와 있을 수 있는 시간: 모두 합쳐 `whole`, 아무것도 하지 않고 `idle`."""

    whole: timedelta = timedelta(hours=8)
    idle: timedelta = timedelta(hours=1)


class StaffSession(Base, kw_only=True):
    """들어와 있는 자리 하나. 나가면 줄을 지운다: 들어오고 나간 일은 사건에 있다.

    `password_mark`는 들어올 때의 비밀번호의 표라서, 비밀번호를 바꾸면 그 앞의 자리는 모두 끝난다. `device`는 사람이 제 기기를
    알아보게 하는 짧은 말(브라우저와 운영체제의 이름)이다.
    """

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    password_mark: Mapped[str] = mapped_column(String(64), repr=False)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(60), default="")


def begin(session: Session, person: Person, *, device: str, now: datetime | None = None) -> str:
    """새 자리를 만들고 쿠키에 넣을 표를 돌려준다. 이 사람의 시간이 지난 자리는 치운다."""
    now = now or datetime.now(UTC)
    _sweep(session, person, now)
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            token_hash=_hashed(token),
            person_id=person.id,
            password_mark=mark_of(person),
            created_at=now,
            seen_at=now,
            device=device[:60],
        )
    )
    return token


def find(session: Session, token: str, *, lasts: Lasts, now: datetime | None = None) -> StaffSession | None:
    """그 표의 자리. 없거나, 시간이 지났거나, 그사이 계정이 멈추었거나 비밀번호가 바뀌었으면 None. 요청마다 부른다."""
    now = now or datetime.now(UTC)
    found = session.scalar(select(StaffSession).where(StaffSession.token_hash == _hashed(token)))
    if found is None or now >= found.created_at + lasts.whole or now >= found.seen_at + lasts.idle:
        return None
    person = session.get_one(Person, found.person_id)
    same = hmac.compare_digest(mark_of(person), found.password_mark)
    return found if same and person.active else None


def is_due(found: StaffSession, *, now: datetime | None = None) -> bool:
    """마지막으로 본 때를 다시 적을 때인가."""
    return (now or datetime.now(UTC)) >= found.seen_at + NOTED_EVERY


def note(session: Session, found: StaffSession, *, now: datetime | None = None) -> None:
    """지금 쓰고 있다고 적는다. 그사이 끝난 자리이면 아무것도 하지 않는다."""
    if mine := session.get(StaffSession, found.id):
        mine.seen_at = now or datetime.now(UTC)


def listed(session: Session, person_id: int, *, lasts: Lasts, now: datetime | None = None) -> Sequence[StaffSession]:
    """그 사람이 지금 들어와 있는 자리들, 새것부터."""
    now = now or datetime.now(UTC)
    mine = select(StaffSession).where(
        StaffSession.person_id == person_id,
        StaffSession.created_at > now - lasts.whole,
        StaffSession.seen_at > now - lasts.idle,
    )
    return session.scalars(mine.order_by(StaffSession.created_at.desc(), StaffSession.id.desc())).all()


def end(session: Session, token: str) -> int | None:
    """그 표의 자리에서 나가고 누구였는지 돌려준다. 두 번 불러도 된다."""
    found = session.scalar(select(StaffSession).where(StaffSession.token_hash == _hashed(token)))
    if found is None:
        return None
    session.delete(found)
    return found.person_id


def end_one(session: Session, person_id: int, id: int) -> bool:
    """그 사람의 자리 하나를 끝낸다. 남의 자리이거나 없으면 False."""
    mine = StaffSession.id == id, StaffSession.person_id == person_id
    found = session.scalar(select(StaffSession).where(*mine))
    if found is not None:
        session.delete(found)
    return found is not None


def end_all(session: Session, person_id: int, *, but: str = "") -> None:
    """그 사람의 자리를 모두 끝낸다. `but`의 표 하나만 남긴다."""
    theirs = delete(StaffSession).where(StaffSession.person_id == person_id)
    session.execute(theirs.where(StaffSession.token_hash != _hashed(but)))


def mark_of(person: Person) -> str:
    """비밀번호를 바꾸면 달라지는 표."""
    return hashlib.sha256(person.password_hash.encode()).hexdigest()


def _sweep(session: Session, person: Person, now: datetime) -> None:
    old = StaffSession.created_at < now - timedelta(days=1)
    session.execute(delete(StaffSession).where(StaffSession.person_id == person.id, old))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
