"""Modals and Home tabs through a real Bolt app: triggers, the view stack, submissions."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.workspace import CannotDo, View, Workspace
from tests.workspace.manifest import full_manifest
from tests.workspace.running import bolt_app, over_sockets


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def modal(title: str = "Add a document", **rest: Any) -> dict[str, Any]:
    """A modal with a required text, an optional choice and a button."""
    choices = [{"text": plain(word), "value": word} for word in ("guidance", "summit")]
    blocks = [
        {"type": "input", "block_id": "name", "label": plain("Name"), "element": text_input(max_length=10)},
        {
            "type": "input",
            "block_id": "kind",
            "optional": True,
            "label": plain("Kind"),
            "element": {"type": "static_select", "action_id": "kind", "options": choices},
        },
        {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": plain("More")}]},
    ]
    submit = plain("Save")
    return {
        "type": "modal",
        "callback_id": "document",
        "title": plain(title),
        "submit": submit,
        "blocks": blocks,
        **rest,
    }


def text_input(**rest: Any) -> dict[str, Any]:
    return {"type": "plain_text_input", "action_id": "text", **rest}


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return WebClient(workspace.bot_token, base_url=workspace.api_url)


@pytest.fixture
def trigger(workspace: Workspace) -> Any:
    return lambda: workspace.windows.issue_trigger("U1")


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def submitting_app(workspace: Workspace, **answer: Any) -> App:
    """Opens the modal on /ask and acknowledges its submission with `answer`."""
    app = bolt_app(workspace)

    @app.command("/ask")
    def open_modal(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=modal(private_metadata="C1"))

    @app.view("document")
    def submit(ack: Any) -> None:
        ack(**answer)

    @app.action("more")
    def more(ack: Any) -> None:
        ack()

    return app


def open_modal(workspace: Workspace) -> View:
    workspace.user("U1").command("/ask")
    views: list[View] = workspace.wait_for(lambda: workspace.views("U1"))
    return views[-1]


def test_a_submission_carries_what_was_entered_and_closes_the_modal(workspace: Workspace) -> None:
    with over_sockets(workspace, submitting_app(workspace)):
        view = open_modal(workspace)
        delivery = workspace.user("U1").submits(view, {"text": "Plan", "kind": "summit"}).wait()

    sent = delivery.payload["view"]
    assert sent["state"]["values"]["name"]["text"] == {"type": "plain_text_input", "value": "Plan"}
    assert sent["state"]["values"]["kind"]["kind"]["selected_option"]["value"] == "summit"
    assert (sent["private_metadata"], sent["callback_id"]) == ("C1", "document")
    assert workspace.views("U1") == []


def test_field_errors_keep_the_modal_open(workspace: Workspace) -> None:
    with over_sockets(workspace, submitting_app(workspace, response_action="errors", errors={"name": "taken"})):
        view = open_modal(workspace)
        workspace.user("U1").submits(view, {"text": "Plan"}).wait()

        assert view.errors == {"name": "taken"}
        assert workspace.views("U1") == [view]


def test_field_errors_for_unknown_blocks_are_an_error_for_the_user(workspace: Workspace) -> None:
    with over_sockets(workspace, submitting_app(workspace, response_action="errors", errors={"nowhere": "x"})):
        view = open_modal(workspace)

        assert workspace.user("U1").submits(view, {"text": "Plan"}).wait().user_saw_error
    assert [error.error for error in workspace.errors] == ["invalid_errors"]


def test_a_submission_can_update_push_or_clear(workspace: Workspace) -> None:
    with over_sockets(workspace, submitting_app(workspace, response_action="push", view=modal("Second"))):
        first = open_modal(workspace)
        workspace.user("U1").submits(first, {"text": "Plan"}).wait()
        assert [view.title for view in workspace.views("U1")] == ["Add a document", "Second"]
    with over_sockets(workspace, submitting_app(workspace, response_action="update", view=modal("Changed"))):
        second = workspace.views("U1")[-1]
        workspace.user("U1").submits(second, {"text": "Plan"}).wait()
        assert second.title == "Changed"
    with over_sockets(workspace, submitting_app(workspace, response_action="clear")):
        workspace.user("U1").submits(second, {"text": "Plan"}).wait()
        assert workspace.views("U1") == []


def test_a_click_in_a_modal_knows_its_view_and_what_is_typed_so_far(workspace: Workspace) -> None:
    with over_sockets(workspace, submitting_app(workspace)):
        view = open_modal(workspace)
        delivery = workspace.user("U1").clicks(view, "more").wait()

    assert delivery.payload["container"] == {"type": "view", "view_id": view.id}
    assert "name" in delivery.payload["view"]["state"]["values"]
    assert "response_url" not in delivery.payload


def test_people_cannot_submit_what_slack_would_stop(client: WebClient, workspace: Workspace, trigger: Any) -> None:
    client.views_open(trigger_id=trigger(), view=modal())
    maya, view = workspace.user("U1"), workspace.views("U1")[0]

    with pytest.raises(CannotDo, match="'Name' is required"):
        maya.submits(view)
    with pytest.raises(CannotDo, match="at most 10"):
        maya.submits(view, {"text": "x" * 11})
    with pytest.raises(CannotDo, match="not offered"):
        maya.submits(view, {"text": "x", "kind": "poem"})
    with pytest.raises(CannotDo, match="no inputs"):
        maya.submits(view, {"text": "x", "colour": "red"})
    with pytest.raises(CannotDo, match="not open in front"):
        workspace.user("U2").clicks(view, "more")
    with pytest.raises(CannotDo, match="not the top modal"):
        workspace.user("U2").submits(view, {"text": "x"})


def test_a_trigger_opens_one_view_within_three_seconds(client: WebClient, workspace: Workspace, trigger: Any) -> None:
    used, late = trigger(), trigger()
    client.views_open(trigger_id=used, view=modal())

    assert refused(client.views_open, trigger_id=used, view=modal()) == "exchanged_trigger_id"
    assert refused(client.views_open, trigger_id="1.2", view=modal()) == "invalid_trigger_id"
    workspace.let_time_pass(3.1)
    assert refused(client.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"


def test_three_views_fill_the_stack(client: WebClient, workspace: Workspace, trigger: Any) -> None:
    assert refused(client.views_push, trigger_id=trigger(), view=modal()) == "not_found"
    client.views_open(trigger_id=trigger(), view=modal("1"))
    client.views_push(trigger_id=trigger(), view=modal("2"))
    client.views_push(trigger_id=trigger(), view=modal("3"))

    assert refused(client.views_push, trigger_id=trigger(), view=modal("4")) == "push_limit_reached"
    workspace.user("U1").closes(workspace.views("U1")[-1])
    assert [view.title for view in workspace.views("U1")] == ["1", "2"]


def test_a_view_is_updated_by_id_until_it_is_closed(client: WebClient, workspace: Workspace, trigger: Any) -> None:
    opened = client.views_open(trigger_id=trigger(), view=modal())["view"]
    client.views_update(view_id=opened["id"], view=modal("New"), hash=opened["hash"])

    assert workspace.views("U1")[0].title == "New"
    stale = {"view_id": opened["id"], "view": modal(), "hash": opened["hash"]}
    assert refused(client.views_update, **stale) == "hash_conflict"
    workspace.user("U1").closes(workspace.views("U1")[0])
    assert refused(client.views_update, view_id=opened["id"], view=modal()) == "not_found"


def test_closing_is_told_only_when_asked_for(client: WebClient, workspace: Workspace, trigger: Any) -> None:
    app, closed = bolt_app(workspace), []

    @app.view_closed("document")
    def on_close(ack: Any, view: dict[str, Any]) -> None:
        ack()
        closed.append(view["callback_id"])

    with over_sockets(workspace, app):
        for view in (modal(), modal(notify_on_close=True)):
            client.views_open(trigger_id=trigger(), view=view)
            workspace.user("U1").closes(workspace.views("U1")[0])
        workspace.wait_until_quiet()
    assert closed == ["document"]


def test_a_file_input_hands_over_the_files(client: WebClient, workspace: Workspace, trigger: Any) -> None:
    element = {"type": "file_input", "action_id": "files", "max_files": 1, "filetypes": ["pdf"]}
    block = {"type": "input", "label": plain("Files"), "element": element}
    client.views_open(trigger_id=trigger(), view=modal() | {"blocks": [block]})
    maya, view = workspace.user("U1"), workspace.views("U1")[0]
    files = [maya.keeps_file(f"{number}.pdf", b"%PDF") for number in range(2)]

    with pytest.raises(CannotDo, match="at most 1 files"):
        maya.submits(view, {"files": files})
    sent = maya.submits(view, {"files": files[:1]}).payload["view"]["state"]["values"]
    assert [file["id"] for state in sent.values() for file in state["files"]["files"]] == [files[0].id]


def test_the_home_tab_is_published_per_person_and_its_buttons_open_modals(workspace: Workspace) -> None:
    app = submitting_app(workspace)
    home = {"type": "home", "blocks": modal()["blocks"][2:]}

    @app.event("app_home_opened")
    def publish(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view=home)

    with over_sockets(workspace, app):
        workspace.user("U1").opens_home()
        shown = workspace.wait_for(lambda: workspace.home("U1"))
        assert shown is not None
        assert workspace.user("U1").clicks(shown, "more").wait().acknowledged
        workspace.user("U1").opens_home("messages")
        workspace.wait_until_quiet()
    assert workspace.home("U2") is None
    assert [delivery.event["tab"] for delivery in workspace.events("app_home_opened")] == ["home", "messages"]


def test_without_a_home_tab_nothing_can_be_published() -> None:
    manifest = full_manifest()
    manifest["features"]["app_home"]["home_tab_enabled"] = False
    with Workspace(manifest=manifest) as workspace:
        client = WebClient(workspace.bot_token, base_url=workspace.api_url)

        assert refused(client.views_publish, user_id="U1", view={"type": "home", "blocks": []}) == "not_enabled"
        with pytest.raises(CannotDo, match="no tab home"):
            workspace.user("U1").opens_home()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"title": plain("x" * 25)}, "/view/title/text"),
        ({"title": {"type": "mrkdwn", "text": "x"}}, "/view/title"),
        ({"submit": plain("x" * 25)}, "/view/submit/text"),
        ({"close": plain("x" * 25)}, "/view/close/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"blocks": [{"type": "divider"}] * 101}, "/view/blocks"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "/view/blocks/0/type"),
        ({"type": "home"}, "/view/type"),
        ({"colour": "red"}, "/view"),
    ],
)
def test_a_view_over_slacks_limits_is_refused_with_the_place(
    client: WebClient, trigger: Any, change: dict[str, Any], where: str
) -> None:
    with pytest.raises(SlackApiError) as caught:
        client.views_open(trigger_id=trigger(), view=modal() | change)

    assert caught.value.response["error"] == "invalid_arguments"
    assert any(f"[json-pointer:{where}]" in line for line in caught.value.response["response_metadata"]["messages"])


def test_a_modal_with_inputs_needs_a_submit_button(client: WebClient, trigger: Any) -> None:
    view = modal()
    del view["submit"]

    assert refused(client.views_open, trigger_id=trigger(), view=view) == "invalid_arguments"


def test_a_view_of_more_than_a_quarter_megabyte_is_too_large(client: WebClient, trigger: Any) -> None:
    block = {"type": "section", "text": plain("x" * 3000)}

    assert refused(client.views_open, trigger_id=trigger(), view=modal(blocks=[block] * 90)) == "view_too_large"
