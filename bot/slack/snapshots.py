"""Snapshots in Slack: admins take one, see what going back to one would change, and go back."""

from dataclasses import asdict

from slack_bolt import App
from slack_sdk import WebClient

from bot.faults import explain
from bot.past import gone_back_line
from bot.slack.admins import NOT_YOU, Admins
from bot.slack.blocks import error_reply, note_reply
from bot.slack.document_view import done_reply
from bot.slack.library import Library
from bot.slack.library_view import SEARCH, SNAPSHOTS
from bot.slack.pressing import Press, pressed, show, show_in_place, submitted
from bot.slack.replies import Replies
from bot.slack.safe_text import Block
from bot.slack.snapshot_views import (
    ASK_BACK,
    GO_BACK,
    NAME,
    TAKE,
    TITLE,
    going_back_view,
    snapshots_view,
    way,
)
from bot.slack.views import note_modal
from knowledge.knowledge_base import KnowledgeBase

GOING_BACK = "One moment: the library goes back, then the gold questions are asked again…"
NAMELESS = "Please give the snapshot a name."


class Snapshots:
    """Listeners of the modals."""

    def __init__(self, knowledge_base: KnowledgeBase, admins: Admins, library: Library) -> None:
        self._knowledge_base = knowledge_base
        self._admins = admins
        self._library = library

    def register(self, app: App) -> None:
        """Listen."""
        app.action(SNAPSHOTS)(pressed(self._admins.only(self.open)))
        app.action(ASK_BACK)(pressed(self._admins.only(self.ask_back)))
        app.action(GO_BACK)(pressed(self._admins.only(self.go_back)))
        app.view(TAKE)(submitted(self.take, may=self._admins.include, no=NOT_YOU))

    def open(self, body: Press, client: WebClient) -> None:
        """Open the list, over the library or from the Home tab."""
        behind = body["view"]["private_metadata"] if body["view"].get("callback_id") == SEARCH else None
        show(body, client, self._list(behind))

    def take(self, body: Press, _client: WebClient) -> Block:
        """Take a snapshot, or say why not, above the list."""
        name = (body["view"]["state"]["values"][NAME][NAME]["value"] or "").strip()
        behind = body["view"]["private_metadata"] or None
        if not name:
            return self._list(behind, note_reply(NAMELESS).blocks)
        try:
            taken = self._knowledge_base.take_snapshot(name, actor=body["user"]["id"])
        except Exception as err:
            return self._list(behind, error_reply(explain(err)).blocks)
        return self._list(behind, done_reply(f"Taken: {taken.name}, {taken.documents} documents.", None).blocks)

    def ask_back(self, body: Press, client: WebClient) -> None:
        """Say what going back would change and ask whether to."""
        name, behind = body["actions"][0]["value"], body["view"]["private_metadata"] or None
        catalogue = self._knowledge_base.catalogue
        changes = asdict(catalogue.what_going_back_changes(name))
        titles = {what: catalogue.titles(ids) for what, ids in changes.items()}
        show(body, client, going_back_view(name, titles, behind=behind))

    def go_back(self, body: Press, client: WebClient) -> None:
        """Go back and say what that changed, and how the gold questions fared."""
        view_id, user, here = body["view"]["id"], body["user"]["id"], way(body["view"]["private_metadata"])
        show_in_place(client, view_id, note_modal(note_reply(GOING_BACK), TITLE))
        try:
            gone_back, gold = self._knowledge_base.go_back(here.snapshot, actor=user)
            told = done_reply(gone_back_line(gone_back, here.snapshot), gold)
        except Exception as err:
            told = error_reply(explain(err))
        if not show_in_place(client, view_id, note_modal(told, TITLE)):
            Replies(client).say(user, told)
        self._library.refresh(body, client, here.behind)

    def _list(self, behind: str | None, notice: tuple[Block, ...] = ()) -> Block:
        catalogue = self._knowledge_base.catalogue
        return snapshots_view(self._knowledge_base.snapshots(), catalogue.now(), behind=behind, notice=notice)
