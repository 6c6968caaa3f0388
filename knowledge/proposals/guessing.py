"""What an admin would enter about a file that does not say it: kind, issuer, date and status, from its own words.

A guess is for a card that somebody confirms, and comes with the words it rests on. Where two readings are possible, and
for numbers like 11/12/2026, nothing is guessed; English only. What is indexed without a card keeps what it states.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath

from knowledge.dates import first_day, is_date
from knowledge.day_asked_about import MONTH
from knowledge.domain import Details, Document, Kind, Status

# Characters at the beginning and at the end of a document where it says when and by whom it was issued, in lines of
# their own; a longer line is prose, and may speak of another document.
OPENING, CLOSING = 1_200, 600
LONGEST_LINE, LONGEST_WORDS = 120, 80
TITLE, FILE_NAME = "the title", "the file name"

WORDS_OF_KINDS = {
    Kind.BEST_PRACTICE: ("best practice", "best practices", "good practice", "good practices", "case study", "lessons"),
    Kind.AGREEMENT: ("agreement", "memorandum", "mou", "treaty", "letter of intent", "convention", "accord"),
    Kind.POLICY: ("policy", "ordinance", "resolution", "regulation", "regulations", "directive", "bylaw", "bylaws"),
    Kind.GUIDANCE: (
        *("guide", "guidance", "guidelines", "handbook", "manual", "toolkit", "checklist", "playbook", "instructions"),
        *("contacts", "directory", "protocol", "steps"),
    ),
    Kind.REPORT: ("report", "evaluation", "survey", "study", "minutes", "statistics"),
    Kind.ARTICLE: ("article", "op-ed", "commentary", "newsletter", "press release"),
    Kind.SUMMIT: ("declaration", "communiqué", "communique", "joint statement", "summit"),
}
_KIND_OF = {words: kind for kind, several in WORDS_OF_KINDS.items() for words in several}
_KIND = re.compile(rf"\b(?:{'|'.join(sorted(map(re.escape, _KIND_OF), key=len, reverse=True))})\b")
# What a title names comes before the first preposition of a part: "Report on the summit", "City diplomacy: a guide for
# mayors". A question names nothing.
_PARTS = re.compile(r"[:;,–—(]|\s-\s")
_HEAD_ENDS = re.compile(r"\s(?:of|on|for|from|in|to|with|between|about|at|by)\s")
_QUESTION = re.compile(r"^(?:what|why|who|whom|when|where|how)\b")

_DAY = rf"""
    (?P<iso>\d{{4}}-\d\d(?:-\d\d)?)
    | (?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{MONTH})
      (?:\s+(?P<after>\d{{1,2}})(?:st|nd|rd|th)?)?,?\s+(?P<year>(?:19|20)\d\d)
"""
_ISSUED = r"(?:last\ )?(?:updated|revised)|adopted|approved|dated|issued|published|released|signed|as\ of|date:"
_DAYS_OF_ISSUE = tuple(
    re.compile(pattern.replace("DAY", _DAY), re.IGNORECASE | re.VERBOSE)
    # A line that is a day, perhaps with a place before it, and a line that begins with such a word.
    for pattern in (r"^(?:[^\W\d][\w .'’-]{1,40},\s+)?(?:DAY)\.?$", rf"^(?:{_ISSUED})(?!\w) .{{0,80}}? \b(?:DAY)\b")
)
_DAY_IN_A_NAME = re.compile(rf"\b(?:{_DAY})\b | \b(?P<alone>(?:19|20)\d\d)\b", re.IGNORECASE | re.VERBOSE)
_BY = re.compile(
    rf"""^(?:issued|published|released|adopted|approved)\s+by:?\s+(?:the\s+)?
    (?P<who>[^\W\d_][^.;|]{{2,{LONGEST_WORDS}}}?)
    (?=\s*(?:$|[.;|]|,?\s+(?:(?:on|in)\s+)?(?:the\s+)?(?:\d|(?:{MONTH})\b)))""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_ISSUER = re.compile(r"^(?:issuer|publisher|issuing\ office):\s+(?P<who>.{2,80})$", re.IGNORECASE | re.MULTILINE)
_DRAFT_TITLE = re.compile(r"^[Dd]raft\b|\([Dd]raft\)|\bDRAFT\b|\b[Dd]raft$")
# A line of its own at the top.
_DRAFT_LINE = re.compile(r"^\W*(?:DRAFT\b.{0,40}|[Dd]raft)\W*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A field of a card, what it likely holds, and the words that say so."""

    field: str
    value: str
    by: str


def guesses(document: Document, file_name: str, today: date) -> tuple[Guess, ...]:
    """Guess what the card leaves open."""
    card, lines = document.card, _edges(document)
    name = re.sub(r"[_+]|(?<=\d)-(?=\D)|(?<=\D)-", " ", PurePath(file_name).stem)
    made = (
        _kind(card.title) if card.kind is Kind.OTHER else None,
        _issuer(lines) if card.issuer is None else None,
        _date(card.title, name, lines, today) if card.date is None else None,
        _status(card.title, name, lines) if card.status is Status.CURRENT else None,
    )
    return tuple(guess for guess in made if guess)


def as_details(made: Sequence[Guess]) -> Details:
    """Put guesses as if somebody had stated them."""
    said = {guess.field: guess.value for guess in made}
    kind, status = said.get("kind"), said.get("status")
    return Details(
        kind=Kind(kind) if kind else None,
        issuer=said.get("issuer"),
        date=said.get("date"),
        status=Status(status) if status else None,
    )


def _edges(document: Document) -> list[str]:
    """The lines a document begins and ends with; rows of tables say nothing of the whole."""
    text = "\n".join(section.text for section in document.sections if not section.is_table)
    edges = text if len(text) <= OPENING + CLOSING else f"{text[:OPENING]}\n{text[-CLOSING:]}"
    lines = (line.strip() for line in edges.splitlines())
    return [line for line in lines if 0 < len(line) <= LONGEST_LINE]


def _kind(title: str) -> Guess | None:
    title = title.casefold()
    if _QUESTION.match(title):
        return None
    heads = (_HEAD_ENDS.split(part, maxsplit=1)[0] for part in _PARTS.split(title))
    named = next((found[-1] for head in heads if (found := _KIND.findall(head))), None)
    return Guess(field="kind", value=_KIND_OF[named].value, by=TITLE) if named else None


def _issuer(lines: Sequence[str]) -> Guess | None:
    text = "\n".join(lines)
    named = [found for pattern in (_ISSUER, _BY) for found in pattern.finditer(text) if found["who"][0].isupper()]
    if len({found["who"] for found in named}) != 1:
        return None
    who = named[0]["who"].strip()
    return Guess(field="issuer", value=who, by=_quoted(named[0].group()))


def _date(title: str, name: str, lines: Sequence[str], today: date) -> Guess | None:
    """By the day of issue, the latest of several; else by a day or year in the title, else in the file's name."""
    said = [(day, _quoted(line)) for line in lines for pattern in _DAYS_OF_ISSUE for day in _days(pattern, line, today)]
    if said:
        day, by = max(said, key=lambda one: first_day(one[0]))
        return Guess(field="date", value=day, by=by)
    for text, by in ((title, TITLE), (name, FILE_NAME)):
        days = set(_days(_DAY_IN_A_NAME, text, today))
        if len(days) == 1:
            return Guess(field="date", value=days.pop(), by=by)
    return None


def _days(pattern: re.Pattern[str], text: str, today: date) -> Iterator[str]:
    """Yield the days that a text names, as ISO dates of the precision they have; none that is still to come."""
    for found in pattern.finditer(text):
        said = found.groupdict()
        if said["iso"] or said.get("alone"):
            stated = said["iso"] or said["alone"]
        else:
            month, day = MONTH.split("|").index(said["month"].capitalize()) + 1, said["day"] or said["after"]
            stated = f"{said['year']}-{month:02}" + (f"-{int(day):02}" if day else "")
        if is_date(stated) and first_day(stated) <= today:
            yield stated


def _status(title: str, name: str, lines: Sequence[str]) -> Guess | None:
    if _DRAFT_TITLE.search(title):
        return Guess(field="status", value=Status.DRAFT.value, by=TITLE)
    if "draft" in name.casefold().split():
        return Guess(field="status", value=Status.DRAFT.value, by=FILE_NAME)
    line = next((line for line in lines[:10] if _DRAFT_LINE.match(line)), None)
    return Guess(field="status", value=Status.DRAFT.value, by=_quoted(line)) if line else None


def _quoted(line: str) -> str:
    short = line if len(line) <= LONGEST_WORDS else f"{line[: LONGEST_WORDS - 1].rstrip()}…"
    return f"“{short}”"
