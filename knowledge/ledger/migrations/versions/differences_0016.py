"""Where the sources of an answer do not agree"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("answers", sa.Column("differences", sa.JSON(), nullable=True))
