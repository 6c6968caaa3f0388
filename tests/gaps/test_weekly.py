"""When the digest of a week was due last, by the office's clock and over the nights of an hour more or less."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.sources.rhythm import last_weekly

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # In winter nine o'clock in Chicago is 15:00 in UTC, in summer 14:00.
        ("2026-11-23 14:59", "2026-11-16 15:00"),
        ("2026-11-23 15:00", "2026-11-23 15:00"),
        ("2026-11-29 23:00", "2026-11-23 15:00"),
        ("2026-07-06 14:00", "2026-07-06 14:00"),
        # Summer time began on March 8 and ended on November 1.
        ("2026-03-09 13:59", "2026-03-02 15:00"),
        ("2026-03-09 14:00", "2026-03-09 14:00"),
        ("2026-11-02 14:59", "2026-10-26 14:00"),
        ("2026-11-02 15:00", "2026-11-02 15:00"),
    ],
)
def test_the_digest_is_due_at_the_offices_nine_oclock(now: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC).astimezone(CHICAGO)
    assert last_weekly("mon 09:00", moment, CHICAGO).astimezone(UTC) == datetime.fromisoformat(due).replace(tzinfo=UTC)
