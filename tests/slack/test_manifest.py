"""The app's manifest against Slack's rules and against the code."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from slack_sdk import WebClient

from bot.slack import blocks

SLACK = Path(blocks.__file__).parent
MANIFEST: dict[str, Any] = yaml.safe_load((SLACK / "manifest.yaml").read_text(encoding="utf-8"))


def text(longest: int, shortest: int = 1, **rules: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": shortest, "maxLength": longest, **rules}


def record(required: str = "", **properties: Any) -> dict[str, Any]:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def many(most: int, item: dict[str, Any], **rules: Any) -> dict[str, Any]:
    return {"type": "array", "maxItems": most, "items": item, **rules}


FLAG = {"type": "boolean"}
# What Slack takes, for the keys we use; source: docs.slack.dev/reference/app-manifest.
RULES = record(
    "_metadata display_information features oauth_config settings",
    _metadata=record("major_version", major_version={"const": 2}),
    display_information=record(
        "name",
        name=text(35),
        description=text(140),
        long_description=text(4_000, 175),
        background_color={"type": "string", "pattern": "^#([0-9a-fA-F]{3}){1,2}$"},
    ),
    features=record(
        "app_home bot_user agent_view",
        app_home=record(
            home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled={"const": False}
        ),
        bot_user=record("display_name", display_name=text(80, pattern="^[a-z0-9._-]+$"), always_online=FLAG),
        agent_view=record(
            agent_description=text(300),
            suggested_prompts=many(4, record("title message", title=text(75), message=text(4_000))),
        ),
        slash_commands=many(
            50,
            record(
                "command description",
                command=text(32, 2, pattern="^/[a-z-]+$"),
                description=text(2_000),
                usage_hint=text(1_000),
                should_escape=FLAG,
            ),
        ),
        shortcuts=many(
            10,
            record(
                "name type callback_id description",
                name=text(24),
                type={"enum": ["message", "global"]},
                callback_id=text(255),
                description=text(150),
            ),
        ),
    ),
    oauth_config=record("scopes", scopes=record("bot", bot=many(255, text(50), uniqueItems=True))),
    settings=record(
        "event_subscriptions interactivity socket_mode_enabled",
        event_subscriptions=record("bot_events", bot_events=many(100, text(50), uniqueItems=True)),
        interactivity=record("is_enabled", is_enabled={"const": True}),
        org_deploy_enabled=FLAG,
        socket_mode_enabled={"const": True},
        token_rotation_enabled={"const": False},
    ),
)

# What each thing we use needs. An empty entry needs nothing. https://docs.slack.dev/reference/methods, …/events
HISTORY = "channels:history groups:history im:history mpim:history"
NEEDED_BY_METHODS = {
    "agents_sessions_setStatus": "chat:write",
    "apps_connections_open": "",
    "auth_test": "",
    "chat_getPermalink": "",
    "chat_postEphemeral": "chat:write",
    "chat_postMessage": "chat:write",
    "chat_stopStream": "chat:write",
    "chat_stream": "chat:write",
    "chat_update": "chat:write",
    "conversations_history": HISTORY,
    "conversations_info": "channels:read groups:read mpim:read",
    "conversations_open": "im:write",
    "conversations_members": "channels:read groups:read mpim:read",
    "conversations_replies": HISTORY,
    "files_info": "files:read",
    "files_upload_v2": "files:write",
    "usergroups_users_list": "usergroups:read",
    "users_info": "users:read",
    "users_list": "users:read",
    "views_open": "",
    "views_publish": "",
    "views_push": "",
    "views_update": "",
}
NEEDED_BY_EVENTS = {
    "agent_session_stopped": "chat:write",
    "app_home_opened": "",
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "message.mpim": "mpim:history",
}
NEEDED_BY_FEATURES = {
    "agent_view": "assistant:write",
    "app_home": "",
    "bot_user": "",
    "shortcuts": "commands",
    "slash_commands": "commands",
}


def code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(SLACK.glob("*.py")))


def methods_called() -> set[str]:
    """Web API methods in the code, as slack_sdk spells them."""
    called = set(re.findall(r"client\.([a-z]+_\w+)\(", code()))
    return {name for name in called if hasattr(WebClient, name)}


def listened_to(register: str) -> set[str]:
    """What the code registers listeners for with `app.event(`, `app.command(` or `app.shortcut(`."""
    return set(re.findall(rf'app\.{register}\("([^"]+)"', code()))


def test_the_manifest_keeps_slacks_rules() -> None:
    jsonschema.validate(MANIFEST, RULES)


def test_nothing_is_called_that_the_table_of_scopes_does_not_know() -> None:
    assert methods_called() == set(NEEDED_BY_METHODS)


def test_every_scope_is_needed_and_every_needed_scope_is_asked_for() -> None:
    settings, features = MANIFEST["settings"], MANIFEST["features"]
    needed = [NEEDED_BY_METHODS[method] for method in methods_called()]
    needed += [NEEDED_BY_EVENTS[event] for event in settings["event_subscriptions"]["bot_events"]]
    needed += [NEEDED_BY_FEATURES[feature] for feature in features]
    assert sorted(MANIFEST["oauth_config"]["scopes"]["bot"]) == sorted(set(" ".join(needed).split()))


def test_every_subscribed_event_has_a_listener_and_the_other_way_round() -> None:
    subscribed = {event.partition(".")[0] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert listened_to("event") == subscribed


def test_every_command_has_a_listener_and_the_other_way_round() -> None:
    assert listened_to("command") == {entry["command"] for entry in MANIFEST["features"]["slash_commands"]}


def test_every_shortcut_has_a_listener_and_the_other_way_round() -> None:
    assert listened_to("shortcut") == {entry["callback_id"] for entry in MANIFEST["features"]["shortcuts"]}


def test_commands_bring_people_and_channels_as_ids() -> None:
    assert all(entry["should_escape"] for entry in MANIFEST["features"]["slash_commands"])


@pytest.mark.parametrize("action", [blocks.FEEDBACK, blocks.SHARE, blocks.WHY, blocks.MORE, f"{blocks.SHOW_CONTEXT}:1"])
def test_every_button_has_a_listener(action: str) -> None:
    listeners = re.findall(r"app\.action\((?:re\.compile\(rf\"(.+?)\"\)|(\w+))\)", code())
    patterns = [
        pattern.replace("{SHOW_CONTEXT}", blocks.SHOW_CONTEXT) or f"^{getattr(blocks, name, name)}$"
        for pattern, name in listeners
    ]
    assert any(re.fullmatch(pattern, action) for pattern in patterns)


def test_suggested_prompts_are_questions() -> None:
    prompts = MANIFEST["features"]["agent_view"]["suggested_prompts"]
    assert all(prompt["message"].endswith("?") for prompt in prompts)
