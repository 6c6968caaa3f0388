"""Who reads there, as the collections all of them may read. What Slack cannot say is never more than what is public.

A channel reads what everybody in it may: a collection that is limited counts only where it names that very channel, for
the members of user groups change without the channel.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from http.client import HTTPException

from slack_sdk.errors import SlackApiError

from bot.slack.admins import Admins
from bot.slack.people import People
from knowledge.collections import Access, Audience, Collection
from knowledge.job import ReplyTo

log = logging.getLogger(__name__)

PARTNERS = "This channel is shared with people of another organization, so I looked only in public documents."
GUESTS = "There are guests in this channel, so I looked only in documents that they may read, too."
GUEST = "You are a guest here, so I looked only in public documents."
UNKNOWN = "Slack could not tell me who reads here, so I looked only in public documents."


@dataclass(frozen=True, slots=True, kw_only=True)
class Readership:
    """What those who read an answer may read, None for everything; `note` says in a sentence why that is little."""

    audience: Audience | None
    note: str = ""

    def reads_more_than(self, other: "Readership") -> bool:
        """Whether there are collections for these readers that are none for the others."""
        if self.audience is None or other.audience is None:
            return other.audience is not None
        return bool(self.audience.collections - other.audience.collections)


class Readers:
    """Maps people and channels to audiences."""

    def __init__(self, people: People, admins: Admins, collections: Callable[[], Sequence[Collection]]) -> None:
        self._people = people
        self._admins = admins
        self._collections = collections

    def of(self, reply_to: ReplyTo) -> Readership:
        """Who reads a reply."""
        return self.of_person(reply_to.user) if is_private(reply_to) else self.of_channel(reply_to.channel)

    def of_person(self, user: str) -> Readership:
        """What somebody reads alone: an admin everything, a guest what is public."""
        if self._admins.include(user):
            return Readership(audience=None)
        try:
            if not self._people.are_members([user]):
                return self._reading(GUEST, Access.PUBLIC)
            limited = [collection.id for collection in self._limited() if self._is_for(collection, user)]
        except (SlackApiError, OSError, HTTPException) as err:
            return self._unknown(err)
        return self._reading("", Access.PUBLIC, Access.OFFICE, more=limited)

    def of_channel(self, channel: str) -> Readership:
        """What everybody in a channel reads."""
        try:
            if self._people.is_shared(channel):
                return self._reading(PARTNERS, Access.PUBLIC)
            all_members = self._people.are_members(self._people.in_channel(channel))
        except (SlackApiError, OSError, HTTPException) as err:
            return self._unknown(err)
        if all_members:
            return self._reading("", Access.PUBLIC, Access.OFFICE, more=self._limited_to(channel))
        return self._reading(GUESTS, Access.PUBLIC, more=self._limited_to(channel))

    def of_press(self, user: str, channel: str) -> Audience | None:
        """What somebody may be shown who presses a button in a channel: what they read alone, and what it reads."""
        alone = self.of_person(user).audience
        if alone is None:
            return None
        return Audience(collections=alone.collections | frozenset(self._limited_to(channel)))

    def welcome_strangers(self) -> bool:
        """Whether there is anything for people of another organization."""
        return any(collection.access is Access.PUBLIC for collection in self._collections())

    def _limited(self) -> list[Collection]:
        return [collection for collection in self._collections() if collection.access is Access.LIMITED]

    def _limited_to(self, channel: str) -> list[int]:
        return [collection.id for collection in self._limited() if channel in collection.channels]

    def _is_for(self, collection: Collection, user: str) -> bool:
        return any(self._people.is_in(user, group=group) for group in collection.groups) or any(
            self._people.is_in(user, channel=channel) for channel in collection.channels
        )

    def _reading(self, note: str, *access: Access, more: Iterable[int] = ()) -> Readership:
        ids = {collection.id for collection in self._collections() if collection.access in access}
        return Readership(audience=Audience(collections=frozenset(ids.union(more))), note=note)

    def _unknown(self, err: Exception) -> Readership:
        reason = err.response.get("error") if isinstance(err, SlackApiError) else type(err).__name__
        log.warning("who reads is unknown, so only public documents count: %s", reason)
        return self._reading(UNKNOWN, Access.PUBLIC)


def is_private(reply_to: ReplyTo) -> bool:
    """Whether the one who asked is the only one who reads the reply."""
    return reply_to.ephemeral or reply_to.channel.startswith("D")
