"""Calls somebody at once, on every hour and once a week, in a thread of its own; knows nothing of what they do."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from knowledge.sources.rhythm import weekly
from knowledge.sources.schedule import open_scheduler


class Rounds:
    """A schedule of calls. One that is missed, while the machine sleeps for example, is made up once."""

    def __init__(self, call: Callable[[], None], *, zone: tzinfo, week: str | None) -> None:
        """`week` is a day and a time as `is_weekly` takes it."""
        self._call = call
        self._week = week
        self._scheduler = open_scheduler(zone)
        self._zone = zone

    def start(self) -> None:
        """Call now, and go on from there."""
        now = datetime.now(self._zone)
        self._scheduler.add_job(self._call, "cron", minute=0, next_run_time=now, misfire_grace_time=None)
        if self._week is not None:
            self._scheduler.add_job(self._call, weekly(self._week, self._zone), misfire_grace_time=None)
        self._scheduler.start()

    def stop(self) -> None:
        """Wait for the call under way and make no more."""
        self._scheduler.shutdown()
