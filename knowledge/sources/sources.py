"""The sources of an office: added, listed, removed, refreshed. When that happens by itself is schedule.py's matter."""

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

from knowledge.domain import OnProgress
from knowledge.errors import AttacheError, NotFound, PathNotFound
from knowledge.ledger import Ledger
from knowledge.sources.errors import BadRhythm, NotFetched, SourceAtWork
from knowledge.sources.fetching import Fetcher
from knowledge.sources.refreshing import Add, Did, Listing, Refreshing, list_source
from knowledge.sources.rhythm import is_rhythm
from knowledge.sources.source import NewSource, Refreshed, SourceKind, SourceRecord

log = logging.getLogger(__name__)

# Who the audit trail names for what happens on schedule.
SCHEDULE = "schedule"
# News kept until somebody listens: Slack takes a moment longer to start than the schedule.
MOST_UNTOLD = 50


class Sources:
    """Keeps sources and brings them up to date, each by one at a time."""

    def __init__(self, *, ledger: Ledger, fetcher: Fetcher, add: Add, break_off: Callable[[], None]) -> None:
        """`add` takes files into the library, `break_off` ends the reading of the one at hand."""
        self._ledger = ledger
        self._fetcher = fetcher
        self._add = add
        self._break_off = break_off
        self._stopping = Event()
        self._turns: dict[str, Lock] = {}
        self._taking_turns = Lock()
        self._on_change: Callable[[], None] = lambda: None
        self._untold: deque[Refreshed] = deque(maxlen=MOST_UNTOLD)
        self._on_news: Callable[[Refreshed], None] = self._untold.append

    def add(self, source: NewSource, *, actor: str, on_progress: OnProgress = lambda _: None) -> Refreshed:
        """Keep a source and fetch what it has. Raises BadRhythm, SourceExists, CollectionNotFound.

        Raises NotFetched and NotFound for one that has nothing to fetch, which is not kept then.
        """
        if source.every is not None and not is_rhythm(source.every):
            raise BadRhythm
        self._ledger.library.check_collections(source.collections)
        source = replace(source, address=self._tidied(source))
        listing = list_source(source, self._fetcher)
        record = self._ledger.sources.add(source, actor=actor)
        turn = self._turn(record.id)
        with turn:
            refreshed = self._refresh(record, actor=actor, on_progress=on_progress, listing=listing)
        self._on_change()
        return refreshed

    def records(self) -> tuple[SourceRecord, ...]:
        """Return the sources, the first added first."""
        return self._ledger.sources.records()

    def remove(self, source: str, *, actor: str) -> SourceRecord:
        """Keep a source no more; what came from it stays in the library. Raises SourceNotFound."""
        removed = self._ledger.sources.remove(source, actor=actor)
        self._on_change()
        return removed

    def refresh(
        self, source: str | None = None, *, actor: str, on_progress: OnProgress = lambda _: None
    ) -> tuple[Refreshed, ...]:
        """Bring one source, or all of them, up to date now; one that fails stops no other.

        Raises SourceNotFound, and SourceAtWork for the one named; of all, those at work are passed over.
        """
        records = self.records() if source is None else (self._ledger.sources.record(source),)
        done = []
        for record in records:
            turn = self._turn(record.id)
            if not turn.acquire(blocking=False):
                if source is not None:
                    raise SourceAtWork
                continue
            try:
                done.append(self._refresh(record, actor=actor, on_progress=on_progress))
            finally:
                turn.release()
            self._on_change()
        return tuple(done)

    def keep_fresh(self, source: str) -> Refreshed:
        """Bring a source up to date on schedule, after whoever is at it. Raises SourceNotFound.

        A web site that somebody else has gone through meanwhile is not gone through again.
        """
        before = self._ledger.sources.record(source)
        with self._turn(source):
            record = self._ledger.sources.record(source)
            if record.refreshed_at != before.refreshed_at and record.source.kind is not SourceKind.FOLDER:
                return Refreshed(source=record)
            refreshed = self._refresh(record, actor=SCHEDULE)
        self._on_change()
        if refreshed.is_news:
            self._on_news(refreshed)
        return refreshed

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have `listener` called whenever a source was added, removed or refreshed."""
        self._on_change = listener

    def on_news(self, listener: Callable[[Refreshed], None]) -> None:
        """Have `listener` told of refreshes on schedule that people should hear of, also of those there were."""
        self._on_news = listener
        while self._untold:
            listener(self._untold.popleft())

    def stop(self) -> None:
        """Let refreshes under way end soon, and none wait; what they did stays."""
        self._stopping.set()
        self._fetcher.stop()
        with self._taking_turns:
            at_work = any(turn.locked() for turn in self._turns.values())
        if at_work:
            self._break_off()

    def _refresh(
        self,
        record: SourceRecord,
        *,
        actor: str,
        on_progress: OnProgress = lambda _: None,
        listing: Listing | None = None,
    ) -> Refreshed:
        start, asked_for = time.perf_counter(), actor != SCHEDULE
        did, trouble = Did(), None
        refreshing = Refreshing(
            record,
            ledger=self._ledger,
            fetcher=self._fetcher,
            add=self._add,
            actor=actor,
            thorough=asked_for,
            stopping=self._stopping,
            on_progress=on_progress,
        )
        try:
            did = refreshing.run(list_source(record.source, self._fetcher) if listing is None else listing)
            trouble = did.trouble
        except (NotFetched, NotFound) as err:
            trouble = err.advice
        except Exception:
            # Whatever it is, it is tried again later and not at once.
            self._ledger.sources.note_refresh(record.id, trouble=AttacheError.advice, actor=None)
            raise
        if self._stopping.is_set():  # it is due again at the next start
            return Refreshed(source=record)
        log.info("refreshed %s: %d flagged, %d failed", record.id, len(did.flagged), len(did.failed))
        # Of a first refresh the trail says that the source was added.
        noted = actor if asked_for and listing is None else None
        self._ledger.sources.note_refresh(record.id, trouble=trouble, actor=noted)
        after = next((kept for kept in self.records() if kept.id == record.id), record)
        return Refreshed(
            source=after,
            added=tuple(did.added),
            updated=tuple(did.updated),
            unchanged=did.unchanged,
            flagged=tuple(did.flagged),
            returned=tuple(did.returned),
            left_out=tuple(did.left_out),
            failed=tuple(did.failed),
            embedded=did.embedded,
            seconds=round(time.perf_counter() - start, 3),
            gold=did.gold,
            fails_anew=after.trouble is not None and record.trouble is None,
        )

    def _tidied(self, source: NewSource) -> str:
        """Return an address as it is kept: an absolute path, or a link that may be fetched."""
        if source.kind is SourceKind.FOLDER:
            folder = Path(source.address).resolve()
            if folder.exists() and not folder.is_dir():
                raise PathNotFound("A source is a folder or a link; please name the folder the file lies in.")
            return str(folder)
        return self._fetcher.check(source.address)

    def _turn(self, id_: str) -> Lock:
        with self._taking_turns:
            return self._turns.setdefault(id_, Lock())
