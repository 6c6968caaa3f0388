"""The document somebody means by an id, a place or a title. Never guesses: a title of two documents means neither."""

from collections.abc import Iterable

from knowledge.domain import DocumentRecord
from knowledge.errors import DocumentNotFound
from knowledge.ledger.library import LibraryRecord


def find_document(library: LibraryRecord, name: str) -> DocumentRecord:
    """Find a document that is served or waits to be. Raises DocumentNotFound, also when a title is not unique."""
    found = _named(name, (*library.documents().values(), *library.waiting()))
    if found is None:
        if _named(name, library.removed()):
            raise DocumentNotFound("This document was removed already; `attache restore` brings it back.")
        raise DocumentNotFound
    return found


def find_kept(library: LibraryRecord, name: str) -> DocumentRecord:
    """Find a document the ledger keeps, also after it was removed. Raises DocumentNotFound."""
    found = _named(name, (*library.documents().values(), *library.waiting())) or _named(name, library.removed())
    if found is None:
        raise DocumentNotFound(
            "The library never held this document; `attache documents --removed` lists what left it."
        )
    return found


def _named(name: str, records: Iterable[DocumentRecord]) -> DocumentRecord | None:
    # What is served comes first and stands for its document, whatever version of it waits.
    called: dict[str, DocumentRecord] = {}
    for record in records:
        if name in {record.id, record.place, record.card.title}:
            called.setdefault(record.id, record)
    if name in called:
        return called[name]
    if len(called) > 1:
        raise DocumentNotFound("Several documents have this title; please name the id that `attache documents` shows.")
    return next(iter(called.values()), None)
