"""Collections and who may read them"""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Go one step forward."""
