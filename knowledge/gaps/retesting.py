"""Asks the questions of open gaps again, by the very path of any question. What it proves the ledger keeps.

Records no question and no refusal, and asks no language model: what an asker is told are the documents' own words.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from knowledge.answering.asking import Asking, Considered
from knowledge.domain import Answer, OnProgress, Progress, Question
from knowledge.embedding import Embedding, Vectors
from knowledge.errors import BadQuestion, UnverifiedQuote
from knowledge.gaps.records import GapRecord
from knowledge.ledger import Ledger
from knowledge.ledger.proofs import Due
from knowledge.parts import Parts

log = logging.getLogger(__name__)

# Questions encoded in one go.
TOGETHER = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Retested:
    """What came of asking again: how many questions were asked and answered, and the gaps that are answered by it."""

    asked: int
    answered: int
    gaps: tuple[GapRecord, ...]


class Retesting:
    """Asks again, one run at a time."""

    def __init__(self, *, ledger: Ledger, parts: Parts, changing: Lock, make_ready: Callable[[], None]) -> None:
        """Put together; `changing` is held by whoever fills or empties the indexes."""
        self._ledger = ledger
        self._parts = parts
        self._changing = changing
        self._make_ready = make_ready
        self._turn = Lock()

    def run(
        self,
        *,
        gap: str | None = None,
        everything: bool = False,
        on_progress: OnProgress = lambda _: None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> Retested:
        """Ask the questions not asked of this library yet, or `everything`; of one `gap` where it is named.

        Waits for a change under way. Ends early once `is_over`; what was not asked then stays due.
        """
        self._make_ready()
        with self._turn:
            with self._changing:  # only waited for: nobody who adds documents shall wait for this
                digest = self._digest()
            due = self._ledger.proofs.due(None if everything or gap else digest, gap)
            asked, proven = 0, list[Due]()
            for start in range(0, len(due), TOGETHER):
                if is_over():
                    break
                together = due[start : start + TOGETHER]
                proven += self._ask(together)
                asked += len(together)
                on_progress(Progress(done=asked, total=len(due), name=together[-1].gap))
            self._ledger.proofs.close_proven()
        touched = (self._ledger.gaps.story(number).gap for number in dict.fromkeys(one.gap for one in proven))
        closed = tuple(record for record in touched if not record.status.is_open)
        if asked:
            log.info("asked %d questions again: %d answered, %d gaps closed", asked, len(proven), len(closed))
        return Retested(asked=asked, answered=len(proven), gaps=closed)

    def is_due(self) -> bool:
        """Whether a question was not asked of the library as it stands."""
        return bool(self._ledger.proofs.due(self._digest()))

    def _ask(self, together: Sequence[Due]) -> list[Due]:
        """Ask some questions, each of the library as it stands then; returns those that are answered."""
        encoded = _Encoded(self._parts.embedding)
        asking = replace(self._parts, embedding=encoded).asking(self._ledger)
        digest = self._digest()
        questions = {one: question for one in together if (question := self._question(asking, one))}
        encoded.keep([text for question in questions.values() for text in _texts(question)])
        proven = []
        for one, question in questions.items():
            answer = self._answer(asking, question)
            if answer and self._ledger.proofs.prove(question, answer, digest):
                proven.append(one)
        # Asked of what was there before the first: a change meanwhile makes them due again.
        self._ledger.proofs.asked_again([one.question_id for one in together], digest)
        return proven

    def _question(self, asking: Asking, one: Due) -> Question | None:
        question = self._ledger.conversations.question(one.question_id)
        try:
            return asking.in_thread(question) if question else None
        except BadQuestion:  # accepted when there was no limit yet
            return None

    def _answer(self, asking: Asking, question: Question) -> Answer | None:
        """What the library says, unless it is only what somebody turned down."""
        try:
            considered = asking.consider(question)
        except UnverifiedQuote:  # a document left meanwhile
            return None
        quoted = {citation.passage.id for citation in considered.citations}
        is_new = not quoted <= self._ledger.proofs.turned_down(question.id)
        return _answer_of(question, considered) if is_new else None

    def _digest(self) -> str:
        return self._ledger.library.manifest(self._parts.release).digest


class _Encoded:
    """An embedding that has encoded some texts together, so that each question is one pass of the model at most."""

    def __init__(self, embedding: Embedding) -> None:
        self._embedding = embedding
        self._known: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        """What the vectors depend on."""
        return self._embedding.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedding.dimension

    @property
    def window(self) -> int:
        """Tokens the model reads of a text."""
        return self._embedding.window

    def keep(self, texts: Sequence[str]) -> None:
        """Encode texts that are going to be asked for."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._embedding.encode(new), strict=True))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension), float32."""
        import numpy as np

        self.keep(texts)
        return np.stack([self._known[text] for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Count each text's tokens with the model's own tokenizer."""
        return self._embedding.count_tokens(texts)


def _texts(question: Question) -> tuple[str, ...]:
    """What a search encodes of a question in its thread (knowledge/searching.py)."""
    earlier = [turn.text for turn in question.thread if turn.speaker == "user"]
    return (question.text, f"{earlier[-1]} {question.text}") if earlier else (question.text,)


def _answer_of(question: Question, considered: Considered) -> Answer:
    return Answer(
        question_id=question.id,
        probability=considered.verdict.probability,
        citations=considered.citations,
        milliseconds=considered.milliseconds,
        as_of=considered.question.as_of,
        differences=considered.differences,
    )
