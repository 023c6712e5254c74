"""걸러내기."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """아직 더할 표가 없다."""


def downgrade() -> None:
    """아직 없앨 표가 없다."""
