"""The catalogue as the command line prints it. The JSON shapes only ever gain keys."""

from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.past import publication_note, spell_moment
from bot.screen import printable
from bot.shapes import record_shape
from bot.standing import review_note
from knowledge.catalogue import Entry, Page, Wanted

Shape = dict[str, Any]

EMPTY = "The library is empty; `attache index PATH` adds documents."
NONE_FOUND = "No document fits; `attache documents` without options lists all of them."


def catalogue_shape(page: Page) -> Shape:
    """The documents found; `left_at` and `left_by` are null while one is in the library."""
    return {"documents": [_entry_shape(entry) for entry in page.entries]}


def catalogue_view(page: Page, wanted: Wanted, now: datetime) -> RenderableType:
    """The documents found as a table; what waits says from when, in the time zone of `now`."""
    if not page.entries:
        return Text(EMPTY if wanted == Wanted() else NONE_FOUND)
    columns = ("Title and id", "Kind", "Date", "Status", "Passages")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in {"Date", "Status"})
    for entry in page.entries:
        document, card = entry.document, entry.document.card
        # The id under the title has room enough to stay in one piece, which copying needs.
        lines = [Text(printable(card.title)), Text(document.id, style="dim"), _added_and_cited(entry)]
        if document.review_passed:
            lines.insert(1, Text(review_note(document), style="yellow"))
        left = f"left {spell_moment(entry.left_at, now)}" if entry.left_at else ""
        status = left or publication_note(document, now) or card.status.value
        cells = (card.kind.value, card.date or "", status, str(document.passages))
        table.add_row(Group(*lines), *(Text(printable(cell)) for cell in cells))
    return table


def _added_and_cited(entry: Entry) -> Text:
    cited = f", cited in {entry.cited} answer{'' if entry.cited == 1 else 's'}" if entry.cited else ""
    return Text(printable(f"added by {entry.added_by}{cited}"), style="dim")


def _entry_shape(entry: Entry) -> Shape:
    return {
        **record_shape(entry.document),
        "version": entry.document.version,
        "standing": entry.standing.value,
        "added_by": entry.added_by,
        "added_at": entry.added_at.isoformat(),
        "cited": entry.cited,
        "left_at": entry.left_at.isoformat() if entry.left_at else None,
        "left_by": entry.left_by,
    }
