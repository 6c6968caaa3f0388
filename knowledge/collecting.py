"""The room of collections: who may read what. Says what a set of readers may be shown; knows nobody by name."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.collections import Access, Audience, Collection, View
from knowledge.domain import Answer, DocumentRecord, Gap
from knowledge.errors import NotForReaders
from knowledge.finding import find_kept
from knowledge.ledger import Ledger
from knowledge.ledger.library import LibraryRecord, newest_of


class Collecting:
    """Collections and the documents in them; whoever changes something has made sure that an admin does."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def records(self) -> tuple[Collection, ...]:
        """Return the collections in order of name."""
        return self._ledger.library.collections()

    def add(
        self, name: str, access: Access, *, channels: Sequence[str] = (), groups: Sequence[str] = (), actor: str
    ) -> Collection:
        """Make a collection; a limited one names the channels or groups that may read it. Raises BadCollection."""
        self._ledger.collections.add(name, access, channels=channels, groups=groups, actor=actor)
        return self._named(name)

    def change(
        self, name: str, access: Access, *, channels: Sequence[str] = (), groups: Sequence[str] = (), actor: str
    ) -> Collection:
        """Let others read a collection from now on. Raises CollectionNotFound, BadCollection."""
        self._ledger.collections.change(name, access, channels=channels, groups=groups, actor=actor)
        return self._named(name)

    def remove(self, name: str, *, actor: str) -> None:
        """Forget a collection. Raises CollectionNotFound, BadCollection, CollectionInUse."""
        self._ledger.collections.remove(name, actor=actor)

    def put(self, document: str, names: Sequence[str], *, actor: str) -> tuple[DocumentRecord, tuple[Collection, ...]]:
        """Put a document, named by id, place or title, into these collections and no others; says which those are.

        Raises DocumentNotFound, CollectionNotFound.
        """
        id_ = find_kept(self._ledger.library, document).id
        self._ledger.collections.put(id_, names, actor=actor)
        return self._ledger.library.record(id_), self.of(id_)

    def of(self, document_id: str) -> tuple[Collection, ...]:
        """Return the collections that a document is in."""
        numbers = self._ledger.library.collections_of(document_id)
        return tuple(collection for collection in self.records() if collection.id in numbers)

    def may_read(self, audience: Audience | None, document_id: str) -> bool:
        """Whether an audience may read a document, also one that left the library."""
        return self._ledger.library.is_read_by(audience, document_id)

    def for_readers(self, outcome: Answer | Gap, audience: Audience | None) -> Answer | Gap:
        """Return a recorded outcome as these readers may have it. Raises NotForReaders where its quotes are not."""
        return for_readers(self._ledger, outcome, audience)

    def _named(self, name: str) -> Collection:
        wanted = " ".join(name.split()).casefold()
        return next(known for known in self.records() if known.name.casefold() == wanted)


def for_readers(ledger: Ledger, outcome: Answer | Gap, audience: Audience | None) -> Answer | Gap:
    """Return a recorded outcome as its readers may have it. Raises NotForReaders where its quotes are not for them."""
    library = ledger.library
    match outcome:
        case Gap():
            nearest = tuple(hit for hit in outcome.nearest if library.is_read_by(audience, hit.document.id))
            names = library.readable_names(outcome.collections, audience)
            gap = replace(outcome, nearest=nearest, collections=names)
            recorded = ledger.conversations.question(gap.question_id)
            return gap if recorded and recorded.audience == audience else _counted_for(library, gap, audience)
        case Answer() if all(library.is_read_by(audience, citation.document.id) for citation in outcome.citations):
            return outcome
    raise NotForReaders


def _counted_for(library: LibraryRecord, gap: Gap, audience: Audience | None) -> Gap:
    """Return a gap with what others than those it was recorded for may know of what was searched.

    Which words stand nowhere was looked up in the documents of the first readers, so that is left out.
    """
    documents = library.documents(View(as_of=gap.as_of, audience=audience))
    names = library.names_of(documents, audience)
    newest = newest_of(documents.values())
    return replace(gap, documents=len(documents), collections=names, newest=newest, unknown=())
