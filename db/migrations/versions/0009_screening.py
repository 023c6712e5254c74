"""걸러내기: 어디에서 왔는지의 자취와 멈춰 둔 안내."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screening_trace",
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("skeleton", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["correction.id"], name=op.f("fk_screening_trace_correction_id_correction")
        ),
        sa.PrimaryKeyConstraint("correction_id", name=op.f("pk_screening_trace")),
    )
    for name in ("address", "sender", "entry_id"):
        op.create_index(op.f(f"ix_screening_trace_{name}_at"), "screening_trace", [name, "at"])
    op.create_index(op.f("ix_screening_trace_at"), "screening_trace", ["at"])
    op.create_table(
        "entry_freeze",
        sa.Column("entry_id", sa.String(20), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_entry_freeze_by_person")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_entry_freeze")),
    )


def downgrade() -> None:
    op.drop_table("entry_freeze")
    op.drop_table("screening_trace")
