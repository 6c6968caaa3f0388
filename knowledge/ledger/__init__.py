"""The record of truth: documents, questions, answers, gaps and an audit trail in SQL. Indexes are copies of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.dates import Clock, here

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.ledger.audit import AuditTrail
    from knowledge.ledger.conversations import Conversations
    from knowledge.ledger.gaps import GapLog
    from knowledge.ledger.gold import GoldQuestions
    from knowledge.ledger.history import History
    from knowledge.ledger.library import LibraryRecord
    from knowledge.ledger.snapshots import Snapshots


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The parts of one ledger, on one engine."""

    library: "LibraryRecord"
    conversations: "Conversations"
    gaps: "GapLog"
    gold: "GoldQuestions"
    history: "History"
    snapshots: "Snapshots"
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
    from knowledge.ledger.audit import AuditTrail
    from knowledge.ledger.conversations import Conversations
    from knowledge.ledger.gaps import GapLog
    from knowledge.ledger.gold import GoldQuestions
    from knowledge.ledger.history import History
    from knowledge.ledger.library import LibraryRecord
    from knowledge.ledger.opening import open_engine
    from knowledge.ledger.snapshots import Snapshots

    engine = open_engine(file)
    return Ledger(
        library=LibraryRecord(engine, now),
        conversations=Conversations(engine),
        gaps=GapLog(engine),
        gold=GoldQuestions(engine),
        history=History(engine, now),
        snapshots=Snapshots(engine, now),
        audit=AuditTrail(engine),
        engine=engine,
        now=now,
    )
