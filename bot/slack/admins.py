"""Who keeps the library, by ADMINS and ADMIN_GROUP, and the friendly no everybody else gets.

Asked when something is shown and again when it is done. Never says yes because Slack could not be asked.
"""

import logging
import time
from collections.abc import Callable, Collection
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.blocks import note_reply
from bot.slack.pressing import Listener, Press, tell

log = logging.getLogger(__name__)

NOT_YOU = "This is for the people who keep the library. If you need it, please ask one of them; they can add you."
# Seconds a user group's members are remembered: Slack takes about 20 such questions a minute (tier 2).
REMEMBERED = 180.0


class Admins:
    """The people named, and the members of a Slack user group."""

    def __init__(
        self,
        client: WebClient,
        *,
        users: Collection[str] = (),
        group: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._users = frozenset(users)
        self._group = group
        self._clock = clock
        self._members: frozenset[str] = frozenset()
        self._until = clock()

    def include(self, user: str) -> bool:
        """Whether somebody keeps the library."""
        return user in self._users or user in self._group_members()

    def only(self, listener: Listener) -> Listener:
        """Make a listener for admins of one for everybody: whoever is none hears a friendly no."""

        def listen(body: Press, client: WebClient) -> None:
            user = body["user"]["id"]
            if self.include(user):
                listener(body, client)
                return
            log.info("%s is no admin", user)
            tell(body, client, note_reply(NOT_YOU))

        return listen

    def _group_members(self) -> frozenset[str]:
        if self._group is None or self._clock() < self._until:
            return self._members
        try:
            answer = self._client.usergroups_users_list(usergroup=self._group)
        except (SlackApiError, OSError, HTTPException) as err:
            reason = err.response.get("error") if isinstance(err, SlackApiError) else type(err).__name__
            log.warning("members of ADMIN_GROUP unknown, so only ADMINS count: %s", reason)
            return frozenset()
        self._members = frozenset(answer["users"])
        self._until = self._clock() + REMEMBERED
        return self._members
