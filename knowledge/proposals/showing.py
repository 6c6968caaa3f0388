"""A proposal as an admin sees it, beside what the library holds. Reads the ledger only, so it needs no model."""

from collections.abc import Iterator

from knowledge.ledger.library import LibraryRecord
from knowledge.ledger.proposals import Proposed
from knowledge.proposals.proposal import Proposal
from knowledge.proposals.resembling import resemblances
from knowledge.receipts import page_numbers
from knowledge.recognising import details_of


def proposal_of(proposed: Proposed, library: LibraryRecord) -> Proposal:
    """Put a proposal together from what the ledger keeps of it."""
    documents = library.documents()
    held = {record.id: record for record in (*library.waiting(), *documents.values())}
    publication = proposed.publication
    card = publication.document.card
    return Proposal(
        id=proposed.id,
        name=publication.name,
        place=publication.place,
        card=card,
        stated=details_of(publication.stated),
        guessed=_still_guessed(proposed),
        document_id=publication.document_id,
        replaces=held.get(publication.document_id),
        supersedes=held.get(proposed.supersedes or ""),
        since=proposed.superseded_from,
        pages=publication.document.pages,
        empty_pages=publication.document.empty_pages,
        unread_pages=publication.document.unread_pages,
        passages=proposed.passages,
        tables=proposed.tables,
        ocr_share=round(proposed.ocr_passages / proposed.passages, 3),
        ocr_confidence=proposed.ocr_confidence,
        missing=tuple(_missing(proposed)),
        resembles=resemblances(publication.name, card.title, card.date, proposed.resembles or {}, documents),
        made_by=proposed.made_by,
        made_at=proposed.made_at,
    )


def _still_guessed(proposed: Proposed) -> dict[str, str]:
    """The guesses that nobody has put something else in place of, or taken away."""
    card = proposed.publication.document.card
    return {field: by for field, (value, by) in proposed.guessed.items() if getattr(card, field) == value}


def _missing(proposed: Proposed) -> Iterator[str]:
    document = proposed.publication.document
    empty = set(document.empty_pages) - set(document.unread_pages)
    if empty:
        yield f"No text on {_pages(empty)} of {document.pages}."
    if document.unread_pages:
        yield f"Not looked at, too many pages for OCR: {_pages(set(document.unread_pages))} of {document.pages}."
    if document.card.date is None:
        yield "No date."
    if document.card.issuer is None:
        yield "No issuer."


def _pages(numbers: set[int]) -> str:
    return f"{'page' if len(numbers) == 1 else 'pages'} {page_numbers(numbers)}"
