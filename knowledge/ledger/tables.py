"""The tables of the ledger. Migrations in migrations/versions make them; a test holds the two against each other."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """A moment, kept as UTC; SQLite would drop the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Store naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return an aware datetime."""
        return value.replace(tzinfo=UTC) if value else None


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

questions = Table(
    "questions",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("text", Text, nullable=False),
    Column("asker", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("thread_id", String(128), index=True),
    Column("thread", JSON, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("as_of", String(10)),
)

answers = Table(
    "answers",
    metadata,
    Column("question_id", ForeignKey("questions.id"), primary_key=True),
    Column("outcome", String(8), nullable=False),
    Column("probability", Float, nullable=False),
    Column("manifest", String(32), nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("answered_at", Utc, nullable=False),
)

citations = Table(
    "citations",
    metadata,
    Column("question_id", ForeignKey("answers.question_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("passage_id", ForeignKey("passages.id"), nullable=False, index=True),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("quote", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("key_start", Integer),
    Column("key_end", Integer),
    # What was said of the document then.
    Column("status", String(16)),
)

gaps = Table(
    "gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question", Text, nullable=False),
    Column("wording", String(32), nullable=False, index=True),
    Column("status", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("first_asked", Utc, nullable=False),
)

gap_questions = Table(
    "gap_questions",
    metadata,
    Column("question_id", ForeignKey("questions.id"), primary_key=True),
    Column("gap_id", ForeignKey("gaps.id"), nullable=False, index=True),
    Column("reason", String(32), nullable=False),
)

near_passages = Table(
    "near_passages",
    metadata,
    Column("question_id", ForeignKey("questions.id"), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("passage_id", ForeignKey("passages.id"), nullable=False),
    Column("version_id", ForeignKey("versions.id"), nullable=False),
    Column("score", Float, nullable=False),
    Column("status", String(16)),
)

feedback = Table(
    "feedback",
    metadata,
    Column("question_id", ForeignKey("questions.id"), primary_key=True),
    Column("user", String(64), primary_key=True),
    Column("helpful", Boolean, nullable=False),
    Column("given_at", Utc, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question_id", ForeignKey("questions.id"), nullable=False, unique=True),
    Column("reply_to", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("maybe_delivered", Boolean, nullable=False),
    Column("message_ts", String(32)),
    Column("accepted_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Index("ix_jobs_state", "state", "id"),
)

gold_questions = Table(
    "gold_questions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("thread", JSON, nullable=False),
    Column("document_id", ForeignKey("documents.id")),
    Column("words", JSON, nullable=False),
    Column("added_at", Utc, nullable=False),
    Column("added_by", Text, nullable=False),
    # Kept once removed, so that a number the audit trail names never means another question.
    Column("removed_at", Utc),
)

gold_results = Table(
    "gold_results",
    metadata,
    Column("gold_id", ForeignKey("gold_questions.id"), primary_key=True),
    Column("miss", Text),
    # What the last run that somebody asked for made of it: what every run is compared with.
    Column("known_miss", Text),
    Column("manifest", String(32), nullable=False),
    Column("ran_at", Utc, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("actor", Text, nullable=False),
    Column("act", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)
