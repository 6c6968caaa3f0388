"""Who people are and where they are, as Slack says it; remembered for a few minutes. Guesses nothing: errors pass."""

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.replies import is_passing
from bot.slack.safe_text import SLACK_ID

log = logging.getLogger(__name__)

# Seconds what Slack said counts; it takes about 20 questions a minute about groups and lists of people (tier 2).
REMEMBERED = 180.0
# Most that Slack lists in one answer.
PAGE = 1_000
# Up to so many people are asked about one by one; of more the whole workspace is listed.
FEW = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Somebody as Slack names them. `is_here`: one of us, no guest and no bot, who has not left."""

    name: str
    is_here: bool
    has_left: bool


class People:
    """Asks Slack. Everything raises SlackApiError, OSError or HTTPException where Slack does not say."""

    def __init__(self, client: WebClient, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._remembered: dict[tuple[str, str], tuple[float, Any]] = {}

    def are_members(self, users: Collection[str]) -> bool:
        """Whether all of them belong to our own organization and none is a guest."""
        unknown = [user for user in users if self._known("user", user) is None]
        if len(unknown) > FEW:
            for page in self._client.users_list(limit=PAGE):
                for person in page["members"]:
                    self._keep("user", person["id"], self._is_member(person))
        return all(self._is_known_member(user) for user in users)

    def who(self, user: str) -> Who:
        """Say who somebody is."""
        known = self._known("who", user)
        if known is None:
            person = self._client.users_info(user=user)["user"]
            profile, left = person.get("profile", {}), bool(person.get("deleted"))
            name = profile.get("display_name") or person.get("real_name") or profile.get("real_name") or user
            is_here = not left and not person.get("is_bot") and self._is_member(person)
            known = self._keep("who", user, Who(name=str(name), is_here=is_here, has_left=left))
        assert isinstance(known, Who)  # noqa: S101  nothing else is kept under this word
        return known

    def locale(self, user: str) -> str:
        """Name the language and country somebody reads Slack in, "es-LA"; empty where Slack does not say."""
        known = self._known("locale", user)
        if known is None:
            person = self._client.users_info(user=user, include_locale=True)["user"]
            known = self._keep("locale", user, str(person.get("locale") or ""))
        return str(known)

    def name_of(self, actor: str) -> str:
        """Name who did something, by their Slack id or as they are called elsewhere; never raises."""
        if not SLACK_ID.fullmatch(actor):
            return actor
        try:
            return self.who(actor).name
        except (SlackApiError, OSError, HTTPException):
            return "somebody"

    def has_left(self, owner: str | None) -> bool:
        """Whether somebody is a member no longer; no for a mere name, and where Slack does not say."""
        if owner is None or not SLACK_ID.fullmatch(owner):
            return False
        try:
            return self.who(owner).has_left
        except (SlackApiError, OSError, HTTPException):
            return False

    def office(self) -> str | None:
        """Name the office as its workspace is called; None where Slack does not say."""
        try:
            return str(self._known("office", "") or self._keep("office", "", self._client.auth_test()["team"]))
        except (SlackApiError, OSError, HTTPException):
            return None

    def in_channel(self, channel: str) -> frozenset[str]:
        """Who is in a channel."""
        known = self._known("channel", channel)
        if known is None:
            pages = self._client.conversations_members(channel=channel, limit=PAGE)
            known = self._keep("channel", channel, frozenset(user for page in pages for user in page["members"]))
        return frozenset(known)

    def is_shared(self, channel: str) -> bool:
        """Whether people of another organization, or of another workspace of it, read a channel."""
        known = self._known("shared", channel)
        if known is None:
            info = self._client.conversations_info(channel=channel)["channel"]
            known = self._keep("shared", channel, bool(info.get("is_ext_shared") or info.get("is_org_shared")))
        return bool(known)

    def is_in(self, user: str, *, channel: str = "", group: str = "") -> bool:
        """Whether somebody is in a channel or in a user group; not where Slack knows none such, or hides it from us."""
        try:
            return user in (self.in_channel(channel) if channel else self._in_group(group))
        except SlackApiError as err:
            if is_passing(err):
                raise
            log.warning("nobody counts as in %s: %s", channel or group, err.response.get("error"))
            return False

    def _in_group(self, group: str) -> frozenset[str]:
        known = self._known("group", group)
        if known is None:
            known = self._keep("group", group, frozenset(self._client.usergroups_users_list(usergroup=group)["users"]))
        return frozenset(known)

    def _is_known_member(self, user: str) -> bool:
        known = self._known("user", user)
        if known is None:
            known = self._keep("user", user, self._is_member(self._client.users_info(user=user)["user"]))
        return bool(known)

    def _is_member(self, person: dict[str, Any]) -> bool:
        """Whether Slack describes a member; who left can read nothing, and a bot is what members installed."""
        if person.get("deleted") or person.get("is_bot"):
            return True
        guest = person.get("is_restricted") or person.get("is_ultra_restricted") or person.get("is_stranger")
        return not guest and person.get("team_id") == self._home()

    def _home(self) -> str:
        known = self._known("team", "")
        return str(known or self._keep("team", "", self._client.auth_test()["team_id"]))

    def _known(self, what: str, id_: str) -> Any:
        until, value = self._remembered.get((what, id_), (0.0, None))
        return value if self._clock() < until else None

    def _keep(self, what: str, id_: str, value: Any) -> Any:
        self._remembered[what, id_] = (self._clock() + REMEMBERED, value)
        return value
