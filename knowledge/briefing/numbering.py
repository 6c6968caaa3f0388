"""Numbers of citations: the order in which a memo first cites, each quote once."""

from knowledge.briefing.facts import Fact
from knowledge.domain import Citation


class Numbering:
    """Gives out numbers for one memo; `given` are citations that have theirs already."""

    def __init__(self, given: tuple[Citation, ...] = ()) -> None:
        self._citations = {(one.passage.id, one.start, one.end): one for one in given}

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All that was cited, in order."""
        return tuple(self._citations.values())

    def cite(self, fact: Fact) -> int:
        """Return the number of a fact's quote."""
        passage = fact.hit.passage
        citation = self._citations.setdefault(
            (passage.id, fact.start, fact.end),
            Citation(
                number=len(self._citations) + 1,
                quote=fact.text,
                start=fact.start,
                end=fact.end,
                passage=passage,
                document=fact.hit.document,
            ),
        )
        return citation.number
