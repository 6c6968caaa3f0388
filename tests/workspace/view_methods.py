"""views.*: modals and the Home tab. https://docs.slack.dev/reference/methods/views.open and its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.workspace import limits, windows
from tests.workspace.arguments import Arguments
from tests.workspace.blocks import Fields
from tests.workspace.methods import method
from tests.workspace.records import SlackRefusal, View

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace


@method("views.open", required="trigger_id view")
def open_view(workspace: Workspace, arguments: Arguments) -> Fields:
    content = limits.check_view(arguments.structure("view"), "modal")
    user = workspace.windows.use_trigger(arguments.text("trigger_id"))
    return shown(workspace, workspace.windows.open(user, content))


@method("views.push", required="trigger_id view")
def push_view(workspace: Workspace, arguments: Arguments) -> Fields:
    content = limits.check_view(arguments.structure("view"), "modal")
    user = workspace.windows.use_trigger(arguments.text("trigger_id"))
    return shown(workspace, workspace.windows.push(user, content))


@method("views.update", required="view_id view", optional="hash")
def update_view(workspace: Workspace, arguments: Arguments) -> Fields:
    view = workspace.windows.find(arguments.text("view_id"))
    surface = "home" if view.content["type"] == "home" else "modal"
    content = limits.check_view(arguments.structure("view"), surface)  # type: ignore[arg-type]
    return shown(workspace, workspace.windows.update(view, content, arguments.maybe_text("hash")))


@method("views.publish", required="user_id view", optional="hash")
def publish_view(workspace: Workspace, arguments: Arguments) -> Fields:
    if not workspace.manifest.has_home_tab:
        raise SlackRefusal("not_enabled")
    user = arguments.text("user_id")
    if user not in workspace.roster.users:
        raise SlackRefusal("invalid_arguments", "no such user [json-pointer:/user_id]")
    content = limits.check_view(arguments.structure("view"), "home")
    return shown(workspace, workspace.windows.publish(user, content, arguments.maybe_text("hash")))


def shown(workspace: Workspace, view: View) -> Fields:
    workspace.sight.see_view(view.content, f"view {view.id}")
    return {"view": windows.wire(view)}
