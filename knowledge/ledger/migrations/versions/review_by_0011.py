"""The day a document is to be reviewed by, and what answers said of it"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("versions", sa.Column("review_by", sa.String(length=10), nullable=True))
    for table in ("citations", "near_passages"):
        op.add_column(table, sa.Column("review_passed", sa.String(length=10), nullable=True))
