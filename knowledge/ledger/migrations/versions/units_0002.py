"""What a passage's number counts, and whether its text was read from a picture"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Go one step forward."""
    op.add_column("version_passages", sa.Column("unit", sa.String(length=8), nullable=False, server_default="page"))
    op.add_column("version_passages", sa.Column("ocr", sa.Float(), nullable=True))
