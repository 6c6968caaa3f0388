"""Collections and the documents in them. Every change is one transaction and one entry of the audit trail.

A document is in one at least. What it is in belongs to the document and not to a version: a newer file that states
nothing leaves it where it is, and a file's word never moves what a person put somewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from knowledge.collections import LONGEST_NAME, OFFICE, Access, Collection, names_in
from knowledge.errors import BadCollection, CollectionInUse, CollectionNotFound
from knowledge.ledger.audit import record_act
from knowledge.ledger.opening import writing
from knowledge.ledger.state import next_generation
from knowledge.ledger.tables import collections, document_collections


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """The collections in order of name, and the ids of those each document is in."""

    collections: tuple[Collection, ...]
    of_document: Mapping[str, frozenset[int]]


def read_shelves(connection: Connection) -> Shelves:
    """Read what is in which collection; the same set of ids is kept once."""
    inside: dict[str, set[int]] = {}
    for row in connection.execute(select(document_collections.c.document_id, document_collections.c.collection_id)):
        inside.setdefault(row.document_id, set()).add(row.collection_id)
    shared: dict[frozenset[int], frozenset[int]] = {}
    of_document = {id_: shared.setdefault(frozenset(ids), frozenset(ids)) for id_, ids in inside.items()}
    held, alone = dict[int, int](), dict[int, int]()
    for ids in of_document.values():
        for number in ids:
            held[number] = held.get(number, 0) + 1
            alone[number] = alone.get(number, 0) + (len(ids) == 1)
    kept = tuple(
        Collection(
            id=row.id,
            name=row.name,
            access=Access(row.access),
            channels=tuple(row.channels),
            groups=tuple(row.groups),
            documents=held.get(row.id, 0),
            alone=alone.get(row.id, 0),
        )
        for row in connection.execute(select(collections).order_by(collections.c.name))
    )
    return Shelves(collections=kept, of_document=of_document)


def put(connection: Connection, document_id: str, stated: str | None, *, by_person: bool, actor: str) -> bool:
    """Put a document into the collections named; says whether that changed who may read it.

    Where none is named a new document goes into the office's and any other stays where it is. Raises
    CollectionNotFound.
    """
    mine = document_collections.c.document_id == document_id
    rows = connection.execute(select(document_collections).where(mine)).all()
    names = names_in(stated)
    if rows and (not names or (not by_person and any(row.by_person for row in rows))):
        return False
    wanted = _ids(connection, names or (OFFICE,))
    if rows:
        connection.execute(delete(document_collections).where(mine))
    connection.execute(
        insert(document_collections),
        [{"document_id": document_id, "collection_id": number, "by_person": by_person} for number in wanted],
    )
    before = {row.collection_id for row in rows}
    if before != wanted.keys() and names:
        _record(connection, actor, "set_collections", document_id, {"collections": ", ".join(wanted.values())})
    return bool(rows) and before != wanted.keys()


def check_names(connection: Connection, stated: str | None) -> None:
    """Raise CollectionNotFound for a name in "mayor, protocol" that no collection has."""
    _ids(connection, names_in(stated))


class Collections:
    """Makes, changes and removes collections, and puts documents into them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, name: str, access: Access, *, channels: Sequence[str] = (), groups: Sequence[str] = (), actor: str
    ) -> None:
        """Make a collection. Raises BadCollection."""
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME or "," in name:
            raise BadCollection(f"A collection's name has up to {LONGEST_NAME} characters and no comma.")
        values = _readers(access, channels, groups)
        with writing(self._engine) as connection:
            if any(name.casefold() == known.casefold() for known in connection.scalars(select(collections.c.name))):
                raise BadCollection(
                    "There is a collection of this name already; `attache collections change` changes it."
                )
            connection.execute(
                insert(collections).values(name=name, added_at=datetime.now(UTC), added_by=actor, **values)
            )
            _record(connection, actor, "add_collection", name, _said(values))

    def change(
        self, name: str, access: Access, *, channels: Sequence[str] = (), groups: Sequence[str] = (), actor: str
    ) -> None:
        """Let others read a collection. Raises CollectionNotFound, BadCollection."""
        values = _readers(access, channels, groups)
        with writing(self._engine) as connection:
            known = _only(connection, name)
            if known.name == OFFICE:
                raise BadCollection("Everybody in the office reads this collection; please put documents into another.")
            connection.execute(update(collections).where(collections.c.id == known.id).values(**values))
            _record(connection, actor, "change_collection", known.name, _said(values))

    def remove(self, name: str, *, actor: str) -> None:
        """Forget a collection. Raises CollectionNotFound, BadCollection, CollectionInUse."""
        with writing(self._engine) as connection:
            known = _only(connection, name)
            if known.name == OFFICE:
                raise BadCollection("Documents go into this collection when nobody says otherwise, so it stays.")
            if known.alone:
                count = f"{known.alone} document{'s are' if known.alone > 1 else ' is'}"
                raise CollectionInUse(
                    f"{count} in this collection alone; `attache collections set DOCUMENT NAME` moves them."
                )
            connection.execute(delete(document_collections).where(document_collections.c.collection_id == known.id))
            connection.execute(delete(collections).where(collections.c.id == known.id))
            _record(connection, actor, "remove_collection", known.name, {})

    def put(self, document_id: str, names: Sequence[str], *, actor: str) -> None:
        """Put a document into these collections and no others, by a person's word. Raises CollectionNotFound."""
        with writing(self._engine) as connection:
            put(connection, document_id, ",".join(names), by_person=True, actor=actor)
            next_generation(connection)


def _ids(connection: Connection, names: Iterable[str]) -> dict[int, str]:
    """Return the names of the collections meant, by id. Raises CollectionNotFound."""
    known = {row.name.casefold(): row for row in connection.execute(select(collections.c.id, collections.c.name))}
    found = {}
    for name in names:
        row = known.get(" ".join(name.split()).casefold())
        if row is None:
            raise CollectionNotFound(
                f"There is no collection “{name}”; `attache collections list` shows those there are."
            )
        found[int(row.id)] = str(row.name)
    return found


def _only(connection: Connection, name: str) -> Collection:
    (number,) = _ids(connection, [name])
    return next(known for known in read_shelves(connection).collections if known.id == number)


def _readers(access: Access, channels: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    if (access is Access.LIMITED) != bool(channels or groups):
        raise BadCollection("A limited collection names channels or groups, and no other does.")
    return {
        "access": access.value,
        "channels": list(dict.fromkeys(channels)),
        "groups": list(dict.fromkeys(groups)),
    }


def _said(values: Mapping[str, Any]) -> dict[str, str | int | None]:
    return {name: value if isinstance(value, str) else ", ".join(value) or None for name, value in values.items()}


def _record(connection: Connection, actor: str, act: str, subject: str, detail: Mapping[str, str | int | None]) -> None:
    record_act(connection, actor=actor, act=act, subject=subject, detail=detail)
    next_generation(connection)
