"""What is there for the asker alone: a private word after a reply in a channel, and the answer behind its button.

The word is a courtesy: where it cannot be said the reply in the channel stands as it is, and nothing is tried again.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from slack_bolt import App
from slack_sdk import WebClient

from bot.faults import explain
from bot.slack.blocks import MORE, Reply, button, note_reply
from bot.slack.languages import Languages
from bot.slack.pressing import Press, pressed, whisper
from bot.slack.readers import Readers, Readership, is_private
from bot.slack.replies import Replies
from bot.speaking import said, speaking
from knowledge.domain import Question, Turn
from knowledge.job import Job, ReplyTo
from knowledge.knowledge_base import KnowledgeBase

log = logging.getLogger(__name__)

NOTICE = "You may read documents that not everybody in this channel may, and I found something on this in them."
LOOKING = "Looking it up for you alone…"
NOT_YOURS = "Only the person who asked can open this."


class More:
    """Offers the asker what the channel may not read; `wake` is called when somebody wants it."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        readers: Readers,
        replies: Replies,
        languages: Languages,
        wake: Callable[[], None],
    ) -> None:
        self._knowledge_base = knowledge_base
        self._readers = readers
        self._replies = replies
        self._languages = languages
        self._wake = wake

    def register(self, app: App) -> None:
        """Listen."""
        app.action(MORE)(pressed(self.show, self._languages.of_press))

    def offer(self, job: Job, channel: Readership) -> None:
        """Say privately that there is more, if what the asker reads alone answers with what the channel may not read.

        Costs one more search, and only where the asker reads more than the channel. Raises nothing.
        """
        to = job.reply_to
        if is_private(to):
            return
        try:
            alone = self._readers.of_person(to.user)
            unanswered = self._knowledge_base.conversations.outcome(job.question.id) is None
            if not alone.reads_more_than(channel) or unanswered:
                return
            found = self._knowledge_base.try_question(replace(job.question, audience=alone.audience))
            reads = partial(self._knowledge_base.collections.may_read, channel.audience)
            if not all(reads(citation.document.id) for citation in found.citations):
                with speaking(self._languages.of(job.question)):
                    self._replies.whisper(to, _offer(job.question.id))
        except Exception as err:
            explain(err)

    def show(self, body: Press, _client: WebClient) -> None:
        """Answer the question anew for whoever asked it, for their eyes alone."""
        question = self._knowledge_base.conversations.question(body["actions"][0]["value"])
        if question is None or question.asker != body["user"]["id"]:
            whisper(body, note_reply(said(NOT_YOURS)))
            return
        own = replace(question, id=f"more:{body['trigger_id']}", thread_id=None, thread=self._asked_before(question))
        place = body["container"]
        reply_to = ReplyTo(
            channel=body["channel"]["id"],
            user=question.asker,
            thread_ts=place.get("thread_ts"),
            ephemeral=True,
            response_url=body["response_url"],
        )
        whisper(body, note_reply(said(LOOKING)))
        self._knowledge_base.conversations.accept(own, reply_to)
        self._wake()

    def _asked_before(self, question: Question) -> tuple[Turn, ...]:
        """The earlier questions of its thread, which everybody there could read."""
        if question.thread_id is None:
            return question.thread
        return self._knowledge_base.conversations.turns(question.thread_id, question.id, lambda _: False)


def _offer(question_id: str) -> Reply:
    reply = note_reply(said(NOTICE))
    show = button(said("Show me"), MORE, question_id, label=said("Show me what I may read on this"))
    return Reply(text=reply.text, blocks=(*reply.blocks, {"type": "actions", "elements": [show]}))
