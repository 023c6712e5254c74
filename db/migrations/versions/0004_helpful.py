"""도움이 되었는지의 셈."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "helpful_count",
        sa.Column("entry_id", sa.String(10), nullable=False),
        sa.Column("version", sa.String(12), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.CheckConstraint("yes >= 0 AND no >= 0", name=op.f("ck_helpful_count_counts")),
        sa.PrimaryKeyConstraint("entry_id", "version", name=op.f("pk_helpful_count")),
    )
    op.create_index(op.f("ix_helpful_count_no"), "helpful_count", ["no"])


def downgrade() -> None:
    op.drop_table("helpful_count")
