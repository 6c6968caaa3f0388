"""The library as a modal: a search box, filters, and a page of what they find. Pure; counts blocks, so it always fits.

What somebody is looking at travels in the modal itself, as `Choice`, so that a page can be turned after a restart.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.past import spell_moment
from bot.slack.blocks import button
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

# Two blocks an entry, of the hundred that a view may have.
PAGE = 10
LONGEST_SEARCH = 150
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
    said = {action: value for block in values.values() for action, value in block.items()}
    typed = said.get(FILTERS[0], {}).get("value") or ""
    options = [(said.get(name, {}).get("selected_option") or {}).get("value", ANY) for name in FILTERS[1:]]
    return Choice(words=typed, kind=options[0], status=options[1], age=options[2])


def library_view(page: Page, choice: Choice, now: datetime) -> Block:
    """Make the modal of a page of the catalogue; moments in the time zone of `now`."""
    return modal(
        TITLE,
        _search_box(choice),
        _filters(choice),
        paragraph(_count(page) if page.entries else NOTHING, bold=True),
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


def counted(number: int, what: str) -> str:
    """Write how many of something there are."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _entry(entry: Entry, now: datetime) -> tuple[Block, Block]:
    title = name_of(entry.document.card.title)
    opens = button("Open", OPEN, entry.document.id, label=f"Open {title}")
    return (
        rich_text(section(words(title, bold=True)), section(*entry_elements(entry, now))),
        {"type": "actions", "elements": [opens]},
    )


def _search_box(choice: Choice) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": FILTERS[0],
        "max_length": LONGEST_SEARCH,
        "placeholder": plain("Words of a title", 150),
    }
    if typed := one_line(choice.words, LONGEST_SEARCH):
        element["initial_value"] = typed
    return {
        "type": "input",
        "block_id": "words",
        "label": plain("Search", 50),
        "element": element,
        "optional": True,
        "dispatch_action": True,
    }


def _filters(choice: Choice) -> Block:
    return {
        "type": "actions",
        "block_id": "filters",
        "elements": [
            _select(FILTERS[1], "Every kind", KINDS, choice.kind),
            _select(FILTERS[2], "Every status", STATUSES, choice.status),
            _select(FILTERS[3], "Any age", AGES, choice.age),
        ],
    }


def _select(action_id: str, unset: str, options: Mapping[str, str], value: str) -> Block:
    offered = {name: {"text": plain(said, 75), "value": name} for name, said in ({ANY: unset} | dict(options)).items()}
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": list(offered.values()),
        "initial_option": offered[value],
    }


def _count(page: Page) -> str:
    found = counted(page.found, "document")
    last = page.first + len(page.entries)
    return f"{found}:" if page.found <= PAGE else f"{found}, {page.first + 1:,} to {last:,}:"


def _pages(page: Page) -> Block:
    """Buttons to turn the page, each with the number it leads to, and the way to the snapshots."""
    turns: Sequence[tuple[str, int]] = (("Previous page", page.first - PAGE), ("Next page", page.first + PAGE))
    buttons = [
        button(name, f"{TURN}:{name[0].lower()}", str(first), label=name)
        for name, first in turns
        if 0 <= first < page.found
    ]
    return {
        "type": "actions",
        "elements": [*buttons, button("Snapshots", SNAPSHOTS, "all", label="Open the snapshots")],
    }
