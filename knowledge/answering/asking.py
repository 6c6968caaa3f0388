"""One straight path for a question: search, judge, quote, verify, record."""

import logging
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from knowledge.answering.citing import verify
from knowledge.answering.differing.finding import Differing, FindingDifferences, with_differences
from knowledge.answering.extracting import Candidate, extract
from knowledge.answering.gate.verdicts import Drop
from knowledge.answering.onlooker import Onlooker
from knowledge.answering.parts import parts_of
from knowledge.collecting import for_readers
from knowledge.day_asked_about import day_asked_about
from knowledge.differences import Difference
from knowledge.domain import Answer, Citation, Gap, GapReason, Question
from knowledge.errors import BadQuestion, UnverifiedQuote
from knowledge.gaps.missing import NEAREST, Missed, Missing
from knowledge.judging import Judging, Verdict
from knowledge.keywords import TantivyKeywords
from knowledge.language import ENGLISH, SMALL_WORDS, UNDETERMINED, language_of_conversation, language_stated_or_told
from knowledge.ledger import Ledger
from knowledge.searching import Found, Searching
from knowledge.unanswered import Unanswered
from knowledge.written import Translation, Unwritten, WrittenSentence

if TYPE_CHECKING:
    from knowledge.answering.writing.writing import Writing

log = logging.getLogger(__name__)

# Passages the judge and the answerer work on.
CONSIDERED = 50
LONGEST_QUESTION = 4_000
# Words, without function words, from which one of several questions counts as one; "Can you help?" has fewer.
FEWEST_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """What the library says to a question in its thread, and how it came to that; nothing of it is recorded."""

    question: Question
    found: Found
    verdict: Verdict
    competed: tuple[Candidate, ...]
    citations: tuple[Citation, ...]
    milliseconds: int
    differing: tuple[Differing, ...] = ()
    differences: tuple[Difference, ...] = ()


class Asking:
    """Answers questions and records what came of them."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        searching: Searching,
        judging: Judging,
        keywords: TantivyKeywords,
        manifest: str,
        writing: "Writing | None" = None,
    ) -> None:
        self._ledger = ledger
        self._searching = searching
        self._judging = judging
        self._keywords = keywords
        self._missing = Missing(ledger.library, keywords, searching.model)
        self._release = manifest
        self._writing = writing
        self._differences = FindingDifferences(keywords.terms)

    def ask(self, question: Question, onlooker: Onlooker | None = None) -> Answer | Gap:
        """Return quotes or a logged gap. A question that was answered before gets the same outcome again.

        An `onlooker` sees what a language model writes while it writes.

        Raises NotForReaders where that quotes what its readers may not read by now.
        """
        conversations = self._ledger.conversations
        known = conversations.outcome(question.id)
        if known:
            return for_readers(self._ledger, known, question.audience)
        self.word(question)
        considered = self.consider(question)
        if considered.citations:
            digest = self.digest()
            # Logged first: an answer that is recorded is whole.
            left = self._log_unanswered(considered)
            answer = self.translated(considered.question, self._answer(considered, onlooker), onlooker)
            return conversations.record(considered.question, replace(answer, unanswered=left), digest)
        return self.refuse(considered)

    def _log_unanswered(self, whole: Considered) -> tuple[Unanswered, ...]:
        """Log the questions of an answered message that get no answer by themselves while others of it do.

        Not one whose words all stand in what is quoted.
        """
        asked = parts_of(whole.question)
        if not asked:
            return ()
        searched = parts_of(self.worded(whole.question))
        words = searched if len(searched) == len(asked) else asked
        searched_as = {own.id: part.text for own, part in zip(asked, words, strict=True) if part.text != own.text}
        parts = [replace(self.consider(part), question=own) for own, part in zip(asked, words, strict=True)]
        if all(not part.citations for part in parts):
            return ()
        quoted = {term for citation in whole.citations for term in self._keywords.terms(citation.quote)}
        return tuple(
            Unanswered(question=part.question.text, gap=self._log_part(part, searched_as.get(part.question.id)))
            for part in parts
            if not part.citations and len(own := _own_terms(part)) >= FEWEST_WORDS and not own <= quoted
        )

    def _log_part(self, considered: Considered, searched_as: str | None) -> str:
        """Log one of several questions, and what it was searched as, for when it is asked again."""
        if searched_as:
            self._ledger.writing.keep_restated(considered.question.id, searched_as)
        known = self._ledger.conversations.outcome(considered.question.id)  # of a try that broke off
        gap = known if isinstance(known, Gap) else self.refuse(considered, GapReason.PARTIAL)
        return gap.id

    def refuse(self, considered: Considered, reason: GapReason | None = None) -> Gap:
        """Log a question that the library does not answer."""
        missed = self._missing.missed(
            considered.question,
            considered.found,
            reason=reason,
            probability=considered.verdict.probability,
            milliseconds=considered.milliseconds,
        )
        return self._ledger.gaps.record(considered.question, missed, self.digest())

    def unknown(self, question: Question) -> tuple[str, ...]:
        """Return the words of a question that stand in no document its readers may read."""
        return self._missing.unknown(question)

    def _answer(self, considered: Considered, onlooker: Onlooker | None) -> Answer:
        """Make an answer of the quotes, or of what a language model wrote from the same passages and was verified."""
        answer = Answer(
            question_id=considered.question.id,
            probability=considered.verdict.probability,
            citations=considered.citations,
            milliseconds=considered.milliseconds,
            as_of=considered.question.as_of,
            differences=considered.differences,
        )
        if self._writing is None:
            return answer
        verified = partial(self._written, answer, considered)

        def show(sentences: tuple[WrittenSentence, ...], citations: tuple[Citation, ...]) -> None:
            if onlooker:
                with suppress(UnverifiedQuote):
                    onlooker.show(verified(sentences, citations))

        start = time.perf_counter()
        written = self._writing.write(
            considered.question,
            considered.found,
            considered.citations,
            show=show if onlooker else None,
            enough=onlooker.enough if onlooker else None,
        )
        milliseconds = considered.milliseconds + round((time.perf_counter() - start) * 1000)
        answer = replace(answer, milliseconds=milliseconds, unwritten=written.unwritten, dropped=written.dropped)
        if not written.sentences:
            return answer
        try:
            whole = verified(written.sentences, written.citations)
        except UnverifiedQuote:  # a document left the library while the model wrote
            lost = (Drop.WITHDRAWN.value,) * len(written.sentences)
            return replace(answer, unwritten=Unwritten.NOTHING_KEPT, dropped=(*written.dropped, *lost))
        return replace(answer, citations=whole.citations, written=whole.written, differences=whole.differences)

    def _word(self, writing: "Writing", question: Question) -> None:
        own, languages = _asked_in(question), self._languages(question)
        library = _library_in(languages)
        foreign = own is not None and own != library
        writing.restate(question, foreign=foreign)
        if own is None or not foreign:
            return
        maybe = {own, UNDETERMINED} & set(languages)
        if not (maybe and any(_language_of(one) == own for one in self.consider(question).citations)):
            try:
                writing.translating.question(question, own, library)
            except Exception:  # it is searched as it was asked
                log.exception("question %s: not translated", question.id)

    def _languages(self, question: Question) -> Counter[str]:
        """The languages of the documents that the readers of an answer may read, each with how many are in it."""
        return Counter(one.card.language for one in self._ledger.library.documents(question.view).values())

    def _written(
        self,
        answer: Answer,
        considered: Considered,
        sentences: tuple[WrittenSentence, ...],
        citations: tuple[Citation, ...],
    ) -> Answer:
        """Put sentences and the quotes they stand on into an answer. Raises UnverifiedQuote."""
        shown, differences = with_differences(citations, considered.differing)
        live = self._ledger.library.live([one.passage.id for one in shown], considered.question.view)
        return replace(answer, citations=verify(shown, live), written=sentences, differences=differences)

    def translated(self, question: Question, answer: Answer, onlooker: Onlooker | None = None) -> Answer:
        """Add what a language model makes of an answer in the language of its question, where that is another."""
        into = _asked_in(question)
        if self._writing is None or into is None:
            return answer
        start = time.perf_counter()
        enough = onlooker.enough if onlooker else None
        try:
            translation = self._writing.translating.answer(question, answer, into, enough)
        except Exception:  # whatever goes wrong here costs no answer
            log.exception("question %s: its answer is not translated", question.id)
            translation = Translation(language=into, missing=Unwritten.FAILED)
        milliseconds = answer.milliseconds + round((time.perf_counter() - start) * 1000)
        return replace(answer, translation=translation, milliseconds=milliseconds)

    def missed(self, question: Question, reason: GapReason) -> Missed:
        """Search for a question in its thread once more, to log it for what people said of its reply."""
        question = self.in_thread(question)
        return self._missing.missed(question, self._searching.find(self.worded(question), NEAREST), reason=reason)

    def digest(self) -> str:
        """Return what changes with the library: the digest that outcomes are recorded with."""
        return self._ledger.library.manifest(self._release).digest

    def word(self, question: Question) -> None:
        """Have a follow-up restated, and a question in another language than the library's translated.

        Not one that documents in its own language answer, nor any where the office has no language model.
        """
        if self._writing:
            self._word(self._writing, self.in_thread(question))

    def worded(self, question: Question) -> Question:
        """Return a question as a model restated or translated it when it was asked; else as it stands."""
        return _worded(question, self._ledger.writing.restated(question.id))

    def consider(self, question: Question) -> Considered:
        """Search, judge, quote and verify, without a record. Raises BadQuestion.

        A question whose words are about what was in force once is answered from then; where that day's library holds
        no answer, from today's like any other.
        """
        restated = self._ledger.writing.restated(question.id)
        day = question.as_of or day_asked_about(restated or question.text, self._ledger.now().date())
        considered = self._consider(replace(question, as_of=day), restated)
        return considered if considered.citations or day == question.as_of else self._consider(question, restated)

    def _consider(self, question: Question, restated: str | None) -> Considered:
        start = time.perf_counter()
        question = self.in_thread(question)
        found = self._searching.find(_worded(question, restated), CONSIDERED)
        quoted = extract(found, self._keywords.terms)
        verdict = self._judging.judge(found, quoted.citations)
        quotes = quoted.citations if verdict.answerable else ()
        differing = self._differences.find(found, quotes)
        shown, differences = with_differences(quotes, differing)
        live = self._ledger.library.live([citation.passage.id for citation in shown], question.view)
        citations = verify(shown, live)
        milliseconds = round((time.perf_counter() - start) * 1000)
        log.info("question %s: %d hits, %d quotes, %d ms", question.id, len(found.hits), len(citations), milliseconds)
        return Considered(
            question=question,
            found=found,
            verdict=verdict,
            competed=quoted.competed,
            citations=citations,
            milliseconds=milliseconds,
            differing=differing,
            differences=differences,
        )

    def in_thread(self, question: Question) -> Question:
        """Check a question and give it the turns of its thread that its readers may read. Raises BadQuestion."""
        check_question(question.text)
        if question.as_of and question.as_of > self._ledger.now().date():
            raise BadQuestion("That day is still to come; please name one up to today.")
        if question.thread or not question.thread_id:
            return question
        reads = partial(self._ledger.library.is_read_by, question.audience)
        return replace(question, thread=self._ledger.conversations.turns(question.thread_id, question.id, reads))


def _worded(question: Question, restated: str | None) -> Question:
    """A question as it is searched: restated words stand by themselves."""
    return replace(question, text=restated, thread=()) if restated else question


def _asked_in(question: Question) -> str | None:
    """The language of a question, by its words or those of the questions before it."""
    earlier = (turn.text for turn in reversed(question.thread) if turn.speaker == "user")
    return language_of_conversation((question.text, *earlier))


def _library_in(languages: Counter[str]) -> str:
    """The language of most documents; those that do not say count as English, as do others that nobody asks in."""
    counted = languages + Counter({ENGLISH: languages[UNDETERMINED]})
    del counted[UNDETERMINED]
    most = max(counted, key=lambda language: (counted[language], language == ENGLISH), default=ENGLISH)
    return most if most in SMALL_WORDS else ENGLISH


def _language_of(citation: Citation) -> str | None:
    return language_stated_or_told(citation.document.card.language, citation.quote)


def _own_terms(considered: Considered) -> set[str]:
    """The words of a question itself, not of its thread, without function words."""
    return {term for term, weight in considered.found.reading.weights.items() if weight == 1.0}


def check_question(text: str) -> None:
    """Raise BadQuestion for a text that cannot be asked."""
    if not text.strip() or len(text) > LONGEST_QUESTION:
        raise BadQuestion
