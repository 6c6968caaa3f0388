"""Memos: what somebody wants written, and how an answer's citations are laid out for it"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("questions", sa.Column("memo", sa.JSON(), nullable=True))
    op.add_column("answers", sa.Column("memo", sa.JSON(), nullable=True))
