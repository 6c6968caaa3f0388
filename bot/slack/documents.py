"""What admins do with a document in its modal: correct, remove, restore, roll back. It has to be as it was seen.

The gold questions run after each act, which can take longer than somebody waits: whoever closed the modal meanwhile
hears what came of it in a direct message.
"""

from dataclasses import replace
from functools import partial
from threading import Lock
from typing import Protocol

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.faults import explain
from bot.slack.admins import NOT_YOU, Admins
from bot.slack.blocks import Reply, error_reply, note_reply
from bot.slack.correcting import DOCUMENT_CORRECTED, correct_document_view, read_card
from bot.slack.correcting import TITLE as CORRECTED_TITLE
from bot.slack.document_view import CORRECT, REMOVE, RESTORE, ROLL_BACK, TITLE, done_reply, opened, seen
from bot.slack.library import Library
from bot.slack.pressing import Listener, Press, pressed, show, show_in_place
from bot.slack.replies import Replies
from bot.slack.views import note_modal
from bot.standing import standing_line
from knowledge.domain import Details
from knowledge.knowledge_base import KnowledgeBase
from knowledge.receipts import Change

NOTHING_ENTERED = "Nothing here differs from what stands already."
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
        app.action(CORRECT)(pressed(self._admins.only(self.ask_for_corrections)))
        app.view(DOCUMENT_CORRECTED)(self.correct)
        app.action(REMOVE)(pressed(self._admins.only(self._doing(self._knowledge_base.remove, "Removed"))))
        app.action(RESTORE)(pressed(self._admins.only(self._doing(self._knowledge_base.restore, "Restored"))))
        app.action(ROLL_BACK)(pressed(self._admins.only(self._doing(self._knowledge_base.roll_back, "Rolled back"))))

    def ask_for_corrections(self, body: Press, client: WebClient) -> None:
        """Open the modal with what is stated about the document."""
        here = opened(body["view"]["private_metadata"])
        entry = self._knowledge_base.catalogue.entry(here.document)
        every, its = self._collections(here.document)
        show(body, client, correct_document_view(entry.document, every, its, here.packed()))

    def correct(self, body: Press, ack: Ack, client: WebClient) -> None:
        """Do what was entered; what cannot be right stays in the modal with a sentence below it. Raises nothing."""
        here, user = opened(body["view"]["private_metadata"]), body["user"]["id"]
        try:
            details = self._read(body, here.document) if self._admins.include(user) else NOT_YOU
        except Exception as err:
            ack(response_action="update", view=note_modal(error_reply(explain(err)), TITLE))
            return
        if isinstance(details, str):
            ack(response_action="update", view=note_modal(note_reply(details), TITLE))
            return
        if isinstance(details, dict):
            ack(response_action="errors", errors=details)
            return
        ack()
        try:
            act = partial(self._knowledge_base.correct, details=details)
            self._do(act, "Corrected", body["view"]["previous_view_id"], body, client)
        except Exception as err:  # the modal is gone by now
            Replies(client).say(user, error_reply(explain(err)))

    def _read(self, body: Press, document: str) -> Details | dict[str, str]:
        """Read what is to be corrected. Raises DocumentNotFound."""
        entry = self._knowledge_base.catalogue.entry(document)
        _, its = self._collections(document)
        card = replace(entry.document.card, collections=", ".join(its))
        details = read_card(body["view"]["state"]["values"], card)
        return {CORRECTED_TITLE: NOTHING_ENTERED} if details == Details() else details

    def _collections(self, document: str) -> tuple[list[str], list[str]]:
        """The names of all collections, and of those a document is in."""
        room = self._knowledge_base.collections
        return [one.name for one in room.records()], [one.name for one in room.of(document)]

    def _doing(self, act: Act, did: str) -> Listener:
        """Make a listener that acts, shows the document as it is then, and brings what lies behind up to date."""

        def listen(body: Press, client: WebClient) -> None:
            self._do(act, did, body["view"]["id"], body, client)

        return listen

    def _do(self, act: Act, did: str, view_id: str, body: Press, client: WebClient) -> None:
        here, user = opened(body["view"]["private_metadata"]), body["user"]["id"]
        show_in_place(client, view_id, note_modal(note_reply(DOING), TITLE))
        with self._one_at_a_time:
            told = self._act(act, did, here.document, here.seen, user)
        shown = self._library.document(here.document, behind=here.behind, notice=told.blocks)
        if not show_in_place(client, view_id, shown):
            Replies(client).say(user, told)
        self._library.refresh(body, client, here.behind)

    def _act(self, act: Act, did: str, document: str, as_seen: str, user: str) -> Reply:
        catalogue = self._knowledge_base.catalogue
        try:
            now = catalogue.entry(document)
            _, its = self._collections(document)
            if seen(now, its) != as_seen:
                stands = f"version {now.document.version}, {standing_line(now, catalogue.now())}"
                return note_reply(f"Nothing was done: it has changed since you opened it, and is now {stands}.")
            change = act(document, actor=user)
        except Exception as err:
            return error_reply(explain(err))
        return done_reply(f"{did}: {change.document.card.title}, version {change.document.version}.", change.gold)
