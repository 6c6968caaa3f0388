"""What the app's manifest allows: scopes, subscribed events, commands, shortcuts and surfaces.

Slack delivers an event only when it is subscribed and its scope is granted; the manifest is the single source here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

ALL_SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "reactions:read",
    "reactions:write",
    "team:read",
    "usergroups:read",
    "users:read",
    "users:read.email",
)

ALL_EVENTS = (
    "agent_session_stopped",
    "app_home_opened",
    "app_mention",
    "file_deleted",
    "file_shared",
    "member_joined_channel",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
)

# Scope an event needs besides its subscription. https://docs.slack.dev/reference/events
EVENT_SCOPES = {
    "agent_session_stopped": "chat:write",
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "file_deleted": "files:read",
    "file_shared": "files:read",
    "member_joined_channel": "channels:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}


def full_manifest(
    *,
    scopes: Iterable[str] = ALL_SCOPES,
    events: Iterable[str] = ALL_EVENTS,
    commands: Iterable[str] = ("/ask",),
    shortcuts: Iterable[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """An agent app's manifest with everything the workspace models switched on."""
    return {
        "_metadata": {"major_version": 2},
        "display_information": {"name": "Attaché"},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "attache", "always_online": True},
            "agent_view": {"agent_description": "Answers questions", "suggested_prompts": []},
            "slash_commands": [{"command": command, "description": "Ask"} for command in commands],
            "shortcuts": [dict(shortcut) for shortcut in shortcuts],
        },
        "oauth_config": {"scopes": {"bot": list(scopes)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(events)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


class Manifest:
    """Reads one manifest; answers what is granted and subscribed."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        features = content.get("features", {})
        settings = content.get("settings", {})
        self.scopes = frozenset(content.get("oauth_config", {}).get("scopes", {}).get("bot", ()))
        self.events = frozenset(settings.get("event_subscriptions", {}).get("bot_events", ()))
        self.commands = {entry["command"]: entry for entry in features.get("slash_commands", ())}
        self.shortcuts = {entry["callback_id"]: entry for entry in features.get("shortcuts", ())}
        home = features.get("app_home", {})
        self.has_home_tab = bool(home.get("home_tab_enabled"))
        self.has_messages_tab = bool(home.get("messages_tab_enabled"))
        self.messages_tab_read_only = bool(home.get("messages_tab_read_only_enabled"))
        self.is_agent = "agent_view" in features
        self.is_interactive = bool(settings.get("interactivity", {}).get("is_enabled"))
        self.name = str(content.get("display_information", {}).get("name", "App"))

    def delivers(self, subscription: str) -> bool:
        """Whether an event of this subscription name reaches the app."""
        if subscription not in EVENT_SCOPES:
            raise LookupError(f"the workspace does not model the event {subscription}")
        scope = EVENT_SCOPES[subscription]
        return subscription in self.events and (scope is None or scope in self.scopes)
