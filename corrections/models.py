"""수정 요청과 그 반영본의 행. 상태를 바꾸는 일은 transition만 하고, 글이 놓이는 파일은 모른다."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from corrections.people import Reporter
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
    """수정 요청이 지금 어디에 있나 (WORKFLOWS 3.1)."""

    HELD = "held"
    RECEIVED = "received"
    TRIAGED = "triaged"
    IN_REVIEW = "in_review"
    NEEDS_INFO = "needs_info"
    WITH_OFFICE = "with_office"
    SECOND_CHECK = "second_check"
    APPLIED = "applied"
    PARTLY_APPLIED = "partly_applied"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    SPAM = "spam"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        """아직 끝나지 않았나."""
        return self in OPEN


STATE_LABELS = {
    State.HELD: "보류심사",
    State.RECEIVED: "접수",
    State.TRIAGED: "분류",
    State.IN_REVIEW: "검토중",
    State.NEEDS_INFO: "보완요청",
    State.WITH_OFFICE: "부서확인",
    State.SECOND_CHECK: "2차확인",
    State.APPLIED: "반영",
    State.PARTLY_APPLIED: "일부반영",
    State.DECLINED: "미반영",
    State.DUPLICATE: "중복",
    State.WITHDRAWN: "철회",
    State.LAPSED: "자동종결",
    State.SPAM: "차단",
}
OPEN = frozenset(
    {
        State.HELD,
        State.RECEIVED,
        State.TRIAGED,
        State.IN_REVIEW,
        State.NEEDS_INFO,
        State.WITH_OFFICE,
        State.SECOND_CHECK,
    }
)
APPLIED = frozenset({State.APPLIED, State.PARTLY_APPLIED})
"""글에 실리는(실린) 상태."""


class Risk(StrEnum):
    """고치면 무엇이 걸려 있나: 낮은 것부터. 누가 확인해야 하는지와 보상이 여기서 나온다."""

    WORDING = "wording"
    LINK = "link"
    FACT = "fact"
    PRIVACY = "privacy"
    PHONE = "phone"
    ELIGIBILITY = "eligibility"
    LAW = "law"
    FEE = "fee"
    EMERGENCY = "emergency"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return RISK_LABELS[self]

    @property
    def needs_two(self) -> bool:
        """다른 편집자가 한 번 더 확인해야 하는가 (WORKFLOWS 3.1 accept)."""
        return self in NEEDS_TWO


RISK_LABELS = {
    Risk.WORDING: "글귀",
    Risk.LINK: "링크",
    Risk.FACT: "사실",
    Risk.PRIVACY: "개인정보",
    Risk.PHONE: "전화번호",
    Risk.ELIGIBILITY: "자격",
    Risk.LAW: "법령",
    Risk.FEE: "금액",
    Risk.EMERGENCY: "긴급",
}
NEEDS_TWO = frozenset({Risk.PHONE, Risk.ELIGIBILITY, Risk.LAW, Risk.FEE, Risk.EMERGENCY})


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
    OVERTAKEN = "overtaken"

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
    Reason.OVERTAKEN: "다른 길로 이미 고쳐졌습니다",
}
BY_EDITOR = tuple(reason for reason in Reason if reason is not Reason.OVERTAKEN)
"""편집자가 고르는 까닭. 나머지는 시스템이 적는다."""


class Correction(Base, kw_only=True):
    """시민이 보낸 수정 요청 하나. 시민의 글은 개인정보를 가린 뒤의 것만 여기 있다.

    `sender`는 보낸 곳(주소와 브라우저)의 열쇠 건 지문, `barred`는 이의가 들어와 다시 정할 수 없는 편집자, `accepted_by`는
    2차 확인을 올린 편집자, `paused_at`은 시민의 답을 기다리기 시작한 때(그동안 기한이 멈춘다)다.
    """

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint(one_of("kind", Kind), name="kind"),
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(f"reason_code IS NULL OR {one_of('reason_code', Reason)}", name="reason_code"),
        CheckConstraint("state <> 'declined' OR reason_code IS NOT NULL", name="declined_has_reason"),
        CheckConstraint(one_of("risk", Risk), name="risk"),
        CheckConstraint("state <> 'duplicate' OR duplicate_of IS NOT NULL", name="duplicate_has_original"),
        CheckConstraint("duplicate_of IS NULL OR duplicate_of <> id", name="not_its_own_duplicate"),
        CheckConstraint("state <> 'second_check' OR accepted_by IS NOT NULL", name="second_check_has_first"),
        Index(None, "state", "submitted_at"),
        Index(None, "state", "due_at"),
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
    channel: Mapped[str] = mapped_column(String(20), default="web")
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey(Reporter.id), index=True, default=None)
    sender: Mapped[str] = mapped_column(String(64), default="", repr=False)
    risk: Mapped[Risk] = mapped_column(stored_by_value(Risk), default=Risk.FACT)
    office: Mapped[str] = mapped_column(String(100), default="")
    acknowledge_by: Mapped[datetime | None] = mapped_column(default=None)
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)
    office_due_at: Mapped[datetime | None] = mapped_column(default=None)
    paused_at: Mapped[datetime | None] = mapped_column(default=None)
    claimed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(default=None)
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    barred: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("correction.id"), index=True, default=None)
    objected_at: Mapped[datetime | None] = mapped_column(default=None)
    score: Mapped[int] = mapped_column(default=0)
    suspicions: Mapped[str] = mapped_column(Text, default="")
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


class Message(Base, kw_only=True):
    """수정 요청을 두고 오간 글: 편집자의 물음, 시민의 답, 부서의 확인, 이의. 시민의 글은 개인정보를 가린 것이다."""

    __tablename__ = "correction_message"
    __table_args__ = (CheckConstraint("kind IN ('question', 'answer', 'office', 'objection')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, repr=False)
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    office: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))


class ReviewDraft(Base, kw_only=True):
    """편집자가 적다 만 글. 맡은 시간이 끝나도, 창을 닫아도 남는다."""

    __tablename__ = "review_draft"

    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    form: Mapped[dict[str, Any]] = mapped_column(repr=False)
    saved_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))


class ReviewPresence(Base, kw_only=True):
    """지금 이 요청을 열어 둔 편집자."""

    __tablename__ = "review_presence"

    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))


class MeToo(Base, kw_only=True):
    """‘저도요’ 하나: 같은 오류를 본 다른 시민. 누구인지는 열쇠 건 지문만 남는다."""

    __tablename__ = "me_too"

    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), primary_key=True)
    sender: Mapped[str] = mapped_column(String(64), primary_key=True, repr=False)
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))


class Revision(Base, kw_only=True):
    """받아들인 글. `confirmed_at`이 적히면 싣기로 정한 것, `commit_sha`가 적히면 실린 것이다.

    `closed_at`만 적히면 싣지 않은 것이다: 2차 확인에서 돌려보냈거나 그사이 바뀐 글에 밀렸다. `reverts`는 되돌리는 반영본이다.
    """

    __tablename__ = "revision"
    __table_args__ = (
        CheckConstraint("commit_sha IS NULL OR closed_at IS NOT NULL", name="applied_is_closed"),
        CheckConstraint("commit_sha IS NULL OR confirmed_at IS NOT NULL", name="applied_is_confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), index=True)
    entry_id: Mapped[str] = mapped_column(String(20))
    base_version: Mapped[str] = mapped_column(String(12))
    base_text: Mapped[str] = mapped_column(Text, repr=False)
    text: Mapped[str] = mapped_column(Text, repr=False)
    accepted_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    risk: Mapped[Risk] = mapped_column(stored_by_value(Risk), default=Risk.FACT)
    partial: Mapped[bool] = mapped_column(default=False)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    reverts: Mapped[int | None] = mapped_column(ForeignKey("revision.id"), default=None)
    commit_sha: Mapped[str | None] = mapped_column(String(40), default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_waiting(self) -> bool:
        """싣기로 했으나 아직 파일에 싣지 않았나."""
        return self.closed_at is None and self.confirmed_at is not None

    @property
    def is_proposed(self) -> bool:
        """2차 확인을 기다리나."""
        return self.closed_at is None and self.confirmed_at is None


_WAITING = Revision.closed_at.is_(None) & Revision.confirmed_at.is_not(None)
Index("uq_revision_entry_waiting", Revision.entry_id, unique=True, sqlite_where=_WAITING, postgresql_where=_WAITING)
"""한 안내에 아직 싣지 않은 고침은 하나뿐이다: 두 편집자가 서로의 글을 덮지 않는다."""
