"""Sources as people and scripts read them. The JSON shapes only ever gain keys."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.gold import gold_run_shape, gold_run_view
from bot.screen import printable
from knowledge.sources.rhythm import next_time, office_zone
from knowledge.sources.source import Refreshed, SourcePage, SourceRecord

if TYPE_CHECKING:
    from bot.settings import Settings

NONE_YET = "There are no sources yet; `attache sources add` adds a folder, a page or a sitemap."


def sources_view(records: Sequence[SourceRecord], settings: "Settings") -> RenderableType:
    """The sources as a table, and under it what is wrong with their pages."""
    if not records:
        return Text(NONE_YET)
    zone = office_zone(settings.time_zone)
    table = Table("Id", "Source", "Refreshed", "Next", "Pages", box=None, pad_edge=False, header_style="bold")
    for record in records:
        refreshed = record.refreshed_at.astimezone(zone) if record.refreshed_at else None
        table.add_row(
            record.id,
            Text.assemble(printable(record.source.address), (f"\n{record.source.kind}", "dim")),
            _moment(refreshed, "not yet"),
            _moment(next_refresh(record, settings), "at once"),
            str(record.pages),
        )
    return Group(table, *(line for record in records for line in _wrong(record)))


def refreshed_view(refreshed: Refreshed, did: str) -> RenderableType:
    """One line of counts, then what is wrong, and how the gold questions fared."""
    source = refreshed.source
    counts = (
        (len(refreshed.added), "added"),
        (len(refreshed.updated), "updated"),
        (refreshed.unchanged, "unchanged"),
        (len(refreshed.flagged), "newly flagged"),
        (len(refreshed.returned), "back again"),
        (len(refreshed.left_out), "left out as removed or rolled back"),
        (len(refreshed.failed), "failed"),
    )
    said = ", ".join(f"{count} {what}" for count, what in counts if count) or "nothing there"
    summary = Text(printable(f"{did} {source.id}, {source.source.address}: {said}; {refreshed.seconds:.1f} s."))
    gold = [gold_run_view(refreshed.gold, whole=False)] if refreshed.gold else []
    return Group(summary, *_wrong(source), *gold)


def next_refresh(record: SourceRecord, settings: "Settings") -> datetime | None:
    """When a source is refreshed next while a bot runs; None for at once."""
    return next_time(
        record.source.every or settings.sources_refresh,
        record.refreshed_at,
        zone=office_zone(settings.time_zone),
        failed=record.trouble is not None,
    )


def sources_shape(records: Sequence[SourceRecord], settings: "Settings") -> dict[str, Any]:
    """The sources for scripts; `next_refresh_at` is null for at once, and holds while a bot runs."""
    return {
        "sources": [
            {**source_shape(record), "next_refresh_at": _iso(next_refresh(record, settings))} for record in records
        ]
    }


def source_shape(record: SourceRecord) -> dict[str, Any]:
    """One source; `every` is null where it goes by SOURCES_REFRESH."""
    return {
        "id": record.id,
        "kind": record.source.kind.value,
        "address": record.source.address,
        "every": record.source.every,
        "document_kind": record.source.document_kind.value if record.source.document_kind else None,
        "issuer": record.source.issuer,
        "collections": record.source.collections,
        "added_at": record.added_at.isoformat(),
        "added_by": record.added_by,
        "refreshed_at": _iso(record.refreshed_at),
        "trouble": record.trouble,
        "pages": record.pages,
        "flagged": [_page_shape(page) for page in record.flagged],
        "failed": [_page_shape(page) for page in record.failed],
    }


def refreshed_shape(refreshed: Refreshed) -> dict[str, Any]:
    """What a refresh did; documents are named as in a receipt, pages by their address."""
    return {
        "source": source_shape(refreshed.source),
        "added": list(refreshed.added),
        "updated": list(refreshed.updated),
        "unchanged": refreshed.unchanged,
        "flagged": list(refreshed.flagged),
        "returned": list(refreshed.returned),
        "left_out": list(refreshed.left_out),
        "failed": [{"name": failure.name, "advice": failure.advice} for failure in refreshed.failed],
        "embedded": refreshed.embedded,
        "seconds": refreshed.seconds,
        **({"gold": gold_run_shape(refreshed.gold)} if refreshed.gold else {}),
    }


def _wrong(record: SourceRecord) -> Iterator[Text]:
    if record.trouble:
        yield Text(printable(f"  {record.id} failed: {record.trouble}"), style="red")
    for page in record.flagged:
        since = f"{page.missing_since:%Y-%m-%d}" if page.missing_since else ""
        yield Text(printable(f"  {record.id} flagged since {since}: {page.url}. {page.trouble}"), style="yellow")
    for page in record.failed:
        yield Text(printable(f"  {record.id} failed: {page.url}. {page.trouble}"), style="red")


def _page_shape(page: SourcePage) -> dict[str, Any]:
    return {
        "page": page.url,
        "document": page.document_id,
        "missing_since": _iso(page.missing_since),
        "why": page.trouble,
    }


def _moment(moment: datetime | None, never: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else never


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
