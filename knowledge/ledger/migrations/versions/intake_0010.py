"""Files that arrive in Slack"""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Go one step forward."""
