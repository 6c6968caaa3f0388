"""The questions an office always wants answered, and how they fared."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

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
