"""수정 요청, 반영본, 틀린 시도."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KINDS = "'outdated', 'number', 'fee', 'procedure', 'dead_link', 'unclear', 'typo', 'privacy'"
STATES = "'received', 'applied', 'declined'"
REASONS = (
    "'already_correct', 'no_evidence', 'not_in_this_entry', 'opinion', 'law_unclear', 'out_of_scope', "
    "'cannot_reproduce', 'other'"
)


def upgrade() -> None:
    _corrections()
    _revisions()
    _attempts()


def downgrade() -> None:
    op.drop_table("attempt")
    op.drop_table("revision")
    op.drop_table("correction")


def _corrections() -> None:
    op.create_table(
        "correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("entry_title", sa.Text(), nullable=False),
        sa.Column("base_version", sa.String(12), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("code_hash", sa.String(120), nullable=False),
        sa.Column("submission_key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("reason_code", sa.String(40)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Integer()),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("submitted_at", UtcDateTime(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_correction_kind")),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_correction_state")),
        sa.CheckConstraint(
            f"reason_code IS NULL OR reason_code IN ({REASONS})", name=op.f("ck_correction_reason_code")
        ),
        sa.CheckConstraint(
            "state <> 'declined' OR reason_code IS NOT NULL", name=op.f("ck_correction_declined_has_reason")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_correction_decided_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
        sa.UniqueConstraint("submission_key", name=op.f("uq_correction_submission_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_correction_entry_id"), "correction", ["entry_id"])
    op.create_index(op.f("ix_correction_state_submitted_at"), "correction", ["state", "submitted_at"])


def _revisions() -> None:
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("base_version", sa.String(12), nullable=False),
        sa.Column("base_text", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=False),
        sa.Column("commit_sha", sa.String(40)),
        sa.Column("closed_at", UtcDateTime()),
        sa.CheckConstraint("commit_sha IS NULL OR closed_at IS NOT NULL", name=op.f("ck_revision_applied_is_closed")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name=op.f("fk_revision_correction_id_correction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    op.create_index(op.f("ix_revision_correction_id"), "revision", ["correction_id"])
    waiting = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_revision_entry_waiting",
        "revision",
        ["entry_id"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _attempts() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_door_subject_at"), "attempt", ["door", "subject", "at"])
    op.create_index(op.f("ix_attempt_door_at"), "attempt", ["door", "at"])
