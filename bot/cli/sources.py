"""Commands about sources that refresh themselves: `sources add`, `list`, `remove` and `refresh`."""

from typing import Annotated

import typer

from bot.cli.library import ACTOR, a_path
from bot.cli.opening import AsJson, prepare, reading, working
from bot.sources import refreshed_shape, refreshed_view, source_shape, sources_shape, sources_view
from knowledge.domain import Kind
from knowledge.errors import BadCommand
from knowledge.sources.rhythm import is_rhythm
from knowledge.sources.source import NewSource, Refreshed, SourceKind

SourceId = Annotated[str, typer.Argument(metavar="ID", help="As `attache sources list` shows it, S1 for example.")]


def _a_rhythm(text: str | None) -> str | None:
    if text is not None and not is_rhythm(text):
        raise typer.BadParameter("how often is written 30m, 6h, 2d (10 minutes or more), or 03:00 for once a day")
    return text


def add_source(
    address: Annotated[str, typer.Argument(metavar="FOLDER|URL", help="A folder, or a link to a page or sitemap.")],
    *,
    sitemap: Annotated[bool, typer.Option("--sitemap", help="The link is a sitemap: take all pages it lists.")] = False,
    every: Annotated[
        str | None, typer.Option(help="How often: 30m, 6h, 2d, or 03:00 once a day at that time.", callback=_a_rhythm)
    ] = None,
    kind: Annotated[Kind | None, typer.Option(help="What sort of documents these are.")] = None,
    issuer: Annotated[str | None, typer.Option(help="Who issues them.")] = None,
    collection: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Who may read its documents; as often as needed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add what a folder, a web page or a sitemap holds, and keep it up to date from now on."""
    is_link = "://" in address
    if sitemap and not is_link:
        raise BadCommand("A sitemap is named by its link, https://www.example.org/sitemap.xml for example.")
    link_kind = SourceKind.SITEMAP if sitemap else SourceKind.PAGE
    source = NewSource(
        kind=link_kind if is_link else SourceKind.FOLDER,
        # Made absolute here: the bot that acts for us may have been started elsewhere.
        address=address if is_link else str(a_path(address).absolute()),
        every=every,
        document_kind=kind,
        issuer=issuer,
        collections=", ".join(collection) if collection else None,
    )
    with working(prepare(), as_json=as_json, to_add=True) as (screen, knowledge_base):
        with screen.progress("Fetching") as on_progress:
            added = knowledge_base.sources.add(source, actor=ACTOR, on_progress=on_progress)
        screen.show({"added": refreshed_shape(added)}, refreshed_view(added, "Added"))
    _fail_with(added)


def list_sources(as_json: AsJson = False) -> None:
    """List the sources: when each was refreshed and is next, its pages, and what is flagged or failed."""
    settings = prepare()
    with reading(settings, as_json=as_json) as (screen, ledger):
        records = ledger.sources.records()
        screen.show(sources_shape(records, settings), sources_view(records, settings))


def remove_source(source: SourceId, as_json: AsJson = False) -> None:
    """Refresh a source no more; its documents stay in the library."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        removed = knowledge_base.sources.remove(source, actor=ACTOR)
        said = f"Removed {removed.id}. What came from it stays in the library; `attache remove` takes documents out."
        screen.show({"removed": source_shape(removed)}, said)


def refresh_sources(
    source: Annotated[str | None, typer.Argument(metavar="[ID]", help="One source; all of them unless named.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring sources up to date now.

    Pages that are gone are flagged and stay in the library. The exit code is 1 when something failed.
    """
    with working(prepare(), as_json=as_json, to_add=True) as (screen, knowledge_base):
        with screen.progress("Fetching") as on_progress:
            done = knowledge_base.sources.refresh(source, actor=ACTOR, on_progress=on_progress)
        shown = [refreshed_view(refreshed, "Refreshed") for refreshed in done]
        screen.show({"refreshed": [refreshed_shape(one) for one in done]}, *(shown or ["No source to refresh."]))
    _fail_with(*done)


def _fail_with(*done: Refreshed) -> None:
    if any(refreshed.failed or refreshed.source.trouble for refreshed in done):
        raise typer.Exit(1)
