"""Which fields of a proposal's card were guessed, and by which words"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("proposals", sa.Column("guessed", sa.JSON(), nullable=False, server_default="{}"))
