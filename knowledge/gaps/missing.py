"""What a refusal rests on: what was searched, what came nearest, which words of the question the library never uses."""

from dataclasses import dataclass

from knowledge.domain import GapReason, Hit, Question
from knowledge.gaps.grouping import Likeness
from knowledge.gaps.masking import without_masked
from knowledge.gaps.scope import is_out_of_scope
from knowledge.judging import WORD
from knowledge.keywords import TantivyKeywords
from knowledge.language import language_of
from knowledge.ledger.library import LibraryRecord, newest_of
from knowledge.searching import Found, leans_on_thread

# Passages a gap offers as the closest.
NEAREST = 3
# Unknown words said, words of a question looked up, and passages with a word among which one that may be read is looked
# for; a word more passages hold is not called unknown.
MOST_UNKNOWN = 8
MOST_WORDS = 60
MOST_PASSAGES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A question without an answer, ready for the log."""

    reason: GapReason
    probability: float
    nearest: tuple[Hit, ...]
    milliseconds: int
    likeness: Likeness
    language: str | None
    documents: int
    collections: tuple[str, ...]
    newest: str | None
    unknown: tuple[str, ...]


class Missing:
    """Says what a question missed, by the documents its readers may read."""

    def __init__(self, library: LibraryRecord, keywords: TantivyKeywords, model: str) -> None:
        """`model` is the name of what the vectors of searches are made with."""
        self._library = library
        self._keywords = keywords
        self._model = model

    def missed(
        self,
        question: Question,
        found: Found,
        *,
        reason: GapReason | None = None,
        probability: float = 0.0,
        milliseconds: int = 0,
    ) -> Missed:
        """Put together what is logged of a question; `found` is what a search in its thread brought.

        Without a `reason` it is how far that is from the question.
        """
        documents = self._library.documents(question.view)
        return Missed(
            reason=reason or self._reason(question, found, len(documents)),
            probability=probability,
            nearest=found.hits[:NEAREST],
            milliseconds=milliseconds,
            likeness=Likeness(
                text=question.text,
                before=turn_before(question),
                vector=found.reading.vector,
                as_of=question.as_of.isoformat() if question.as_of else None,
            ),
            language=language_of(question.text),
            documents=len(documents),
            collections=self._library.names_of(documents, question.audience),
            newest=newest_of(documents.values()),
            unknown=self.unknown(question),
        )

    def unknown(self, question: Question) -> tuple[str, ...]:
        """The words of a question, as typed, that stand in no passage its readers may read; no numbers of people."""
        words = tuple(dict.fromkeys(WORD.findall(without_masked(question.text))))[:MOST_WORDS]
        terms = {word: self._keywords.terms(word) for word in words}
        holding = {
            term: tuple(self._keywords.best({term: 1.0}, MOST_PASSAGES)) for some in terms.values() for term in some
        }
        live = self._library.live([id_ for ids in holding.values() for id_ in ids], question.view)
        known = {term for term, ids in holding.items() if len(ids) == MOST_PASSAGES or any(id_ in live for id_ in ids)}
        return tuple(word for word, some in terms.items() if some and known.isdisjoint(some))[:MOST_UNKNOWN]

    def _reason(self, question: Question, found: Found, documents: int) -> GapReason:
        if not found.hits:
            return GapReason.NOTHING_FOUND
        nearest = max(hit.dense or 0.0 for hit in found.hits)
        far = is_out_of_scope(
            question, nearest=nearest, documents=documents, searched=found.reading.text, model=self._model
        )
        return GapReason.OUT_OF_SCOPE if far else GapReason.NOT_SUPPORTED


def turn_before(question: Question) -> str:
    """Return the turn a question leans on; empty where it stands for itself."""
    earlier = [turn.text for turn in question.thread if turn.speaker == "user"]
    return earlier[-1] if earlier and leans_on_thread(question.text) else ""
