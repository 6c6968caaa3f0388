"""How often a source is refreshed, as people write it: "30m", "6h", "2d", or "03:00" for once a day at that time."""

import re
from datetime import datetime, timedelta, tzinfo

_INTERVAL = re.compile(r"([1-9]\d{0,3})([mhd])")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
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
