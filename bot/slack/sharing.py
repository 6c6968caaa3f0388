"""The Share button: puts an answer one person got in front of the channel, once and only if all there may read it."""

from dataclasses import dataclass, replace
from threading import Lock

from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.blocks import SHARE, note_reply, outcome_reply, with_heading
from bot.slack.languages import Languages
from bot.slack.memo import reply_for
from bot.slack.pressing import Press, pressed, whisper
from bot.slack.readers import Readers
from bot.slack.replies import OUT_OF_REACH, SHARED_EVENT, Replies, respond
from bot.speaking import said
from knowledge.collecting import Collecting
from knowledge.domain import Answer, Gap, Question
from knowledge.errors import NotForReaders
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase
from knowledge.memos import Open

NOT_YOURS = "Only the person who asked can share this answer."
ALREADY = "This answer is already shared in this channel."
INVITE = "I am not in this conversation, so I cannot share here; invite me with /invite and press Share again."
NOT_FOR_ALL = "Not everybody in this channel may read what this answer quotes, so I cannot share it here."
SHARED = "Shared in this channel."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What stands in the channel: its message and the outcome it shows; `before` where it stood there already."""

    ts: str
    outcome: Answer | Gap
    before: bool = False


class Shares:
    """Posts what somebody got, for a channel."""

    def __init__(self, collections: Collecting, readers: Readers, replies: Replies) -> None:
        self._collections = collections
        self._readers = readers
        self._replies = replies
        self._one_at_a_time = Lock()

    def post(self, to: ReplyTo, since: float, question: Question, outcome: Answer | Gap, by: str) -> Shared | str:
        """Post unless it stands there since; return the sentence to say instead where it is not for everybody.

        The channel itself is asked whether it was shared before: two presses, or a restart in between, share once.
        """
        channel, metadata = to.channel, (SHARED_EVENT, question.id)
        with self._one_at_a_time:
            try:
                standing = self._replies.find_card(channel, None, since=since, metadata=metadata)
                shown = _for_others(self._collections.for_readers(outcome, self._readers.of(to).audience))
                if standing:
                    return Shared(ts=standing, outcome=shown, before=True)
                asked = "" if question.memo else question.text  # which a memo has for its title
                reply = with_heading(reply_for(shown), said("Shared by {name}", name=by), asked)
                return Shared(ts=self._replies.say(channel, reply, metadata=metadata), outcome=shown)
            except SlackApiError as err:
                if err.response.get("error") not in OUT_OF_REACH:
                    raise
                return INVITE
            except NotForReaders:
                return NOT_FOR_ALL


def _for_others(outcome: Answer | Gap) -> Answer | Gap:
    """Leave out of a memo what colleagues asked, which only they and who keeps the library may read."""
    if isinstance(outcome, Gap) or outcome.memo is None:
        return outcome
    points = tuple(point for point in outcome.memo.open_points if point.kind is not Open.GAP)
    return replace(outcome, memo=replace(outcome.memo, open_points=points))


class Sharing:
    """The listener of the Share button."""

    def __init__(self, knowledge_base: KnowledgeBase, shares: Shares, languages: Languages) -> None:
        self._conversations = knowledge_base.conversations
        self._shares = shares
        self._languages = languages

    def register(self, app: App) -> None:
        """Listen."""
        app.action(SHARE)(pressed(self.share, self._languages.of_press))

    def share(self, body: Press, _client: WebClient) -> None:
        """Post the recorded outcome for the channel, if whoever pressed is the one who asked."""
        question_id = body["actions"][0]["value"]
        question = self._conversations.question(question_id)
        outcome = self._conversations.outcome(question_id)
        if question is None or outcome is None or question.asker != body["user"]["id"]:
            whisper(body, note_reply(said(NOT_YOURS)))
            return
        to = ReplyTo(channel=body["channel"]["id"], user=question.asker)
        since = float(body["container"]["message_ts"])
        shared = self._shares.post(to, since, question, outcome, body["user"]["name"])
        if isinstance(shared, str):
            whisper(body, note_reply(said(shared)))
            return
        if shared.before:
            whisper(body, note_reply(said(ALREADY)))
            return
        respond(body["response_url"], with_heading(outcome_reply(outcome), said(SHARED)), replace=True)
