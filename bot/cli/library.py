"""Commands about what the library holds: `index`, `documents`, `show`, `remove`, `rebuild`, `manifest`."""

import dataclasses
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.catalogue import catalogue_shape, catalogue_view
from bot.cli.opening import AsJson, prepare, reading, working
from bot.cli.retrying import failed_files, read_again, retried_lines
from bot.proposals import failures_shape, failures_view, rehearsal_shape, rehearsal_view
from bot.shapes import change_shape, manifest_shape, passage_shape, receipt_shape
from bot.showing import change_view, manifest_view, passage_view, receipt_view
from knowledge.catalogue import Standing, Wanted
from knowledge.dates import first_day, is_date
from knowledge.domain import Details, Kind, Status
from knowledge.errors import BadCommand
from knowledge.files import find_files, read_uploads
from knowledge.proposals.preview import Effect

ACTOR = "desk"
# The exit code where a gold question fares worse.
WORSE = 3


Named = Annotated[str, typer.Argument(metavar="DOCUMENT", help="Its id, its place or its exact title.")]


def a_date(text: str | None) -> str | None:
    """Check a date of any precision. Raises typer.BadParameter."""
    if text is not None and not is_date(text):
        raise typer.BadParameter("a date is written 2022, 2022-10 or 2022-10-03")
    return text


def a_path(text: str) -> Path:
    """Check that a path says something: an empty one would be the working folder. Raises BadCommand."""
    if not text.strip():
        raise BadCommand("An empty path names no file and no folder; please name one, `.` for this folder.")
    return Path(text)


def _a_moment(text: str | None) -> str | None:
    try:
        return text if text is None else datetime.fromisoformat(text).isoformat()
    except ValueError as err:
        raise typer.BadParameter("a moment is written 2026-12-01 or 2026-12-01T09:00") from err


def index(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH", help="Files, or folders: what is gone from a folder leaves the library.", parser=a_path
        ),
    ] = None,
    *,
    title: Annotated[str | None, typer.Option(help="The title, where the file does not state it.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What sort of document it is.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Who issued it.")] = None,
    date: Annotated[str | None, typer.Option(help="2022, 2022-10 or 2022-10-03.", callback=a_date)] = None,
    status: Annotated[Status | None, typer.Option(help="Whether it holds today.")] = None,
    source: Annotated[
        str | None, typer.Option(help="The link it comes from; an answer may name something else.")
    ] = None,
    superseded_by: Annotated[str | None, typer.Option(help="Title or id of the document that replaces it.")] = None,
    publish_at: Annotated[
        str | None, typer.Option(help="Nobody gets it before: 2026-12-01T09:00.", callback=_a_moment)
    ] = None,
    review_by: Annotated[
        str | None, typer.Option(help="Somebody should look at it again by then: 2027-03-01.", callback=a_date)
    ] = None,
    replaces: Annotated[
        str | None, typer.Option(metavar="DOCUMENT", help="The document that this file is a newer version of.")
    ] = None,
    collection: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Who may read it, also of whole folders; as often as needed."),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Say which answers it would change, and change nothing.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Change nothing where a gold question gets worse; the exit code is 3 then.")
    ] = False,
    last: Annotated[int, typer.Option(min=0, help="How many questions that people asked a preview tries.")] = 50,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="The files that could not be indexed, from where they lie.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add files and folders to the library.

    Unchanged files are left alone. The options that describe a document go with a single file.
    """
    paths = paths or []
    if retry_failed == bool(paths):
        raise BadCommand("Please name files or folders, or --retry-failed alone.")
    described = Details(
        title=title,
        kind=kind,
        issuer=issuer,
        date=date,
        status=status,
        superseded_by=superseded_by,
        source=source,
        publish_at=publish_at,
        review_by=review_by,
    )
    if (described != Details() or replaces) and (len(paths) != 1 or paths[0].is_dir()):
        raise BadCommand("Title, kind, issuer, date, status and source describe one file; please name just one.")
    if source and kind is not Kind.ANSWER and not source.startswith(("https://", "http://")):
        raise BadCommand("This source is no link; please name one that begins with https://.")
    details = dataclasses.replace(described, collections=", ".join(collection) if collection else None)
    settings = prepare()
    failed, gone = failed_files(settings) if retry_failed else ((), ())
    found = find_files(paths)
    total = len(failed or found.paths)
    with working(settings, as_json=as_json, to_add=True) as (screen, knowledge_base):
        files = (
            read_again(failed, max_bytes=settings.max_bytes, collections=details.collections)
            if retry_failed
            else read_uploads(found.paths, max_bytes=settings.max_bytes, details=details, replaces=replaces)
        )
        with screen.progress("Indexing") as on_progress:
            if preview or strict:
                rehearsal = knowledge_base.proposals.rehearse(
                    files,
                    actor=ACTOR,
                    total=total,
                    mirrored=found.folders,
                    publish_unless_worse=not preview,
                    last=last,
                    on_progress=on_progress,
                )
                receipt, shape, view = rehearsal.receipt, rehearsal_shape(rehearsal), rehearsal_view(rehearsal)
                gets_worse = rehearsal.preview.count(Effect.WORSE) > 0
            else:
                receipt = knowledge_base.add(
                    files, actor=ACTOR, total=total, mirrored=found.folders, on_progress=on_progress
                )
                shape, view, gets_worse = receipt_shape(receipt), receipt_view(receipt), False
        retried = retried_lines(failed, gone, receipt) if retry_failed else ()
        screen.show({**shape, "gone": list(gone)} if retry_failed else shape, view, *retried)
    if strict and gets_worse:
        raise typer.Exit(WORSE)
    if receipt.failed:
        raise typer.Exit(1)


def documents(
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORD]...", help="Words of the title.")] = None,
    *,
    kind: Annotated[Kind | None, typer.Option(help="Of this sort only.")] = None,
    status: Annotated[Standing | None, typer.Option(help="Those that stand like this only.")] = None,
    older_than: Annotated[
        str | None, typer.Option(metavar="DATE", help="Dated before 2022, 2022-10 or 2022-10-03.", callback=a_date)
    ] = None,
    stale: Annotated[bool, typer.Option("--stale", help="Those whose review date has passed.")] = False,
    removed: Annotated[bool, typer.Option("--removed", help="Those that left it and can be restored.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="The files that could not be indexed, and why.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the documents of the library, also those that wait to be published."""
    if removed and status not in {None, Standing.REMOVED}:
        raise BadCommand("Please name either --removed or another --status.")
    wanted = Wanted(
        words=" ".join(words or ()),
        kind=kind,
        standing=Standing.REMOVED if removed else status,
        before=first_day(older_than) if older_than else None,
        stale=stale,
    )
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        if failed:
            files = ledger.failures.records()
            screen.show(failures_shape(files), failures_view(files, ledger.now()))
            return
        page = ledger.catalogue.find(wanted)
        screen.show(catalogue_shape(page), catalogue_view(page, wanted, ledger.now()))


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
