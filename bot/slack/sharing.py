"""The Share button: puts an answer one person got in front of the channel, once and only if all there may read it."""

from threading import Lock

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.blocks import SHARE, note_reply, outcome_reply, with_heading
from bot.slack.languages import Languages
from bot.slack.pressing import Press, pressed, whisper
from bot.slack.readers import Readers
from bot.slack.replies import OUT_OF_REACH, SHARED_EVENT, Replies, first_with, respond
from bot.speaking import said
from knowledge.domain import Answer, Gap, Question
from knowledge.errors import NotForReaders
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase

NOT_YOURS = "Only the person who asked can share this answer."
ALREADY = "This answer is already shared in this channel."
INVITE = "I am not in this conversation, so I cannot share here; invite me with /invite and press Share again."
NOT_FOR_ALL = "Not everybody in this channel may read what this answer quotes, so I cannot share it here."
SHARED = "Shared in this channel."


class Sharing:
    """The listener of the Share button."""

    def __init__(self, knowledge_base: KnowledgeBase, readers: Readers, replies: Replies, languages: Languages) -> None:
        self._conversations = knowledge_base.conversations
        self._collections = knowledge_base.collections
        self._readers = readers
        self._replies = replies
        self._languages = languages
        self._one_at_a_time = Lock()

    def register(self, app: App) -> None:
        """Listen."""
        app.action(SHARE)(pressed(self.share, self._languages.of_press))

    def share(self, body: Press, client: WebClient) -> None:
        """Post the recorded outcome for the channel, if whoever pressed is the one who asked."""
        question_id = body["actions"][0]["value"]
        question = self._conversations.question(question_id)
        outcome = self._conversations.outcome(question_id)
        if question is None or outcome is None or question.asker != body["user"]["id"]:
            whisper(body, note_reply(said(NOT_YOURS)))
            return
        refusal = self._post_once(client, body, question, outcome)
        if refusal:
            whisper(body, note_reply(said(refusal)))
            return
        respond(body["response_url"], with_heading(outcome_reply(outcome), said(SHARED)), replace=True)

    def _post_once(self, client: WebClient, body: Press, question: Question, outcome: Answer | Gap) -> str:
        """Post unless it stands there or is not for everybody. Returns the sentence to say instead, empty once posted.

        The channel itself is asked whether it was shared before: two presses, or a restart in between, share once.
        """
        channel = body["channel"]["id"]
        with self._one_at_a_time:
            try:
                since = body["container"]["message_ts"]
                pages = client.conversations_history(
                    channel=channel, oldest=since, include_all_metadata=True, limit=200
                )
                if first_with(pages, SHARED_EVENT, question.id):
                    return ALREADY
                readers = self._readers.of(ReplyTo(channel=channel, user=question.asker))
                reply = outcome_reply(self._collections.for_readers(outcome, readers.audience))
                shared = with_heading(reply, said("Shared by {name}", name=body["user"]["name"]), question.text)
                self._replies.say(channel, shared, metadata=(SHARED_EVENT, question.id))
            except SlackApiError as err:
                if err.response.get("error") not in OUT_OF_REACH:
                    raise
                return INVITE
            except NotForReaders:
                return NOT_FOR_ALL
        return ""
