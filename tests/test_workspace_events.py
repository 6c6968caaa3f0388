"""What the app is told about: mentions, threads, direct messages, edits, guests and people from other organisations."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient

from tests.workspace import CannotDo, Workspace
from tests.workspace.manifest import ALL_EVENTS, ALL_SCOPES, full_manifest
from tests.workspace.running import bolt_app, over_sockets


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


def told(workspace: Workspace) -> list[tuple[str, str | None]]:
    """Type and subtype of every event sent so far."""
    return [(delivery.event["type"], delivery.event.get("subtype")) for delivery in workspace.events()]


def test_a_mention_in_a_channel_is_two_events_about_one_message(workspace: Workspace) -> None:
    message = workspace.user("U1").mentions("C1", "hello")

    mention, plain = workspace.events()
    assert told(workspace) == [("app_mention", None), ("message", None)]
    assert mention.payload["event_id"] != plain.payload["event_id"]
    assert {(d.event["channel"], d.event["ts"]) for d in (mention, plain)} == {("C1", message.ts)}
    assert plain.event["channel_type"] == "channel"
    assert plain.payload["authorizations"][0]["user_id"] == "UBOT"


def test_a_mention_in_direct_messages_is_one_event(workspace: Workspace) -> None:
    message = workspace.user("U1").direct_message("<@UBOT> hello")

    (delivery,) = workspace.events()
    assert (delivery.event["type"], delivery.event["channel_type"]) == ("message", "im")
    assert "thread_ts" not in delivery.event
    workspace.user("U1").direct_message("and then?", thread_ts=message.ts)
    again = workspace.events()[-1].event
    assert (again["thread_ts"], again["parent_user_id"]) == (message.ts, "U1")


def test_nothing_is_told_about_channels_the_bot_is_not_in(workspace: Workspace) -> None:
    workspace.user("U1").mentions("C2", "hello")
    workspace.user("U1").mentions("G2", "hello")

    assert workspace.events() == []


@pytest.mark.parametrize(
    ("scopes", "events", "expected"),
    [
        (ALL_SCOPES, ["app_mention"], ["app_mention"]),
        (["channels:history"], ALL_EVENTS, ["message"]),
        (["app_mentions:read"], ["message.channels"], []),
        (ALL_SCOPES, ["message.im", "message.groups"], []),
    ],
)
def test_only_subscribed_events_with_granted_scopes_are_told(scopes: Any, events: Any, expected: list[str]) -> None:
    with Workspace(manifest=full_manifest(scopes=scopes, events=events)) as workspace:
        workspace.user("U1").mentions("C1", "hello")

        assert [event for event, _ in told(workspace)] == expected


def test_the_bots_own_posts_come_back_with_its_bot_id(workspace: Workspace) -> None:
    WebClient(workspace.bot_token, base_url=workspace.api_url).chat_postMessage(channel="C1", text="<@UBOT> says hi")

    (delivery,) = workspace.events()
    assert (delivery.event["type"], delivery.event["bot_id"], delivery.event["user"]) == ("message", "B1", "UBOT")


def test_edits_and_deletions_carry_what_was_there_before(workspace: Workspace) -> None:
    maya = workspace.user("U1")
    message = maya.says("C1", "frist")
    maya.edits(message, "first")
    maya.deletes(message)

    _, changed, deleted = (delivery.event for delivery in workspace.events())
    assert (changed["subtype"], deleted["subtype"]) == ("message_changed", "message_deleted")
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("frist", "first")
    assert changed["message"]["edited"]["user"] == "U1"
    assert (deleted["deleted_ts"], deleted["previous_message"]["text"]) == (message.ts, "first")
    assert workspace.messages("C1") == []
    with pytest.raises(CannotDo):
        workspace.user("U2").edits(message, "x")


def test_a_deleted_message_with_replies_becomes_a_tombstone(workspace: Workspace) -> None:
    maya = workspace.user("U1")
    message = maya.says("C1", "Who comes?")
    maya.says("C1", "Omar", thread_ts=message.ts)
    maya.deletes(message)

    deleted = workspace.events()[-1].event
    assert (deleted["subtype"], deleted["message"]["subtype"]) == ("message_changed", "tombstone")
    assert (deleted["message"]["ts"], deleted["message"]["reply_count"]) == (message.ts, 1)
    assert "Who comes?" not in str(deleted["message"])
    assert deleted["previous_message"]["text"] == "Who comes?"


def test_joining_and_reacting_are_told(workspace: Workspace) -> None:
    message = workspace.user("U1").says("C1", "hi")
    workspace.add_user("U9", "nia").joins("C1")
    workspace.user("U9").reacts(message, "eyes")

    assert told(workspace)[1:] == [
        ("message", "channel_join"),
        ("member_joined_channel", None),
        ("reaction_added", None),
    ]


def test_a_shared_file_is_a_message_and_an_event_with_ids_only(workspace: Workspace) -> None:
    message = workspace.user("U1").uploads(None, "plan.pdf", b"%PDF", text="please add this")

    posted, shared = (delivery.event for delivery in workspace.events())
    assert (posted["subtype"], posted["files"][0]["name"]) == ("file_share", "plan.pdf")
    assert (posted["text"], shared["file_id"]) == ("please add this", message.files[0].id)
    assert "name" not in shared["file"]
    workspace.user("U1").deletes_file(message.files[0])
    assert told(workspace)[-1] == ("file_deleted", None)


def test_in_a_shared_channel_the_outsider_and_the_channel_are_marked(workspace: Workspace) -> None:
    workspace.user("UOUTSIDE").mentions("CSHARED", "hello")
    workspace.user("UOUTSIDE").uploads("CSHARED", "x.pdf", b"%PDF")

    mention, _, upload, _ = workspace.events()
    assert mention.payload["is_ext_shared_channel"]
    assert (mention.event["user_team"], mention.payload["team_id"]) == ("T2", "T1")
    assert upload.event["files"] == [{"id": "F1", "file_access": "check_file_info"}]
    with pytest.raises(CannotDo, match="installing team only"):
        workspace.user("UOUTSIDE").command("/ask", channel="CSHARED")


def test_guests_cannot_open_the_agent_but_can_mention_it(workspace: Workspace) -> None:
    with pytest.raises(CannotDo, match="guests"):
        workspace.user("UGUEST").direct_message("hello")
    with pytest.raises(CannotDo, match="guests"):
        workspace.user("UGUEST").opens_home()
    workspace.user("UGUEST").mentions("CGUEST", "hello")

    assert told(workspace) == [("app_mention", None), ("message", None)]


def test_people_speak_only_where_they_are(workspace: Workspace) -> None:
    with pytest.raises(CannotDo, match="not in G1"):
        workspace.user("U2").says("G1", "hello")
    workspace.add_channel("C9", "old", ["UGONE"])
    with pytest.raises(CannotDo, match="deactivated"):
        workspace.user("UGONE").says("C9", "hello")
    with pytest.raises(CannotDo, match="no command /tell"):
        workspace.user("U1").command("/tell")


def test_the_stop_button_shows_only_while_the_session_is_processing(workspace: Workspace) -> None:
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    root = workspace.user("U1").direct_message("hello")
    with pytest.raises(CannotDo, match="processing"):
        workspace.user("U1").stops(root.channel, root.ts)
    client.agents_sessions_setStatus(channel_id=root.channel, thread_ts=root.ts, status="processing")
    workspace.user("U1").stops(root.channel, root.ts)

    assert workspace.events()[-1].event["thread_ts"] == root.ts


def test_escaped_commands_carry_ids_for_people_and_channels() -> None:
    manifest = full_manifest()
    manifest["features"]["slash_commands"][0]["should_escape"] = True
    with Workspace(manifest=manifest) as workspace:
        delivery = workspace.user("U1").command("/ask", "tell @omar in #general about @nobody")

    assert delivery.payload["text"] == "tell <@U2|omar> in <#C1|general> about @nobody"


def test_shortcuts_carry_a_message_or_nothing() -> None:
    shortcuts = [
        {"name": "Save", "type": "message", "callback_id": "save"},
        {"name": "Ask", "type": "global", "callback_id": "ask"},
    ]
    with Workspace(manifest=full_manifest(shortcuts=shortcuts)) as workspace:
        app, seen = bolt_app(workspace), []

        @app.shortcut("save")
        @app.shortcut("ask")
        def used(ack: Any, body: dict[str, Any]) -> None:
            ack()
            seen.append((body["type"], body.get("message", {}).get("text"), "response_url" in body))

        message = workspace.user("U2").says("C2", "keep this")
        with over_sockets(workspace, app):
            assert workspace.user("U1").uses_shortcut("save", message).wait().acknowledged
            assert workspace.user("U1").uses_shortcut("ask").wait().acknowledged
        with pytest.raises(CannotDo):
            workspace.user("U1").uses_shortcut("save")
    assert seen == [("message_action", "keep this", True), ("shortcut", None, False)]
