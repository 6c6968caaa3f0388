"""Commands about collections and who may read them: `collections add`, `list`, `change`, `set`, `remove`."""

import re
from typing import Annotated

import typer

from bot.cli.library import ACTOR, Named
from bot.cli.opening import AsJson, prepare, reading, working
from bot.collections import collection_shape, collections_shape, collections_view, spell_readers
from bot.shapes import record_shape
from knowledge.collections import Access
from knowledge.errors import BadCommand

# Slack's ids of channels, private ones and group messages included, and of user groups.
CHANNEL = re.compile(r"[CG][A-Z0-9]+")
GROUP = re.compile(r"S[A-Z0-9]+")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name of the collection.")]
Public = Annotated[
    bool, typer.Option("--public", help="Guests may read it, and people in channels shared with other organizations.")
]
Channels = Annotated[
    str | None, typer.Option(metavar="C1,C2", help="The channels that may read it, by their ids in Slack.")
]
Groups = Annotated[
    str | None, typer.Option(metavar="S1,S2", help="The user groups whose members may read it, by their ids in Slack.")
]


def add_collection(
    name: Name, *, public: Public = False, channels: Channels = None, groups: Groups = None, as_json: AsJson = False
) -> None:
    """Make a collection. Everybody in the office may read it unless you say otherwise."""
    access = _access(public, channels, groups)
    named = {"channels": _ids(channels, CHANNEL, "channel"), "groups": _ids(groups, GROUP, "user group")}
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        added = knowledge_base.collections.add(name, access, **named, actor=ACTOR)
        screen.show({"added": collection_shape(added)}, f"Added {added.name}, for {spell_readers(added)}.")


def change_collection(
    name: Name, *, public: Public = False, channels: Channels = None, groups: Groups = None, as_json: AsJson = False
) -> None:
    """Say anew who may read a collection."""
    access = _access(public, channels, groups)
    named = {"channels": _ids(channels, CHANNEL, "channel"), "groups": _ids(groups, GROUP, "user group")}
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        changed = knowledge_base.collections.change(name, access, **named, actor=ACTOR)
        screen.show({"changed": collection_shape(changed)}, f"{changed.name} is now for {spell_readers(changed)}.")


def list_collections(as_json: AsJson = False) -> None:
    """List the collections and who may read each."""
    with reading(prepare(), as_json=as_json) as (screen, ledger):
        collections = ledger.library.collections()
        screen.show(collections_shape(collections), collections_view(collections))


def set_collections(
    document: Named,
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="All the collections it shall be in.")],
    as_json: AsJson = False,
) -> None:
    """Put a document into these collections and no others, whatever its file says."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        record, collections = knowledge_base.collections.put(document, names, actor=ACTOR)
        shape = {"document": record_shape(record), **collections_shape(collections)}
        readers = "; ".join(f"{collection.name}: {spell_readers(collection)}" for collection in collections)
        screen.show(shape, f"{record.card.title} is now in {readers}.")


def remove_collection(name: Name, as_json: AsJson = False) -> None:
    """Forget a collection. Refused while documents are in it alone."""
    with working(prepare(), as_json=as_json) as (screen, knowledge_base):
        knowledge_base.collections.remove(name, actor=ACTOR)
        screen.show({"removed": name}, f"Removed {name}.")


def _access(public: bool, channels: str | None, groups: str | None) -> Access:
    if public and (channels or groups):
        raise BadCommand("What is public is not limited to channels or groups; please choose one.")
    return Access.PUBLIC if public else Access.LIMITED if channels or groups else Access.OFFICE


def _ids(text: str | None, pattern: re.Pattern[str], what: str) -> tuple[str, ...]:
    ids = tuple(part.strip() for part in (text or "").split(",") if part.strip())
    wrong = next((id_ for id_ in ids if not pattern.fullmatch(id_)), None)
    if wrong or (text is not None and not ids):
        raise BadCommand(f"“{wrong or ''}” is no id of a {what} in Slack; its id is the last part of its link.")
    return ids
