"""What each thing the app shows would do to people: pings, live links, invisible characters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tests.workspace.blocks import Fields
from tests.workspace.carriers import Carrier, LiveElement, read_carriers, top_level_text
from tests.workspace.links import Invisible, Link, find_invisible, find_links
from tests.workspace.pings import Ping, find_pings
from tests.workspace.records import Message

if TYPE_CHECKING:
    from tests.workspace.roster import Roster


class Sight:
    """Keeps every ping, link and invisible character of everything the app has shown so far."""

    def __init__(self, roster: Roster) -> None:
        self._roster = roster
        self.pings: list[Ping] = []
        self.links: list[Link] = []
        self.invisible: list[Invisible] = []

    def see_message(self, message: Message, *, link_names: bool, parse: str | None) -> None:
        """Record a posted or edited message of the app."""
        places: list[Carrier | LiveElement] = [top_level_text(message.text, link_names=link_names, parse=parse)]
        places += read_carriers(message.blocks, "/blocks")
        self._see(places, f"{message.channel}:{message.ts}")
        for ping in find_pings(places, self._roster.handles()):
            notified = self._notified(ping, message)
            self.pings.append(ping.in_message(message.channel, message.ts, notified))

    def see_view(self, view: Fields, where: str) -> None:
        """Record a modal or Home tab; a view notifies nobody."""
        self._see(list(read_carriers(view, "/view")), where)

    def see_words(self, words: Iterable[str], where: str) -> None:
        """Record plain words: statuses, titles, prompts, field errors."""
        self._see([Carrier(text=text, pointer="") for text in words], where)

    def _see(self, places: list[Carrier | LiveElement], where: str) -> None:
        self.links += find_links(places, where)
        self.invisible += find_invisible(places, where)

    def _notified(self, ping: Ping, message: Message) -> list[str]:
        """Members of the channel the ping reaches; an ephemeral message reaches its one reader at most."""
        people = [u for u in self._roster.channel(message.channel).members if not self._roster.users[u].is_bot]
        if message.ephemeral_for is not None:
            people = [message.ephemeral_for]
        if ping.kind == "broadcast":
            return people
        if ping.kind == "usergroup":
            return list(self._roster.usergroups.get(ping.target, ()))
        return [ping.target]
