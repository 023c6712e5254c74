"""직원의 세션과 두 번째 열쇠."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """아직 더할 표가 없다."""


def downgrade() -> None:
    """아직 없앨 표가 없다."""
