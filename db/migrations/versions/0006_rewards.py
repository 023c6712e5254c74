"""보상의 장부."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """아직 더할 표가 없다."""


def downgrade() -> None:
    """아직 없앨 표가 없다."""
