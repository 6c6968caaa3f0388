"""From verified quotes to prose: the model is asked, the gate checks, and whatever fails leaves the quotes as they are.

Never decides whether the library answers: that is the judge's, before any model is asked.
"""

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from knowledge.answering.extracting import quotable_hits
from knowledge.answering.gate.gate import Gate, Kept
from knowledge.answering.gate.linking import links_in
from knowledge.answering.gate.verdicts import Drop
from knowledge.answering.writing.chat_model import ChatModel, ModelAway
from knowledge.answering.writing.drafts import read_drafts, read_restated
from knowledge.answering.writing.limited import Limited
from knowledge.answering.writing.listening import Listening
from knowledge.answering.writing.prompts import Prompt, Prompts
from knowledge.answering.writing.translating import Translating
from knowledge.domain import Citation, Question
from knowledge.judging import names_in
from knowledge.ledger.writing import Limits, WritingRecord
from knowledge.searching import Found, leans_on_thread
from knowledge.written import Restated, Unrestated, Unwritten, WrittenSentence

Terms = Callable[[str], Sequence[str]]
# Takes the sentences that are sure so far and the quotes they stand on.
Show = Callable[[tuple[WrittenSentence, ...], tuple[Citation, ...]], None]

log = logging.getLogger(__name__)

# What is kept has to hold this share of what the best quote holds of the question, weighted by rarity.
STILL_ANSWERS = 0.6
# Turns a follow-up is restated from, and the longest question that can come of it.
TURNS = 6
LONGEST_RESTATED = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a model made of an answer: sentences with the citations they stand on, or why there are none."""

    sentences: tuple[WrittenSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    unwritten: Unwritten | None = None
    dropped: tuple[str, ...] = ()


class Writing:
    """Asks a language model within the office's limits and keeps what the gate lets through."""

    def __init__(
        self, *, model: ChatModel, prompts: Prompts, record: WritingRecord, limits: Limits, terms: Terms
    ) -> None:
        self._limited = Limited(model=model, record=record, limits=limits)
        self._prompts = prompts
        self._record = record
        self._terms = terms
        self._gate = Gate(terms)
        self.translating = Translating(self._limited, prompts.translate, record)

    def write(
        self,
        question: Question,
        found: Found,
        extract: Sequence[Citation],
        show: Show | None = None,
        enough: Event | None = None,
        *,
        brief: bool = False,
    ) -> Written:
        """Write an answer to a question that `extract` answers already, from the passages it was taken from.

        `show` is given what is sure while the model goes on, until that ends or `enough` is set. With `brief` it is
        what is known of the topic that the question is.
        """
        prompt, about = (self._prompts.brief, "topic") if brief else (self._prompts.answer, "question")
        shown = {f"P{number}": hit for number, hit in enumerate(quotable_hits(found.hits), start=1)}
        text = found.reading.text
        listening = Listening(
            check=lambda drafts: self._gate.check(drafts, shown, prompt=prompt.rules),
            answers=lambda kept: self._still_answers(kept, found, extract),
            show=lambda kept: show(*_numbered(kept)) if show else None,
        )
        hear = listening.hear if show else None
        try:
            drafts = self._limited.ask(question, prompt, {about: text}, read_drafts, shown, hear=hear, enough=enough)
        except ModelAway as err:
            if err.why is not Unwritten.STOPPED or not listening.has_shown:
                return Written(unwritten=err.why)
            drafts = listening.drafts
        gated = self._gate.check(drafts, shown, prompt=prompt.rules)
        dropped = tuple(drop.value for drop in gated.dropped)
        log.info("question %s: %d sentences kept, %d dropped", question.id, len(gated.kept), len(dropped))
        if not gated.kept:
            return Written(unwritten=Unwritten.NOTHING_KEPT, dropped=dropped)
        if not self._still_answers(gated.kept, found, extract):
            lost = (Drop.NO_ANSWER.value,) * len(gated.kept)
            return Written(unwritten=Unwritten.NO_ANSWER_LEFT, dropped=(*dropped, *lost))
        sentences, citations = _numbered(gated.kept)
        return Written(sentences=sentences, citations=citations, dropped=dropped)

    def restate(self, question: Question, *, foreign: bool = False) -> Restated:
        """Write a follow-up as a question that stands alone, from words of its thread only, or say why it stays.

        What leans on a thread is known of English only: of a `foreign` one each is asked for.
        """
        if not question.thread or not (foreign or leans_on_thread(question.text)):
            return Restated(why=Unrestated.STANDS_ALONE)
        known = self._record.restated(question.id)
        if known is not None:
            return Restated(text=known)
        turns = [{"speaker": turn.speaker, "text": turn.text[:1_000]} for turn in question.thread[-TURNS:]]
        try:
            restated = self._limited.ask(
                question, self._prompts.restate, {"turns": turns, "question": question.text}, read_restated
            )
        except ModelAway as err:
            log.info("question %s: not restated, %s", question.id, err.why.value)
            return Restated(why=err.why)
        refused = self._refused(restated, question)
        if refused:
            log.info("question %s: not restated, %s", question.id, refused.value)
            return Restated(why=refused)
        self._record.keep_restated(question.id, restated)
        return Restated(text=restated)

    def probe(self) -> Unwritten | None:
        """Ask for next to nothing, as `attache check` does; return what kept the model from answering."""
        question = Question(id=f"check-{secrets.token_hex(4)}", text="", asker="check")
        try:
            self._limited.ask(question, Prompt(rules="Answer with the word ready.", material="Ready?"), {}, str)
        except ModelAway as err:
            return err.why
        return None

    def _still_answers(self, kept: Sequence[Kept], found: Found, extract: Sequence[Citation]) -> bool:
        """Whether the sentences hold most of what the best quote holds of the question, and its names and numbers."""
        key = next((citation for citation in extract if citation.key), extract[0])
        best = key.parts[1] or key.quote
        own = {term: found.reading.idf[term] for term, weight in found.reading.weights.items() if weight == 1.0}
        wanted = {term for term in own if term in self._terms(best)}
        said = set(self._terms(" ".join(sentence.text for sentence in kept)))
        named = {term for name in names_in(found.reading.text) for term in self._terms(name)} & wanted
        weight = sum(own[term] for term in wanted)
        return named <= said and sum(own[term] for term in wanted & said) >= STILL_ANSWERS * weight

    def _refused(self, restated: str, question: Question) -> Unrestated | None:
        """Why a restated question is none, or not made of the thread's own words; None where it is."""
        if not restated:
            return Unrestated.EMPTY
        if len(restated) > LONGEST_RESTATED:
            return Unrestated.TOO_LONG
        if links_in(restated):
            return Unrestated.LINK
        known = set(self._terms(" ".join((question.text, *(turn.text for turn in question.thread)))))
        return None if set(self._terms(restated)) <= known else Unrestated.NEW_WORD


def _numbered(kept: Sequence[Kept]) -> tuple[tuple[WrittenSentence, ...], tuple[Citation, ...]]:
    """Number the quotes in the order in which they are first cited, each once."""
    citations: dict[tuple[str, int, int], Citation] = {}
    sentences: list[WrittenSentence] = []
    for one in kept:
        numbers = []
        for hit, (start, end) in one.quotes:
            passage = hit.passage
            citation = citations.setdefault(
                (passage.id, start, end),
                Citation(
                    number=len(citations) + 1,
                    quote=passage.text[start:end],
                    start=start,
                    end=end,
                    passage=passage,
                    document=hit.document,
                ),
            )
            numbers.append(citation.number)
        sentences.append(WrittenSentence(text=one.text, numbers=tuple(numbers)))
    return tuple(sentences), tuple(citations.values())
