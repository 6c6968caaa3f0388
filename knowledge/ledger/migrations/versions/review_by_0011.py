"""The day a document is to be reviewed by"""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Go one step forward."""
