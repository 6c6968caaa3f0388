"""Alembic migrations of the ledger, applied whenever it is opened."""
