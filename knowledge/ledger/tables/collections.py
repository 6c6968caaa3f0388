"""Collections, who may read them, and which documents are in them."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

collections = Table(
    "collections",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("access", String(8), nullable=False),
    # Ids, where the access is limited.
    Column("channels", JSON, nullable=False),
    Column("groups", JSON, nullable=False),
    Column("added_at", Utc, nullable=False),
    Column("added_by", Text, nullable=False),
    # The number of a collection that is gone never means another one: recorded answers keep it.
    sqlite_autoincrement=True,
)

document_collections = Table(
    "document_collections",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("collection_id", ForeignKey("collections.id"), primary_key=True, index=True),
    # Whether a person said so, which beats what the file says of itself.
    Column("by_person", Boolean, nullable=False),
)
