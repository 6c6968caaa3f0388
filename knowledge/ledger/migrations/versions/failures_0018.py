"""What was stated of files that failed"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("failures", sa.Column("stated", sa.JSON(), nullable=True))
    op.add_column("failures", sa.Column("replaces", sa.Text(), nullable=True))
