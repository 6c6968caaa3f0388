"""Files that wait for a confirmation, apart from all that may be served; and files that could not be indexed."""

from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

proposals = Table(
    "proposals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made_at", Utc, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("place", Text, nullable=False),
    # No key to `documents`: what it would become may not be there before it is confirmed.
    Column("document_id", String(80), nullable=False),
    Column("origin", Text, nullable=False),
    Column("file", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("stated", JSON, nullable=False),
    Column("card", JSON, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("empty_pages", JSON, nullable=False),
    Column("unread_pages", JSON, nullable=False),
    Column("tables", Integer, nullable=False),
    Column("supersedes", String(80)),
    Column("superseded_from", String(10)),
    # The share of its passages that each document says too; null until it was compared.
    Column("resembles", JSON(none_as_null=True)),
    # The fields of the card that were guessed, each with what was guessed and the words that it rests on.
    Column("guessed", JSON, nullable=False, server_default="{}"),
    # The numbers of what was discarded never come back, so that the audit trail means one file by each.
    sqlite_autoincrement=True,
)

proposed_passages = Table(
    "proposed_passages",
    metadata,
    Column("proposal_id", ForeignKey("proposals.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("passage_id", String(32), nullable=False, index=True),
    Column("heading", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("page", Integer),
    Column("section", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("unit", String(8), nullable=False),
    Column("ocr", Float),
)

failures = Table(
    "failures",
    metadata,
    Column("place", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("advice", Text, nullable=False),
    Column("failed_at", Utc, nullable=False),
    # What was stated of it, and the document it is a newer version of: whoever tries again says neither.
    Column("stated", JSON),
    Column("replaces", Text),
)
