"""What a memo leaves open: only what the library itself shows to be missing or unsure, and nothing anybody guesses."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from knowledge.domain import Citation, DocumentRecord, Question, Status
from knowledge.gaps.records import GapRecord
from knowledge.memos import Open, OpenPoint

Terms = Callable[[str], Sequence[str]]

MOST_GAPS = 4
# An open gap belongs to a topic when it holds this share of the topic's words, weighted by how rare they are.
ABOUT = 0.5


def open_gaps(
    gaps: Iterable[GapRecord], question: Question, weights: Mapping[str, float], terms: Terms
) -> Iterator[OpenPoint]:
    """Yield the open gaps on a topic that the asker may see: their own, or all for whoever keeps the library.

    Of a gap that others ask for, too, an asker reads their own words only.
    """
    wanted = {term: weights.get(term, 1.0) for term in terms(question.text)}
    whole = sum(wanted.values()) or 1.0
    left = MOST_GAPS
    for gap in gaps:
        asked = gap.question if question.audience is None else _own(gap, question.asker)
        if not left or not gap.status.is_open or not asked:
            continue
        said = set(terms(asked))
        if sum(weight for term, weight in wanted.items() if term in said) >= ABOUT * whole:
            left -= 1
            yield OpenPoint(kind=Open.GAP, text=asked)


def unsure_sources(citations: Sequence[Citation]) -> Iterator[OpenPoint]:
    """Yield a point for each document cited that is overdue for review, a draft, not in force or undated."""
    cited: dict[str, list[Citation]] = {}
    for citation in citations:
        cited.setdefault(citation.document.id, []).append(citation)
    for some in cited.values():
        document = some[0].document
        for kind in _doubts(document):
            yield OpenPoint(kind=kind, text=document.card.title, numbers=tuple(one.number for one in some))


def _doubts(document: DocumentRecord) -> Iterator[Open]:
    if document.card.status is Status.DRAFT:
        yield Open.DRAFT
    elif not document.card.status.in_force:
        yield Open.NOT_IN_FORCE
    if document.review_passed:
        yield Open.REVIEW_PASSED
    if not document.card.date:
        yield Open.UNDATED


def _own(gap: GapRecord, asker: str) -> str:
    return next((one.text for one in gap.questions if one.asker == asker), "")
