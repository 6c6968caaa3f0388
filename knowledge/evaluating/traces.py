"""What happened to each task of a case: the same record for the product and for what it is compared with."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.domain import Answer, Gap, Hit, OnProgress, Progress, Question
from knowledge.evaluating.cases import Answerability, Case, Row, Task
from knowledge.evaluating.trial import Trial, row_upload
from knowledge.knowledge_base import KnowledgeBase
from knowledge.reading.cleaning import clean_text
from knowledge.written import Restated

# Passages searched for: enough for ten documents, also where several passages are of the same one.
DEPTH = 50
# Words of the best passage that an extract is compared with.
OPENING_WORDS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of asking: the probability of an answer, and the words shown when there was one."""

    probability: float
    shown: str | None
    milliseconds: float
    altered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What happened to one task. `found` are document ids, best first, each at the rank of its best passage.

    `found_restated` is the same for the question as a person restated it, `found_by_model` as a language model did,
    which is `found` where it did not; None without a model, or where nobody restated it. `opening` are the first words
    of the best passage; `outcome` is None where the question was only searched for.
    """

    task: Task
    found: tuple[str, ...]
    found_restated: tuple[str, ...] = ()
    restated: Restated | None = None
    found_by_model: tuple[str, ...] | None = None
    opening: str = ""
    outcome: Outcome | None = None


def index(case: Case, trial: Trial, on_progress: OnProgress) -> int:
    """Put the corpus into the trial's library. Returns how many rows could not be read."""
    uploads = (row_upload(row) for row in case.rows)
    receipt = trial.knowledge_base.add(uploads, actor="evaluate", total=len(case.rows), on_progress=on_progress)
    return len(receipt.failed)


def trace(case: Case, trial: Trial, on_progress: OnProgress) -> tuple[Trace, ...]:
    """Search for every task and ask those with a label, as somebody in Slack would.

    What a person restated a language model restates, too, where there is one, before the question is asked.
    """
    knowledge_base = trial.knowledge_base
    rows = {row.id: row for row in case.rows}
    asked = to_ask(case.tasks)
    traces = []
    for number, task in enumerate(case.tasks, start=1):
        question = Question(id=f"{case.name}:{task.id}", text=task.text, thread=task.thread)
        hits = knowledge_base.search(question, DEPTH)
        found = _documents(hits)
        standalone = Question(id=f"{question.id}:restated", text=task.standalone) if task.standalone else None
        restated = trial.writing.restate(question) if trial.writing and standalone else None
        traces.append(
            Trace(
                task=task,
                found=found,
                found_restated=_documents(knowledge_base.search(standalone, DEPTH)) if standalone else (),
                restated=restated,
                found_by_model=_found_by_model(knowledge_base, question, restated, found) if restated else None,
                opening=opening_of(hits[0].passage.text) if hits else "",
                outcome=_ask(knowledge_base, question, rows) if task.id in asked else None,
            )
        )
        on_progress(Progress(done=number, total=len(case.tasks), name=task.id))
    return tuple(traces)


def to_ask(tasks: Sequence[Task]) -> frozenset[str]:
    """Return the ids of the tasks with a label or a reference answer; all, when no task has either."""
    labelled = frozenset(task.id for task in tasks if task.answerability or task.reference)
    return labelled or frozenset(task.id for task in tasks)


def has_answer(task: Task) -> bool:
    """Whether the corpus holds an answer, or part of one."""
    return task.answerability in {Answerability.ANSWERABLE, Answerability.PARTIAL}


def opening_of(text: str) -> str:
    """Return the first words of a passage."""
    return " ".join(text.split()[:OPENING_WORDS])


def _found_by_model(
    knowledge_base: KnowledgeBase, question: Question, restated: Restated, found: tuple[str, ...]
) -> tuple[str, ...]:
    if restated.text is None:
        return found
    alone = Question(id=f"{question.id}:by-model", text=restated.text)
    return _documents(knowledge_base.search(alone, DEPTH))


def _ask(knowledge_base: KnowledgeBase, question: Question, rows: dict[str, Row]) -> Outcome:
    start = time.perf_counter()
    outcome = knowledge_base.ask(question)
    milliseconds = 1000 * (time.perf_counter() - start)
    match outcome:
        case Gap():
            return Outcome(probability=outcome.probability, shown=None, milliseconds=milliseconds)
        case Answer():
            return Outcome(
                probability=outcome.probability,
                shown=" ".join(citation.quote for citation in outcome.citations),
                milliseconds=milliseconds,
                altered=sum(not _stands_in(c.quote, rows[c.document.place].text) for c in outcome.citations),
            )


def _documents(hits: Iterable[Hit]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.document.place for hit in hits))


def _stands_in(quote: str, text: str) -> bool:
    """Whether the quote's characters stand in the text as it came; reading may only have changed its blanks."""
    return "".join(quote.split()) in "".join(clean_text(text).split())
