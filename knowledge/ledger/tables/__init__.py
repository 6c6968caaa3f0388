"""The tables of the ledger. Migrations in migrations/versions make them; a test holds the two against each other."""

from knowledge.ledger.tables.asking import answers, citations, feedback, jobs, questions
from knowledge.ledger.tables.audit import audit
from knowledge.ledger.tables.base import metadata
from knowledge.ledger.tables.gaps import gap_questions, gaps, near_passages
from knowledge.ledger.tables.gold import gold_questions, gold_results
from knowledge.ledger.tables.library import (
    documents,
    index_state,
    passages,
    places,
    servings,
    snapshot_servings,
    snapshots,
    version_passages,
    versions,
)

__all__ = [
    "answers",
    "audit",
    "citations",
    "documents",
    "feedback",
    "gap_questions",
    "gaps",
    "gold_questions",
    "gold_results",
    "index_state",
    "jobs",
    "metadata",
    "near_passages",
    "passages",
    "places",
    "questions",
    "servings",
    "snapshot_servings",
    "snapshots",
    "version_passages",
    "versions",
]
