"""Keeping the library in Slack: `/attache library`, its search and its pages, and the documents opened from there.

Reads the catalogue only; what changes the library is in documents.py and snapshots.py.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.admins import NOT_YOU, Admins
from bot.slack.blocks import note_reply
from bot.slack.browsing import LONGEST_SEARCH, PAGE
from bot.slack.commands import Command
from bot.slack.document_view import document_view
from bot.slack.events import plain_words
from bot.slack.home import Home
from bot.slack.library_view import (
    FILTERS,
    OPEN,
    SEARCH,
    SHELF,
    TITLE,
    TURN,
    Choice,
    chosen,
    library_view,
    unpacked,
)
from bot.slack.pressing import Press, pressed, show, show_in_place, submitted
from bot.slack.safe_text import Block
from bot.slack.views import note_modal
from knowledge.knowledge_base import KnowledgeBase

LOOKING = "Looking through the library…"


class Library:
    """The command's word, and listeners of the modal it opens."""

    def __init__(self, knowledge_base: KnowledgeBase, admins: Admins, home: Home) -> None:
        self._knowledge_base = knowledge_base
        self._admins = admins
        self._home = home

    def register(self, app: App) -> None:
        """Listen."""
        only = self._admins.only
        app.view(SEARCH)(submitted(self.search, may=self._admins.include, no=NOT_YOU))
        app.action(re.compile(rf"^({'|'.join(FILTERS)})$"))(pressed(only(self.narrow)))
        app.action(re.compile(rf"^{TURN}:[pn]$"))(pressed(only(self.turn)))
        app.action(re.compile(rf"^{SHELF}:\w+$"))(pressed(only(self.open_shelf)))
        app.action(OPEN)(pressed(only(self.open_document)))

    def open(self, body: Command, client: WebClient, rest: str) -> None:
        """Open the library upon `/attache library [words]`."""
        self._open(client, body["trigger_id"], Choice(words=plain_words(rest, bot_user="")[:LONGEST_SEARCH]))

    def open_shelf(self, body: Press, client: WebClient) -> None:
        """Open the library from the Home tab, at the documents of one status."""
        self._open(client, body["trigger_id"], Choice(status=body["actions"][0]["value"]))

    def search(self, body: Press, _client: WebClient) -> Block:
        """Show what the search box and the filters find."""
        return self.page(chosen(body["view"]["state"]["values"]))

    def narrow(self, body: Press, client: WebClient) -> None:
        """Show what they find once a filter was chosen, or Enter pressed in the search box."""
        show_in_place(client, body["view"]["id"], self.search(body, client))

    def turn(self, body: Press, client: WebClient) -> None:
        """Turn the page of what was searched for last."""
        choice = replace(unpacked(body["view"]["private_metadata"]), first=int(body["actions"][0]["value"]))
        show_in_place(client, body["view"]["id"], self.page(choice))

    def open_document(self, body: Press, client: WebClient) -> None:
        """Open a document over the page it was found on."""
        behind = body["view"]["private_metadata"] if body["view"].get("callback_id") == SEARCH else None
        show(body, client, self.document(body["actions"][0]["value"], behind=behind))

    def page(self, choice: Choice) -> Block:
        """Make the modal of a page; the last there is, where documents left meanwhile."""
        catalogue = self._knowledge_base.catalogue
        now = catalogue.now()
        wanted = choice.wanted(now.date())
        page = catalogue.find(wanted, first=choice.first, most=PAGE)
        if page.found and not page.entries:
            page = catalogue.find(wanted, first=(page.found - 1) // PAGE * PAGE, most=PAGE)
        return library_view(page, choice, now)

    def document(self, document_id: str, *, behind: str | None, notice: Sequence[Block] = ()) -> Block:
        """Make the modal of a document. Raises DocumentNotFound."""
        catalogue = self._knowledge_base.catalogue
        entry, editions = catalogue.entry(document_id), self._knowledge_base.history(document_id)
        readers = [collection.name for collection in self._knowledge_base.collections.of(document_id)]
        return document_view(entry, editions, catalogue.now(), readers=readers, behind=behind, notice=notice)

    def refresh(self, body: Press, client: WebClient, behind: str | None) -> None:
        """Bring what lies behind a modal up to date: the page of the library it was opened from, or the Home tab."""
        if behind:
            show_in_place(client, body["view"]["root_view_id"], self.page(unpacked(behind)))
        else:
            self._home.publish(client, body["user"]["id"])

    def _open(self, client: WebClient, trigger_id: str, choice: Choice) -> None:
        """Open a modal within the three seconds Slack gives, then put the page into it."""
        opened = client.views_open(trigger_id=trigger_id, view=note_modal(note_reply(LOOKING), TITLE))
        show_in_place(client, opened["view"]["id"], self.page(choice))
