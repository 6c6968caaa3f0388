"""What admins do with a document in its modal: remove, restore, roll back. Checks again that it is as it was seen.

The gold questions run after each act, which can take longer than somebody waits: whoever closed the modal meanwhile
hears what came of it in a direct message.
"""

from threading import Lock
from typing import Protocol

from slack_bolt import App
from slack_sdk import WebClient

from bot.faults import explain
from bot.slack.admins import Admins
from bot.slack.blocks import Reply, error_reply, note_reply
from bot.slack.document_view import REMOVE, RESTORE, ROLL_BACK, TITLE, done_reply, opened, seen
from bot.slack.library import Library
from bot.slack.pressing import Listener, Press, pressed, show_in_place
from bot.slack.replies import Replies
from bot.slack.views import note_modal
from bot.standing import standing_line
from knowledge.knowledge_base import KnowledgeBase
from knowledge.receipts import Change

DOING = "One moment: this is done, then the gold questions are asked again…"


class Act(Protocol):
    """What the knowledge base does with a document."""

    def __call__(self, document: str, *, actor: str) -> Change:
        """Do it."""


class Documents:
    """Listeners of the buttons of a document."""

    def __init__(self, knowledge_base: KnowledgeBase, admins: Admins, library: Library) -> None:
        self._knowledge_base = knowledge_base
        self._admins = admins
        self._library = library
        # Between looking whether a document is as it was seen and acting on it, no other admin here acts.
        self._one_at_a_time = Lock()

    def register(self, app: App) -> None:
        """Listen."""
        app.action(REMOVE)(pressed(self._admins.only(self._doing(self._knowledge_base.remove, "Removed"))))
        app.action(RESTORE)(pressed(self._admins.only(self._doing(self._knowledge_base.restore, "Restored"))))
        app.action(ROLL_BACK)(pressed(self._admins.only(self._doing(self._knowledge_base.roll_back, "Rolled back"))))

    def _doing(self, act: Act, did: str) -> Listener:
        """Make a listener that acts, shows the document as it is then, and brings what lies behind up to date."""

        def listen(body: Press, client: WebClient) -> None:
            view_id, user = body["view"]["id"], body["user"]["id"]
            here = opened(body["view"]["private_metadata"])
            show_in_place(client, view_id, note_modal(note_reply(DOING), TITLE))
            with self._one_at_a_time:
                told = self._act(act, did, here.document, here.seen, user)
            shown = self._library.document(here.document, behind=here.behind, notice=told.blocks)
            if not show_in_place(client, view_id, shown):
                Replies(client).say(user, told)
            self._library.refresh(body, client, here.behind)

        return listen

    def _act(self, act: Act, did: str, document: str, as_seen: str, user: str) -> Reply:
        catalogue = self._knowledge_base.catalogue
        try:
            now = catalogue.entry(document)
            if seen(now) != as_seen:
                stands = f"version {now.document.version}, {standing_line(now, catalogue.now())}"
                return note_reply(f"Nothing was done: it has changed since you opened it, and is now {stands}.")
            change = act(document, actor=user)
        except Exception as err:
            return error_reply(explain(err))
        return done_reply(f"{did}: {change.document.card.title}, version {change.document.version}.", change.gold)
