"""Re-asking, recalls and reminders"""

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Go one step forward."""
