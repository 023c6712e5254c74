"""보상과 장부, 표창의 행. 상태는 moving과 commendation만 바꾼다. 시민의 이름은 표창의 확인(AwardIdentity)에만 있다."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from corrections.models import Correction, Revision
from corrections.people import Reporter
from corrections.rewards.rules import Why
from db.base import Base, one_of, stored_by_value


class RewardState(StrEnum):
    """보상이 지금 어디에 있나 (WORKFLOWS 3.1 Reward). `held`는 책임 편집자가 정할 때까지 멈춘 것이다."""

    PENDING = "pending"
    HELD = "held"
    GRANTED = "granted"
    REVERSED = "reversed"
    VOID = "void"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return STATE_LABELS[self]

    @property
    def is_live(self) -> bool:
        """줄 것이거나 준 것인가."""
        return self in LIVE


STATE_LABELS = {
    RewardState.PENDING: "14일을 기다림",
    RewardState.HELD: "책임 편집자가 볼 것",
    RewardState.GRANTED: "드림",
    RewardState.REVERSED: "거둠",
    RewardState.VOID: "주지 않음",
}
LIVE = frozenset({RewardState.PENDING, RewardState.HELD, RewardState.GRANTED})


class Reward(Base, kw_only=True):
    """실린 고침 하나의 보상. `correction_id`는 먼저 알린 요청, `revision_id`는 실린 글이다.

    `worth`는 걸린 것만 본 점수, `points`는 규칙이 깎은 뒤의 점수다. `ruled_by`가 있으면 책임 편집자가 정한 것이라 규칙이
    다시 의심하지 않는다.
    """

    __tablename__ = "reward"
    __table_args__ = (
        CheckConstraint(one_of("state", RewardState), name="state"),
        CheckConstraint(f"why IS NULL OR {one_of('why', Why)}", name="why"),
        CheckConstraint("points >= 0 AND points <= worth", name="points"),
        CheckConstraint("state IN ('void', 'reversed') OR points > 0", name="live_has_points"),
        CheckConstraint("state NOT IN ('held', 'reversed', 'void') OR why IS NOT NULL", name="has_why"),
        CheckConstraint("state <> 'granted' OR granted_at IS NOT NULL", name="granted_has_time"),
        UniqueConstraint("revision_id", "reporter_id"),
        Index(None, "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    correction_id: Mapped[int] = mapped_column(ForeignKey(Correction.id), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey(Revision.id))
    reporter_id: Mapped[int] = mapped_column(ForeignKey(Reporter.id), index=True)
    state: Mapped[RewardState] = mapped_column(stored_by_value(RewardState))
    worth: Mapped[int]
    points: Mapped[int]
    due_at: Mapped[datetime]
    why: Mapped[Why | None] = mapped_column(stored_by_value(Why), default=None)
    note: Mapped[str] = mapped_column(Text, default="", repr=False)
    ruled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    granted_at: Mapped[datetime | None] = mapped_column(default=None)
    made_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    row_version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's declarative form

    @property
    def stream(self) -> str:
        """사건 기록에서 이 보상의 흐름."""
        return f"reward/{self.id}"


_LIVE = Reward.state.in_(sorted(LIVE))
Index("uq_reward_revision_live", Reward.revision_id, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
"""한 고침에 살아 있는 보상은 하나뿐이다: 먼저 알린 한 사람."""


class LedgerEntry(Base, kw_only=True):
    """점수가 한 계정에서 다른 계정으로 옮겨 간 한 줄: 나간 만큼 들어오므로 모두 더하면 언제나 0이다.

    계정은 `pool`(아직 주지 않은 것), `pending:<번호>`(14일을 기다리는 것), `reporter:<번호>`(준 것), `reversed`(거둔 것)이다.
    고침과 지움은 데이터베이스의 방아쇠가 거절한다. ledger.move로만 만든다.
    """

    __tablename__ = "reward_ledger"
    __table_args__ = (
        UniqueConstraint("reward_id", "step"),
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("source <> target", name="moves"),
        CheckConstraint(
            "(source = 'pool' AND target = 'pending:' || reporter_id) "
            "OR (source = 'pending:' || reporter_id AND target IN ('pool', 'reporter:' || reporter_id)) "
            "OR (source = 'reporter:' || reporter_id AND target = 'reversed')",
            name="accounts",
        ),
        Index(None, "source"),
        Index(None, "target"),
        {"sqlite_autoincrement": True},  # a number once given is never given again
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reward_id: Mapped[int] = mapped_column(ForeignKey(Reward.id))
    step: Mapped[int]
    reporter_id: Mapped[int] = mapped_column(ForeignKey(Reporter.id))
    source: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(40))
    points: Mapped[int]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    at: Mapped[datetime]


class ExcludedContact(Base, kw_only=True):
    """보상을 받지 않는 사람의 연락처: 직원, 용역, 그 가족. 연락처는 지문(`key`)으로만 안다 (DOMAIN SE-03)."""

    __tablename__ = "excluded_contact"

    key: Mapped[str] = mapped_column(String(64), primary_key=True, repr=False)
    added_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))


class HiddenThanks(Base, kw_only=True):
    """감사 쪽에서 책임 편집자가 숨긴 별명. 시민이 별명을 바꾸면 다시 보인다."""

    __tablename__ = "hidden_thanks"

    reporter_id: Mapped[int] = mapped_column(ForeignKey(Reporter.id), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(40))
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))


class AwardState(StrEnum):
    """표창이 어디까지 왔나 (WORKFLOWS 3.1 Commendation)."""

    NOMINATED = "nominated"
    CHECKED = "checked"
    DECIDED = "decided"
    AWARDED = "awarded"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return AWARD_LABELS[self]


AWARD_LABELS = {
    AwardState.NOMINATED: "추천",
    AwardState.CHECKED: "본인 확인",
    AwardState.DECIDED: "심의 마침",
    AwardState.AWARDED: "수여",
    AwardState.REFUSED: "주지 않음",
}


class AwardMode(StrEnum):
    """법적 방식 둘 가운데 하나 (DOMAIN SE-03, 0-10)."""

    CERTIFICATE = "certificate"
    ORDINANCE_BENEFIT = "ordinance_benefit"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return MODE_LABELS[self]


MODE_LABELS = {
    AwardMode.CERTIFICATE: "시장 표창 (부상 없음)",
    AwardMode.ORDINANCE_BENEFIT: "조례에 따른 시의 혜택",
}


class Commendation(Base, kw_only=True):
    """한 사람을 어느 달이나 해의 표창에 추천한 것. 근거는 CommendationGround에 있다."""

    __tablename__ = "commendation"
    __table_args__ = (
        CheckConstraint(one_of("state", AwardState), name="state"),
        CheckConstraint(f"mode IS NULL OR {one_of('mode', AwardMode)}", name="mode"),
        CheckConstraint(
            "mode IS NULL OR mode <> 'ordinance_benefit' OR length(article) > 0", name="benefit_has_article"
        ),
        CheckConstraint("mode IS NULL OR mode <> 'certificate' OR article = ''", name="certificate_has_no_benefit"),
        CheckConstraint("state NOT IN ('decided', 'awarded') OR mode IS NOT NULL", name="decided_has_mode"),
        UniqueConstraint("period", "reporter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    period: Mapped[str] = mapped_column(String(7))
    reporter_id: Mapped[int] = mapped_column(ForeignKey(Reporter.id), index=True)
    state: Mapped[AwardState] = mapped_column(stored_by_value(AwardState), default=AwardState.NOMINATED)
    mode: Mapped[AwardMode | None] = mapped_column(stored_by_value(AwardMode), default=None)
    article: Mapped[str] = mapped_column(String(200), default="")
    nominated_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    nominated_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    row_version: Mapped[int] = mapped_column(init=False)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's declarative form

    @property
    def stream(self) -> str:
        """사건 기록에서 이 표창의 흐름."""
        return f"commendation/{self.id}"


class CommendationGround(Base, kw_only=True):
    """표창의 근거가 되는 수정 요청 하나. `used`는 심의가 그 근거로 주기로 한 것이다."""

    __tablename__ = "commendation_ground"

    commendation_id: Mapped[int] = mapped_column(ForeignKey(Commendation.id), primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey(Correction.id), primary_key=True)
    used: Mapped[bool] = mapped_column(default=False)


_USED = CommendationGround.used.is_(True)
Index(
    "uq_commendation_ground_used",
    CommendationGround.correction_id,
    unique=True,
    sqlite_where=_USED,
    postgresql_where=_USED,
)
"""한 일로 두 번 주지 않는다 (정부표창규정 2조 2항, DOMAIN SE-03)."""


class AwardIdentity(Base, kw_only=True):
    """표창에 쓸 본인 확인. 다른 것과 따로 두고, 수여가 끝나거나 시민이 바라면 지운다. 읽는 것도 사건이다."""

    __tablename__ = "award_identity"

    commendation_id: Mapped[int] = mapped_column(ForeignKey(Commendation.id), primary_key=True)
    text: Mapped[str] = mapped_column(Text, repr=False)
    publish_name: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
    erased_at: Mapped[datetime | None] = mapped_column(default=None)


class PanelVote(Base, kw_only=True):
    """심의한 한 사람의 뜻."""

    __tablename__ = "panel_vote"

    commendation_id: Mapped[int] = mapped_column(ForeignKey(Commendation.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    agrees: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="", repr=False)
    at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))
