"""알림."""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """아직 더할 표가 없다."""


def downgrade() -> None:
    """아직 없앨 표가 없다."""
