"""The record of truth: documents, questions, answers, gaps and an audit trail in SQL. Indexes are copies of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.dates import Clock, here

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.ledger.answer_offers import AnswerOffers
    from knowledge.ledger.audit import AuditTrail
    from knowledge.ledger.catalogue import Catalogue
    from knowledge.ledger.collections import Collections
    from knowledge.ledger.conversations import Conversations
    from knowledge.ledger.failures import FailedFiles
    from knowledge.ledger.gap_figures import GapFigures
    from knowledge.ledger.gap_groups import GapGroups
    from knowledge.ledger.gap_posts import GapPosts
    from knowledge.ledger.gap_states import GapStates
    from knowledge.ledger.gaps import GapLog
    from knowledge.ledger.gold import GoldQuestions
    from knowledge.ledger.history import History
    from knowledge.ledger.intake import Intake
    from knowledge.ledger.library import LibraryRecord
    from knowledge.ledger.notices import Notices
    from knowledge.ledger.proofs import Proofs
    from knowledge.ledger.proposals import ProposedFiles
    from knowledge.ledger.recalls import Recalls
    from knowledge.ledger.snapshots import Snapshots
    from knowledge.ledger.sources import SourceRows
    from knowledge.ledger.writing import WritingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The parts of one ledger, on one engine."""

    library: "LibraryRecord"
    collections: "Collections"
    conversations: "Conversations"
    gaps: "GapLog"
    gap_states: "GapStates"
    gap_groups: "GapGroups"
    gap_figures: "GapFigures"
    gap_posts: "GapPosts"
    answer_offers: "AnswerOffers"
    gold: "GoldQuestions"
    history: "History"
    intake: "Intake"
    notices: "Notices"
    proofs: "Proofs"
    proposals: "ProposedFiles"
    recalls: "Recalls"
    failures: "FailedFiles"
    snapshots: "Snapshots"
    sources: "SourceRows"
    catalogue: "Catalogue"
    writing: "WritingRecord"
    audit: "AuditTrail"
    engine: "Engine"
    now: Clock

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


def open_ledger(file: Path, now: Clock = here) -> Ledger:
    """Open the ledger in `file`, made or migrated as needed. Several processes may read it at once.

    `now` tells the time in the office's time zone, by which days begin and documents are published.
    """
    from knowledge.ledger.answer_offers import AnswerOffers
    from knowledge.ledger.audit import AuditTrail
    from knowledge.ledger.catalogue import Catalogue
    from knowledge.ledger.collections import Collections
    from knowledge.ledger.conversations import Conversations
    from knowledge.ledger.failures import FailedFiles
    from knowledge.ledger.gap_figures import GapFigures
    from knowledge.ledger.gap_groups import GapGroups
    from knowledge.ledger.gap_posts import GapPosts
    from knowledge.ledger.gap_states import GapStates
    from knowledge.ledger.gaps import GapLog
    from knowledge.ledger.gold import GoldQuestions
    from knowledge.ledger.history import History
    from knowledge.ledger.intake import Intake
    from knowledge.ledger.library import LibraryRecord
    from knowledge.ledger.notices import Notices
    from knowledge.ledger.opening import open_engine
    from knowledge.ledger.proofs import Proofs
    from knowledge.ledger.proposals import ProposedFiles
    from knowledge.ledger.recalls import Recalls
    from knowledge.ledger.snapshots import Snapshots
    from knowledge.ledger.sources import SourceRows
    from knowledge.ledger.writing import WritingRecord

    engine = open_engine(file)
    library, snapshots, failures = LibraryRecord(engine, now), Snapshots(engine, now), FailedFiles(engine, now)
    notices = Notices(engine)
    return Ledger(
        library=library,
        collections=Collections(engine),
        conversations=Conversations(engine),
        gaps=GapLog(engine),
        gap_states=GapStates(engine),
        gap_groups=GapGroups(engine),
        gap_figures=GapFigures(engine, library, now),
        gap_posts=GapPosts(engine),
        answer_offers=AnswerOffers(engine),
        gold=GoldQuestions(engine),
        history=History(engine, now),
        intake=Intake(engine),
        notices=notices,
        proofs=Proofs(engine, library, notices),
        proposals=ProposedFiles(engine, now),
        recalls=Recalls(engine, library, notices, now),
        failures=failures,
        snapshots=snapshots,
        sources=SourceRows(engine, now),
        catalogue=Catalogue(engine, library=library, snapshots=snapshots, failures=failures, now=now),
        writing=WritingRecord(engine, now),
        audit=AuditTrail(engine),
        engine=engine,
        now=now,
    )
