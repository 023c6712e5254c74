"""찾은 말의 셈."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OUTCOMES = "'synonym', 'written', 'exists', 'not_ours', 'unclear'"


def upgrade() -> None:
    op.create_table(
        "search_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer()),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("closed_as", sa.String(40)),
        sa.Column("closed_note", sa.Text(), nullable=False),
        sa.Column("closed_count", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.Integer()),
        sa.Column("closed_at", UtcDateTime()),
        sa.CheckConstraint("people BETWEEN 0 AND 5", name=op.f("ck_search_term_people")),
        sa.CheckConstraint(f"closed_as IS NULL OR closed_as IN ({OUTCOMES})", name=op.f("ck_search_term_closed_as")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_search_term_closed_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_term")),
        sa.UniqueConstraint("key", name=op.f("uq_search_term_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_search_term_people_last_day"), "search_term", ["people", "last_day"])
    op.create_table(
        "search_count",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.Column("searches", sa.Integer(), nullable=False),
        sa.Column("empty", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["term_id"], ["search_term.id"], ondelete="CASCADE", name=op.f("fk_search_count_term_id_search_term")
        ),
        sa.PrimaryKeyConstraint("term_id", "day", "channel", "text", name=op.f("pk_search_count")),
    )
    op.create_index(op.f("ix_search_count_day"), "search_count", ["day"])
    op.create_table(
        "search_mark",
        sa.Column("term_id", sa.Integer(), nullable=False),
        sa.Column("window", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["term_id"], ["search_term.id"], ondelete="CASCADE", name=op.f("fk_search_mark_term_id_search_term")
        ),
        sa.PrimaryKeyConstraint("term_id", "window", "mark", name=op.f("pk_search_mark")),
    )


def downgrade() -> None:
    op.drop_table("search_mark")
    op.drop_table("search_count")
    op.drop_table("search_term")
