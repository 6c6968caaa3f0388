"""What is known about a document beside its text. A person's word beats the file's, and nothing is guessed here."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import PurePath
from typing import TypeVar

from knowledge.dates import parse_moment
from knowledge.domain import Card, Details, Kind, Status
from knowledge.errors import BadFrontMatter
from knowledge.language import UNDETERMINED
from knowledge.reading.cleaning import clean_line
from knowledge.reading.outline import Stated

LONGEST_TITLE = 300
NO_LINK = "This source is no link; please enter one that begins with https://."

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# Not up to a backslash: programs differ in which host such an address names.
_LINK = re.compile(r"https?://[^\s<>\"'\\]++(?!\\)", re.IGNORECASE)
_MADE_BY_PROGRAM = re.compile(
    r"^untitled\b|^(?:document|presentation|slide|layout|new|book|title|word document|doc|scan)[\s_-]*\d*$"
    r"|^microsoft \w+ -|^powerpoint presentation|[\\/]\w+[\\/]"
    r"|\.(?:docx?|dotx?|pptx?|xlsx?|indd|qxd|pmd|pdf|rtf|odt|txt|html?|md|tex|dvi|ps)$",
    re.IGNORECASE,
)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_].*)?")
_EnumT = TypeVar("_EnumT", bound=StrEnum)


def make_card(stated: Stated, details: Details, *, first_heading: str | None, file_name: str) -> Card:
    """Make the card from what a person states, then what the file states; the title may come from a heading or name.

    Raises BadFrontMatter, naming the key and what it may hold.
    """
    superseded_by = _line(details.superseded_by) or _line(stated.superseded_by)
    status = details.status or _one_of(Status, "status", stated.status)
    replaced = Status.SUPERSEDED if superseded_by else Status.CURRENT
    title = _line(details.title) or _line(stated.title) or _line(first_heading) or _readable(file_name)
    return Card(
        title=title[:LONGEST_TITLE].rstrip(),
        kind=details.kind or _one_of(Kind, "kind", stated.kind) or Kind.OTHER,
        issuer=_line(details.issuer) or _line(stated.issuer),
        date=parse_date(details.date) or parse_date(stated.date),
        status=status or replaced,
        superseded_by=superseded_by,
        language=_language(stated.language),
        source=_source(details.source, details.kind) or find_link(stated.source),
        publish_at=parse_publish_at(details.publish_at) or parse_publish_at(stated.publish_at),
        review_by=parse_date(details.review_by, "review_by") or parse_date(stated.review_by, "review_by"),
        collections=_line(details.collections) or _line(stated.collections),
    )


def correct_card(card: Card, details: Details) -> Card:
    """Put what a person states in place of what the card says; a field that is stated empty is empty, not the title.

    Raises BadFrontMatter, naming the key and what it may hold.
    """
    replaced = Status.SUPERSEDED if _line(details.superseded_by) else card.status
    return replace(
        card,
        title=(_line(details.title) or card.title)[:LONGEST_TITLE].rstrip(),
        kind=details.kind or card.kind,
        issuer=card.issuer if details.issuer is None else _line(details.issuer),
        date=card.date if details.date is None else parse_date(details.date),
        status=details.status or replaced,
        superseded_by=card.superseded_by if details.superseded_by is None else _line(details.superseded_by),
        source=card.source if details.source is None else parse_source(details.source, details.kind or card.kind),
        publish_at=card.publish_at if details.publish_at is None else parse_publish_at(details.publish_at),
        collections=card.collections if details.collections is None else _line(details.collections),
        review_by=card.review_by if details.review_by is None else parse_date(details.review_by, "review_by"),
    )


def parse_date(text: str | None, key: str = "date") -> str | None:
    """Return an ISO date of the precision stated: "2022", "2022-10" or "2022-10-03"; None when nothing is stated."""
    if text is None or not text.strip():
        return None
    found = _DATE.fullmatch(text.strip())
    try:
        if found:
            year, month, day = found.groups()
            date(int(year), int(month or 1), int(day or 1))
            return found.group()
        return datetime.fromisoformat(text.strip()).date().isoformat()
    except ValueError as err:
        raise BadFrontMatter(f"The `{key}` is not a date; please write it as YYYY, YYYY-MM or YYYY-MM-DD.") from err


def parse_publish_at(text: str | None) -> str | None:
    """Return the day or moment of publication as ISO text; None when nothing is stated."""
    if text is None or not text.strip():
        return None
    stated = text.strip().replace(" ", "T", 1)
    try:
        parse_moment(stated, UTC).astimezone(UTC)
    except (ValueError, OverflowError) as err:
        raise BadFrontMatter("The `publish_at` is no moment; please write it as 2026-12-01T09:00.") from err
    return stated


def parse_source(text: str | None, kind: Kind) -> str | None:
    """Return the link that is stated, or whatever an answer that somebody wrote rests on; None where nothing is."""
    source = _source(text, kind)
    if source is None and _line(text):
        raise BadFrontMatter(NO_LINK)
    return source


def plausible_title(text: str | None) -> str | None:
    """Return a title from a file's properties unless a program put it there: a file name, a template's title."""
    title = clean_line(text or "")
    looks_like_file_name = "_" in title and " " not in title
    has_word = re.search(r"[^\W\d_]{2}", title) is not None
    return title if has_word and not looks_like_file_name and not _MADE_BY_PROGRAM.search(title) else None


def find_link(text: str | None) -> str | None:
    """Return the first http or https link in a text; other schemes, and what holds a backslash, are no links."""
    found = _LINK.search(clean_line(text or ""))
    return found.group().rstrip(".,;)") if found else None


def _source(stated: str | None, kind: Kind | None) -> str | None:
    """A link; where somebody wrote the answer themselves, whatever they say it rests on."""
    return find_link(stated) or (_line(stated) if kind is Kind.ANSWER else None)


def _one_of(allowed: type[_EnumT], key: str, text: str | None) -> _EnumT | None:
    if text is None or not text.strip():
        return None
    try:
        return allowed(re.sub(r"[\s-]+", "_", text.strip().lower()))
    except ValueError as err:
        raise BadFrontMatter(f"The `{key}` is none we know; please write one of {', '.join(allowed)}.") from err


def _line(text: str | None) -> str | None:
    return clean_line(text or "") or None


def _language(text: str | None) -> str:
    """The language that is stated; what a text sounds like is for whoever has all of it."""
    found = _LANGUAGE.fullmatch((text or "").strip())
    return found.group(1).lower() if found else UNDETERMINED


def _readable(file_name: str) -> str:
    """Make a title of a file name: "sister-city_steps.pdf" becomes "Sister city steps"."""
    words = clean_line(re.sub(r"[-_+\s]+", " ", PurePath(file_name).stem))
    return words[:1].upper() + words[1:] or "Untitled"
