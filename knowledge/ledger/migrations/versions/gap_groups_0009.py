"""Gaps as groups of questions that are owned"""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Go one step forward."""
