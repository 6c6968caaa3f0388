"""Sources that refresh themselves"""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Go one step forward."""
