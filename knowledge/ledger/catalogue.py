"""Looks documents up for those who keep the library: a fixed number of queries, however many documents there are."""

from collections.abc import Iterable
from datetime import timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import Engine, Select, func, select

from knowledge.catalogue import Entry, Overview, Page, Standing, Wanted
from knowledge.dates import Clock, here
from knowledge.errors import DocumentNotFound
from knowledge.history import GoneBack
from knowledge.ledger.failures import FailedFiles
from knowledge.ledger.library import LibraryRecord
from knowledge.ledger.snapshots import Snapshots
from knowledge.ledger.tables import audit, citations, documents, versions

# How long a document that left counts as removed lately.
LATELY = timedelta(days=30)
MOST_CITED = 5
# What takes a document out of the library.
LEAVING = ("remove", "rollback")


class Catalogue:
    """Reads what is known of the documents; changes nothing."""

    def __init__(
        self, engine: Engine, *, library: LibraryRecord, snapshots: Snapshots, failures: FailedFiles, now: Clock = here
    ) -> None:
        """Read through the other rooms of the ledger; `now` tells the time in the office's time zone."""
        self._engine = engine
        self._library = library
        self._snapshots = snapshots
        self._failures = failures
        self.now = now

    def find(self, wanted: Wanted, *, first: int = 0, most: int | None = None) -> Page:
        """Return the entries wanted, in order of title, at most `most` of them from number `first` on."""
        entries = [entry for entry in self._entries() if wanted.fits(entry)]
        last = len(entries) if most is None else first + most
        return Page(entries=tuple(entries[first:last]), first=first, found=len(entries))

    def entry(self, document_id: str) -> Entry:
        """Return what is known of a document as it is served, else as it waits, else as it was last.

        Raises DocumentNotFound.
        """
        entries = [entry for entry in self._entries() if entry.document.id == document_id]
        if not entries:
            raise DocumentNotFound
        return next((entry for entry in entries if entry.standing is not Standing.WAITING), entries[0])

    def overview(self) -> Overview:
        """Sum up the state of the library."""
        entries = self._entries()
        served = [entry for entry in entries if entry.standing not in {Standing.WAITING, Standing.REMOVED}]
        since = self.now() - LATELY
        removed = [(entry.left_at, entry) for entry in entries if entry.left_at and entry.left_at >= since]
        stale = [entry for entry in served if entry.document.review_passed]
        most_cited = sorted((entry for entry in served if entry.cited), key=lambda entry: -entry.cited)
        return Overview(
            held=len(served),
            waiting=tuple(entry for entry in entries if entry.standing is Standing.WAITING),
            stale=tuple(sorted(stale, key=lambda entry: str(entry.document.review_passed))),
            removed=tuple(entry for _, entry in sorted(removed, key=itemgetter(0), reverse=True)),
            most_cited=tuple(most_cited[:MOST_CITED]),
            failed=tuple(one.failure for one in self._failures.records()),
        )

    def what_going_back_changes(self, snapshot: str) -> GoneBack:
        """Say what going back to a snapshot would change now, and change nothing. Raises SnapshotNotFound."""
        return self._snapshots.compare(snapshot)

    def titles(self, document_ids: Iterable[str]) -> tuple[str, ...]:
        """Return the titles of documents as they stand or were last, in alphabetical order."""
        wanted = frozenset(document_ids)
        titles = {entry.document.id: entry.document.card.title for entry in self._entries()}
        return tuple(sorted(titles[id_] for id_ in wanted))

    def _entries(self) -> list[Entry]:
        """Every document there is or was, in order of title."""
        served = self._library.documents()
        stood = [
            *((record, Standing(record.card.status.value)) for record in served.values()),
            *((record, Standing.WAITING) for record in self._library.waiting()),
            # Somebody may remove one meanwhile.
            *((record, Standing.REMOVED) for record in self._library.removed() if record.id not in served),
        ]
        with self._engine.connect() as connection:
            added = {row.id: row for row in connection.execute(select(documents))}
            cited = {row.document_id: row.answers for row in connection.execute(_times_cited())}
            left = {row.subject: row for row in connection.execute(_leavings())}
        entries = []
        for record, standing in stood:
            leaving = left.get(record.id) if standing is Standing.REMOVED else None
            entries.append(
                Entry(
                    document=record,
                    standing=standing,
                    added_by=added[record.id].added_by,
                    added_at=added[record.id].added_at,
                    cited=cited.get(record.id, 0),
                    left_at=leaving.at if leaving else None,
                    left_by=leaving.actor if leaving else None,
                )
            )
        return sorted(entries, key=lambda entry: (entry.document.card.title.casefold(), entry.document.id))


def _times_cited() -> Select[Any]:
    """Count the answers that quote each document, in whichever version, however often."""
    return (
        select(versions.c.document_id, func.count(citations.c.question_id.distinct()).label("answers"))
        .join_from(citations, versions, versions.c.id == citations.c.version_id)
        .group_by(versions.c.document_id)
    )


def _leavings() -> Select[Any]:
    """Select who last took each document out; beside max() SQLite takes the other columns from its row."""
    return (
        select(audit.c.subject, audit.c.actor, audit.c.at, func.max(audit.c.id))
        .where(audit.c.act.in_(LEAVING))
        .group_by(audit.c.subject)
    )
