"""두 번째 열쇠: 휴대전화의 앱이 30초마다 만드는 여섯 자리(TOTP, RFC 6238)와 한 번 쓰는 복구 코드. 화면은 모른다."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from unicodedata import normalize

import pyotp
from sqlalchemy import ForeignKey, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base
from db.people import Person

STEP = 30
DRIFT = (0, -1, 1)
"""시계가 한 걸음(30초) 어긋난 전화까지 받는다 (RFC 6238 5.2)."""

RECOVERY_CODES = 8
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""복구 코드의 글자: 헷갈리는 글자가 없는 Crockford base32. 열 자는 50비트다."""


class SecondFactor(Base, kw_only=True):
    """한 사람의 두 번째 열쇠. 앱의 번호를 한 번 맞게 넣어야(`confirmed_at`) 로그인할 때 묻는다.

    `last_step`은 마지막으로 맞은 번호의 걸음이다: 한 번 쓴 번호는 엿본 이가 다시 쓸 수 없다.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret: Mapped[str] = mapped_column(String(64), repr=False)
    last_step: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)


class RecoveryCode(Base, kw_only=True):
    """전화를 잃었을 때 한 번 쓰는 코드. 지문만 있다."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), repr=False)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


def is_on(session: Session, person_id: int) -> bool:
    """로그인할 때 두 번째 열쇠를 물어야 하나."""
    found = session.get(SecondFactor, person_id)
    return found is not None and found.confirmed_at is not None


def prepare(session: Session, person: Person) -> SecondFactor:
    """아직 켜지 않은 열쇠. 없으면 만들고, 있으면 그대로다: 화면을 새로 열어도 찍어 둔 QR이 맞는다."""
    found = session.get(SecondFactor, person.id)
    if found is None:
        found = SecondFactor(person_id=person.id, secret=pyotp.random_base32())
        session.add(found)
    return found


def address_of(factor: SecondFactor, *, login: str, issuer: str) -> str:
    """앱이 QR로 읽는 주소(otpauth://)."""
    return pyotp.TOTP(factor.secret).provisioning_uri(name=login, issuer_name=issuer)


def turn_on(session: Session, person: Person, code: str, *, now: datetime | None = None) -> Sequence[str] | None:
    """앱의 번호가 맞으면 켜고 복구 코드들을 돌려준다: 글자는 이때 한 번만 보인다. 번호가 틀렸거나 이미 켰으면 None."""
    factor = session.get(SecondFactor, person.id, with_for_update=True)
    if factor is None or factor.confirmed_at is not None or not _matches(factor, code, now or datetime.now(UTC)):
        return None
    factor.confirmed_at = now or datetime.now(UTC)
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    session.add_all(RecoveryCode(person_id=person.id, code_hash=_hashed(person.id, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def turn_off(session: Session, person_id: int) -> None:
    """끈다. 복구 코드도 버린다."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    session.execute(delete(SecondFactor).where(SecondFactor.person_id == person_id))


def passes(session: Session, person_id: int, code: str, *, now: datetime | None = None) -> bool:
    """앱의 번호나 쓰지 않은 복구 코드이면 참이고, 그것은 다시 쓸 수 없다. 저장(commit)은 부른 쪽이 한다."""
    factor = session.get(SecondFactor, person_id, with_for_update=True)
    if factor is None or factor.confirmed_at is None:
        return False
    return _matches(factor, code, now or datetime.now(UTC)) or _spent(session, person_id, code)


def codes_left(session: Session, person_id: int) -> int:
    """남은 복구 코드의 수."""
    left = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalar(left.select_from(RecoveryCode)) or 0


def _matches(factor: SecondFactor, code: str, now: datetime) -> bool:
    typed = re.sub(r"[^0-9]", "", normalize("NFKC", code))
    totp, step = pyotp.TOTP(factor.secret), int(now.timestamp()) // STEP
    for drift in DRIFT:
        if hmac.compare_digest(totp.generate_otp(step + drift), typed) and step + drift > factor.last_step:
            factor.last_step = step + drift
            return True
    return False


def _spent(session: Session, person_id: int, code: str) -> bool:
    typed = re.sub(r"[^0-9A-Z]", "", normalize("NFKC", code).upper()).translate(str.maketrans("OIL", "011"))
    unused = RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    hashed = RecoveryCode.code_hash == _hashed(person_id, typed)
    found = session.scalar(select(RecoveryCode).where(*unused, hashed).with_for_update())
    if found is None:
        return False
    found.used_at = datetime.now(UTC)
    return True


def _hashed(person_id: int, code: str) -> str:
    return hashlib.sha256(f"{person_id}\0{code}".encode()).hexdigest()
