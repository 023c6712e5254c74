"""결과를 받아 볼 시민: 확인한 연락처와 그 주인. 무엇을 보내는지, 무엇을 주는지는 모른다."""

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Reporter(Base, kw_only=True):
    """연락처를 확인한 시민 하나. 이름은 묻지 않는다. `public`이면 감사 쪽에 별명(`pseudonym`)을 보인다."""

    __tablename__ = "reporter"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    pseudonym: Mapped[str] = mapped_column(String(40), default="")
    public: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    erased_at: Mapped[datetime | None] = mapped_column(default=None)


class Contact(Base, kw_only=True):
    """연락처 하나. 코드로 확인하기 전(`verified_at`이 없음)에는 그 코드 말고 아무것도 보내지 않는다.

    `key`는 같은 연락처를 알아보는 열쇠 건 지문이고, 지우면 `address`는 빈 글이 된다.
    """

    __tablename__ = "contact"
    __table_args__ = (CheckConstraint("kind IN ('email', 'sms')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("reporter.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(254), repr=False)
    key: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    verified_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))


class ContactRequest(Base, kw_only=True):
    """어느 수정 요청의 결과를 그 연락처로 받겠다는 말과, 정말 그 사람인지 볼 코드. 맞으면 `confirmed_at`이 적힌다.

    남의 연락처를 적은 사람이 그 사람의 기록에 붙지 않게, 요청(`correction.reporter_id`)은 코드가 맞은 뒤에만 잇는다.
    """

    __tablename__ = "contact_request"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(120), repr=False)
    until: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
