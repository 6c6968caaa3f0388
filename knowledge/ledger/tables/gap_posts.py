"""Messages about gaps that stand in Slack once: cards, reminders, digests; and answers a colleague has to agree to."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from knowledge.ledger.tables.base import Utc, metadata

gap_posts = Table(
    "gap_posts",
    metadata,
    # What it is about, "card 7" for example; there is one message of each.
    Column("key", String(200), primary_key=True),
    Column("channel", String(64), nullable=False),
    # Empty while it may or may not stand there: then it is looked for before it is posted.
    Column("message_ts", String(32)),
    Column("began_at", Utc, nullable=False),
    # What it says of the gap, so that it is changed when that does.
    Column("shown", Text),
)

# Words somebody wants to publish: their own, at once, or a colleague's, once the colleague says yes.
answer_offers = Table(
    "answer_offers",
    metadata,
    Column("id", Integer, primary_key=True),
    # The message or the form the words are from: a message is offered once for each gap.
    Column("key", String(200), nullable=False, unique=True),
    Column("gap_id", ForeignKey("gaps.id"), nullable=False),
    Column("text", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("review_by", String(10)),
    Column("offered_by", String(64), nullable=False),
    Column("colleague", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", Utc, nullable=False),
)
