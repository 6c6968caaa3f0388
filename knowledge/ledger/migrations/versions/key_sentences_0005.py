"""The sentence of an answer that answers best"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("citations", sa.Column("key_start", sa.Integer(), nullable=True))
    op.add_column("citations", sa.Column("key_end", sa.Integer(), nullable=True))
