"""Questions the library did not answer, in groups that miss the same thing, and what people did about those."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, LargeBinary, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

gaps = Table(
    "gaps",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("status", String(16), nullable=False),
    Column("owner", Text),
    Column("owner_name", Text),
    Column("due", String(10)),
    # Why it was declined or opened again.
    Column("because", Text),
    Column("answered_at", Utc),
    Column("merged_into", Integer),
)

gap_questions = Table(
    "gap_questions",
    metadata,
    Column("question_id", ForeignKey("questions.id"), primary_key=True),
    Column("gap_id", ForeignKey("gaps.id"), nullable=False, index=True),
    Column("reason", String(32), nullable=False),
    # The group it came into by itself, named by the gap or question that opened it; merged gaps have several.
    Column("part", Integer, nullable=False, server_default="0"),
    # Whether somebody said where it belongs, or what does not belong to it: then it stays.
    Column("by_hand", Boolean, nullable=False, server_default="0"),
    # The turn it leans on, in front of which it stands for itself; empty where it does so alone.
    Column("before", Text, nullable=False, server_default=""),
    # float32 in the byte order of the machine; empty until it is made by the present model.
    Column("vector", LargeBinary),
    Column("language", String(8)),
    Column("permalink", Text),
    # What the refusal said: how many documents were searched, the newest, the words that occur in none.
    Column("searched", JSON, nullable=False, server_default="{}"),
    Column("manifest", String(32), nullable=False, server_default=""),
    # The digest of the library it was last asked again of.
    Column("asked_again_of", String(32)),
    Column("withdrawn_at", Utc),
)

# What people said of a reply: it did not help, or it takes a person.
gap_reports = Table(
    "gap_reports",
    metadata,
    Column("question_id", ForeignKey("gap_questions.question_id"), primary_key=True),
    Column("reason", String(32), primary_key=True),
    Column("user", String(64), primary_key=True),
    Column("said", Text, nullable=False),
    Column("at", Utc, nullable=False),
)

gap_notes = Table(
    "gap_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("gap_id", ForeignKey("gaps.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Utc, nullable=False),
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
    Column("review_passed", String(10)),
)
