"""The Share button: puts an answer one person got in front of the channel, once and unchanged."""

from threading import Lock

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.blocks import SHARE, Reply, note_reply, outcome_reply, with_heading
from bot.slack.pressing import Press, pressed, whisper
from bot.slack.replies import OUT_OF_REACH, SHARED_EVENT, Replies, first_with, respond
from knowledge.domain import Question
from knowledge.ledger.conversations import Conversations

NOT_YOURS = "Only the person who asked can share this answer."
ALREADY = "This answer is already shared in this channel."
INVITE = "I am not in this conversation, so I cannot share here; invite me with /invite and press Share again."
PARTNERS = "This channel is shared with another organization, so I cannot share an answer here."
SHARED = "Shared in this channel."


class Sharing:
    """The listener of the Share button."""

    def __init__(self, conversations: Conversations, replies: Replies) -> None:
        self._conversations = conversations
        self._replies = replies
        self._one_at_a_time = Lock()

    def register(self, app: App) -> None:
        """Listen."""
        app.action(SHARE)(pressed(self.share))

    def share(self, body: Press, client: WebClient) -> None:
        """Post the recorded outcome for the channel, if whoever pressed is the one who asked."""
        question_id = body["actions"][0]["value"]
        question = self._conversations.question(question_id)
        outcome = self._conversations.outcome(question_id)
        if question is None or outcome is None or question.asker != body["user"]["id"]:
            whisper(body, note_reply(NOT_YOURS))
            return
        reply = outcome_reply(outcome)
        refusal = self._post_once(client, body, question, reply)
        if refusal:
            whisper(body, note_reply(refusal))
            return
        respond(body["response_url"], with_heading(reply, SHARED), replace=True)

    def _post_once(self, client: WebClient, body: Press, question: Question, reply: Reply) -> str:
        """Post unless it stands there or may not. Returns the sentence to say instead, empty when it was posted.

        The channel itself is asked whether it was shared before: two presses, or a restart in between, share once.
        """
        channel = body["channel"]["id"]
        with self._one_at_a_time:
            try:
                if _has_partners(client, channel):
                    return PARTNERS
                since = body["container"]["message_ts"]
                pages = client.conversations_history(
                    channel=channel, oldest=since, include_all_metadata=True, limit=200
                )
                if first_with(pages, SHARED_EVENT, question.id):
                    return ALREADY
                shared = with_heading(reply, f"Shared by {body['user']['name']}", question.text)
                self._replies.say(channel, shared, metadata=(SHARED_EVENT, question.id))
            except SlackApiError as err:
                if err.response.get("error") not in OUT_OF_REACH:
                    raise
                return INVITE
        return ""


def _has_partners(client: WebClient, channel: str) -> bool:
    """Whether people of another organization read this channel; the app's direct messages have no others in them."""
    if channel.startswith("D"):
        return False
    return bool(client.conversations_info(channel=channel)["channel"].get("is_ext_shared"))
