"""Days and moments as documents and people state them: "2022", "2022-10", "2022-10-03", "2026-12-01T09:00".

Never looks at a clock: what is today, and in which time zone, comes from the caller.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, tzinfo

# Says what time it is, in the office's time zone.
Clock = Callable[[], datetime]


def here() -> datetime:
    """Return this moment in the machine's time zone."""
    return datetime.now().astimezone()


def first_day(stated: str) -> date:
    """Return the first day of a year, month or day. Raises ValueError."""
    year, month, day = _parts(stated)
    return date(year, month or 1, day or 1)


def is_date(text: str) -> bool:
    """Whether a text is a date of one of those precisions."""
    try:
        return re.fullmatch(r"\d{4}(-\d\d){0,2}", text, re.ASCII) is not None and first_day(text) is not None
    except ValueError:
        return False


def last_day(stated: str) -> date:
    """Return the last day of a year, month or day. Raises ValueError."""
    year, month, day = _parts(stated)
    return date(year, month or 12, day or monthrange(year, month or 12)[1])


def parse_moment(stated: str, zone: tzinfo | None) -> datetime:
    """Return the moment of a day (its start) or of a day and time, in `zone` unless it names its own.

    Raises ValueError.
    """
    moment = datetime.fromisoformat(stated)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _parts(stated: str) -> tuple[int, int | None, int | None]:
    year, *rest = (int(part) for part in stated.split("-"))
    month, day = (*rest, None, None)[:2]
    return year, month, day
