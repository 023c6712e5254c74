"""걸러내기가 남기는 행: 어디에서 왔는지의 지문과 멈춰 둔 안내. 무엇을 의심할지는 모른다."""

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Trace(Base, kw_only=True):
    """수정 요청 하나의 자취: 주소와 브라우저의 열쇠 건 지문과, 개인정보를 가린 글의 뼈대. 글과 따로 두고 90일 뒤 지운다 (WORKFLOWS 3.4)."""

    __tablename__ = "screening_trace"
    __table_args__ = (Index(None, "address", "at"), Index(None, "sender", "at"), Index(None, "entry_id", "at"))

    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), primary_key=True, autoincrement=False)
    entry_id: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(64), repr=False)
    sender: Mapped[str] = mapped_column(String(64), repr=False)
    skeleton: Mapped[str] = mapped_column(Text, default="", repr=False)
    at: Mapped[datetime] = mapped_column(index=True, default_factory=lambda: datetime.now(UTC))


class EntryFreeze(Base, kw_only=True):
    """잠시 멈춘 안내: `until`까지 들어오는 요청은 보류심사로 간다. 받지 않는 것은 아니다."""

    __tablename__ = "entry_freeze"

    entry_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    until: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
