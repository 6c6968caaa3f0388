"""Documents, their versions and passages, and which of them are served when."""

from sqlalchemy import JSON, Column, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from knowledge.ledger.tables.base import Utc, metadata

documents = Table(
    "documents",
    metadata,
    Column("id", String(80), primary_key=True),
    # What the id was made of: the place it first came from, with a number where that place means another one now.
    Column("place", Text, nullable=False, unique=True),
    Column("added_at", Utc, nullable=False),
    Column("added_by", Text, nullable=False),
    # What a person said, whatever the files say: the document that supersedes it, and from which day.
    Column("successor_id", String(80)),
    Column("superseded_from", String(10)),
)

places = Table(
    "places",
    metadata,
    Column("place", Text, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("fingerprint", String(64), nullable=False),
    # SHA-256 of the file's bytes, and what people stated about it; unknown of versions from before they were kept.
    Column("file", String(64)),
    Column("stated", JSON, nullable=False, server_default="{}"),
    Column("title", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("issuer", Text),
    Column("date", String(10)),
    Column("status", String(16), nullable=False),
    Column("superseded_by", Text),
    Column("language", String(16), nullable=False),
    Column("source", Text),
    Column("publish_at", String(40)),
    Column("review_by", String(10)),
    Column("empty_pages", JSON, nullable=False),
    Column("published_at", Utc, nullable=False),
    UniqueConstraint("document_id", "number"),
)

# Which version of a document is served from when to when. A version of the past can be served again.
servings = Table(
    "servings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False, index=True),
    Column("starts", Utc, nullable=False),
    Column("ends", Utc),
    Column("act", String(16), nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("made_by", Text, nullable=False),
    # Set by going back behind it: it does not count as having been in force.
    Column("undone_at", Utc),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("name", Text, primary_key=True),
    Column("taken_at", Utc, nullable=False),
    Column("taken_by", Text, nullable=False),
    # The last row of `servings` there was.
    Column("last", Integer, nullable=False),
)

snapshot_servings = Table(
    "snapshot_servings",
    metadata,
    Column("snapshot", ForeignKey("snapshots.name"), primary_key=True),
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("starts", Utc, nullable=False),
    Column("successor_id", String(80)),
    Column("superseded_from", String(10)),
)

passages = Table(
    "passages",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("heading", JSON, nullable=False),
    Column("text", Text, nullable=False),
)

version_passages = Table(
    "version_passages",
    metadata,
    Column("version_id", ForeignKey("versions.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("passage_id", ForeignKey("passages.id"), nullable=False, index=True),
    Column("page", Integer),
    Column("section", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("unit", String(8), nullable=False, server_default="page"),
    Column("ocr", Float),
)

index_state = Table(
    "index_state",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
