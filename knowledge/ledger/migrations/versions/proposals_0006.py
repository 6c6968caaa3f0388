"""Versions that wait for a confirmation"""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Go one step forward."""
