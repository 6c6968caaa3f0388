"""When sources are refreshed: in the rhythm of each, in the office's time zone, by the process that serves.

The ledger knows when each was refreshed last, so nothing of the schedule has to outlive the process.
"""

import logging
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from knowledge.dates import Clock
from knowledge.errors import AttacheError, NotFound
from knowledge.sources.rhythm import AGAIN, next_time
from knowledge.sources.source import SourceKind, SourceRecord
from knowledge.sources.sources import Sources
from knowledge.sources.watching import QUIET, FolderWatch

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

# Sources refreshed at the same time; most of it is waiting politely.
AT_ONCE = 4
# A job is planned anew once it has run. It must not end by itself: APScheduler 3 raises, in its own thread, for a job
# that ends while the scheduler is being shut down.
NEVER_WEEKS = 520


class Schedule:
    """One planned refresh for each source, and a watch on each folder."""

    def __init__(
        self,
        sources: Sources,
        *,
        scheduler: "BackgroundScheduler",
        rhythm: str,
        now: Clock,
        quiet: int = QUIET,
    ) -> None:
        """`rhythm` is that of sources without one of their own; `quiet` as in `FolderWatch`."""
        self._sources = sources
        self._scheduler = scheduler
        self._rhythm = rhythm
        self._now = now
        self._quiet = quiet
        self._watches: dict[str, FolderWatch] = {}
        self._not_before: dict[str, datetime] = {}
        self._planning = Lock()
        self._stopped = False

    def start(self) -> None:
        """Plan what there is, and again with every change."""
        self._sources.on_change(self.plan)
        self.plan()
        self._scheduler.start()

    def stop(self) -> None:
        """End what is under way soon, wait for it, and plan nothing more."""
        with self._planning:
            self._stopped = True
            watches = [*self._watches.values()]
        for watch in watches:
            watch.stop()
        self._sources.stop()
        self._scheduler.shutdown()
        for watch in watches:
            watch.join()

    def plan(self) -> None:
        """Give each source its next refresh, and each folder its watch."""
        with self._planning:
            if self._stopped:
                return
            records = {record.id: record for record in self._sources.records()}
            for job in self._scheduler.get_jobs():
                if job.id not in records:
                    job.remove()
            for record in records.values():
                self._scheduler.add_job(
                    self.refresh,
                    trigger="interval",
                    weeks=NEVER_WEEKS,
                    next_run_time=self._next(record),
                    args=(record.id,),
                    id=record.id,
                    replace_existing=True,
                    misfire_grace_time=None,
                )
            self._watch_folders(records)

    def refresh(self, source: str) -> None:
        """Refresh a source; whatever goes wrong, it is tried again later."""
        try:
            self._sources.keep_fresh(source)
        except NotFound:  # removed meanwhile
            return
        except Exception as err:
            reference = err.reference if isinstance(err, AttacheError) else "none"
            log.exception("a source could not be refreshed, reference %s", reference)
            self._not_before[source] = self._now() + AGAIN
            self.plan()
            return
        self._not_before.pop(source, None)

    def _next(self, record: SourceRecord) -> datetime:
        zone, earliest = self._scheduler.timezone, self._not_before.get(record.id, self._now())
        rhythm, failed = record.source.every or self._rhythm, record.trouble is not None
        due = next_time(rhythm, record.refreshed_at, zone=zone, failed=failed) or earliest
        return max(due, earliest)

    def _watch_folders(self, records: dict[str, SourceRecord]) -> None:
        for id_, watch in [*self._watches.items()]:
            if id_ not in records or not watch.is_alive():
                watch.stop()
                del self._watches[id_]
        for record in records.values():
            folder = Path(record.source.address)
            if record.source.kind is SourceKind.FOLDER and record.id not in self._watches and folder.is_dir():
                self._watches[record.id] = FolderWatch(folder, self._caller(record.id), quiet=self._quiet)

    def _caller(self, source: str) -> Callable[[], None]:
        return lambda: self.refresh(source)


def open_scheduler(zone: tzinfo) -> "BackgroundScheduler":
    """Make a scheduler in a time zone, that works on a few sources at a time and on what was missed once."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    return BackgroundScheduler(
        timezone=zone, executors={"default": ThreadPoolExecutor(AT_ONCE)}, job_defaults={"coalesce": True}
    )
