"""An office's gold questions, asked of the library as it stands. Leaves no question, answer or gap behind."""

import logging
from collections.abc import Callable
from dataclasses import replace

from knowledge.answering.asking import Asking, check_question
from knowledge.domain import OnProgress, Progress, Question
from knowledge.errors import AttacheError
from knowledge.finding import find_document
from knowledge.gold_questions import GoldOutcome, GoldQuestion, GoldRecord, GoldRun, what_is_missed
from knowledge.ledger import Ledger

log = logging.getLogger(__name__)


class Trying:
    """Runs the gold questions and remembers how each fared."""

    def __init__(
        self, *, ledger: Ledger, asking: Asking, manifest: str, changed: Callable[[], None] = lambda: None
    ) -> None:
        """Put together; every change of the library comes by here, and `changed` is told of it."""
        self._ledger = ledger
        self._changed = changed
        self._asking = asking
        self._release = manifest

    def run(self, on_progress: OnProgress = lambda _: None) -> GoldRun:
        """Ask every gold question and compare with the last run that was asked for; this is the next."""
        return self._run(on_progress, asked_for=True)

    def run_if_due(self) -> GoldRun | None:
        """Run unless every gold question was asked of this very library before; None then, or without any.

        So a run that a crash prevented is made up for after the next change, and compares with the same one. The change
        that made it due stands by now: a run that fails is no reason to tell somebody that the change did.
        """
        self._changed()
        if not self._ledger.gold.due(self._ledger.library.manifest(self._release).digest):
            return None
        try:
            return self._run(asked_for=False)
        except AttacheError as err:
            log.warning("the gold questions were not asked, reference %s", err.reference, exc_info=err)
            return None

    def _run(self, on_progress: OnProgress = lambda _: None, *, asked_for: bool) -> GoldRun:
        digest = self._ledger.library.manifest(self._release).digest
        records = self._ledger.gold.records()
        outcomes = []
        for done, record in enumerate(records, start=1):
            outcomes.append(GoldOutcome(before=record, miss=self._miss(record)))
            on_progress(Progress(done=done, total=len(records), name=record.id))
        # Stored in one go: stopped half-way, the next run still compares with the one before.
        misses = {outcome.before.id: outcome.miss for outcome in outcomes}
        self._ledger.gold.record_run(misses, digest, asked_for=asked_for)
        run = GoldRun(outcomes=tuple(outcomes))
        log.info("gold questions: %d of %d met", run.met, len(outcomes))
        return run

    def _miss(self, record: GoldRecord) -> str | None:
        gold = record.question
        question = Question(id=f"gold:{record.id}", text=gold.text, thread=gold.thread)
        return what_is_missed(gold, self._asking.consider(question).citations)


def add_gold(ledger: Ledger, gold: GoldQuestion, *, actor: str) -> GoldRecord:
    """Keep a gold question whose `document` is named by id, place or title. Needs no model.

    Raises DocumentNotFound, and BadQuestion for it or an earlier question of its thread.
    """
    for text in (gold.text, *(turn.text for turn in gold.thread)):
        check_question(text)
    document = find_document(ledger.library, gold.document).id if gold.document is not None else None
    return ledger.gold.add(replace(gold, document=document), actor=actor)
