"""Commands that change or tell which version is served: `supersede`, `restore`, `rollback`, `snapshot`, `history`."""

from typing import Annotated

import typer

from bot.cli.library import ACTOR, Named, a_date
from bot.cli.opening import AsJson, prepare, reading, working
from bot.gold import gold_run_view
from bot.past import (
    audit_shape,
    audit_view,
    audited_line,
    audited_shape,
    gone_back_line,
    gone_back_shape,
    history_shape,
    history_view,
    snapshots_shape,
    snapshots_view,
)
from bot.shapes import change_shape, gold_key
from bot.showing import change_view
from knowledge.dates import first_day
from knowledge.domain import Details, Kind, Status
from knowledge.errors import BadCommand


def supersede(
    document: Named,
    *,
    by: Annotated[str | None, typer.Option(help="The document that holds in its place.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", help="From which day, 2022-10-03 for example; today unless given.")
    ] = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back what was stated; the file's own word counts.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """State that another document holds in place of this one. The file is not changed."""
    if undo == (by is not None) or (undo and since):
        raise BadCommand("Please name the newer document with --by, or take it back with --undo.")
    day = first_day(since) if a_date(since) and since else None
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        if by is None:
            change = knowledge_base.undo_supersede(document, actor=ACTOR)
        else:
            change = knowledge_base.supersede(document, by=by, since=day, actor=ACTOR)
        said = "No longer superseded by anybody's word" if undo else "Superseded" + (f" from {day}" if day else "")
        screen.show(change_shape("superseded" if by else "undone", change), change_view(said, change))


def correct(
    document: Named,
    *,
    title: Annotated[str | None, typer.Option(help="What it is called.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What sort of document it is.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Who issued it.")] = None,
    date: Annotated[str | None, typer.Option(help="2022, 2022-10 or 2022-10-03: only as much as is known.")] = None,
    status: Annotated[Status | None, typer.Option(help="Whether it is in force.")] = None,
    source: Annotated[str | None, typer.Option(help="The link it comes from.")] = None,
    review_by: Annotated[str | None, typer.Option(help="When somebody should look at it again.")] = None,
    publish_at: Annotated[str | None, typer.Option(help="From when on people get it, 2026-12-01T09:00.")] = None,
    collection: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Who may read it; as often as needed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Correct what is stated about a document of the library; an empty text takes it away. The file is not changed."""
    details = Details(
        title=title,
        kind=kind,
        issuer=issuer,
        date=date,
        status=status,
        source=source,
        review_by=review_by,
        publish_at=publish_at,
        collections=", ".join(collection) if collection else None,
    )
    if details == Details():
        raise BadCommand("Please say what is to be corrected, with --title for example.")
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        change = knowledge_base.correct(document, details, actor=ACTOR)
        screen.show(change_shape("corrected", change), change_view("Corrected", change))


def restore(document: Named, as_json: AsJson = False) -> None:
    """Bring back a document that was removed, or the newer version of one that was rolled back."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        change = knowledge_base.restore(document, actor=ACTOR)
        screen.show(change_shape("restored", change), change_view("Restored", change))


def rollback(
    document: Annotated[
        str | None, typer.Argument(metavar="[DOCUMENT]", help="Its id, its place or its exact title.")
    ] = None,
    *,
    to: Annotated[str | None, typer.Option(metavar="SNAPSHOT", help="The whole library, to this snapshot.")] = None,
    as_json: AsJson = False,
) -> None:
    """Serve a document's version before this one, or the whole library as it was at a snapshot."""
    if (document is None) == (to is None):
        raise BadCommand("Please name a document, or a snapshot with --to.")
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        if document is not None:
            change = knowledge_base.roll_back(document, actor=ACTOR)
            screen.show(change_shape("rolled_back", change), change_view("Rolled back", change))
        elif to is not None:
            gone_back, gold = knowledge_base.go_back(to, actor=ACTOR)
            fared = [gold_run_view(gold, whole=False)] if gold else []
            screen.show({**gone_back_shape(gone_back), **gold_key(gold)}, gone_back_line(gone_back, to), *fared)


def snapshot(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call the library as it is now.")],
    as_json: AsJson = False,
) -> None:
    """Name the library as it is now, so that `rollback --to` can go back to it."""
    if not name.strip():
        raise BadCommand("Please give the snapshot a name.")
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        taken = ledger.snapshots.take(name.strip(), actor=ACTOR)
        said = f"Snapshot {taken.name}: {taken.documents} documents."
        screen.show({"snapshot": snapshots_shape([taken])["snapshots"][0]}, said)


def snapshots(as_json: AsJson = False) -> None:
    """List the snapshots."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        taken = ledger.snapshots.records()
        screen.show(snapshots_shape(taken), snapshots_view(taken, ledger.now()))


def history(document: Named, as_json: AsJson = False) -> None:
    """Tell what was served of a document, since when and by whom."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        from knowledge.finding import find_kept

        editions = ledger.history.editions(find_kept(ledger.library, document).id)
        screen.show(history_shape(editions), history_view(editions, ledger.now()))


def list_audit(
    last: Annotated[int, typer.Option("--last", min=1, help="How many entries at most.")] = 50, as_json: AsJson = False
) -> None:
    """List the latest acts of the audit trail."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        entries = ledger.audit.entries(last)
        screen.show(audit_shape(entries), audit_view(entries, ledger.now()))


def verify_audit(as_json: AsJson = False) -> None:
    """Check the audit trail against itself; the exit code is 1 where an entry was changed or is missing."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        audited = ledger.audit.verify()
        screen.show(audited_shape(audited), audited_line(audited))
    if audited.broken is not None:
        raise typer.Exit(1)
