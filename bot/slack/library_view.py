"""The library as a modal: a search box, filters, and a page of what they find. Pure; counts blocks, so it always fits.

What somebody is looking at travels in the modal itself, as `Choice`, so that a page can be turned after a restart.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.past import spell_moment
from bot.slack.blocks import button
from bot.slack.browsing import counted, entered, filter_row, found_line, page_buttons, search_box, select
from bot.slack.safe_text import (
    Block,
    one_line,
    paragraph,
    person,
    plain,
    rich_text,
    section,
    words,
)
from bot.slack.sources import BETWEEN, LONGEST_NAME, spell_date
from bot.slack.views import modal
from bot.standing import STANDING_WORDS, review_note, standing_line
from knowledge.catalogue import Entry, Page, Standing, Wanted
from knowledge.domain import Kind

SEARCH = "library_search"
FILTERS = ("library_words", "library_kind", "library_status", "library_age")
TURN = "library_page"
SHELF = "library_open"
OPEN = "library_document"
SNAPSHOTS = "library_snapshots"

ANY = "any"
STALE = "stale"
# In days, for nobody counts them on the calendar here.
AGES = {
    "182": "Older than half a year",
    "365": "Older than a year",
    "730": "Older than two years",
    "1826": "Older than five years",
}
STATUSES = {standing.value: said.capitalize() for standing, said in STANDING_WORDS.items()}
STATUSES[STALE] = "Review date passed"
KINDS = {kind.value: kind.value.replace("_", " ").capitalize() for kind in Kind}
NOTHING = "No document fits. Fewer words or other filters find more."
TITLE = "The library"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody is looking at: words, filters by their options' values, and the number of the first entry."""

    words: str = ""
    kind: str = ANY
    status: str = ANY
    age: str = ANY
    first: int = 0

    def wanted(self, today: date) -> Wanted:
        """Say it in the catalogue's terms."""
        stated = self.status not in {ANY, STALE}
        return Wanted(
            words=self.words,
            kind=None if self.kind == ANY else Kind(self.kind),
            standing=Standing(self.status) if stated else None,
            before=None if self.age == ANY else today - timedelta(days=int(self.age)),
            stale=self.status == STALE,
        )

    def packed(self) -> str:
        """Write it down, for a modal's private_metadata."""
        return json.dumps(asdict(self))


def unpacked(text: str) -> Choice:
    """Read what `packed` wrote."""
    return Choice(**json.loads(text))


def chosen(values: Mapping[str, Mapping[str, Any]]) -> Choice:
    """Read the search box and the filters of a modal, from its `state.values`, and begin at the first page."""
    typed, (kind, status, age) = entered(values, FILTERS)
    return Choice(words=typed, kind=kind or ANY, status=status or ANY, age=age or ANY)


def library_view(page: Page, choice: Choice, now: datetime) -> Block:
    """Make the modal of a page of the catalogue; moments in the time zone of `now`."""
    return modal(
        TITLE,
        search_box(FILTERS[0], choice.words, "Words of a title"),
        _filters(choice),
        paragraph(
            found_line(page.found, "document", page.first, len(page.entries)) if page.entries else NOTHING, bold=True
        ),
        *(block for entry in page.entries for block in _entry(entry, now)),
        _pages(page),
        submit=plain("Search", 24),
        callback_id=SEARCH,
        private_metadata=replace(choice, first=page.first).packed(),
    )


def entry_elements(entry: Entry, now: datetime) -> tuple[Block, ...]:
    """Say of a document what the catalogue knows, on one line, as rich_text elements."""
    document, card = entry.document, entry.document.card
    about = (
        card.kind.value.replace("_", " "),
        one_line(card.issuer or "", LONGEST_NAME),
        spell_date(card.date),
        one_line(standing_line(entry, now), LONGEST_NAME),
        f"version {document.version}, {counted(document.passages, 'passage')}",
    )
    since = (
        "",
        f"indexed on {spell_moment(document.indexed_at, now)}",
        f"cited in {counted(entry.cited, 'answer')}",
    )
    return (
        words(BETWEEN.join(part for part in (*about, "added by ") if part)),
        person(entry.added_by),
        words(BETWEEN.join(since)),
        words(BETWEEN if document.review_passed else ""),
        words(review_note(document), bold=True),
    )


def name_of(text: str) -> str:
    """Put a title or a name on one line, with something to see where it is made of what nobody sees."""
    return one_line(text, LONGEST_NAME) or "Untitled"


def _entry(entry: Entry, now: datetime) -> tuple[Block, Block]:
    title = name_of(entry.document.card.title)
    opens = button("Open", OPEN, entry.document.id, label=f"Open {title}")
    return (
        rich_text(section(words(title, bold=True)), section(*entry_elements(entry, now))),
        {"type": "actions", "elements": [opens]},
    )


def _filters(choice: Choice) -> Block:
    return filter_row(
        select(FILTERS[1], {ANY: "Every kind"} | KINDS, choice.kind),
        select(FILTERS[2], {ANY: "Every status"} | STATUSES, choice.status),
        select(FILTERS[3], {ANY: "Any age"} | AGES, choice.age),
    )


def _pages(page: Page) -> Block:
    """Buttons to turn the page, and the way to the snapshots."""
    shelf = button("Snapshots", SNAPSHOTS, "all", label="Open the snapshots")
    return {"type": "actions", "elements": [*page_buttons(TURN, page.found, page.first), shelf]}
