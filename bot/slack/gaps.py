"""Gaps in Slack: `/attache gaps`, their list and its pages, and the gaps opened from there. Changes nothing.

What is done with a gap is in gap_acts.py.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from slack_bolt import App
from slack_sdk import WebClient

from bot.slack.admins import NOT_YOU, Admins
from bot.slack.blocks import note_reply
from bot.slack.browsing import LONGEST_SEARCH
from bot.slack.commands import Command
from bot.slack.events import plain_words
from bot.slack.gap_list import (
    FILTERS,
    OPEN,
    SEARCH,
    SHELF,
    TITLE,
    TURN,
    Choice,
    chosen,
    gap_list,
    unpacked,
)
from bot.slack.gap_view import gap_view
from bot.slack.people import People
from bot.slack.pressing import Press, pressed, show, show_in_place, submitted, tell
from bot.slack.readers import Readers
from bot.slack.safe_text import Block
from bot.slack.views import note_modal
from knowledge.collections import Audience
from knowledge.errors import PassageNotFound
from knowledge.gaps.records import GapRecord, NearPassage
from knowledge.knowledge_base import KnowledgeBase

LOOKING = "Looking through the gaps…"
NOT_YOURS = "Only the people who keep the library, and whoever sees to this gap, can do this; please ask one of them."


class GapModals:
    """The command's word, and listeners of the list it opens."""

    def __init__(self, knowledge_base: KnowledgeBase, admins: Admins, people: People, readers: Readers) -> None:
        self._knowledge_base = knowledge_base
        self._admins = admins
        self._people = people
        self._readers = readers

    def register(self, app: App) -> None:
        """Listen."""
        only = self._admins.only
        app.view(SEARCH)(submitted(self.search, may=self._admins.include, no=NOT_YOU))
        app.action(re.compile(rf"^({'|'.join(FILTERS)})$"))(pressed(only(self.narrow)))
        app.action(re.compile(rf"^{TURN}:[pn]$"))(pressed(only(self.turn)))
        app.action(re.compile(rf"^{SHELF}:\w+$"))(pressed(only(self.open_shelf)))
        app.action(OPEN)(pressed(self.open_gap))

    def open(self, body: Command, client: WebClient, rest: str) -> None:
        """Open the list upon `/attache gaps [words]`."""
        choice = Choice(words=plain_words(rest, bot_user="")[:LONGEST_SEARCH])
        self._open(client, body["trigger_id"], choice, body["user_id"])

    def open_shelf(self, body: Press, client: WebClient) -> None:
        """Open the list from the Home tab, at the gaps of one status, or at one's own."""
        action = body["actions"][0]
        choice = Choice(**dict([action["value"].split("=", 1)]))
        self._open(client, body["trigger_id"], choice, body["user"]["id"])

    def search(self, body: Press, _client: WebClient) -> Block:
        """Show what the search box and the filters find."""
        return self.page(chosen(body["view"]["state"]["values"]), body["user"]["id"])

    def narrow(self, body: Press, client: WebClient) -> None:
        """Show what they find once a filter was chosen, or Enter pressed in the search box."""
        show_in_place(client, body["view"]["id"], self.search(body, client))

    def turn(self, body: Press, client: WebClient) -> None:
        """Turn the page of what was searched for last."""
        choice = replace(unpacked(body["view"]["private_metadata"]), first=int(body["actions"][0]["value"]))
        show_in_place(client, body["view"]["id"], self.page(choice, body["user"]["id"]))

    def open_gap(self, body: Press, client: WebClient) -> None:
        """Open a gap: over the page it was found on, or from its card, for whoever may do something with it."""
        view, user = body.get("view") or {}, body["user"]["id"]
        gap = self._knowledge_base.gaps.story(body["actions"][0]["value"]).gap
        if not self.may_act(user, gap):
            tell(body, client, note_reply(NOT_YOURS))
            return
        behind = view["private_metadata"] if view.get("callback_id") == SEARCH else None
        show(body, client, self.gap(gap.id, user, behind=behind))

    def may_act(self, user: str, gap: GapRecord) -> bool:
        """Whether somebody keeps the library or sees to a gap."""
        return gap.owner == user or self._admins.include(user)

    def page(self, choice: Choice, user: str) -> Block:
        """Make the modal of a page."""
        return gap_list(self._knowledge_base.gaps.records(), choice, user, self._knowledge_base.catalogue.now())

    def gap(self, gap: str, user: str, *, behind: str | None, notice: str = "") -> Block:
        """Make the modal of a gap as somebody may see it. Raises GapNotFound."""
        story = self._knowledge_base.gaps.story(gap)
        return gap_view(
            story,
            readable(self._knowledge_base, story.gap.nearest, self._readers.of_person(user).audience),
            self._knowledge_base.catalogue.now(),
            behind=behind,
            owner_left=self._people.has_left(story.gap.owner),
            notice=notice,
        )

    def _open(self, client: WebClient, trigger_id: str, choice: Choice, user: str) -> None:
        """Open a modal within the three seconds Slack gives, then put the page into it."""
        opened = client.views_open(trigger_id=trigger_id, view=note_modal(note_reply(LOOKING), TITLE))
        show_in_place(client, opened["view"]["id"], self.page(choice, user))


def readable(
    knowledge_base: KnowledgeBase, near: Iterable[NearPassage], audience: Audience | None
) -> tuple[NearPassage, ...]:
    """Return the passages an audience may read: their titles, too, are for nobody else."""
    return tuple(one for one in near if _may_read(knowledge_base, one.passage_id, audience))


def _may_read(knowledge_base: KnowledgeBase, passage_id: str, audience: Audience | None) -> bool:
    try:
        knowledge_base.passage(passage_id, audience)
    except PassageNotFound:
        return False
    return True
