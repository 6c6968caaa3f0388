"""Answers translated into the language of their question"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("written_answers", sa.Column("translation", sa.JSON(), nullable=True))
