"""Collections as people and scripts read them. The JSON shapes only ever gain keys."""

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from bot.screen import printable
from knowledge.collections import Access, Collection


def collections_shape(collections: Sequence[Collection]) -> dict[str, Any]:
    """The collections in order of name."""
    return {"collections": [collection_shape(collection) for collection in collections]}


def collection_shape(collection: Collection) -> dict[str, Any]:
    """One collection; `alone` counts the documents that are in no other."""
    return {
        "name": collection.name,
        "access": collection.access.value,
        "channels": list(collection.channels),
        "groups": list(collection.groups),
        "documents": collection.documents,
        "alone": collection.alone,
    }


def collections_view(collections: Sequence[Collection]) -> RenderableType:
    """The collections as a table: what each is called, who may read it, how much is in it."""
    table = Table("Name", "Who may read it", "Documents", box=None, pad_edge=False, header_style="bold")
    for collection in collections:
        row = (collection.name, spell_readers(collection), str(collection.documents))
        table.add_row(*(Text(printable(text)) for text in row))
    return table


def spell_readers(collection: Collection) -> str:
    """Say in words who may read a collection."""
    match collection.access:
        case Access.PUBLIC:
            return "everybody, also guests and people of other organizations"
        case Access.OFFICE:
            return "everybody in the office"
        case Access.LIMITED:
            kinds = (("channel", collection.channels), ("group", collection.groups))
            return ", ".join(f"{kind} {id_}" for kind, ids in kinds for id_ in ids)
