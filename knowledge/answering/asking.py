"""One straight path for a question: search, judge, quote, verify, record."""

import logging
import time
from dataclasses import replace

from knowledge.answering.citing import verify
from knowledge.answering.extracting import extract
from knowledge.domain import Answer, Gap, GapReason, Question
from knowledge.errors import BadQuestion
from knowledge.judging import Judging
from knowledge.keywords import TantivyKeywords
from knowledge.ledger import Ledger
from knowledge.searching import Searching

log = logging.getLogger(__name__)

# Passages the judge and the answerer work on, and those a gap offers as the closest.
CONSIDERED = 50
NEAREST = 3
LONGEST_QUESTION = 4_000


class Asking:
    """Answers questions and records what came of them."""

    def __init__(
        self, *, ledger: Ledger, searching: Searching, judging: Judging, keywords: TantivyKeywords, manifest: str
    ) -> None:
        self._ledger = ledger
        self._searching = searching
        self._judging = judging
        self._keywords = keywords
        self._release = manifest

    def ask(self, question: Question) -> Answer | Gap:
        """Return quotes or a logged gap. A question that was answered before gets the same outcome again."""
        conversations = self._ledger.conversations
        known = conversations.outcome(question.id)
        if known:
            return known
        start = time.perf_counter()
        question = self.in_thread(question)
        found = self._searching.find(question, CONSIDERED)
        verdict = self._judging.judge(found)
        citations = extract(found, self._keywords.terms) if verdict.answerable else ()
        live = self._ledger.library.live([citation.passage.id for citation in citations])
        citations = verify(citations, live)
        digest = self._ledger.library.manifest(self._release).digest
        milliseconds = round((time.perf_counter() - start) * 1000)
        log.info("question %s: %d hits, %d quotes, %d ms", question.id, len(found.hits), len(citations), milliseconds)
        if citations:
            answer = Answer(
                question_id=question.id,
                probability=verdict.probability,
                citations=citations,
                milliseconds=milliseconds,
            )
            return conversations.record(question, answer, digest)
        return conversations.record_gap(
            question,
            reason=GapReason.NOT_SUPPORTED if found.hits else GapReason.NOTHING_FOUND,
            probability=verdict.probability,
            nearest=found.hits[:NEAREST],
            manifest=digest,
            milliseconds=milliseconds,
        )

    def in_thread(self, question: Question) -> Question:
        """Check a question and give it the earlier turns of its thread. Raises BadQuestion."""
        if not question.text.strip() or len(question.text) > LONGEST_QUESTION:
            raise BadQuestion
        if question.thread or not question.thread_id:
            return question
        return replace(question, thread=self._ledger.conversations.turns(question.thread_id, question.id))
