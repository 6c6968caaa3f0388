"""Interaction payloads and what an app's acknowledgement does to the person's screen.

Shapes: docs.slack.dev/reference/interaction-payloads. Answers to view_submission:
docs.slack.dev/surfaces/modals#response_actions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from tests.workspace import form, limits, windows
from tests.workspace.block_shapes import BlockCheck
from tests.workspace.blocks import Fields, placed_elements
from tests.workspace.form import CannotDo
from tests.workspace.records import Delivery, Message, SlackRefusal, User, View
from tests.workspace.roster import APP_ID, BOT_USER, TEAM

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace


def press(blocks: list[Fields], action_id: str, value: Any, user: str) -> tuple[Fields, Fields, Fields]:
    """Find the one element a person means; returns block, element and the `actions[]` entry it sends."""
    found = [
        (block, element, action)
        for block, element in placed_elements(blocks)
        if element.get("action_id") == action_id
        # Of other inputs the app hears nothing before the view is submitted.
        if block["type"] != "input" or block.get("dispatch_action")
        for action in _actions(element, value)
        if user in element.get("visible_to_user_ids", [user])
    ]
    if not found:
        shown = [element.get("action_id") for _, element in placed_elements(blocks)]
        raise CannotDo(f"nothing to press with action_id {action_id!r} and value {value!r}; shown: {shown}")
    if len(found) > 1:
        values = [action.get("value") for _, _, action in found]
        raise CannotDo(f"{len(found)} elements have action_id {action_id!r}; say which value: {values}")
    block, element, action = found[0]
    return block, element, action | {"action_id": action_id, "block_id": block["block_id"]}


def _actions(element: Fields, value: Any) -> Iterable[Fields]:
    kind = element["type"]
    if kind == "feedback_buttons":
        for side, name in (("positive_button", "positive"), ("negative_button", "negative")):
            button = element[side]
            if value in (None, button["value"], name, button["text"]["text"]):
                yield {"type": kind, "text": button["text"], "value": button["value"]}
    elif kind in {"button", "icon_button"}:
        if value in (None, element.get("value"), element["text"]["text"]):
            yield {key: element[key] for key in ("type", "text", "value", "style", "icon") if key in element}
    else:
        yield form.entered(element, value)


class Interactions:
    """Builds payloads for one workspace and applies the app's answers."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def envelope(self, kind: str, user: User) -> Fields:
        """What every interaction payload has."""
        return {
            "type": kind,
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
            "api_app_id": APP_ID,
            "token": "legacy",
            "team": {"id": TEAM, "domain": "fake"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": self._workspace.windows.issue_trigger(user.id),
        }

    def message_click(self, user: User, message: Message, action_id: str, value: Any) -> Fields:
        """block_actions from a message; an ephemeral message itself is not in the payload."""
        block, element, action = press(message.blocks, action_id, value, user.id)
        answers = {block["block_id"]: {action_id: form.entered(element, value)}} if _keeps_state(element) else {}
        channel = self._workspace.roster.channel(message.channel)
        is_ephemeral = message.ephemeral_for is not None
        container: Fields = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
        container |= {"is_ephemeral": is_ephemeral} | ({"thread_ts": message.thread_ts} if message.thread_ts else {})
        payload = self.envelope("block_actions", user) | {
            "container": container,
            "channel": {"id": channel.id, "name": channel.name},
            "state": {"values": form.state_of(message.blocks, answers)},
            "response_url": self._workspace.response_urls.issue(user.id, channel.id, message),
            "actions": [action | {"action_ts": self._workspace.clock.next_ts()}],
        }
        if not is_ephemeral:
            payload["message"] = self._workspace.board.wire(message)
        return payload

    def view_click(self, user: User, view: View, action_id: str, value: Any) -> Fields:
        """block_actions from a modal or the Home tab: no channel, no message, no response_url."""
        block, element, action = press(view.blocks, action_id, value, user.id)
        if _keeps_state(element):
            view.answers.setdefault(block["block_id"], {})[action_id] = form.entered(element, value)
        view.answers = form.state_of(view.blocks, view.answers)
        return self.envelope("block_actions", user) | {
            "container": {"type": "view", "view_id": view.id},
            "view": windows.wire(view),
            "actions": [action | {"action_ts": self._workspace.clock.next_ts()}],
        }

    def no_payload(self, delivery: Delivery) -> None:
        """A block_actions or shortcut acknowledgement carries nothing; say more with response_url."""
        if delivery.response:
            raise SlackRefusal(
                "unexpected_response_payload", "acknowledge block_actions and shortcuts with ack() alone"
            )

    def command_answer(self, delivery: Delivery) -> None:
        """Whatever a command is acknowledged with is shown, ephemeral unless response_type says in_channel."""
        if delivery.response:
            fields = delivery.payload
            self._workspace.response_urls.say(fields["user_id"], fields["channel_id"], delivery.response)

    def submission_answer(self, view: View, delivery: Delivery) -> None:
        """Apply response_action; an empty acknowledgement closes the view."""
        response = delivery.response or {}
        pile = self._workspace.windows
        match response.get("response_action"):
            case None if not response:
                pile.close(view)
            case "clear":
                pile.close_all(view.user)
            case "errors":
                self._show_errors(view, response.get("errors"))
            case "update":
                pile.update(view, self._checked(response))
                self._workspace.sight.see_view(view.content, f"view {view.id}")
            case "push":
                pushed = pile.push(view.user, self._checked(response))
                self._workspace.sight.see_view(pushed.content, f"view {pushed.id}")
            case other:
                raise SlackRefusal("invalid_response_action", str(other))

    def suggestions_answer(self, view: View, action_id: str) -> Callable[[Delivery], None]:
        """What an app offers in an external_select: at most 100 options, in the acknowledgement alone."""

        def answered(delivery: Delivery) -> None:
            response = delivery.response or {}
            element = {"options": response.get("options"), "type": "static_select", "action_id": action_id}
            if response.get("options") != []:
                check = BlockCheck("modal")
                check.element(element, "", {"static_select"})
                if set(response) != {"options"} or check.problems:
                    raise SlackRefusal("invalid_suggestions", *check.problems)
            view.suggestions[action_id] = list(response["options"])
            self._workspace.sight.see_words([one["text"]["text"] for one in response["options"]], f"view {view.id}")

        return answered

    def _checked(self, response: Fields) -> Fields:
        return limits.check_view(response.get("view"), "modal")

    def _show_errors(self, view: View, errors: Any) -> None:
        inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
            raise SlackRefusal("invalid_errors", f"errors are by block_id of inputs {sorted(inputs)}")
        view.errors = dict(errors)
        self._workspace.sight.see_words(view.errors.values(), f"view {view.id}")


def _keeps_state(element: Fields) -> bool:
    return element["type"] not in form.STATELESS


def may_read(workspace: Workspace, user: User, message: Message) -> None:
    """Fail when this person cannot see the message, so that no test presses what nobody sees."""
    if message.deleted or not message.visible:
        raise CannotDo("the message is not shown")
    if message.ephemeral_for not in (None, user.id):
        raise CannotDo(f"only {message.ephemeral_for} sees this message")
    if user.id not in workspace.roster.channel(message.channel).members:
        raise CannotDo(f"{user.id} is not in {message.channel}")
    if message.user != BOT_USER:
        raise CannotDo("only the app's own messages have buttons")
