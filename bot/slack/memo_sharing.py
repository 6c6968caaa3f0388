"""The Share button of a memo: whoever wanted it chooses a channel, which gets the memo and its files.

The memo is a direct message, so there is no channel to share it in as with /ask. Everything is looked at when it is
shared: whose memo it is, that they are in the channel themselves, and that all there may read what it quotes.
"""

import json
from threading import Lock

from slack_bolt import Ack, App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.blocks import Reply, button, error_reply, note_reply, with_button
from bot.slack.languages import Languages
from bot.slack.memo_files import MemoFiles
from bot.slack.people import People
from bot.slack.pressing import Press, pressed, show, whisper
from bot.slack.replies import OUT_OF_REACH, Replies
from bot.slack.safe_text import Block, paragraph, plain
from bot.slack.sharing import ALREADY, INVITE, NOT_FOR_ALL, NOT_YOURS, Shared, Shares
from bot.slack.views import modal
from bot.speaking import said, speaking
from knowledge.domain import Answer, Question
from knowledge.errors import QuestionNotFound
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase

SHARE_MEMO = "share_memo"
CHANNEL = "share_memo_channel"
WHERE = (
    "Everybody in the channel will see the memo and its files. Open questions of colleagues are left out. "
    "If I am not in the channel yet, invite me there with /invite first."
)
MEMO_SHARED = "Shared: everybody in that channel can read the memo now, with its files below it."
FILES_ADDED = "This memo was shared in that channel already; the files that were missing are below it now."
WITHOUT_FILES = (
    "The memo is in that channel, but I could not put its files below it; share it there again to have them."
)
NOT_THERE = "You are not in that channel yourself, so I cannot share this there."
# What is said of a channel one stands in, said of one that was chosen.
THERE = {
    ALREADY: "This memo is already shared in that channel.",
    INVITE: "I am not in that channel, so I cannot share there; invite me with /invite and press Share again.",
    NOT_YOURS: NOT_YOURS,
    NOT_THERE: NOT_THERE,
    NOT_FOR_ALL: "Not everybody in that channel may read what this memo quotes, so I cannot share it there.",
}


def with_memo_share_button(reply: Reply, question_id: str) -> Reply:
    """Let the one who wanted a memo put it in front of a channel; stands above the footer."""
    label = said("Share this memo in a channel you choose")
    return with_button(reply, button(said("Share in a channel…"), SHARE_MEMO, question_id, label=label))


class MemoSharing:
    """Listeners of the button and of the form behind it."""

    def __init__(
        self, knowledge_base: KnowledgeBase, shares: Shares, replies: Replies, people: People, languages: Languages
    ) -> None:
        self._conversations = knowledge_base.conversations
        self._shares = shares
        self._replies = replies
        self._files = MemoFiles(replies)
        self._people = people
        self._languages = languages
        # Between looking for the files and putting them there, no second press does.
        self._one_at_a_time = Lock()

    def register(self, app: App) -> None:
        """Listen."""
        app.action(SHARE_MEMO)(pressed(self.choose, self._languages.of_press))
        app.view(SHARE_MEMO)(self.share)

    def choose(self, body: Press, client: WebClient) -> None:
        """Ask whoever wanted the memo for the channel."""
        question_id = body["actions"][0]["value"]
        question = self._conversations.question(question_id)
        if question is None or question.asker != body["user"]["id"]:
            whisper(body, note_reply(said(NOT_YOURS)))
            return
        show(body, client, channel_view(question_id, body["container"]["message_ts"]))

    def share(self, body: Press, ack: Ack) -> None:
        """Share it in the channel chosen, and say below the memo what came of it. Raises nothing."""
        ack()
        about = json.loads(body["view"]["private_metadata"])
        channel = body["view"]["state"]["values"][CHANNEL][CHANNEL]["selected_conversation"]
        try:
            question = self._conversations.question(about["question"])
            with speaking(self._languages.of(question) if question else self._languages.of_press(body)):
                reply = self._share(about["question"], channel, about["ts"], body["user"])
                self._replies.say(self._replies.direct_messages(body["user"]["id"]), reply, thread_ts=about["ts"])
        except Exception as err:  # the form is gone by now
            self._apologise(body["user"]["id"], err)

    def _share(self, question_id: str, channel: str, since: str, user: dict[str, str]) -> Reply:
        try:
            question, outcome = self._conversations.question(question_id), self._conversations.outcome(question_id)
            if question is None or not isinstance(outcome, Answer):
                return error_reply(QuestionNotFound())
            to = ReplyTo(channel=channel, user=question.asker)
            refusal = self._refusal(question, channel, user["id"])
            shared = refusal or self._shares.post(to, float(since), question, outcome, user["name"])
        except Exception as err:
            return error_reply(explain(err))
        if isinstance(shared, str):
            return note_reply(said(THERE[shared]))
        return note_reply(self._put_files(channel, shared))

    def _put_files(self, channel: str, shared: Shared) -> str:
        """Put the files below the memo unless they are there; return what to say."""
        try:
            with self._one_at_a_time:
                if shared.before and self._replies.has_files(channel, shared.ts):
                    return said(THERE[ALREADY])
                there = isinstance(shared.outcome, Answer) and self._files.put(channel, shared.ts, shared.outcome)
        except Exception as err:  # the memo stands without them
            explain(err)
            return said(WITHOUT_FILES)
        if not there:
            return said(WITHOUT_FILES)
        return said(FILES_ADDED) if shared.before else said(MEMO_SHARED)

    def _apologise(self, user: str, err: Exception) -> None:
        try:
            self._replies.say(user, error_reply(explain(err)))
        except Exception as unsaid:
            explain(unsaid)

    def _refusal(self, question: Question, channel: str, user: str) -> str:
        if question.asker != user:
            return NOT_YOURS
        try:
            is_there = user in self._people.in_channel(channel)
        except SlackApiError as err:
            if err.response.get("error") not in OUT_OF_REACH:
                raise
            return INVITE
        return "" if is_there else NOT_THERE


def channel_view(question_id: str, ts: str) -> Block:
    """Make the modal that asks where to; `ts` is the memo's message."""
    where: Block = {
        "type": "input",
        "block_id": CHANNEL,
        "label": plain(said("Channel"), 75),
        "element": {
            "type": "conversations_select",
            "action_id": CHANNEL,
            "filter": {"include": ["public", "private"], "exclude_bot_users": True},
        },
    }
    return modal(
        said("Share this memo"),
        paragraph(said(WHERE)),
        where,
        callback_id=SHARE_MEMO,
        submit=plain(said("Share"), 24),
        private_metadata=json.dumps({"question": question_id, "ts": ts}),
    )
