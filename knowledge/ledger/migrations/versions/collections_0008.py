"""Collections and who may read them"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Go one step forward. Everything there is may be read by the office, as before."""
    collections = op.create_table(
        "collections",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("access", sa.String(length=8), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collections")),
        sa.UniqueConstraint("name", name=op.f("uq_collections_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "document_collections",
        sa.Column("document_id", sa.String(length=80), nullable=False),
        sa.Column("collection_id", sa.Integer(), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_collections_document_id")),
        sa.ForeignKeyConstraint(
            ["collection_id"], ["collections.id"], name=op.f("fk_document_collections_collection_id")
        ),
        sa.PrimaryKeyConstraint("document_id", "collection_id", name=op.f("pk_document_collections")),
    )
    op.create_index(op.f("ix_document_collections_collection_id"), "document_collections", ["collection_id"])
    office = {"id": 1, "name": "office", "access": "office", "channels": [], "groups": [], "added_by": "attache"}
    op.bulk_insert(collections, [{**office, "added_at": datetime.now(UTC).replace(tzinfo=None)}])
    op.execute("INSERT INTO document_collections SELECT id, 1, 0 FROM documents")
    op.add_column("answers", sa.Column("audience", sa.JSON(), nullable=True))
