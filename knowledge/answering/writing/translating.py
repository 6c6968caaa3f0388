"""Translations by the language model: of a question for the search, of an answer for whoever asked.

Nothing is taken or shown that plain rules find to differ from its source (answering/translating). A source is never
replaced: what is searched, judged and quoted stays in the language of the documents.
"""

import logging
from dataclasses import dataclass
from threading import Event

from knowledge.answering.gate.linking import links_in
from knowledge.answering.translating.comparing import LEEWAY, SHORTEST, can_compare, compare, compare_questions
from knowledge.answering.translating.vocabulary import composed, folded
from knowledge.answering.writing.chat_model import ModelAway
from knowledge.answering.writing.drafts import read_translations
from knowledge.answering.writing.limited import Limited
from knowledge.answering.writing.prompts import Prompt
from knowledge.domain import Answer, Question
from knowledge.language import ENGLISH, language_asked_in, language_of, language_stated_or_told
from knowledge.ledger.writing import WritingRecord
from knowledge.searching import leans_on_thread
from knowledge.written import Translated, Translation, Unwritten

log = logging.getLogger(__name__)

LONGEST_TRANSLATED = 300
# Characters of texts whose translations, a third longer and with the marks of JSON, fit into what a model may write.
MOST_SENT = 3_000
NAMES = {"en": "English", "es": "Spanish", "pt": "Portuguese"}
LEFT_OUT = "left out"
# After these the model can be asked again; where it was away or has spent its budget a moment ago it is not.
NOT_AWAY = frozenset({None, Unwritten.NOTHING_KEPT, Unwritten.NO_ANSWER_LEFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A sentence or quote by its number, and the language of the document it is from."""

    number: int
    text: str
    language: str

    def needs(self, into: str) -> bool:
        """Whether it is in another language, and one that can be compared; by its own letters where they are sure."""
        reads_as_it = language_of(self.text) == into and language_asked_in(self.text) in {into, None}
        return self.language != into and can_compare(self.language, into) and not reads_as_it


class Translating:
    """Asks for translations and keeps what says the same."""

    def __init__(self, limited: Limited, prompt: Prompt, record: WritingRecord) -> None:
        self._limited = limited
        self._prompt = prompt
        self._record = record

    def question(self, question: Question, language: str, into: str) -> str | None:
        """Return a question in the library's language, and keep it for the search; None where it is not to be had.

        Where its thread was restated in its own language, that is what is translated.
        """
        restated = self._record.restated(question.id)
        if restated and language_asked_in(restated) == into:
            return restated
        text = restated or question.text
        if SHORTEST * len(text) - LEEWAY > LONGEST_TRANSLATED:
            log.info("question %s: not translated, it is too long", question.id)
            return None
        try:
            translated = " ".join(self._ask(question, [text], into).get("T1", "").split())
        except ModelAway as err:
            log.info("question %s: not translated, %s", question.id, err.why.value)
            return None
        drop = compare_questions(text, translated, languages=(language, into), prompt=self._prompt.rules)
        leans = question.thread and restated is None and leans_on_thread(translated)
        if drop or leans or len(translated) > LONGEST_TRANSLATED or links_in(translated):
            log.info("question %s: its translation is not used, %s", question.id, drop.value if drop else "unfit")
            return None
        self._record.keep_restated(question.id, translated)
        return translated

    def answer(self, question: Question, answer: Answer, into: str, enough: Event | None = None) -> Translation | None:
        """Translate what is shown of an answer that is not in this language; None where nothing of it needs it."""
        needing = [one for one in _sources(answer) if one.needs(into)]
        sources = _fitting(needing)
        if needing and not sources:
            return Translation(language=into, missing=Unwritten.TOO_LONG)
        if not sources or answer.unwritten not in NOT_AWAY or (enough and enough.is_set()):
            return None
        try:
            texts = self._ask(question, [one.text for one in sources], into, enough)
        except ModelAway as err:
            return Translation(language=into, missing=err.why)
        said = [(one, texts.get(f"T{place}")) for place, one in enumerate(sources, start=1)]
        # What comes back as it was needs none: a name, an address.
        translated = tuple(
            self._checked(one, text, into) for one, text in said if text is None or not _is_alike(one.text, text)
        )
        withheld = sum(one.text is None for one in translated)
        log.info("question %s: %d translations, %d withheld", question.id, len(translated), withheld)
        missing = Unwritten.TOO_LONG if len(sources) < len(needing) else None
        return Translation(language=into, texts=translated, missing=missing) if translated or missing else None

    def _ask(self, question: Question, texts: list[str], into: str, enough: Event | None = None) -> dict[str, str]:
        """Return translations by T1, T2 and so on. Raises ModelAway."""
        values: dict[str, object] = {
            "language": NAMES[into],
            "texts": [{"id": f"T{place}", "text": text} for place, text in enumerate(texts, start=1)],
        }
        texts_by_id = self._limited.ask(question, self._prompt, values, read_translations, enough=enough)
        return {id_: composed(text) for id_, text in texts_by_id.items()}

    def _checked(self, source: _Source, text: str | None, into: str) -> Translated:
        if text is None:
            return Translated(number=source.number, withheld=LEFT_OUT)
        drop = compare(source.text, text, languages=(source.language, into), prompt=self._prompt.rules)
        return Translated(number=source.number, text=None if drop else text, withheld=drop.value if drop else None)


def _fitting(sources: list[_Source]) -> list[_Source]:
    """Those of which translations fit into one reply, in their order."""
    fitting, left = [], MOST_SENT
    for one in sources:
        if len(one.text) <= left:
            fitting.append(one)
            left -= len(one.text)
    return fitting


def _is_alike(one: str, other: str) -> bool:
    return folded(one).split() == folded(other).split()


def _sources(answer: Answer) -> list[_Source]:
    """What is shown first of an answer: its sentences, or else its quotes."""
    stated = {citation.number: citation.document.card.language for citation in answer.citations}
    shown = [(one.number, one.quote, one.number) for one in answer.citations]
    if answer.written:
        shown = [(place, one.text, one.numbers[0]) for place, one in enumerate(answer.written, start=1)]
    return [
        _Source(number=place, text=text, language=language_stated_or_told(stated[number], text) or ENGLISH)
        for place, text, number in shown
    ]
