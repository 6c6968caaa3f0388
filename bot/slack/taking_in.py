"""Reads and publishes what was handed in. The queue is the ledger, so a crash loses nothing and posts no card twice.

One thread for each step, so that a card never waits for a scan of many pages, nor a confirmation for either. A step
that fails for the moment is tried again later; one that fails for good says so in the card. Slack in trouble is no
reason to give anything up before days have passed.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.answering import DELAYS, GRACE, PATIENCE
from bot.slack.intake_steps import IntakeSteps
from bot.slack.replies import is_outage, is_passing, retry_after
from knowledge.errors import AlreadyInLibrary, AttacheError, BadSuccession, NotFound, UnreadableDocument
from knowledge.ledger.intake import Incoming, Intake, Stage
from knowledge.sources.errors import NotFetched

log = logging.getLogger(__name__)

Step = Callable[[Incoming], None]

# While Slack is in trouble: with the last delay of five minutes, three and a half days.
TRIES_IN_AN_OUTAGE = 1_000


class TakingIn:
    """Three threads that post cards, read files and publish what was confirmed; a fourth ends what was discarded."""

    def __init__(
        self,
        intake: Intake,
        steps: IntakeSteps,
        *,
        delays: Sequence[float] = DELAYS,
    ) -> None:
        """`delays` are the seconds before each further try."""
        self._intake = intake
        self._steps = steps
        self._delays = delays
        self._changed = threading.Condition()
        self._wakes = 0
        self._stopping = False
        work = {Stage.RECEIVED: steps.post, Stage.WAITING: steps.read, Stage.CONFIRMED: steps.publish}
        self._threads = [
            threading.Thread(target=self._work, args=pair, name=f"intake-{pair[0]}", daemon=True)
            for pair in work.items()
        ]
        self._threads.append(threading.Thread(target=self._forget_discarded, name="intake-discarded", daemon=True))

    def start(self) -> None:
        """Take up what an earlier process left and start working."""
        log.info("%d files or links in the intake", self._intake.resume())
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that something was handed in or decided."""
        with self._changed:
            self._wakes += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Break off what is being read, finish what is being published; the rest keeps waiting in the ledger."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._steps.stop()
        deadline = time.monotonic() + GRACE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self, stage: Stage, step: Step) -> None:
        while not self._stopping:
            with self._changed:
                seen = self._wakes
            wait = PATIENCE
            try:
                incoming = self._intake.claim(stage)
                if incoming is not None:
                    self._try(step, incoming)
                    continue
                due = self._intake.seconds_until_due(stage)
                wait = PATIENCE if due is None else min(PATIENCE, due)
            except Exception as err:
                explain(err)
            with self._changed:
                if self._wakes == seen and not self._stopping:
                    self._changed.wait(wait)

    def _forget_discarded(self) -> None:
        try:
            self._steps.forget_discarded()
        except Exception as err:
            explain(err)

    def _try(self, step: Step, incoming: Incoming) -> None:
        try:
            step(incoming)
        except Exception as err:
            if self._stopping:
                self._intake.release(incoming)
            elif not _may_pass(err) or incoming.attempts > self._most_tries(err):
                self._give_up(incoming, err)
            else:
                delay = max(self._delays[min(incoming.attempts, len(self._delays)) - 1], retry_after(err))
                log.warning("intake %d: %s, again in %g s", incoming.id, _reason(err), delay)
                self._intake.put_off(incoming, delay)
        else:
            self.wake()

    def _most_tries(self, err: Exception) -> int:
        return TRIES_IN_AN_OUTAGE if is_outage(err) else len(self._delays)

    def _give_up(self, incoming: Incoming, err: Exception) -> None:
        """Say in the card what to do about it; what is no fault of the file comes with a reference for the log."""
        of_the_file = _is_settled(err)
        shown = err if of_the_file and isinstance(err, AttacheError) else explain(err)
        log.warning("intake %d: given up at %s: %s", incoming.id, incoming.stage, _reason(err))
        if self._steps.has_published(incoming):
            self._intake.settle(incoming, Stage.PUBLISHED)
            return
        self._intake.settle(incoming, Stage.FAILED)
        try:
            self._steps.say_failed(incoming, shown, with_reference=not of_the_file)
        except Exception as trouble:
            explain(trouble)


def _is_settled(err: Exception) -> bool:
    """Whether trying again would bring the same: the file, the page or a person's word is to blame."""
    if isinstance(err, NotFetched):
        return type(err) is not NotFetched
    return isinstance(err, (UnreadableDocument, NotFound, AlreadyInLibrary, BadSuccession))


def _may_pass(err: Exception) -> bool:
    return not _is_settled(err) and is_passing(err)


def _reason(err: Exception) -> str:
    return str(err.response.get("error")) if isinstance(err, SlackApiError) else type(err).__name__
