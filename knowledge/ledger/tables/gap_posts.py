"""Messages about gaps that stand in Slack once: cards, reminders, digests."""

from sqlalchemy import Column, String, Table, Text

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
