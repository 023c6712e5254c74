"""알림: 한 사건을 한 연락처에 한 번."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

STATES = "'queued', 'sending', 'sent', 'failed', 'stuck', 'dropped'"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer()),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime()),
        sa.Column("last_error", sa.Text()),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name=op.f("fk_notice_correction_id_correction")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_notice_contact_id_contact")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_notice_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("event_id", "contact_id", name=op.f("uq_notice_event_id_contact_id")),
    )
    op.create_index(op.f("ix_notice_correction_id"), "notice", ["correction_id"])
    op.create_index(op.f("ix_notice_contact_id"), "notice", ["contact_id"])
    op.create_index(op.f("ix_notice_state_not_before"), "notice", ["state", "not_before"])


def downgrade() -> None:
    op.drop_table("notice")
