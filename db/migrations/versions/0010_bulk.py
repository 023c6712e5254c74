"""한꺼번에 바꾸기: 여러 안내에 똑같이 적힌 링크나 전화를 바꾸고 되돌린 기록."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entries", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("proposed_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("confirmed_by", sa.Integer(), sa.ForeignKey("person.id"), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("commit_sha", sa.String(40), nullable=True),
        sa.Column("undo_sha", sa.String(40), nullable=True),
        sa.CheckConstraint("what IN ('link', 'phone')", name="what"),
        sa.CheckConstraint(
            "state IN ('proposed', 'applying', 'applied', 'dropped', 'undoing', 'undone')", name="state"
        ),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> proposed_by", name="two_people"),
    )


def downgrade() -> None:
    op.drop_table("bulk_change")
