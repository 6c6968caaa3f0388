"""What was asked of a language model and what of its sentences was kept."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

# A row stands before the model is asked, with what the call may cost at most: a crash spends, never saves.
chat_calls = Table(
    "chat_calls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("question_id", String(128), nullable=False, index=True),
    Column("asker", Text, nullable=False),
    Column("called_at", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("tokens_in", Integer, nullable=False),
    Column("tokens_out", Integer, nullable=False),
    # Millionths of the currency of CHAT_PRICE_IN and CHAT_PRICE_OUT.
    Column("cost", Integer, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("trouble", String(24)),
    Index("ix_chat_calls_called_at", "called_at"),
)

written_answers = Table(
    "written_answers",
    metadata,
    Column("question_id", ForeignKey("answers.question_id"), primary_key=True),
    Column("sentences", JSON, nullable=False),
    Column("unwritten", String(24)),
    Column("dropped", JSON, nullable=False),
    Column("translation", JSON),
)

# How a question was searched where that is not how it was asked: in its thread's words, or in another language.
restated_questions = Table(
    "restated_questions",
    metadata,
    Column("question_id", String(128), primary_key=True),
    Column("text", Text, nullable=False),
)
