"""Files and links somebody handed in, from the moment they arrive until somebody decided about them."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

intake = Table(
    "intake",
    metadata,
    Column("id", Integer, primary_key=True),
    # What makes it the same one when it is sent twice.
    Column("key", String(200), nullable=False, unique=True),
    Column("file_id", String(64)),
    Column("url", Text),
    Column("name", Text, nullable=False),
    Column("user", String(64), nullable=False),
    Column("channel", String(64)),
    Column("thread_ts", String(32)),
    Column("stage", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    # Not tried again before then.
    Column("due_at", Utc),
    Column("maybe_posted", Boolean, nullable=False),
    Column("message_ts", String(32)),
    Column("proposal_id", String(64)),
    Column("decided_by", String(64)),
    Column("decider", Text),
    Column("accepted_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Index("ix_intake_stage", "stage", "id"),
)
