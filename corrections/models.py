"""수정 요청과 그 반영본의 행. 상태를 바꾸는 일은 transition만 하고, 글이 놓이는 파일은 모른다."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from corrections.receipt import number_for
from db.base import Base, one_of, stored_by_value


class Kind(StrEnum):
    """무엇이 잘못되었나 (DOMAIN SE-22)."""

    OUTDATED = "outdated"
    NUMBER = "number"
    FEE = "fee"
    PROCEDURE = "procedure"
    DEAD_LINK = "dead_link"
    UNCLEAR = "unclear"
    TYPO = "typo"
    PRIVACY = "privacy"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return KIND_LABELS[self]


KIND_LABELS = {
    Kind.OUTDATED: "때가 지난 내용이에요",
    Kind.NUMBER: "전화번호나 숫자가 틀려요",
    Kind.FEE: "수수료나 금액이 틀려요",
    Kind.PROCEDURE: "절차나 서류가 틀려요",
    Kind.DEAD_LINK: "링크가 열리지 않아요",
    Kind.UNCLEAR: "무슨 말인지 알기 어려워요",
    Kind.TYPO: "오탈자가 있어요",
    Kind.PRIVACY: "개인정보가 보여요",
}


class State(StrEnum):
    """수정 요청이 지금 어디에 있나 (WORKFLOWS 3.1의 첫 걸음)."""

    RECEIVED = "received"
    APPLIED = "applied"
    DECLINED = "declined"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        """편집자가 아직 정하지 않았나."""
        return self in OPEN


STATE_LABELS = {State.RECEIVED: "접수", State.APPLIED: "반영", State.DECLINED: "미반영"}
OPEN = frozenset({State.RECEIVED})


class Reason(StrEnum):
    """반영하지 않는 까닭 (WORKFLOWS 3.1 decline)."""

    ALREADY_CORRECT = "already_correct"
    NO_EVIDENCE = "no_evidence"
    NOT_IN_THIS_ENTRY = "not_in_this_entry"
    OPINION = "opinion"
    LAW_UNCLEAR = "law_unclear"
    OUT_OF_SCOPE = "out_of_scope"
    CANNOT_REPRODUCE = "cannot_reproduce"
    OTHER = "other"

    @property
    def label(self) -> str:
        """시민에게 그대로 보이는 한국어 이름."""
        return REASON_LABELS[self]


REASON_LABELS = {
    Reason.ALREADY_CORRECT: "지금 안내가 맞습니다",
    Reason.NO_EVIDENCE: "맞는지 확인할 근거를 찾지 못했습니다",
    Reason.NOT_IN_THIS_ENTRY: "이 안내에 있는 내용이 아닙니다",
    Reason.OPINION: "사실이 아니라 의견입니다",
    Reason.LAW_UNCLEAR: "법령이나 지침의 풀이가 갈립니다",
    Reason.OUT_OF_SCOPE: "이 누리집에서 고칠 수 있는 일이 아닙니다",
    Reason.CANNOT_REPRODUCE: "말씀하신 문제가 나타나지 않습니다",
    Reason.OTHER: "그 밖의 까닭",
}


class Correction(Base, kw_only=True):
    """시민이 보낸 수정 요청 하나. 시민의 글은 개인정보를 가린 뒤의 것만 여기 있다."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(f"reason_code IS NULL OR {one_of('reason_code', Reason)}", name="reason_code"),
        CheckConstraint("state <> 'declined' OR reason_code IS NOT NULL", name="declined_has_reason"),
        Index(None, "state", "submitted_at"),
        {"sqlite_autoincrement": True},  # a number once given is never given again
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    entry_id: Mapped[str] = mapped_column(String(20), index=True)
    entry_title: Mapped[str] = mapped_column(Text)
    base_version: Mapped[str] = mapped_column(String(12))
    kind: Mapped[Kind] = mapped_column(stored_by_value(Kind))
    proposal: Mapped[str] = mapped_column(Text, repr=False)
    quoted: Mapped[str] = mapped_column(Text, default="", repr=False)
    evidence: Mapped[str] = mapped_column(Text, default="", repr=False)
    masked: Mapped[bool] = mapped_column(default=False)
    code_hash: Mapped[str] = mapped_column(String(120), repr=False)
    submission_key: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    state: Mapped[State] = mapped_column(stored_by_value(State), default=State.RECEIVED)
    reason_code: Mapped[Reason | None] = mapped_column(stored_by_value(Reason), default=None)
    note: Mapped[str] = mapped_column(Text, default="", repr=False)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    submitted_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    row_version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's declarative form

    @property
    def number(self) -> str:
        """접수번호. 부르기 쉬운 이름일 뿐 열쇠가 아니다."""
        return number_for(self.id, at=self.submitted_at)

    @property
    def stream(self) -> str:
        """사건 기록에서 이 요청의 흐름."""
        return f"correction/{self.id}"


class Revision(Base, kw_only=True):
    """반영하기로 한 글. `commit_sha`가 적히면 실린 것이고, `closed_at`만 적히면 그사이 바뀐 글에 밀려 싣지 못한 것이다."""

    __tablename__ = "revision"
    __table_args__ = (CheckConstraint("commit_sha IS NULL OR closed_at IS NOT NULL", name="applied_is_closed"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), index=True)
    entry_id: Mapped[str] = mapped_column(String(20))
    base_version: Mapped[str] = mapped_column(String(12))
    base_text: Mapped[str] = mapped_column(Text, repr=False)
    text: Mapped[str] = mapped_column(Text, repr=False)
    accepted_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    commit_sha: Mapped[str | None] = mapped_column(String(40), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_waiting(self) -> bool:
        """아직 파일에 싣지 않았나."""
        return self.closed_at is None


_WAITING = Revision.closed_at.is_(None)
Index("uq_revision_entry_waiting", Revision.entry_id, unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING)
"""한 안내에 아직 싣지 않은 고침은 하나뿐이다: 두 편집자가 서로의 글을 덮지 않는다."""
