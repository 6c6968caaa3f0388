"""The tables of the ledger. Migrations in migrations/versions make them; a test holds the two against each other."""

from knowledge.ledger.tables.asking import answers, citations, feedback, jobs, questions
from knowledge.ledger.tables.audit import audit
from knowledge.ledger.tables.base import metadata
from knowledge.ledger.tables.collections import collections, document_collections
from knowledge.ledger.tables.gap_posts import answer_offers, gap_posts
from knowledge.ledger.tables.gaps import gap_notes, gap_questions, gap_reports, gaps, near_passages
from knowledge.ledger.tables.gold import gold_questions, gold_results
from knowledge.ledger.tables.intake import intake
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
from knowledge.ledger.tables.loop import notices, proofs, quiet, recalled_answers, recalls
from knowledge.ledger.tables.proposals import failures, proposals, proposed_passages
from knowledge.ledger.tables.sources import source_pages, sources
from knowledge.ledger.tables.writing import chat_calls, restated_questions, written_answers

__all__ = [
    "answer_offers",
    "answers",
    "audit",
    "chat_calls",
    "citations",
    "collections",
    "document_collections",
    "documents",
    "failures",
    "feedback",
    "gap_notes",
    "gap_posts",
    "gap_questions",
    "gap_reports",
    "gaps",
    "gold_questions",
    "gold_results",
    "index_state",
    "intake",
    "jobs",
    "metadata",
    "near_passages",
    "notices",
    "passages",
    "places",
    "proofs",
    "proposals",
    "proposed_passages",
    "questions",
    "quiet",
    "recalled_answers",
    "recalls",
    "restated_questions",
    "servings",
    "snapshot_servings",
    "snapshots",
    "source_pages",
    "sources",
    "version_passages",
    "versions",
    "written_answers",
]
