"""Who and what is in the workspace: users, channels, direct messages, user groups, files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from tests.workspace.records import Channel, File, User

TEAM = "T1"
OTHER_TEAM = "T2"
APP_ID = "A1"
BOT_ID = "B1"
BOT_USER = "UBOT"


class Roster:
    """Keeps the cast; the default one has members, an admin, a guest, an outsider and one channel of each sort."""

    def __init__(self, bot_name: str) -> None:
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, list[str]] = {}
        self.has_usergroups = True  # paid plans have user groups
        self.group_handles: dict[str, str] = {}
        self.files: dict[str, File] = {}
        self.add_user(BOT_USER, bot_name, is_bot=True)
        self._add_default_cast()

    def _add_default_cast(self) -> None:
        self.add_user("U1", "maya")
        self.add_user("U2", "omar")
        self.add_user("UADMIN", "ada", is_admin=True)
        self.add_user("UGUEST", "gus", is_restricted=True)
        self.add_user("UOUTSIDE", "sol", team_id=OTHER_TEAM, is_stranger=True)
        self.add_user("UGONE", "gil", deleted=True)
        everyone = ("U1", "U2", "UADMIN")
        self.add_channel("C1", "general", everyone)
        self.add_channel("CGUEST", "with-guest", ("U1", "UGUEST"))
        self.add_channel("C2", "without-bot", everyone, bot_in=False)
        self.add_channel("G1", "private-desk", ("U1", "UADMIN"), kind="group")
        self.add_channel("G2", "private-without-bot", ("U1",), kind="group", bot_in=False)
        self.add_channel("CSHARED", "with-partners", ("U1", "UOUTSIDE"), is_ext_shared=True)
        self.add_usergroup("S1", "library-admins", ("UADMIN",))

    def add_user(self, user_id: str, name: str, **traits: Any) -> User:
        """Add a person; traits are User's fields (is_admin, is_restricted, is_stranger, deleted, team_id, …)."""
        given = {"real_name": name.title(), "team_id": TEAM, "email": f"{name}@example.org", **traits}
        self.users[user_id] = User(id=user_id, name=name, **given)
        return self.users[user_id]

    def add_channel(
        self,
        channel_id: str,
        name: str,
        members: Iterable[str] = (),
        *,
        kind: Literal["channel", "group", "mpim"] = "channel",
        bot_in: bool = True,
        is_ext_shared: bool = False,
    ) -> Channel:
        """Add a channel; `kind` group means private."""
        everyone = [*members, *([BOT_USER] if bot_in else [])]
        unknown = [user for user in everyone if user not in self.users]
        if unknown:
            raise LookupError(f"no such users: {unknown}")
        self.channels[channel_id] = Channel(
            id=channel_id, name=name, kind=kind, members=everyone, is_ext_shared=is_ext_shared
        )
        return self.channels[channel_id]

    def add_usergroup(self, group_id: str, handle: str, members: Iterable[str]) -> None:
        self.usergroups[group_id] = list(members)
        self.group_handles[handle] = group_id

    def direct_messages(self, user_id: str) -> Channel:
        """The conversation between this user and the app, opened on first use."""
        user = self.users[user_id]
        channel_id = f"D{user.id.removeprefix('U')}"
        if channel_id not in self.channels:
            members = [user.id, BOT_USER]
            self.channels[channel_id] = Channel(id=channel_id, name="directmessage", kind="im", members=members)
        return self.channels[channel_id]

    def channel(self, channel_id: str) -> Channel:
        return self.channels[channel_id]

    def bot_in(self, channel_id: str) -> bool:
        return BOT_USER in self.channels[channel_id].members

    def app_may_have(self, file: File) -> bool:
        """Files of conversations the bot is in, and those handed to it in a modal."""
        return file.handed_over or any(self.bot_in(channel) for channel in file.channels)

    def handles(self) -> dict[str, str]:
        return {user.name: user.id for user in self.users.values()} | self.group_handles
