"""Runs migrations on the connection that opening.py hands over; never opens one itself."""

from alembic import context

from knowledge.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
