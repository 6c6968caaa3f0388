"""The day whose library a question is about, where its words leave no doubt. Never guesses at a year merely named.

"What did the 2022 sheet say?" is about what held then; "Who signed the 2019 agreement?" is about an agreement, and
"Which rules apply as of 2025?" about today.
"""

import re
from calendar import month_name
from datetime import date

from knowledge.dates import last_day

MONTH = "|".join(month_name[1:])
SHEET = "sheet|version|edition|guide|guidance|guidelines|handbook|manual|list|checklist|directory|policy|rules"
DAY = rf"""
    (?P<iso>\d{{4}}-\d{{2}}(?:-\d{{2}})?)
    | (?:(?P<month>{MONTH})\s+(?:(?P<day>\d{{1,2}}),?\s+)?|(?P<first>\d{{1,2}})\s+(?P<then>{MONTH})\s+)?
      (?P<year>(?:19|20)\d\d)
"""
ABOUT_THE_PAST = tuple(
    re.compile(pattern.replace("DAY", DAY), re.IGNORECASE | re.VERBOSE)
    for pattern in (
        # "As of March 2023, who was ..." and "who was ... as of March 2023": only with a verb in the past.
        r"^(?=.*\b(?:was|were|did|had)\b) .*? \bas\ of\ (?:the\ (?:beginning|end)\ of\ )?(?:DAY)\b",
        r"\b(?:was|were)\b [^.?!]* \bin\ force\ (?:in|on|during)\ (?:DAY)\b",
        # A sheet of a year is one version of what goes on; an agreement or a report of a year stays what it is.
        rf"\bwhat\ did\ (?:the|our)\ (?:DAY)\ (?:[\w'’-]+\ ){{0,3}}? (?:{SHEET})\ (?:say|state|require|allow)\b",
    )
)


def day_asked_about(question: str, today: date) -> date | None:
    """Return the last day of the time a question asks about; None where it asks about today or a day to come."""
    for pattern in ABOUT_THE_PAST:
        found = pattern.search(question)
        day = _day(found) if found else None
        if day and day < today:
            return day
    return None


def _day(found: re.Match[str]) -> date | None:
    if found["iso"]:
        stated = found["iso"]
    else:
        month, day = found["month"] or found["then"], found["day"] or found["first"]
        parts = [found["year"]]
        parts += [f"{list(month_name).index(month.capitalize()):02}"] if month else []
        parts += [f"{int(day):02}"] if day else []
        stated = "-".join(parts)
    try:
        return last_day(stated)
    except ValueError:
        return None
