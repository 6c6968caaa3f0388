"""The pool that answers what was accepted. Its queue is the ledger, so memory stays bounded and nothing is lost.

A reply is posted once: the ledger notes that it is about to be posted, Slack keeps the question's id with the message,
and whoever finds such a note after a crash or a broken connection looks in the thread before posting again. A reply
that had begun to appear while a language model wrote it is completed where it stands. What only one person sees cannot
be looked for: shown again, it says that it may be.
"""

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.admins import Admins
from bot.slack.blocks import (
    Reply,
    error_reply,
    with_heading,
    with_remark,
    with_share_button,
    with_why_button,
)
from bot.slack.languages import Languages
from bot.slack.memo import reply_for
from bot.slack.memo_files import MemoFiles
from bot.slack.memo_sharing import with_memo_share_button
from bot.slack.more import More
from bot.slack.readers import Readers, Readership
from bot.slack.replies import Replies, is_outage, is_passing, retry_after
from bot.slack.stopping import STOPPED, Stopping
from bot.slack.streaming import Stream, Streams
from bot.slack.why import may_see_why
from bot.speaking import said, speaking
from knowledge.answering.onlooker import Onlooker
from knowledge.domain import Answer
from knowledge.errors import NotForReaders
from knowledge.job import Job
from knowledge.knowledge_base import KnowledgeBase

log = logging.getLogger(__name__)

# Seconds before the second to the fifth try; Slack's own wish counts where it is longer.
DELAYS = (2.0, 10.0, 60.0, 300.0)
# The ledger is looked at this often, in seconds, even when nobody says that something waits.
PATIENCE = 30.0
# A question outlasts an outage of Slack this long, tried with the last delay; a later answer helps nobody, seconds.
LONGEST_WAIT = 86_400.0
# Seconds that stopping waits for answers under way.
GRACE = 30.0
SEEN_BEFORE = "You may have seen this reply already: the connection broke while it was being sent."


class AnsweringPool:
    """A fixed number of threads that claim questions, ask the knowledge base and post what it says."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        replies: Replies,
        admins: Admins,
        readers: Readers,
        languages: Languages,
        *,
        streams: Streams,
        stopping: Stopping,
        workers: int,
        delays: Sequence[float] = DELAYS,
    ) -> None:
        self._knowledge_base = knowledge_base
        self._conversations = knowledge_base.conversations
        self._collections = knowledge_base.collections
        self._replies = replies
        self._admins = admins
        self._readers = readers
        self._languages = languages
        self._streams = streams
        self._stops = stopping
        self._files = MemoFiles(replies)
        self._more = More(knowledge_base, readers, replies, languages, self.wake)
        self._delays = delays
        self._changed = threading.Condition()
        self._wakes = 0
        self._stopping = False
        self._delayed: list[tuple[float, Job]] = []
        self._threads = [
            threading.Thread(target=self._work, name=f"answering-{number}", daemon=True) for number in range(workers)
        ]

    def start(self) -> None:
        """Take up what an earlier process left and start working."""
        waiting = self._conversations.release()
        log.info("%d questions waiting", waiting)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that a question was accepted."""
        with self._changed:
            self._wakes += 1
            self._changed.notify_all()

    def stop(self) -> None:
        """Finish what is being answered; the rest keeps waiting in the ledger."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        deadline = time.monotonic() + GRACE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        for _, job in self._delayed:
            self._conversations.give_back(job)

    def _work(self) -> None:
        while not self._stopping:
            with self._changed:
                seen = self._wakes
            try:
                self._return_due_jobs()
                job = self._conversations.claim()
                if job is not None:
                    self._answer(job)
                    continue
            except Exception as err:
                explain(err)
            with self._changed:
                if self._wakes == seen and not self._stopping:
                    self._changed.wait(self._seconds_to_wait())

    def _answer(self, job: Job) -> None:
        readers: Readership | None = None
        try:
            ts = self._replies.find(job) if job.maybe_delivered else None
            if ts is None:
                self._replies.show_status(job.reply_to, "processing")
                readers = self._readers.of(job.reply_to)
                with speaking(self._languages.of(job.question)):
                    stream = self._streams.open(job, said(readers.note) if readers.note else "")
                    reply = self._reply(job, readers, stream)
                if not self._conversations.delivering(job):
                    log.info("question %s: withdrawn before it was answered", job.question.id)
                    self._replies.show_status(job.reply_to, "active")
                    return
                ts = stream.finish(reply)
            if job.question.memo and ts:
                self._attach(job, ts)
            self._conversations.delivered(job, ts)
        except Exception as err:
            self._try_later(job, err)
        else:
            log.info("question %s: delivered at try %d", job.question.id, job.attempts)
            if readers is not None:
                self._more.offer(job, readers)
        self._replies.show_status(job.reply_to, "active")

    def _reply(self, job: Job, readers: Readership, stream: Stream) -> Reply:
        """Ask for those who read the reply, and make a message of whatever comes of it."""
        question = replace(job.question, audience=readers.audience)
        try:
            with self._stops.in_thread(job.reply_to) as pressed:
                onlooker = None if job.reply_to.ephemeral else Onlooker(show=stream.show, enough=pressed)
                outcome = self._knowledge_base.ask(question, onlooker)
        except Exception as err:
            return error_reply(explain(err))
        reply = reply_for(outcome)
        if pressed.is_set() and isinstance(outcome, Answer) and outcome.written:
            reply = with_remark(reply, said(STOPPED))
        if readers.note:
            reply = with_heading(reply, said(readers.note))
        if may_see_why(self._admins, job.reply_to):
            reply = with_why_button(reply, job.question.id)
        if isinstance(outcome, Answer) and outcome.memo:
            reply = with_memo_share_button(reply, job.question.id)
        if not job.reply_to.ephemeral:
            return reply
        reply = with_share_button(reply, job.question.id)
        return with_heading(reply, said(SEEN_BEFORE)) if job.maybe_delivered else reply

    def _attach(self, job: Job, ts: str) -> None:
        """Put the files of a memo below it, as long as whoever wanted it may read what it quotes."""
        audience = self._readers.of(job.reply_to).audience
        outcome = self._conversations.outcome(job.question.id)
        with suppress(NotForReaders), speaking(self._languages.of(job.question)):
            if outcome and isinstance(answer := self._collections.for_readers(outcome, audience), Answer):
                self._files.attach(job, ts, answer)

    def _try_later(self, job: Job, err: Exception) -> None:
        """Keep the job for another try, growing later each time, or give it up."""
        reason = err.response.get("error") if isinstance(err, SlackApiError) else type(err).__name__
        if not is_passing(err) or (job.attempts > len(self._delays) and not _outlasts(job, err)):
            log.error("question %s: given up at try %d: %s", job.question.id, job.attempts, reason)
            self._conversations.fail(job)
            return
        delay = max(self._delays[min(job.attempts, len(self._delays)) - 1], retry_after(err))
        log.warning("question %s: try %d failed: %s, again in %g s", job.question.id, job.attempts, reason, delay)
        with self._changed:
            self._delayed.append((time.monotonic() + delay, job))

    def _return_due_jobs(self) -> None:
        with self._changed:
            now = time.monotonic()
            due = [entry for entry in self._delayed if entry[0] <= now]
            self._delayed = [entry for entry in self._delayed if entry[0] > now]
        for _, job in due:
            self._conversations.give_back(job)

    def _seconds_to_wait(self) -> float:
        soonest = min((due for due, _ in self._delayed), default=time.monotonic() + PATIENCE)
        return min(PATIENCE, max(0.0, soonest - time.monotonic()))


def _outlasts(job: Job, err: Exception) -> bool:
    """Whether somebody still waits for this answer, and only Slack is in the way of it."""
    return is_outage(err) and (datetime.now(UTC) - job.accepted_at).total_seconds() < LONGEST_WAIT
