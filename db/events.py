"""누가 무엇을 했는가: 덧붙이기만 하는 사건 기록과 그 사슬. 사건이 무슨 뜻인지는 모른다.

사슬은 하나다. 흐름(stream)마다 사슬을 두면 흐름 전체나 마지막 몇 줄을 지운 것을 알 수 없다. 대신 기록하는
트랜잭션은 사슬의 머리(event_head)에서 차례를 기다리므로, 서비스는 행을 먼저 잠그고 판단을 끝낸 뒤 record를 부른다.
시민의 글이나 연락처는 여기 적지 않는다: 번호와 사유 부호, 직원이 쓴 사유만 적는다.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, select
from sqlalchemy.engine import RowMapping
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base
from db.errors import BadEvent, NaiveTime
from db.people import Actor

FIRST_HASH = "0" * 64
REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""지금 처리하는 화면 요청의 번호. 화면이 적어 두면(app.requests) 그동안의 사건에 저절로 적힌다."""

UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")  # PostgreSQL이나 UTF-8로 적을 수 없는 글자


class Event(Base, kw_only=True):
    """일어난 일 하나. 고침·지움·비움은 데이터베이스의 방아쇠(trigger)가 거절한다. record로만 만든다."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("stream", "sequence"), Index(None, "at"), Index(None, "actor_id"))

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stream: Mapped[str] = mapped_column(String(100))
    sequence: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(40))
    on_behalf_of: Mapped[str | None] = mapped_column(String(100))
    channel: Mapped[str] = mapped_column(String(40))
    action: Mapped[str] = mapped_column(String(60))
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str | None] = mapped_column(String(40))
    reason_code: Mapped[str | None] = mapped_column(String(60))
    text: Mapped[str | None] = mapped_column(Text, repr=False)
    entry_version: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column(repr=False)
    # 사슬에는 글 자체가 아니라 소금 친 지문이 들어간다. 나중에 글과 소금을 파기해도 사슬이 끊기지 않는다.
    content_salt: Mapped[str | None] = mapped_column(String(32), repr=False)
    content_hash: Mapped[str] = mapped_column(String(64), repr=False)
    previous_hash: Mapped[str] = mapped_column(String(64), repr=False)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class EventHead(Base, kw_only=True):
    """사슬의 머리 한 줄: 마지막 사건과 그 지문. 기록하는 이들이 여기서 줄을 선다."""

    __tablename__ = "event_head"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    event_id: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class ChainFault:
    """사슬이 맞지 않는 곳 하나. problem은 점검하는 사람이 읽는 문장이다."""

    event_id: int
    problem: str


def record(
    session: Session,
    *,
    stream: str,
    action: str,
    actor: Actor,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    text: str | None = None,
    entry_version: str | None = None,
    channel: str = "web",
    request_id: str | None = None,
    on_behalf_of: str | None = None,
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Event:
    """일어난 일을 사슬 끝에 덧붙인다. 저장(commit)은 부른 쪽이 한다.

    stream은 "correction:123"처럼 일의 종류와 번호. data는 JSON으로 적을 수 있는 것만, 아니면 BadEvent. at이 없으면 지금이고,
    시간대가 없으면 NaiveTime. request_id가 없으면 지금 처리하는 요청의 번호(REQUEST)다.
    PostgreSQL에서는 commit까지 다른 기록이 기다리므로 판단을 마친 뒤 부른다.
    """
    at = at or datetime.now(UTC)
    _check(stream, action, text, at)
    # 여기서 잠그므로 다음 두 질의가 마지막 사건을 보고, 사슬이 둘로 갈라지지 않는다. SQLite는 BEGIN IMMEDIATE가 이미 잠갔다.
    last = session.execute(select(EventHead.event_id, EventHead.hash).with_for_update()).one()
    sequence = session.scalar(select(func.max(Event.sequence)).where(Event.stream == stream)) or 0
    content_salt = secrets.token_hex(16)
    content = _plain(data or {})
    facts: dict[str, Any] = {
        "id": last.event_id + 1,
        "stream": stream,
        "sequence": sequence + 1,
        "at": at.astimezone(UTC),
        "actor_id": actor.person_id,
        "role": actor.role.value,
        "on_behalf_of": on_behalf_of,
        "channel": channel,
        "action": action,
        "from_state": _text(from_state),
        "to_state": _text(to_state),
        "reason_code": _text(reason),
        "entry_version": entry_version,
        "request_id": request_id or REQUEST.get(),
        "content_hash": _content_hash(content_salt, text, content),
        "previous_hash": last.hash,
    }
    event = Event(**facts, text=text, data=content, content_salt=content_salt, hash=_hash(facts))
    session.add(event)
    session.flush()  # 머리가 곧바로 나아가야 같은 트랜잭션의 다음 사건이 이어진다
    return event


def head(session: Session) -> tuple[int, str]:
    """마지막 사건의 번호와 지문. 공개본이나 백업에 적어 두면 나중에 꼬리가 잘렸는지 견줄 수 있다."""
    row = session.execute(select(EventHead.event_id, EventHead.hash)).one()
    return row.event_id, row.hash


def verify_chain(session: Session, *, batch: int = 2000) -> list[ChainFault]:
    """처음부터 끝까지 다시 계산해 어긋난 곳을 모두 돌려준다. 빈 목록이면 온전하다. batch줄씩 읽는다."""
    faults: list[ChainFault] = []
    last_id, last_hash = 0, FIRST_HASH
    sequences: dict[str, int] = {}
    try:
        for row in _rows(session, batch):
            faults += _faults(row, last_id, last_hash, sequences.get(row["stream"], 0))
            last_id, last_hash = row["id"], row["hash"]
            sequences[row["stream"]] = row["sequence"]
    except (TypeError, ValueError) as error:  # SQLite는 시각이나 자료 자리에 아무 글자나 넣을 수 있다
        return [*faults, ChainFault(last_id + 1, f"{last_id}번보다 뒤에 읽을 수 없는 사건이 있습니다: {error}")]
    return [*faults, *_head_faults(session, last_id, last_hash)]


def replay(session: Session, stream_prefix: str) -> Mapping[str, str]:
    """stream_prefix로 시작하는 흐름마다 사건이 말하는 마지막 상태. 점검 명령이 표의 상태와 견준다."""
    last = (
        select(Event.stream, func.max(Event.sequence).label("sequence"))
        .where(Event.stream.startswith(stream_prefix, autoescape=True), Event.to_state.is_not(None))
        .group_by(Event.stream)
        .subquery()
    )
    latest = select(Event.stream, Event.to_state).join(
        last, (Event.stream == last.c.stream) & (Event.sequence == last.c.sequence)
    )
    return {stream: state for stream, state in session.execute(latest.order_by(Event.stream)) if state is not None}


def _check(stream: str, action: str, text: str | None, at: datetime) -> None:
    if not stream.strip() or not action.strip():
        raise BadEvent("사건에는 흐름(stream)과 한 일(action)이 있어야 합니다.")
    if text and UNWRITABLE.search(text):
        raise BadEvent("사건의 글에 저장할 수 없는 글자(NUL이나 반쪽 글자)가 있습니다.")
    if at.utcoffset() is None:
        raise NaiveTime(f"시간대가 없는 시각에 사건을 기록하지 않습니다: {at}")


def _text(value: str | None) -> str | None:
    return None if value is None else str(value)


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    try:
        plain: dict[str, Any] = json.loads(_canonical(dict(data)))
    except (TypeError, ValueError) as error:
        raise BadEvent(f"사건의 data는 JSON으로 적을 수 있어야 합니다: {error}") from error
    return plain


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _content_hash(salt: str, text: str | None, data: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical([salt, text, data]).encode()).hexdigest()


HASHED = (
    "id", "stream", "sequence", "at", "actor_id", "role", "on_behalf_of", "channel", "action", "from_state",
    "to_state", "reason_code", "entry_version", "request_id", "content_hash", "previous_hash",
)  # fmt: skip


def _hash(facts: Mapping[str, Any] | RowMapping) -> str:
    values = [facts[name] for name in HASHED]
    values[HASHED.index("at")] = facts["at"].isoformat(timespec="microseconds")
    return hashlib.sha256(_canonical(values).encode()).hexdigest()


def _rows(session: Session, batch: int) -> Iterator[RowMapping]:
    last_id = None
    while True:
        page = select(*Event.__table__.columns).order_by(Event.id).limit(batch)
        rows = session.execute(page if last_id is None else page.where(Event.id > last_id)).mappings().all()
        yield from rows
        if len(rows) < batch:
            return
        last_id = rows[-1]["id"]


def _faults(row: RowMapping, last_id: int, last_hash: str, last_sequence: int) -> Iterator[ChainFault]:
    if row["id"] != last_id + 1:
        yield ChainFault(row["id"], f"{last_id}번 다음이 {row['id']}번입니다. 사이의 사건이 사라졌습니다.")
    elif row["previous_hash"] != last_hash:
        yield ChainFault(row["id"], f"{row['id']}번 사건이 앞 사건을 가리키지 않습니다.")
    if row["sequence"] != last_sequence + 1:
        yield ChainFault(row["id"], f"{row['stream']}의 {last_sequence}번째 다음이 {row['sequence']}번째입니다.")
    if row["hash"] != _hash(row):
        yield ChainFault(row["id"], f"{row['id']}번 사건의 내용이 기록한 뒤 바뀌었습니다.")
    if row["content_salt"] and row["content_hash"] != _content_hash(row["content_salt"], row["text"], row["data"]):
        yield ChainFault(row["id"], f"{row['id']}번 사건의 글이나 자료가 기록한 뒤 바뀌었습니다.")


def _head_faults(session: Session, seen_id: int, seen_hash: str) -> Iterator[ChainFault]:
    # 한 문장으로 읽어야 점검하는 동안 덧붙은 사건을 잘못으로 보지 않는다
    found = select(
        EventHead.event_id,
        EventHead.hash,
        select(func.max(Event.id)).scalar_subquery().label("last_id"),
        select(Event.hash).where(Event.id == seen_id).scalar_subquery().label("seen_hash"),
    )
    row = session.execute(found).one_or_none()
    if row is None:
        yield ChainFault(seen_id, "사슬의 머리가 사라졌습니다.")
    elif row.event_id != (row.last_id or 0):
        yield ChainFault(row.event_id, f"머리는 {row.event_id}번인데 마지막 사건은 {row.last_id or 0}번입니다.")
    elif row.event_id == seen_id and row.hash != seen_hash:
        yield ChainFault(row.event_id, f"머리의 지문이 마지막 {row.event_id}번 사건과 다릅니다.")
