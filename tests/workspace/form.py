"""What people enter: the state of inputs in a view and the value of a pressed element, in Slack's shapes.

https://docs.slack.dev/reference/interaction-payloads. A client refuses what the element refuses: too long, not offered,
required.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.workspace.blocks import Fields, options_of, placed_elements
from tests.workspace.records import File, View

PICKERS = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "multi_users_select": "selected_users",
}
INITIALS = {
    "users_select": "initial_user",
    "conversations_select": "initial_conversation",
    "channels_select": "initial_channel",
    "datepicker": "initial_date",
    "multi_users_select": "initial_users",
}
ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
SOME_OPTIONS = frozenset({"checkboxes", "multi_static_select"})
STATELESS = frozenset({"button", "feedback_buttons", "icon_button", "overflow"})


class CannotDo(AssertionError):
    """Slack's client would not let a person do this; the test is wrong or the app shows the wrong thing."""


def entered(element: Fields, value: Any) -> Fields:
    """The state of an element after a person chose or typed `value`; None means empty."""
    kind = element["type"]
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": None if value is None else _offered(element, value)}
    if kind in SOME_OPTIONS:
        return {"type": kind, "selected_options": [_offered(element, one) for one in value or []]}
    if kind in PICKERS:
        return {"type": kind, PICKERS[kind]: value}
    if kind == "file_input":
        return {"type": kind, "files": _files(element, value or [])}
    return {"type": kind, "value": _typed(element, value)}


def initial(element: Fields) -> Fields:
    """The state of an element nobody touched."""
    kind = element["type"]
    if kind in ONE_OPTION:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in SOME_OPTIONS:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    if kind in PICKERS:
        return {"type": kind, PICKERS[kind]: element.get(INITIALS[kind])}
    if kind == "file_input":
        return {"type": kind, "files": []}
    return {"type": kind, "value": element.get("initial_value")}


def state_of(blocks: list[Fields], answers: Mapping[str, Mapping[str, Fields]]) -> dict[str, dict[str, Fields]]:
    """`state.values` of these blocks: what was entered, else the initial values."""
    values: dict[str, dict[str, Fields]] = {}
    for block, element in placed_elements(blocks):
        if element["type"] in STATELESS:
            continue
        standing = answers.get(block["block_id"], {}).get(element["action_id"])
        values.setdefault(block["block_id"], {})[element["action_id"]] = standing or initial(element)
    return values


def fill(view: View, entries: Mapping[str, Any]) -> None:
    """Enter values by action_id or block_id; complain about required inputs that stay empty.

    An external_select offers what the app suggested last.
    """
    answers = state_of(view.blocks, view.answers)
    left = dict(entries)
    for block, element in placed_elements(view.blocks):
        if element["type"] in STATELESS:
            continue
        for key in (element["action_id"], block["block_id"]):
            if key in left:
                answers[block["block_id"]][element["action_id"]] = entered(
                    element | _suggested(view, element), left.pop(key)
                )
                break
        state = answers[block["block_id"]][element["action_id"]]
        if block["type"] == "input" and not block.get("optional") and not _has_value(state):
            raise CannotDo(f"{view.title!r}: {block['label']['text']!r} is required")
    if left:
        raise CannotDo(f"{view.title!r} has no inputs {sorted(left)}; it has {view.action_ids}")
    view.answers = answers


def _suggested(view: View, element: Fields) -> Fields:
    is_external = element["type"] == "external_select"
    return {"options": view.suggestions.get(element["action_id"], [])} if is_external else {}


def files_in(entries: Mapping[str, Any]) -> list[File]:
    """The files somebody chose."""
    lists = [value for value in entries.values() if isinstance(value, list)]
    return [one for values in lists for one in values if isinstance(one, File)]


def _has_value(state: Fields) -> bool:
    return any(value not in (None, "", []) for key, value in state.items() if key != "type")


def _offered(element: Fields, value: Any) -> Fields:
    for option in options_of(element):
        if value in (option["value"], option["text"]["text"]):
            return option
    raise CannotDo(f"{value!r} is not offered: {[option['value'] for option in options_of(element)]}")


def _files(element: Fields, files: list[File]) -> list[Fields]:
    if len(files) > element.get("max_files", 10):
        raise CannotDo(f"at most {element.get('max_files', 10)} files")
    if any(len(file.content) > 10 * 1024 * 1024 for file in files):
        raise CannotDo("a file_input takes files up to 10 MB")
    return [{"id": file.id, "name": file.name, "mimetype": file.mimetype} for file in files]


def _typed(element: Fields, value: Any) -> str | None:
    if value is None:
        return None
    text = str(value)
    if len(text) > element.get("max_length", 3000):
        raise CannotDo(f"at most {element.get('max_length', 3000)} characters")
    if text and len(text) < element.get("min_length", 0):
        raise CannotDo(f"at least {element['min_length']} characters")
    return text
