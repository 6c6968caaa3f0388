"""Commands about what the library holds: `index`, `documents`, `show`, `remove`, `rebuild`, `manifest`."""

from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.opening import AsJson, prepare, reading, working
from bot.files import find_files, read_uploads
from bot.shapes import change_shape, documents_shape, manifest_shape, passage_shape, receipt_shape
from bot.showing import change_view, documents_view, manifest_view, passage_view, receipt_view
from knowledge.dates import is_date
from knowledge.domain import Details, Kind, Status
from knowledge.errors import BadCommand

ACTOR = "desk"


Named = Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its id, its place or its exact title.")]


def a_date(text: str | None) -> str | None:
    """Check a date of any precision. Raises typer.BadParameter."""
    if text is not None and not is_date(text):
        raise typer.BadParameter("a date is written 2022, 2022-10 or 2022-10-03")
    return text


def _a_moment(text: str | None) -> str | None:
    try:
        return text if text is None else datetime.fromisoformat(text).isoformat()
    except ValueError as err:
        raise typer.BadParameter("a moment is written 2026-12-01 or 2026-12-01T09:00") from err


def index(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Files, or folders: what is gone from a folder leaves the library."),
    ],
    *,
    title: Annotated[str | None, typer.Option(help="The title, where the file does not state it.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What sort of document it is.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Who issued it.")] = None,
    date: Annotated[str | None, typer.Option(help="2022, 2022-10 or 2022-10-03.", callback=a_date)] = None,
    status: Annotated[Status | None, typer.Option(help="Whether it holds today.")] = None,
    source: Annotated[str | None, typer.Option(help="Where it comes from, a link for example.")] = None,
    superseded_by: Annotated[str | None, typer.Option(help="Title or id of the document that replaces it.")] = None,
    publish_at: Annotated[
        str | None, typer.Option(help="Nobody gets it before: 2026-12-01T09:00.", callback=_a_moment)
    ] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="DOCUMENT", help="The document that this file is a newer version of.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add files and folders to the library.

    Unchanged files are left alone. The options that describe a document go with a single file.
    """
    details = Details(
        title=title,
        kind=kind,
        issuer=issuer,
        date=date,
        status=status,
        superseded_by=superseded_by,
        source=source,
        publish_at=publish_at,
    )
    if (details != Details() or replaces) and (len(paths) != 1 or paths[0].is_dir()):
        raise BadCommand("Title, kind, issuer, date, status and source describe one file; please name just one.")
    settings = prepare()
    found = find_files(paths)
    with working(settings, as_json=as_json, to_add=True) as (screen, knowledge_base):
        with screen.progress("Indexing") as on_progress:
            receipt = knowledge_base.add(
                read_uploads(found.paths, max_bytes=settings.max_bytes, details=details, replaces=replaces),
                actor=ACTOR,
                total=len(found.paths),
                mirrored=found.folders,
                on_progress=on_progress,
            )
        screen.show(receipt_shape(receipt), receipt_view(receipt))
    if receipt.failed:
        raise typer.Exit(1)


def documents(
    removed: Annotated[bool, typer.Option("--removed", help="Those that left it and can be restored.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the documents of the library, also those that wait to be published."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        library = ledger.library
        held = library.removed() if removed else (*library.documents().values(), *library.waiting())
        screen.show(documents_shape(held), documents_view(held, ledger.now()))


def show(passage_id: Annotated[str, typer.Argument(metavar="PASSAGE_ID")], as_json: AsJson = False) -> None:
    """Print a passage between its neighbours."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        found = ledger.library.passage(passage_id)
        screen.show(passage_shape(found), passage_view(found))


def remove(document: Named, as_json: AsJson = False) -> None:
    """Take a document out of the library.

    Passages that answers have quoted can still be shown, and `restore` brings it back.
    """
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        change = knowledge_base.remove(document, actor=ACTOR)
        screen.show(change_shape("removed", change), change_view("Removed", change))


def rebuild(as_json: AsJson = False) -> None:
    """Make the search indexes anew with the present model."""
    with working(prepare(), as_json=as_json, to_rebuild=True) as (screen, knowledge_base):
        with screen.progress("Rebuilding") as on_progress:
            receipt = knowledge_base.rebuild(on_progress)
        screen.show(receipt_shape(receipt), receipt_view(receipt))


def manifest(as_json: AsJson = False) -> None:
    """Sum up what the library holds, with a digest to compare."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        summary = ledger.library.manifest(version("attache"))
        screen.show(manifest_shape(summary), manifest_view(summary))
