"""Questions, what came of them, and the replies still owed."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

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
    # What is to be written on the topic that the text is.
    Column("memo", JSON(none_as_null=True)),
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
    # Ids of the collections its readers could read; null where that was everything.
    Column("audience", JSON(none_as_null=True)),
    # How the citations are laid out.
    Column("memo", JSON(none_as_null=True)),
    # Where its sources do not agree: [about, [number, start, end], [number, start, end]]; null where they do.
    Column("differences", JSON(none_as_null=True)),
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
    Column("review_passed", String(10)),
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
