"""Questions the library did not answer."""

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

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
