"""The gate every answer passes: quotes are the ledger's own characters, or nothing is shown."""

from collections.abc import Mapping, Sequence

from knowledge.domain import Citation, Passage
from knowledge.errors import UnverifiedQuote


def verify(citations: Sequence[Citation], live: Mapping[str, Passage]) -> tuple[Citation, ...]:
    """Return the citations once each proved verbatim; `live` are the cited passages, read from the ledger anew.

    Raises UnverifiedQuote when a quote differs from its span by one character, is empty or its passage is live
    no more.
    """
    for citation in citations:
        passage = live.get(citation.passage.id)
        if passage is None or not citation.quote or passage.text[citation.start : citation.end] != citation.quote:
            raise UnverifiedQuote
    return tuple(citations)
