"""What is stated about a document is corrected after it was published: the next version of it, with the same text.

Nothing is read again, and nothing is embedded unless the title changes, which is part of what is embedded.
"""

from dataclasses import replace

from knowledge.domain import Details
from knowledge.indexes import Indexes
from knowledge.ledger.history import History
from knowledge.ledger.library import LibraryRecord
from knowledge.ledger.publishing import Publication
from knowledge.reading.card import correct_card
from knowledge.recognising import fingerprint_of, stated_in
from knowledge.splitting import identified


class Correcting:
    """Corrects documents. Whoever calls holds what keeps others from changing the indexes."""

    def __init__(self, *, library: LibraryRecord, history: History, indexes: Indexes) -> None:
        self._library = library
        self._history = history
        self._indexes = indexes

    def correct(self, document_id: str, details: Details, *, actor: str) -> None:
        """Serve a document with what `details` states; what they leave out stays as it was, "" takes it away.

        Raises DocumentNotFound, CollectionNotFound, BadCorrection, and BadFrontMatter for a date that is none.
        """
        self._library.check_collections(details.collections)
        version, before = self._history.standing(document_id)
        after = corrected(before, details)
        if after.passages == before.passages:
            self._history.correct(version, after, actor=actor)
            return
        self._library.set_settled(settled=False)
        self._indexes.place(self._indexes.begin(after.kept).finish())
        self._history.correct(version, after, actor=actor)
        self._library.set_settled(settled=True)


def corrected(publication: Publication, details: Details) -> Publication:
    """Put what is stated in place of what the card says; it stays stated when the file is indexed again."""
    card = correct_card(publication.document.card, details)
    stated = {name: text for name, text in {**publication.stated, **stated_in(details)}.items() if text}
    return replace(
        publication,
        document=replace(publication.document, card=card),
        passages=identified(publication.passages, publication.document_id, card.title),
        stated=stated,
        fingerprint=fingerprint_of(publication.file, stated) if publication.file else publication.fingerprint,
    )
