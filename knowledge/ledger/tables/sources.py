"""Sources that refresh themselves, and what was last seen of each of their pages."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("address", Text, nullable=False),
    Column("every", String(16)),
    Column("document_kind", String(32)),
    Column("issuer", Text),
    Column("collections", Text),
    Column("added_at", Utc, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("refreshed_at", Utc),
    Column("trouble", Text),
    # Kept once removed, so that a number the audit trail names never means another source.
    Column("removed_at", Utc),
)

source_pages = Table(
    "source_pages",
    metadata,
    Column("source_id", ForeignKey("sources.id"), primary_key=True),
    Column("url", Text, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("listed", Text),
    Column("seen_at", Utc),
    Column("missing_since", Utc),
    Column("trouble", Text),
    Column("document_id", ForeignKey("documents.id")),
)
