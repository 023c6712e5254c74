"""결과를 받을 연락처: 읽고, 코드로 확인하고, 그만 받고, 지운다. 어떻게 보내는지와 어느 화면인지는 모른다.

코드는 어디에도 저장하지 않는다: 앱의 열쇠와 요청마다 다른 소금에서 나온다. 그래서 데이터베이스만 가진 이는 코드도, 연락처가 누구의
것인지도(지운 뒤) 알아낼 수 없다.
"""

import hmac
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self
from unicodedata import normalize

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections.errors import BadContact
from corrections.models import Correction
from corrections.notices.models import Notice, Template
from corrections.notices.queueing import add, drop_waiting, in_quiet_hours
from corrections.people import Contact, ContactRequest, Reporter
from corrections.review import last_revision
from corrections.rewards.erasing import forget
from corrections.transition import lock
from db import events, outbox
from db.attempts import Limit, clear
from db.people import Actor

EMAIL, SMS = KINDS = "email", "sms"
CONTACT_CONFIRMED = "contact_confirmed"
"""수정 요청이 누구의 것인지 알게 된 사건의 이름."""

CODE_LENGTH = 6
CODE_LASTS = timedelta(minutes=15)
TRIES = 5

TO_ADDRESS = Limit("contact-address", times=3, within=timedelta(days=1))
"""확인하지 않은 연락처 하나에 하루 동안 보내는 것. 어느 양식에서 왔든 함께 센다 (WORKFLOWS 4, Mail/SMS bombing)."""

BY_SENDER = Limit("contact-sender", times=10, within=timedelta(hours=1))
GUESSES = Limit("contact-guess", times=20, within=timedelta(hours=1))
"""한 곳에서 코드를 보내 달라고 하거나 틀릴 수 있는 횟수."""

UNCONFIRMED_FOR = timedelta(days=1)
"""확인하지 않은 연락처를 두는 시간. 남이 적은 남의 연락처일 수 있다."""

LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
MOBILE = re.compile(r"01[016789]\d{7,8}")
COUNTRY = re.compile(r"(?:\+|00)820?(?=1)|(?:\+|00)82(?=0)")

UNREADABLE = "전자우편 주소(예: hong@example.com)나 휴대전화 번호(예: 010-1234-5678)를 적어 주세요."
UNREADABLE_EMAIL = "전자우편 주소(예: hong@example.com)를 적어 주세요."
NO_SMS = "지금은 문자를 보내지 못합니다. 전자우편 주소를 적어 주세요."
SMS_AT_NIGHT = (
    "밤 9시부터 아침 8시까지는 문자를 보내지 않습니다. 전자우편 주소를 적거나, 아침에 접수 확인에서 다시 적어 주세요."
)
OTHERS = "이 요청은 다른 연락처로 확인되어 있습니다. 처음에 확인한 연락처로만 다시 받을 수 있습니다."
ALREADY = "이미 이 연락처로 알려 드리고 있습니다."
ERASED = "이 요청의 연락처는 지웠습니다. 결과는 접수 확인에서 보실 수 있습니다."


@dataclass(frozen=True)
class Address:
    """읽은 연락처: 전자우편이나 휴대전화 번호 하나. 같은 연락처는 달리 적어도 같은 글이 된다."""

    kind: str
    text: str = field(repr=False)

    @classmethod
    def read(cls, typed: str, *, kinds: Collection[str] = KINDS) -> Self:
        """적은 글에서 읽는다. 연락처가 아니거나 `kinds`에 없는 것이면 BadContact.

        전자우편은 도메인을 소문자로, 한글 도메인은 xn--으로 적는다. 번호는 휴대전화만 받고 +8210…으로 적는다.
        """
        text = normalize("NFKC", typed[:400]).strip()
        read = _email(text) if "@" in text else _mobile(text)
        if read is None:
            raise BadContact(UNREADABLE if SMS in kinds else UNREADABLE_EMAIL)
        found = cls(EMAIL if "@" in text else SMS, read)
        if found.kind not in kinds:
            raise BadContact(NO_SMS)
        return found

    @property
    def shown(self) -> str:
        """화면에 보일 모습: 적은 사람만 알아볼 만큼."""
        if self.kind == SMS:
            return f"010-****-{self.text[-4:]}" if self.text.startswith("+8210") else f"***-****-{self.text[-4:]}"
        local, _, domain = self.text.rpartition("@")
        return f"{local[: min(2, len(local) - 1)]}***@{domain}"

    @property
    def mailbox(self) -> str:
        """몇 번 보냈는지 셀 때의 이름: 대소문자와 +꼬리표를 바꾸어 적어도 한 우편함이다."""
        local, at, domain = self.text.lower().rpartition("@")
        return f"{self.kind}:{local.partition('+')[0] if at else ''}{at}{domain}"

    def key(self, secret: bytes) -> str:
        """같은 연락처를 알아보는 열쇠 건 지문. 열쇠가 없으면 번호를 하나씩 넣어 보아도 알아낼 수 없다."""
        return hmac.digest(secret, f"contact\0{self.kind}\0{self.text}".encode(), "sha256").hex()


def _email(text: str) -> str | None:
    local, _, domain = text.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    if len(local) > 64 or len(local) + len(host) > 253 or not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(host):
        return None
    return f"{local}@{host}"


def _mobile(text: str) -> str | None:
    digits = re.sub(r"[\s().·\u2010-\u2015\u2212-]", "", text)
    digits = COUNTRY.sub("0", digits, count=1) if digits.startswith(("+", "00")) else digits
    digits = re.sub("^00", "0", digits)
    return f"+82{digits[1:]}" if MOBILE.fullmatch(digits) else None


# --- asking for a code, and giving it back ---------------------------------------------------------------------------


def ask(
    session: Session, correction: Correction, address: Address, *, secret: bytes, now: datetime | None = None
) -> ContactRequest:
    """그 연락처로 보낼 코드를 줄 세운다. 아는 연락처든 처음 보는 연락처든 하는 일과 답이 같다.

    앞서 보낸 코드는 쓸 수 없게 된다. 밤에 문자를 달라거나, 이미 다른 연락처로 확인한 요청이거나, 지운 연락처의 요청이면 BadContact.
    몇 번까지 보낼지는 부른 쪽이 TO_ADDRESS와 BY_SENDER로 먼저 센다.
    """
    now = now or datetime.now(UTC)
    if address.kind == SMS and in_quiet_hours(now):
        raise BadContact(SMS_AT_NIGHT)
    lock(session, correction)
    contact = _contact(session, address, secret)
    if correction.reporter_id not in (None, contact.reporter_id):
        reporter = session.get_one(Reporter, correction.reporter_id)
        raise BadContact(ERASED if reporter.erased_at else OTHERS)
    if correction.reporter_id is not None and contact.verified_at is not None:
        raise BadContact(ALREADY)
    _expire(session, ContactRequest.correction_id == correction.id, now)
    request = ContactRequest(
        correction_id=correction.id,
        contact_id=contact.id,
        code_hash=secrets.token_hex(16),
        until=now + CODE_LASTS,
        at=now,
    )
    session.add(request)
    session.flush()  # the letter names the request
    event = _record(session, f"contact/{contact.id}", "ask_code", {"request": request.id}, now)
    add(
        session,
        contact=contact,
        template=Template.CODE,
        event=event,
        data={"request": request.id},
        correction_id=correction.id,
        not_before=now,  # someone is waiting for it on the screen: night or not
    )
    return request


def code_of(request: ContactRequest, *, secret: bytes) -> str:
    """그 요청의 여섯 자리 코드. `code_hash` 칸에는 코드의 해시 대신 소금만 있다."""
    mixed = hmac.digest(secret, f"contact-code\0{request.id}\0{request.code_hash}".encode(), "sha256")
    return f"{int.from_bytes(mixed[:8], 'big') % 10**CODE_LENGTH:0{CODE_LENGTH}d}"


def confirm(
    session: Session, correction: Correction, *, typed: str, secret: bytes, now: datetime | None = None
) -> bool:
    """코드가 맞으면 요청을 그 연락처의 주인에게 잇는다. 틀렸거나, 다섯 번 틀렸거나, 15분이 지났으면 거짓이고 까닭은 말하지 않는다.

    틀린 것도 세어야 하므로 거짓이어도 부른 쪽은 저장(commit)한다.
    """
    now = now or datetime.now(UTC)
    lock(session, correction)
    request = _last_request(session, correction)
    if request is None or request.confirmed_at or request.until <= now or request.tries >= TRIES:
        return False
    request.tries += 1
    digits = re.sub(r"\D", "", normalize("NFKC", typed[:40]))
    if not hmac.compare_digest(digits.encode(), code_of(request, secret=secret).encode()):
        return False
    contact = session.get(Contact, request.contact_id, with_for_update=True)
    if contact is None or not contact.address or correction.reporter_id not in (None, contact.reporter_id):
        return False
    contact.verified_at = contact.verified_at or now
    request.confirmed_at = now
    clear(session, TO_ADDRESS, address_of(contact).mailbox, secret=secret)
    correction.reporter_id = contact.reporter_id
    session.flush()  # row_version speaks up before the event takes the head of the chain
    _joined(session, correction, contact, now)
    return True


def _joined(session: Session, correction: Correction, contact: Contact, now: datetime) -> None:
    """누구의 요청인지 이제 안다. 이미 실린 고침이면 보상을 다시 맞춘다."""
    data = {"correction": correction.id, "contact": contact.id, "reporter": contact.reporter_id}
    event = _record(session, correction.stream, CONTACT_CONFIRMED, data, now)
    revision = last_revision(session, correction)
    if revision is not None and revision.commit_sha:
        told = {
            "correction": correction.id,
            "revision": revision.id,
            "entry": revision.entry_id,
            "commit": revision.commit_sha,
            "event": event.id,
        }
        outbox.enqueue(session, event=event, kind="reward.settle", payload=told)


def _contact(session: Session, address: Address, secret: bytes) -> Contact:
    """그 연락처의 행. 처음이면 주인과 함께 만든다: 동시에 와도 표의 유일 제약이 하나만 남긴다."""
    key = address.key(secret)
    same = select(Contact).where(Contact.key == key)
    if found := session.scalar(same):
        return found
    try:
        with session.begin_nested():
            reporter = Reporter()
            session.add(reporter)
            session.flush()  # the contact points at it
            contact = Contact(reporter_id=reporter.id, kind=address.kind, address=address.text, key=key)
            session.add(contact)
            session.flush()
        return contact
    except IntegrityError:
        if found := session.scalar(same):
            return found
        raise


def _last_request(session: Session, correction: Correction) -> ContactRequest | None:
    mine = select(ContactRequest).where(ContactRequest.correction_id == correction.id)
    return session.scalar(mine.order_by(ContactRequest.id.desc()).limit(1).with_for_update())


# --- where it stands -------------------------------------------------------------------------------------------------


class Standing(StrEnum):
    """그 요청의 결과를 알릴 연락처가 지금 어떤가."""

    NONE = "none"
    WAITING = "waiting"
    ON = "on"
    STOPPED = "stopped"
    ERASED = "erased"


@dataclass(frozen=True)
class Where:
    """지금의 연락처. `shown`은 가린 모습이다."""

    standing: Standing
    shown: str = ""
    contact_id: int | None = None


def where(session: Session, correction: Correction, *, now: datetime | None = None) -> Where:
    """그 요청의 연락처가 지금 어떤지: 없음, 코드를 기다림, 알림, 그만 받음, 지움."""
    now = now or datetime.now(UTC)
    mine = select(ContactRequest).where(ContactRequest.correction_id == correction.id, ContactRequest.until > now)
    request = session.scalar(mine.order_by(ContactRequest.id.desc()).limit(1))
    if request is not None and request.confirmed_at is None and request.tries < TRIES:
        return _where(session.get_one(Contact, request.contact_id), Standing.WAITING)
    if correction.reporter_id is None:
        return Where(Standing.NONE)
    if session.get_one(Reporter, correction.reporter_id).erased_at:
        return Where(Standing.ERASED)
    contact = _of(session, correction.reporter_id)[0]
    return _where(contact, Standing.ON if contact.verified_at else Standing.STOPPED)


def own_address(session: Session, correction: Correction) -> Address | None:
    """그 요청을 이은 시민의 연락처. 다시 받겠다고 할 때 적지 않아도 되게. 없거나 지웠으면 None."""
    if correction.reporter_id is None:
        return None
    return next((address_of(contact) for contact in _of(session, correction.reporter_id) if contact.address), None)


def address_of(contact: Contact) -> Address:
    """그 행의 연락처."""
    return Address(contact.kind, contact.address)


def _where(contact: Contact, standing: Standing) -> Where:
    return Where(standing, address_of(contact).shown, contact.id)


def _of(session: Session, reporter_id: int) -> list[Contact]:
    mine = select(Contact).where(Contact.reporter_id == reporter_id)
    return list(session.scalars(mine.order_by(Contact.verified_at.is_(None), Contact.id)))


# --- stopping and erasing --------------------------------------------------------------------------------------------


def token_for(contact: Contact, *, secret: bytes) -> str:
    """편지마다 싣는, 그만 받거나 지우는 쪽의 표. 로그인을 대신하므로 그 연락처로 보낸 편지에만 싣는다."""
    mixed = f"contact-stop\0{contact.id}\0{contact.created_at.isoformat(timespec='microseconds')}"
    return f"{contact.id}-{hmac.digest(secret, mixed.encode(), 'sha256').hex()[:40]}"


def by_token(session: Session, token: str, *, secret: bytes) -> Contact | None:
    """그 표의 연락처. 우리가 서명한 표가 아니면 None."""
    number = token.partition("-")[0]
    id = int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
    contact = session.get(Contact, id)
    right = contact is not None and hmac.compare_digest(token.encode(), token_for(contact, secret=secret).encode())
    return contact if right else None


def stop(session: Session, contact: Contact, *, by: Actor, now: datetime | None = None) -> None:
    """이 연락처로 더 보내지 않는다. 다시 받으려면 코드로 다시 확인해야 한다. 두 번 불러도 같다."""
    if contact.verified_at is None:
        return
    now = now or datetime.now(UTC)
    contact.verified_at = None
    drop_waiting(session, [contact.id])
    _record(session, f"contact/{contact.id}", "stopped", {"reporter": contact.reporter_id}, now, by)


def erase(session: Session, reporter_id: int, *, by: Actor, now: datetime | None = None) -> None:
    """그 시민의 연락처와 별명을 지운다. 보상의 장부가 가리키므로 행은 남고, 지웠다는 사건만 남는다. 두 번 불러도 같다."""
    reporter = session.get_one(Reporter, reporter_id, with_for_update=True)
    if reporter.erased_at is not None:
        return
    now = now or datetime.now(UTC)
    contacts = _of(session, reporter_id)
    for contact in contacts:
        contact.address, contact.key, contact.verified_at = "", f"erased-{contact.id}", None
    ids = [contact.id for contact in contacts]
    _expire(session, ContactRequest.contact_id.in_(ids), now)
    drop_waiting(session, ids)
    reporter.pseudonym, reporter.public, reporter.erased_at = "", False, now
    forget(session, reporter_id)
    _record(session, f"reporter/{reporter_id}", "erased", {"contacts": ids}, now, by)


def purge_unconfirmed(session: Session, *, now: datetime | None = None) -> int:
    """하루가 지나도록 확인하지 않은 연락처를 주인과 함께 지우고 그 수를 돌려준다. 어느 요청에도 이어지지 않은 것만."""
    before = (now or datetime.now(UTC)) - UNCONFIRMED_FOR
    joined = select(Correction.reporter_id).where(Correction.reporter_id == Contact.reporter_id)
    recent = select(ContactRequest.id).where(ContactRequest.contact_id == Contact.id, ContactRequest.at > before)
    old = select(Contact).where(
        Contact.verified_at.is_(None), Contact.created_at <= before, ~joined.exists(), ~recent.exists()
    )
    found = session.scalars(old.with_for_update()).all()
    ids = [contact.id for contact in found]
    for table in (Notice.contact_id, ContactRequest.contact_id, Contact.id):
        session.execute(delete(table.class_).where(table.in_(ids)))
    session.execute(delete(Reporter).where(Reporter.id.in_([contact.reporter_id for contact in found])))
    return len(ids)


def _expire(session: Session, which: ColumnElement[bool], now: datetime) -> None:
    open_ones = which, ContactRequest.confirmed_at.is_(None), ContactRequest.until > now
    session.execute(update(ContactRequest).where(*open_ones).values(until=now))


def _record(
    session: Session,
    stream: str,
    action: str,
    data: Mapping[str, int | list[int]],
    at: datetime,
    by: Actor | None = None,
) -> events.Event:
    """사건에는 번호만 적는다: 지울 수 없는 곳에 연락처를 두지 않는다."""
    return events.record(session, stream=stream, action=action, actor=by or Actor.citizen(), data=data, at=at)
