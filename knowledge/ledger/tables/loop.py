"""What became of unanswered questions and of answers that hold no more, and who is to hear of it."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

# A question of a gap asked again and answered. The answer is one of its own, with its citations.
proofs = Table(
    "proofs",
    metadata,
    Column("answer_id", ForeignKey("questions.id"), primary_key=True),
    Column("question_id", ForeignKey("questions.id"), nullable=False, index=True),
    Column("proved_at", Utc, nullable=False),
    # Whoever asked said that it is not the answer, or an admin opened the gap again.
    Column("rejected_at", Utc),
)

# A change of a document that answers quoted.
recalls = Table(
    "recalls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("found_at", Utc, nullable=False),
    Column("decision", String(8)),
    Column("decided_by", Text),
    Column("decided_at", Utc),
)

recalled_answers = Table(
    "recalled_answers",
    metadata,
    Column("recall_id", ForeignKey("recalls.id"), primary_key=True),
    Column("answer_id", ForeignKey("answers.question_id"), primary_key=True),
)

# Messages nobody asked for at that moment: one row each, posted once.
notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    # What makes it the same one when it is queued twice.
    Column("key", String(300), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("user", String(64), nullable=False),
    # None until the direct messages with the user are known.
    Column("channel", String(64)),
    Column("thread_ts", String(32)),
    Column("answer_id", ForeignKey("questions.id"), index=True),
    Column("recall_id", ForeignKey("recalls.id"), index=True),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    # Not tried again before then.
    Column("due_at", Utc),
    Column("maybe_posted", Boolean, nullable=False),
    Column("message_ts", String(32)),
    # Why it was not sent.
    Column("because", String(64)),
    # Whether the answer was one, by whoever asked.
    Column("verdict", Boolean),
    Column("made_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Index("ix_notices_state", "state", "id"),
)

# People who do not want to hear of answers.
quiet = Table(
    "quiet",
    metadata,
    Column("user", String(64), primary_key=True),
    Column("since", Utc, nullable=False),
)
