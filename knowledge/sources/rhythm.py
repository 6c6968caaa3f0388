"""How often a source is refreshed, as people write it: "30m", "6h", "2d", or "03:00" for once a day at that time."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apscheduler.triggers.cron import CronTrigger

_INTERVAL = re.compile(r"([1-9][0-9]{0,3})([mhd])")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
# More often than this is impolite to a site, and a folder is watched anyway.
SHORTEST = timedelta(minutes=10)
# What failed as a whole is tried again after this, if its rhythm is slower.
AGAIN = timedelta(hours=1)


def is_rhythm(text: str) -> bool:
    """Whether a text says how often."""
    return bool(_TIME.fullmatch(text)) or (_interval(text) or timedelta()) >= SHORTEST


def next_time(rhythm: str, last: datetime | None, *, zone: tzinfo, failed: bool = False) -> datetime | None:
    """Return when to refresh next after the `last` time; None stands for at once, before the first."""
    if last is None:
        return None
    due = _due(rhythm, last.astimezone(zone), zone)
    return min(due, last.astimezone(zone) + AGAIN) if failed else due


def is_weekly(text: str) -> bool:
    """Whether a text names a day of the week and a time, "mon 09:00" for example."""
    day, _, time = text.partition(" ")
    return day in _DAYS and bool(_TIME.fullmatch(time))


def weekly(text: str, zone: tzinfo) -> "CronTrigger":
    """Return what fires each week on that day at that time."""
    from apscheduler.triggers.cron import CronTrigger

    day, _, time = text.partition(" ")
    hour, minute = time.split(":")
    return CronTrigger(day_of_week=day, hour=hour, minute=minute, timezone=zone)


def last_weekly(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Return when that was last, at this moment or before it."""
    week = timedelta(days=7)
    due = weekly(text, zone).get_next_fire_time(None, now - week + timedelta(microseconds=1))
    assert isinstance(due, datetime)  # noqa: S101  every week has one
    return due if due <= now else due - week  # only where a week is an hour longer


def office_zone(name: str | None) -> tzinfo:
    """Return the office's time zone by its name, or the machine's."""
    from zoneinfo import ZoneInfo

    from tzlocal import get_localzone

    return ZoneInfo(name) if name else get_localzone()


def _due(rhythm: str, last: datetime, zone: tzinfo) -> datetime:
    interval = _interval(rhythm)
    if interval:
        return last + interval
    # Its trigger knows the nights of an hour more or less.
    from apscheduler.triggers.cron import CronTrigger

    hour, minute = rhythm.split(":")
    due = CronTrigger(hour=hour, minute=minute, timezone=zone).get_next_fire_time(None, last + timedelta(seconds=1))
    assert isinstance(due, datetime)  # noqa: S101  every day has one
    return due


def _interval(text: str) -> timedelta | None:
    said = _INTERVAL.fullmatch(text)
    return timedelta(**{_UNITS[said[2]]: int(said[1])}) if said else None
