"""수정 요청의 온 흐름: 열네 상태, 기한과 맡음, 오간 글, 적다 만 글, 저도요, 확인한 연락처."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OLD_STATES = "'received', 'applied', 'declined'"
STATES = (
    "'held', 'received', 'triaged', 'in_review', 'needs_info', 'with_office', 'second_check', 'applied', "
    "'partly_applied', 'declined', 'duplicate', 'withdrawn', 'lapsed', 'spam'"
)
OLD_REASONS = (
    "'already_correct', 'no_evidence', 'not_in_this_entry', 'opinion', 'law_unclear', 'out_of_scope', "
    "'cannot_reproduce', 'other'"
)
REASONS = f"{OLD_REASONS}, 'overtaken'"
RISKS = "'wording', 'link', 'fact', 'privacy', 'phone', 'eligibility', 'law', 'fee', 'emergency'"
CHECKS = {
    "risk": f"risk IN ({RISKS})",
    "duplicate_has_original": "state <> 'duplicate' OR duplicate_of IS NOT NULL",
    "not_its_own_duplicate": "duplicate_of IS NULL OR duplicate_of <> id",
    "second_check_has_first": "state <> 'second_check' OR accepted_by IS NOT NULL",
}
POINTERS = {
    "submitted_by": "person",
    "claimed_by": "person",
    "accepted_by": "person",
    "barred": "person",
    "reporter_id": "reporter",
    "duplicate_of": "correction",
}
REVISION_POINTERS = {"accepted_by": "person", "reverts": "revision"}
TIMES = (
    "acknowledge_by",
    "acknowledged_at",
    "due_at",
    "office_due_at",
    "paused_at",
    "claimed_until",
    "objected_at",
)
PLAIN: dict[str, tuple[Any, str]] = {
    "channel": (sa.String(20), "web"),
    "sender": (sa.String(64), ""),
    "risk": (sa.String(40), "fact"),
    "office": (sa.String(100), ""),
    "score": (sa.Integer(), "0"),
    "suspicions": (sa.Text(), ""),
}


def upgrade() -> None:
    _people()
    _wider_correction()
    _wider_revision()
    _beside()


def downgrade() -> None:
    for table in ("me_too", "review_presence", "review_draft", "correction_message", "contact_request"):
        op.drop_table(table)
    _narrower_revision()
    _narrower_correction()
    op.drop_table("contact")
    op.drop_table("reporter")


def _people() -> None:
    op.create_table(
        "reporter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pseudonym", sa.String(40), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reporter")),
    )
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("verified_at", UtcDateTime()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('email', 'sms')", name=op.f("ck_contact_kind")),
        sa.ForeignKeyConstraint(["reporter_id"], ["reporter.id"], name=op.f("fk_contact_reporter_id_reporter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("key", name=op.f("uq_contact_key")),
    )
    op.create_index(op.f("ix_contact_reporter_id"), "contact", ["reporter_id"])


def _wider_correction() -> None:
    with op.batch_alter_table("correction", table_kwargs={"sqlite_autoincrement": True}) as table:
        for name, (kind, default) in PLAIN.items():
            table.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        for name in TIMES:
            table.add_column(sa.Column(name, UtcDateTime()))
        for name in POINTERS:
            table.add_column(sa.Column(name, sa.Integer()))
        table.drop_constraint(op.f("ck_correction_state"), type_="check")
        table.drop_constraint(op.f("ck_correction_reason_code"), type_="check")
        table.create_check_constraint(op.f("ck_correction_state"), f"state IN ({STATES})")
        table.create_check_constraint(
            op.f("ck_correction_reason_code"), f"reason_code IS NULL OR reason_code IN ({REASONS})"
        )
        for name, condition in CHECKS.items():
            table.create_check_constraint(op.f(f"ck_correction_{name}"), condition)
        for name, other in POINTERS.items():
            table.create_foreign_key(op.f(f"fk_correction_{name}_{other}"), other, [name], ["id"])
        table.create_index(op.f("ix_correction_reporter_id"), ["reporter_id"])
        table.create_index(op.f("ix_correction_duplicate_of"), ["duplicate_of"])
        table.create_index(op.f("ix_correction_state_due_at"), ["state", "due_at"])


def _narrower_correction() -> None:
    """옛 세 상태로: 열려 있던 것은 접수, 실린 것은 반영, 나머지는 미반영(그 밖의 까닭)이 된다."""
    op.execute(sa.text("UPDATE correction SET state = 'applied' WHERE state = 'partly_applied'"))
    op.execute(
        sa.text(
            "UPDATE correction SET state = 'declined', reason_code = 'other' "
            "WHERE state IN ('duplicate', 'withdrawn', 'lapsed', 'spam') OR reason_code = 'overtaken'"
        )
    )
    correction = sa.table("correction", sa.column("state"))
    op.execute(
        correction.update()
        .where(correction.c.state.not_in(("received", "applied", "declined")))
        .values(state="received")
    )
    with op.batch_alter_table("correction", table_kwargs={"sqlite_autoincrement": True}) as table:
        for name in ("reporter_id", "duplicate_of", "state_due_at"):
            table.drop_index(op.f(f"ix_correction_{name}"))
        for name, other in POINTERS.items():
            table.drop_constraint(op.f(f"fk_correction_{name}_{other}"), type_="foreignkey")
        for name in (*CHECKS, "state", "reason_code"):
            table.drop_constraint(op.f(f"ck_correction_{name}"), type_="check")
        table.create_check_constraint(op.f("ck_correction_state"), f"state IN ({OLD_STATES})")
        table.create_check_constraint(
            op.f("ck_correction_reason_code"), f"reason_code IS NULL OR reason_code IN ({OLD_REASONS})"
        )
        for name in (*PLAIN, *TIMES, *POINTERS):
            table.drop_column(name)


def _wider_revision() -> None:
    op.drop_index("uq_revision_entry_waiting", table_name="revision")
    with op.batch_alter_table("revision") as table:
        table.add_column(sa.Column("risk", sa.String(40), nullable=False, server_default="fact"))
        table.add_column(sa.Column("partial", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("confirmed_at", UtcDateTime()))
        for name, other in REVISION_POINTERS.items():
            table.add_column(sa.Column(name, sa.Integer()))
            table.create_foreign_key(op.f(f"fk_revision_{name}_{other}"), other, [name], ["id"])
    op.execute(sa.text("UPDATE revision SET confirmed_at = accepted_at"))  # until now accepting was confirming
    with op.batch_alter_table("revision") as table:
        table.create_check_constraint(
            op.f("ck_revision_applied_is_confirmed"), "commit_sha IS NULL OR confirmed_at IS NOT NULL"
        )
    _one_waiting("closed_at IS NULL AND confirmed_at IS NOT NULL")


def _narrower_revision() -> None:
    op.execute(sa.text("DELETE FROM revision WHERE confirmed_at IS NULL"))  # a proposal, not yet an acceptance
    op.drop_index("uq_revision_entry_waiting", table_name="revision")
    with op.batch_alter_table("revision") as table:
        table.drop_constraint(op.f("ck_revision_applied_is_confirmed"), type_="check")
        for name, other in REVISION_POINTERS.items():
            table.drop_constraint(op.f(f"fk_revision_{name}_{other}"), type_="foreignkey")
        for name in ("risk", "partial", "confirmed_at", *REVISION_POINTERS):
            table.drop_column(name)
    _one_waiting("closed_at IS NULL")


def _one_waiting(condition: str) -> None:
    where = sa.text(condition)
    op.create_index(
        "uq_revision_entry_waiting",
        "revision",
        ["entry_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _beside() -> None:
    op.create_table(
        "correction_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.Integer()),
        sa.Column("office", sa.String(100), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('question', 'answer', 'office', 'objection')", name=op.f("ck_correction_message_kind")
        ),
        _to("correction_message", "correction_id", "correction"),
        _to("correction_message", "by", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_message")),
    )
    op.create_index(op.f("ix_correction_message_correction_id"), "correction_message", ["correction_id"])
    op.create_table(
        "review_draft",
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        _to("review_draft", "correction_id", "correction"),
        _to("review_draft", "person_id", "person"),
        sa.PrimaryKeyConstraint("correction_id", "person_id", name=op.f("pk_review_draft")),
    )
    op.create_table(
        "review_presence",
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        _to("review_presence", "correction_id", "correction"),
        _to("review_presence", "person_id", "person"),
        sa.PrimaryKeyConstraint("correction_id", "person_id", name=op.f("pk_review_presence")),
    )
    op.create_table(
        "me_too",
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("me_too", "correction_id", "correction"),
        sa.PrimaryKeyConstraint("correction_id", "sender", name=op.f("pk_me_too")),
    )
    op.create_table(
        "contact_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(120), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime()),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("contact_request", "correction_id", "correction"),
        _to("contact_request", "contact_id", "contact"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_request")),
    )
    for name in ("correction_id", "contact_id"):
        op.create_index(op.f(f"ix_contact_request_{name}"), "contact_request", [name])


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))
