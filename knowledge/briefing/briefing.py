"""One straight path for a memo: search, judge, collect facts, lay out, verify, record. Writes no word of its own.

The judge decides first, as for any question; what the library does not answer is refused and logged like one.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.answering.asking import Asking, Considered
from knowledge.answering.citing import verify
from knowledge.answering.differing.finding import MOST, Differing, FindingDifferences, with_differences
from knowledge.briefing.composing import Composed, compose
from knowledge.briefing.facts import PASSAGES, Facts
from knowledge.briefing.numbering import Numbering
from knowledge.briefing.open_points import open_gaps, unsure_sources
from knowledge.briefing.requests import check_request
from knowledge.collecting import for_readers
from knowledge.domain import Answer, Citation, Gap, Question
from knowledge.ledger import Ledger
from knowledge.memos import Form, Memo, MemoRequest, Open, OpenPoint, Row

if TYPE_CHECKING:
    from knowledge.answering.writing.writing import Writing, Written

log = logging.getLogger(__name__)

Terms = Callable[[str], Sequence[str]]


class Briefing:
    """Writes memos and records them as the answers they are."""

    def __init__(self, *, ledger: Ledger, asking: Asking, terms: Terms, writing: "Writing | None" = None) -> None:
        self._ledger = ledger
        self._asking = asking
        self._terms = terms
        self._writing = writing
        self._facts = Facts(terms)
        self._differences = FindingDifferences(terms)

    def write(self, question: Question, request: MemoRequest) -> Answer | Gap:
        """Return a memo or a logged gap. Asked for again with the same id, the recorded outcome returns.

        Raises BadQuestion, and NotForReaders where the recorded one quotes what its readers may not read by now.
        """
        check_request(request)
        known = self._ledger.conversations.outcome(question.id)
        if known:
            return for_readers(self._ledger, known, question.audience)
        start, digest = time.perf_counter(), self._asking.digest()
        compared = request.form is Form.COMPARISON
        considered, answer = self._compare(question, request) if compared else self._brief(question, request)
        if answer is None:
            return self._asking.refuse(considered)
        answer = self._asking.translated(considered.question, answer)
        milliseconds = round((time.perf_counter() - start) * 1000)
        log.info("memo %s: %d quotes, %d ms", question.id, len(answer.citations), milliseconds)
        answer = replace(answer, milliseconds=milliseconds)
        return self._ledger.conversations.record(considered.question, answer, digest)

    def _brief(self, question: Question, request: MemoRequest) -> tuple[Considered, Answer | None]:
        self._asking.word(question)
        considered = self._asking.consider(question)
        if not considered.citations:
            return considered, None
        today, topic = self._ledger.now().date(), self._asking.worded(question)
        facts = self._facts.about(considered.found, topic.text)
        composed = compose(facts, request, today) if facts else _as_extracted(considered)
        written = self._written(considered, composed) if request.form is Form.BRIEF else None
        if written is not None and written.sentences:
            composed = compose(facts, request, today, given=written.citations) if facts else composed
        unknown = [OpenPoint(kind=Open.UNKNOWN_WORD, text=word) for word in self._asking.unknown(topic)]
        memo = Memo(
            request=request,
            day=today,
            know=composed.know,
            dates=composed.dates,
            figures=composed.figures,
            open_points=(*unknown, *self._gaps(considered)),
        )
        differing = self._differences.find(considered.found, composed.citations, PASSAGES)
        answer = self._answer(considered, memo, composed.citations, differing)
        if written is not None:
            answer = replace(answer, written=written.sentences, unwritten=written.unwritten, dropped=written.dropped)
        return considered, answer

    def _compare(self, question: Question, request: MemoRequest) -> tuple[Considered, Answer | None]:
        numbering = Numbering()
        best: Considered | None = None
        rows, empty = [], []
        differing: dict[object, Differing] = {}
        for subject in request.subjects:
            cells: list[tuple[int, ...]] = []
            for topic in request.topics:
                considered = self._asking.consider(replace(question, text=f"{topic}, {subject}"))
                facts = self._facts.about(considered.found, topic, naming=subject) if considered.citations else ()
                cells.append(tuple(numbering.cite(fact) for fact in facts[:1]))
                in_cell = [one for one in numbering.citations if one.number in cells[-1]]
                apart = self._differences.find(considered.found, in_cell, PASSAGES)
                differing |= {one.places: one for one in apart}
                if not facts:
                    empty.append(OpenPoint(kind=Open.NOTHING_FOUND, text=f"{subject}: {topic}"))
                elif best is None or considered.verdict.probability > best.verdict.probability:
                    best = considered
            rows.append(Row(subject=subject, cells=tuple(cells)))
        if best is None:
            return self._asking.consider(question), None
        considered = replace(best, question=replace(best.question, text=question.text))
        memo = Memo(
            request=request,
            day=self._ledger.now().date(),
            rows=tuple(rows),
            open_points=(*empty, *self._gaps(considered)),
        )
        return considered, self._answer(considered, memo, numbering.citations, differing.values())

    def _answer(
        self, considered: Considered, memo: Memo, quoted: tuple[Citation, ...], differing: Iterable[Differing]
    ) -> Answer:
        """Verify what is quoted, as the last look at any answer. Raises UnverifiedQuote."""
        question = considered.question
        citations, differences = with_differences(quoted, tuple(differing)[:MOST])
        live = self._ledger.library.live([one.passage.id for one in citations], question.view)
        points = (*memo.open_points, *unsure_sources(citations))
        return Answer(
            question_id=question.id,
            probability=considered.verdict.probability,
            citations=verify(citations, live),
            as_of=question.as_of,
            memo=replace(memo, open_points=points),
            differences=differences,
        )

    def _gaps(self, considered: Considered) -> tuple[OpenPoint, ...]:
        question = considered.question
        weights = considered.found.reading.idf
        return tuple(open_gaps(self._ledger.gaps.records(), question, weights, self._terms))

    def _written(self, considered: Considered, composed: Composed) -> "Written | None":
        """What a language model makes of what is known, where the office has one: past the gate, or why nothing is."""
        if self._writing is None:
            return None
        return self._writing.write(considered.question, considered.found, composed.citations, brief=True)


def _as_extracted(considered: Considered) -> Composed:
    """The quotes of an answer as what is known: the judge found one where no single fact is about all of the topic."""
    return Composed(
        know=tuple(one.number for one in considered.citations),
        figures=(),
        dates=(),
        citations=considered.citations,
    )
