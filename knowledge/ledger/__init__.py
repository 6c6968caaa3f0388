"""The record of truth: documents, questions, answers, gaps and an audit trail in SQL. Indexes are copies of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from knowledge.ledger.conversations import Conversations
    from knowledge.ledger.gaps import GapLog
    from knowledge.ledger.library import LibraryRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """The parts of one ledger, on one engine."""

    library: "LibraryRecord"
    conversations: "Conversations"
    gaps: "GapLog"
    engine: "Engine"

    def close(self) -> None:
        """Let go of the file."""
        self.engine.dispose()


def open_ledger(file: Path) -> Ledger:
    """Open the ledger in `file`, made or migrated as needed. Several processes may read it at once."""
    from knowledge.ledger.conversations import Conversations
    from knowledge.ledger.gaps import GapLog
    from knowledge.ledger.library import LibraryRecord
    from knowledge.ledger.opening import open_engine

    engine = open_engine(file)
    return Ledger(
        library=LibraryRecord(engine), conversations=Conversations(engine), gaps=GapLog(engine), engine=engine
    )
