"""알림 하나의 행. 무슨 말인지는 보낼 때 지으므로, 여기에는 번호만 있고 연락처도 시민의 글도 없다."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, one_of, stored_by_value


class Template(StrEnum):
    """무엇을 알리나: 글(app/templates/notices)의 이름."""

    CODE = "code"
    ASK = "ask"
    REMINDER = "reminder"
    LAPSE = "lapse"
    APPLIED = "applied"
    PARTLY_APPLIED = "partly_applied"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    REVERTED = "reverted"
    OVERTAKEN = "overtaken"
    REWARD_GRANTED = "reward_granted"
    REWARD_REVERSED = "reward_reversed"
    NOMINATED = "nominated"

    @property
    def label(self) -> str:
        """편집실에 보이는 한국어 이름."""
        return TEMPLATE_LABELS[self]


TEMPLATE_LABELS = {
    Template.CODE: "연락처 확인 코드",
    Template.ASK: "보완을 부탁함",
    Template.REMINDER: "보완을 다시 부탁함",
    Template.LAPSE: "답이 없어 끝남",
    Template.APPLIED: "반영함",
    Template.PARTLY_APPLIED: "일부 반영함",
    Template.DECLINED: "반영하지 않음",
    Template.DUPLICATE: "먼저 온 요청에 합침",
    Template.REVERTED: "되돌림",
    Template.OVERTAKEN: "이미 고쳐짐",
    Template.REWARD_GRANTED: "점수를 드림",
    Template.REWARD_REVERSED: "점수를 거둠",
    Template.NOMINATED: "포상 후보",
}


class NoticeState(StrEnum):
    """알림이 지금 어디에 있나. `sending`은 보내기 시작했으나 아직 끝났다고 적지 않은 것이다."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    STUCK = "stuck"
    DROPPED = "dropped"


WAITING = (NoticeState.QUEUED, NoticeState.FAILED, NoticeState.SENDING)
"""때가 되면 보낼 것들. 보내다 죽은 것(sending)은 맡은 시간이 지나면 같은 Message-ID로 다시 보낸다."""


class Notice(Base, kw_only=True):
    """한 연락처에 알릴 사건 하나. 같은 사건은 같은 연락처에 한 번만 알린다. `data`는 번호뿐이다."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("event_id", "contact_id"),
        CheckConstraint(one_of("state", NoticeState), name="state"),
        Index(None, "state", "not_before"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True, default=None)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    template: Mapped[Template] = mapped_column(stored_by_value(Template))
    data: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    state: Mapped[NoticeState] = mapped_column(stored_by_value(NoticeState), default=NoticeState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    last_error: Mapped[str | None] = mapped_column(Text, default=None, repr=False)

    @property
    def stream(self) -> str:
        """사건 기록에서 이 알림의 흐름."""
        return f"notice/{self.id}"
