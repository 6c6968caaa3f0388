"""response_url and buttons in messages, through a real Bolt app and the real webhook client."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from tests.workspace import CannotDo, Message, Workspace
from tests.workspace.running import bolt_app, over_sockets


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


def answer_to_command(workspace: Workspace, channel: str = "C1") -> WebhookClient:
    """The response_url of a command, without an app that answers it."""
    return WebhookClient(workspace.user("U1").command("/ask", channel=channel).payload["response_url"])


def post_with_button(workspace: Workspace, **rest: Any) -> Message:
    buttons = [
        {"type": "button", "action_id": "vote", "value": value, "text": {"type": "plain_text", "text": value}}
        for value in ("yes", "no")
    ]
    blocks = [{"type": "actions", "elements": [button]} for button in buttons]
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    if "user" in rest:
        client.chat_postEphemeral(channel="C1", text="vote", blocks=blocks, **rest)
        return workspace.ephemerals(rest["user"])[-1]
    client.chat_postMessage(channel="C1", text="vote", blocks=blocks)
    return workspace.messages("C1")[-1]


def answer_to_click(workspace: Workspace, message: Message) -> WebhookClient:
    return WebhookClient(workspace.user("U1").clicks(message, "vote", "yes").payload["response_url"])


def test_five_answers_and_no_sixth(workspace: Workspace) -> None:
    webhook = answer_to_command(workspace)
    statuses = [webhook.send(text=str(number)).status_code for number in range(6)]

    assert statuses == [200] * 5 + [404]
    assert [message.text for message in workspace.ephemerals("U1")] == ["0", "1", "2", "3", "4"]
    assert [error.error for error in workspace.errors] == ["used_url"]


def test_no_answer_after_thirty_minutes(workspace: Workspace) -> None:
    webhook = answer_to_command(workspace)
    workspace.let_time_pass(29 * 60)
    assert webhook.send(text="in time").status_code == 200
    workspace.let_time_pass(2 * 60)

    assert webhook.send(text="late").body == '{"ok":false,"error":"expired_url"}'


def test_it_reaches_channels_the_bot_is_not_in(workspace: Workspace) -> None:
    answer_to_command(workspace, "C2").send(text="hello all", response_type="in_channel")

    assert [message.text for message in workspace.messages("C2")] == ["hello all"]


def test_a_commands_answer_cannot_replace_an_earlier_one(workspace: Workspace) -> None:
    webhook = answer_to_command(workspace)
    webhook.send(text="thinking")

    assert webhook.send(text="done", replace_original=True).status_code == 400
    assert [error.error for error in workspace.errors] == ["cannot_replace_original"]


@pytest.mark.parametrize("rest", [{}, {"user": "U1"}], ids=["in channel", "ephemeral"])
def test_a_click_can_replace_or_delete_its_message(workspace: Workspace, rest: dict[str, str]) -> None:
    message = post_with_button(workspace, **rest)
    answer_to_click(workspace, message).send(text="thanks", replace_original=True)
    assert (message.words, message.buttons) == ("thanks", ())

    message = post_with_button(workspace, **rest)
    answer_to_click(workspace, message).send(delete_original=True)
    assert message not in [*workspace.messages("C1"), *workspace.ephemerals("U1")]


def test_an_answer_to_a_click_must_say_whether_it_replaces(workspace: Workspace) -> None:
    webhook = answer_to_click(workspace, post_with_button(workspace))

    assert webhook.send(text="?").status_code == 400
    assert webhook.send(text="new", replace_original=False).status_code == 200
    assert [message.text for message in workspace.ephemerals("U1")] == ["new"]


def test_blocks_in_answers_have_the_same_limits(workspace: Workspace) -> None:
    answer = answer_to_command(workspace).send(blocks=[{"type": "hologram"}])

    assert (answer.status_code, '"error":"invalid_blocks"' in answer.body) == (400, True)


def test_an_ephemeral_click_says_so_and_does_not_carry_the_message(workspace: Workspace) -> None:
    plain = workspace.user("U1").clicks(post_with_button(workspace), "vote", "no").payload
    ephemeral = workspace.user("U1").clicks(post_with_button(workspace, user="U1"), "vote", "no").payload

    assert (plain["container"]["is_ephemeral"], plain["message"]["text"]) == (False, "vote")
    assert ephemeral["container"]["is_ephemeral"]
    assert "message" not in ephemeral
    assert [payload["actions"][0]["value"] for payload in (plain, ephemeral)] == ["no", "no"]


def test_pressing_what_is_not_there_fails_loudly(workspace: Workspace) -> None:
    message = post_with_button(workspace)
    maya = workspace.user("U1")

    with pytest.raises(CannotDo, match="nothing to press with action_id 'veto'"):
        maya.clicks(message, "veto")
    with pytest.raises(CannotDo, match="2 elements"):
        maya.clicks(message, "vote")
    with pytest.raises(CannotDo, match="only U1 sees"):
        workspace.user("U2").clicks(post_with_button(workspace, user="U1"), "vote", "yes")
    with pytest.raises(CannotDo, match="not in C1"):
        workspace.user("UOUTSIDE").clicks(message, "vote", "yes")


def test_feedback_icon_and_select_are_pressed_in_slacks_shapes(workspace: Workspace) -> None:
    def text(words: str) -> dict[str, str]:
        return {"type": "plain_text", "text": words}

    feedback = {
        "type": "feedback_buttons",
        "action_id": "feedback",
        "positive_button": {"text": text("Good"), "value": "up:7"},
        "negative_button": {"text": text("Bad"), "value": "down:7"},
    }
    trash = {"type": "icon_button", "action_id": "bin", "icon": "trash", "text": text("Delete")}
    options = [{"text": text(word), "value": word} for word in ("a", "b")]
    blocks = [
        {"type": "context_actions", "elements": [feedback, trash | {"visible_to_user_ids": ["U1"]}]},
        {"type": "actions", "elements": [{"type": "static_select", "action_id": "pick", "options": options}]},
        {"type": "actions", "elements": [{"type": "overflow", "action_id": "menu", "options": options}]},
    ]
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    client.chat_postMessage(channel="C1", text="answer", blocks=blocks)
    message = workspace.messages("C1")[0]
    maya = workspace.user("U1")

    assert maya.clicks(message, "feedback", "positive").payload["actions"][0]["value"] == "up:7"
    assert maya.clicks(message, "feedback", "down:7").payload["actions"][0]["text"] == text("Bad")
    assert maya.clicks(message, "bin").payload["actions"][0]["type"] == "icon_button"
    picked = maya.clicks(message, "pick", "b").payload
    assert picked["actions"][0]["selected_option"]["value"] == "b"
    assert [state["pick"]["selected_option"]["value"] for state in picked["state"]["values"].values()] == ["b"]
    assert maya.clicks(message, "menu", "a").payload["actions"][0]["selected_option"]["value"] == "a"
    with pytest.raises(CannotDo, match="nothing to press"):
        workspace.user("U2").clicks(message, "bin")
    assert message.buttons == ("Good", "Bad", "Delete", "a", "b", "a", "b")


def test_a_click_acknowledged_with_words_is_an_error(workspace: Workspace) -> None:
    app, message = bolt_app(workspace), post_with_button(workspace)

    @app.action("vote")
    def vote(ack: Any) -> None:
        ack("nobody sees this")

    @app.event("message")
    def listen() -> None: ...

    with over_sockets(workspace, app):
        assert workspace.user("U1").clicks(message, "vote", "yes").wait().user_saw_error
    assert [error.error for error in workspace.errors] == ["unexpected_response_payload"]
