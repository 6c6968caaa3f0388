"""A mayor's office with Attaché in its Slack: start and stop the app, see what people see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from bot.settings import Settings
from bot.slack.app import build_slack_app, open_admins, open_client, open_readers
from bot.slack.cards import Cards
from bot.slack.gap_room import GapRoom
from bot.slack.questions import LOOKING
from bot.slack.replies import Replies
from bot.slack.serving import running
from bot.slack.stopping import Stopping
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.fetching import Fetcher
from tests.workspace import Message, Workspace
from tests.workspace.running import over_http, over_sockets

Value = TypeVar("Value")

DENVER = "What is the Denver Declaration?"
SALARY = "What salary should we offer a protocol officer?"
# What Slack may say to a call that was right: a message may be gone by the time its address is asked for.
FAIR_ANSWERS = frozenset({"chat.getPermalink: message_not_found"})
# A model on two shared cores takes its time.
LONG = 60


class Office:
    """One workspace and the settings the app is started with."""

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        self.workspace = workspace
        self.settings = settings
        self.maya = workspace.user("U1")
        self.omar = workspace.user("U2")

    @contextmanager
    def at_work(self, library: KnowledgeBase, fetcher: Fetcher | None = None) -> Iterator[None]:
        """Run the app as `attache serve` does; a reply that failed is tried again at once."""
        with running(
            self.settings,
            library,
            delays=(0.0, 0.0, 0.0, 0.0),
            fetcher=fetcher,
            card_pace=0.0,
            telling_pace=0.0,
        ) as address:
            self._connect(address)
            yield

    @contextmanager
    def taking_questions(self, library: KnowledgeBase) -> Iterator[None]:
        """Run the listeners without anybody who answers, as in the moment before a crash."""
        client = open_client(self.settings)
        admins = open_admins(self.settings, client)
        readers = open_readers(client, admins, library)
        app = build_slack_app(
            self.settings,
            library,
            client=client,
            admins=admins,
            readers=readers,
            wake=lambda: None,
            stopping=Stopping(Replies(client)),
            cards=Cards(library.intake, Replies(client)),
            wake_intake=lambda: None,
            gaps=GapRoom(self.settings, library, client, admins, readers),
        )
        over = over_sockets if self.settings.slack_app_token else over_http
        with over(self.workspace, app):
            yield

    def _connect(self, address: str) -> None:
        if self.settings.slack_app_token is None:
            self.workspace.deliver_to(address)
        else:
            self.workspace.wait_until_connected()

    def wait(self, predicate: Callable[[], Value]) -> Value:
        return self.workspace.wait_for(predicate, LONG)

    def replies(self, message: Message, count: int = 1) -> list[Message]:
        """Wait for this many replies in the thread of a message."""
        thread = message.thread_ts or message.ts
        self.wait(lambda: len(self._ours(message.channel, thread)) >= count)
        return self._ours(message.channel, thread)

    def reply(self, message: Message, number: int = 1) -> Message:
        """Wait for the reply that is the `number`th in the thread of a message."""
        return self.replies(message, number)[number - 1]

    def whispers(self, user: str, count: int = 1) -> list[Message]:
        """Wait for this many messages only this person sees."""
        self.wait(lambda: len(self.workspace.ephemerals(user)) >= count)
        return self.workspace.ephemerals(user)

    def answers_for(self, user: str, count: int = 1) -> list[Message]:
        """Wait for this many answers to /ask that only this person sees."""

        def answers() -> list[Message]:
            return [message for message in self.workspace.ephemerals(user) if message.words != LOOKING]

        self.wait(lambda: len(answers()) >= count)
        return answers()

    def robot_says(self, channel: str, text: str, thread_ts: str | None = None) -> None:
        """Post as another app's bot, which people cannot do."""
        with self.workspace.changing():
            message = self.workspace.board.post(channel, "UROBOT", text, thread_ts=thread_ts, bot_id="B2")
            self.workspace.announcer.message_posted(message)

    def forges_click(self, user: str, message: Message, action_id: str, value: str | None = None) -> None:
        """Press a button as somebody, or with a value, that Slack's client would not offer."""
        with self.workspace.changing():
            person = self.workspace.roster.users[user]
            payload = self.workspace.interactions.message_click(person, message, action_id, None)
            payload["actions"][0]["value"] = value or payload["actions"][0]["value"]
            self.workspace.outbox.send("interactive", payload, user=user)

    def check_manners(self) -> None:
        """Nobody was pinged, nothing was hidden or spoofed, and Slack had nothing to complain of."""
        seen = self.workspace
        assert seen.pings == []
        assert seen.invisible_characters == []
        assert [link for link in seen.links if link.misleading] == []
        complaints = [str(error) for error in seen.errors if str(error) not in FAIR_ANSWERS]
        assert complaints == [], complaints
        assert seen.unanswered == []

    def _ours(self, channel: str, thread_ts: str) -> list[Message]:
        return [m for m in self.workspace.messages(channel, thread_ts) if m.user == self.workspace.bot_user_id]
