"""보상과 점수의 장부, 표창, 감사 쪽에서 숨긴 별명, 민원으로 넘길 초안."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REWARD_STATES = "'pending', 'held', 'granted', 'reversed', 'void'"
WHYS = (
    "'conflict', 'self_made', 'same_person', 'confirmed', 'same_find', 'same_words', 'entry_cap', 'day_cap', "
    "'planted', 'proved_wrong', 'own_office', 'collusion', 'scattered', 'reverted', 'replaced', 'erased'"
)
AWARD_STATES = "'nominated', 'checked', 'decided', 'awarded', 'refused'"
MODES = "'certificate', 'ordinance_benefit'"
ACCOUNTS = (
    "(source = 'pool' AND target = 'pending:' || reporter_id) "
    "OR (source = 'pending:' || reporter_id AND target IN ('pool', 'reporter:' || reporter_id)) "
    "OR (source = 'reporter:' || reporter_id AND target = 'reversed')"
)

# SQLite의 INSERT OR REPLACE는 지움 방아쇠를 건너뛰므로 들어오기 전에 본다.
SQLITE_UP = """
CREATE TRIGGER reward_ledger_refuse_update BEFORE UPDATE ON reward_ledger BEGIN
  SELECT RAISE(ABORT, '장부는 고칠 수 없습니다.');
END;
CREATE TRIGGER reward_ledger_refuse_delete BEFORE DELETE ON reward_ledger BEGIN
  SELECT RAISE(ABORT, '장부는 지울 수 없습니다.');
END;
CREATE TRIGGER reward_ledger_only_append BEFORE INSERT ON reward_ledger
WHEN EXISTS (
  SELECT 1 FROM reward_ledger WHERE id = NEW.id OR (reward_id = NEW.reward_id AND step = NEW.step)
)
BEGIN
  SELECT RAISE(ABORT, '장부에는 덧붙이기만 합니다.');
END
"""
POSTGRES_UP = """
CREATE FUNCTION reward_ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '장부는 고치거나 지우거나 비울 수 없습니다.' USING ERRCODE = '23000';
END $$;
CREATE TRIGGER reward_ledger_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON reward_ledger
  FOR EACH STATEMENT EXECUTE FUNCTION reward_ledger_refuse_change();
ALTER TABLE reward_ledger ENABLE ALWAYS TRIGGER reward_ledger_refuse_change
"""


def upgrade() -> None:
    _rewards()
    _ledger()
    _commendations()
    _beside()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(POSTGRES_UP))
    else:
        for trigger in SQLITE_UP.strip().split("\nEND;\n"):
            op.execute(sa.text(trigger if trigger.endswith("END") else f"{trigger}\nEND"))


def downgrade() -> None:
    for table in (
        "intake_draft",
        "hidden_thanks",
        "excluded_contact",
        "panel_vote",
        "award_identity",
        "commendation_ground",
        "commendation",
        "reward_ledger",
        "reward",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP FUNCTION reward_ledger_refuse_change()"))


def _rewards() -> None:
    op.create_table(
        "reward",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(40)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ruled_by", sa.Integer()),
        sa.Column("granted_at", UtcDateTime()),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN ({REWARD_STATES})", name=op.f("ck_reward_state")),
        sa.CheckConstraint(f"why IS NULL OR why IN ({WHYS})", name=op.f("ck_reward_why")),
        sa.CheckConstraint("points >= 0 AND points <= worth", name=op.f("ck_reward_points")),
        sa.CheckConstraint("state IN ('void', 'reversed') OR points > 0", name=op.f("ck_reward_live_has_points")),
        sa.CheckConstraint(
            "state NOT IN ('held', 'reversed', 'void') OR why IS NOT NULL", name=op.f("ck_reward_has_why")
        ),
        sa.CheckConstraint("state <> 'granted' OR granted_at IS NOT NULL", name=op.f("ck_reward_granted_has_time")),
        _to("reward", "correction_id", "correction"),
        _to("reward", "revision_id", "revision"),
        _to("reward", "reporter_id", "reporter"),
        _to("reward", "ruled_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
        sa.UniqueConstraint("revision_id", "reporter_id", name=op.f("uq_reward_revision_id_reporter_id")),
    )
    op.create_index(op.f("ix_reward_correction_id"), "reward", ["correction_id"])
    op.create_index(op.f("ix_reward_reporter_id"), "reward", ["reporter_id"])
    op.create_index(op.f("ix_reward_state_due_at"), "reward", ["state", "due_at"])
    _only_one("uq_reward_revision_live", "reward", "revision_id", "state IN ('granted', 'held', 'pending')")


def _ledger() -> None:
    op.create_table(
        "reward_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reward_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("target", sa.String(40), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_reward_ledger_points")),
        sa.CheckConstraint("source <> target", name=op.f("ck_reward_ledger_moves")),
        sa.CheckConstraint(ACCOUNTS, name=op.f("ck_reward_ledger_accounts")),
        _to("reward_ledger", "reward_id", "reward"),
        _to("reward_ledger", "reporter_id", "reporter"),
        _to("reward_ledger", "event_id", "event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_ledger")),
        sa.UniqueConstraint("reward_id", "step", name=op.f("uq_reward_ledger_reward_id_step")),
        sqlite_autoincrement=True,
    )
    for name in ("source", "target"):
        op.create_index(op.f(f"ix_reward_ledger_{name}"), "reward_ledger", [name])


def _commendations() -> None:
    op.create_table(
        "commendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(7), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(40)),
        sa.Column("article", sa.String(200), nullable=False),
        sa.Column("nominated_by", sa.Integer()),
        sa.Column("nominated_at", UtcDateTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN ({AWARD_STATES})", name=op.f("ck_commendation_state")),
        sa.CheckConstraint(f"mode IS NULL OR mode IN ({MODES})", name=op.f("ck_commendation_mode")),
        sa.CheckConstraint(
            "mode IS NULL OR mode <> 'ordinance_benefit' OR length(article) > 0",
            name=op.f("ck_commendation_benefit_has_article"),
        ),
        sa.CheckConstraint(
            "mode IS NULL OR mode <> 'certificate' OR article = ''",
            name=op.f("ck_commendation_certificate_has_no_benefit"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('decided', 'awarded') OR mode IS NOT NULL", name=op.f("ck_commendation_decided_has_mode")
        ),
        _to("commendation", "reporter_id", "reporter"),
        _to("commendation", "nominated_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commendation")),
        sa.UniqueConstraint("period", "reporter_id", name=op.f("uq_commendation_period_reporter_id")),
    )
    op.create_index(op.f("ix_commendation_reporter_id"), "commendation", ["reporter_id"])
    op.create_table(
        "commendation_ground",
        sa.Column("commendation_id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        _to("commendation_ground", "commendation_id", "commendation"),
        _to("commendation_ground", "correction_id", "correction"),
        sa.PrimaryKeyConstraint("commendation_id", "correction_id", name=op.f("pk_commendation_ground")),
    )
    _only_one("uq_commendation_ground_used", "commendation_ground", "correction_id", "used IS true")
    op.create_table(
        "award_identity",
        sa.Column("commendation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("publish_name", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime()),
        _to("award_identity", "commendation_id", "commendation"),
        sa.PrimaryKeyConstraint("commendation_id", name=op.f("pk_award_identity")),
    )
    op.create_table(
        "panel_vote",
        sa.Column("commendation_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("panel_vote", "commendation_id", "commendation"),
        _to("panel_vote", "person_id", "person"),
        sa.PrimaryKeyConstraint("commendation_id", "person_id", name=op.f("pk_panel_vote")),
    )


def _beside() -> None:
    op.create_table(
        "excluded_contact",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("added_by", sa.Integer()),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("excluded_contact", "added_by", "person"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_excluded_contact")),
    )
    op.create_table(
        "hidden_thanks",
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(40), nullable=False),
        sa.Column("by", sa.Integer()),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("hidden_thanks", "reporter_id", "reporter"),
        _to("hidden_thanks", "by", "person"),
        sa.PrimaryKeyConstraint("reporter_id", name=op.f("pk_hidden_thanks")),
    )
    op.create_table(
        "intake_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Integer()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("taken_at", UtcDateTime()),
        sa.CheckConstraint("kind IN ('other', 'suggestion', 'proposal')", name=op.f("ck_intake_draft_kind")),
        _to("intake_draft", "correction_id", "correction"),
        _to("intake_draft", "created_by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_draft")),
        sa.UniqueConstraint("correction_id", name=op.f("uq_intake_draft_correction_id")),
    )


def _only_one(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
