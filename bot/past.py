"""What the commands about the past print: what was served of a document, snapshots, the audit trail."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.screen import printable
from knowledge.domain import DocumentRecord
from knowledge.history import Audited, AuditEntry, Edition, GoneBack, Snapshot

Shape = dict[str, Any]


def history_shape(editions: Sequence[Edition]) -> Shape:
    """What was served of a document, the latest first."""
    return {"history": [_plain(edition) for edition in editions]}


def history_view(editions: Sequence[Edition], now: datetime) -> RenderableType:
    """What was served of a document as a table, the latest first; `now` gives the time zone."""
    table = _table("Version", "Served", "What happened", "Passages", "Date", "Title")
    for edition in editions:
        table.add_row(
            *(
                _cell(text)
                for text in (
                    str(edition.version),
                    served(edition, now),
                    f"{edition.act} by {edition.by}, {spell_moment(edition.at, now)}",
                    str(edition.passages),
                    edition.date or "",
                    edition.title,
                )
            )
        )
    return table


def snapshots_shape(snapshots: Sequence[Snapshot]) -> Shape:
    """The snapshots, the latest first."""
    return {"snapshots": [_plain(snapshot) for snapshot in snapshots]}


def snapshots_view(snapshots: Sequence[Snapshot], now: datetime) -> RenderableType:
    """The snapshots as a table."""
    if not snapshots:
        return Text("No snapshots; `attache snapshot NAME` takes one.")
    table = _table("Name", "Taken", "By", "Documents")
    for one in snapshots:
        table.add_row(*map(_cell, (one.name, spell_moment(one.taken_at, now), one.taken_by, str(one.documents))))
    return table


def gone_back_shape(gone_back: GoneBack) -> Shape:
    """What going back to a snapshot did, by document ids."""
    return {"gone_back": {name: list(ids) for name, ids in asdict(gone_back).items()}}


def gone_back_line(gone_back: GoneBack, name: str) -> str:
    """Say in a sentence what going back to a snapshot did."""
    counts = [f"{len(ids)} {what}" for what, ids in asdict(gone_back).items() if ids]
    return f"The library is as it was at {name}: {', '.join(counts) or 'nothing had changed'}."


def audit_shape(entries: Sequence[AuditEntry]) -> Shape:
    """The acts of the audit trail, the latest first."""
    return {"audit": [_plain(entry) for entry in entries]}


def audit_view(entries: Sequence[AuditEntry], now: datetime) -> RenderableType:
    """The acts of the audit trail as a table, the latest first."""
    table = _table("Entry", "When", "Who", "Act", "What", "Detail")
    for entry in entries:
        detail = ", ".join(f"{name} {value}" for name, value in entry.detail.items() if value is not None)
        when = spell_moment(entry.at, now)
        table.add_row(*map(_cell, (str(entry.id), when, entry.actor, entry.act, entry.subject, detail)))
    return table


def audited_shape(audited: Audited) -> Shape:
    """What checking the audit trail found; `broken` is null when all of it holds."""
    return {"audited": asdict(audited)}


def audited_line(audited: Audited) -> str:
    """Say in a line what checking the audit trail found."""
    if audited.broken is None:
        return f"The audit trail holds: {audited.entries} entries, each following the one before it."
    before = f"{audited.entries} entries before it hold"
    return f"The audit trail is broken at entry {audited.broken}: {audited.why}; {before}."


def publication_note(document: DocumentRecord, now: datetime) -> str:
    """Say from when a document that waits is served; empty for one that is."""
    return f"from {spell_moment(document.publish_at, now)}" if document.publish_at else ""


def spell_moment(moment: datetime, now: datetime) -> str:
    """Write a moment to the minute, in the time zone of `now`."""
    return f"{moment.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"


def served(edition: Edition, now: datetime) -> str:
    """Say from when to when a version was served, in the time zone of `now`."""
    if edition.undone:
        return "rolled back"
    if edition.ends is None or edition.ends > now:
        return f"{'from' if edition.starts > now else 'since'} {spell_moment(edition.starts, now)}"
    if edition.ends <= edition.starts:
        return "never"
    return f"{spell_moment(edition.starts, now)} to {spell_moment(edition.ends, now)}"


def _plain(record: Edition | Snapshot | AuditEntry) -> Shape:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(record).items()}


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _cell(text: str) -> Text:
    return Text(printable(text))
