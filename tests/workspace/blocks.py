"""Reading blocks the way people do: what can be pressed, what it says, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Fields = dict[str, Any]

INTERACTIVE = frozenset(
    {
        "button",
        "overflow",
        "static_select",
        "multi_static_select",
        "users_select",
        "multi_users_select",
        "conversations_select",
        "channels_select",
        "external_select",
        "checkboxes",
        "radio_buttons",
        "datepicker",
        "feedback_buttons",
        "icon_button",
        "plain_text_input",
        "number_input",
        "email_text_input",
        "url_text_input",
        "file_input",
    }
)


def elements_in(blocks: list[Fields]) -> Iterator[Fields]:
    """Every interactive element of these blocks, in reading order."""
    for _block, element in placed_elements(blocks):
        yield element


def placed_elements(blocks: list[Fields]) -> Iterator[tuple[Fields, Fields]]:
    """Every interactive element with the block it stands in; containers are opened."""
    for block in blocks:
        if block.get("type") == "container":
            yield from placed_elements(block.get("child_blocks", []))
            continue
        candidates = [block.get("accessory"), block.get("element")]
        if block.get("type") in {"actions", "context_actions"}:
            candidates += block.get("elements", [])
        for element in candidates:
            if isinstance(element, dict) and element.get("type") in INTERACTIVE:
                yield block, element


def options_of(element: Fields) -> list[Fields]:
    """All options of a select, from its groups too; parts of the wrong shape are left out."""
    groups = [group for group in element.get("option_groups") or [] if isinstance(group, dict)]
    return list(element.get("options") or [option for group in groups for option in group.get("options") or []])


def labels(element: Fields) -> list[str]:
    """What stands on a button, or on each of the options."""
    if element["type"] == "feedback_buttons":
        return [element[side]["text"]["text"] for side in ("positive_button", "negative_button")]
    if element["type"] in {"overflow", "static_select", "radio_buttons", "checkboxes"}:
        return [option["text"]["text"] for option in element.get("options", [])]
    text = element.get("text")
    return [text["text"]] if isinstance(text, dict) else []


def visible_strings(value: Any) -> Iterator[str]:
    """Every string under a `text`, `label`, `title` or rich text key, in order."""
    if isinstance(value, list):
        for item in value:
            yield from visible_strings(item)
    elif isinstance(value, dict):
        if value.get("type") in {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}:
            yield "".join(_rich_words(element) for element in value.get("elements", []))
            return
        for key, inner in value.items():
            if key == "text" and isinstance(inner, str):
                yield inner
            elif isinstance(inner, dict | list):
                yield from visible_strings(inner)


def _rich_words(element: Fields) -> str:
    match element.get("type"):
        case "text":
            return str(element.get("text", ""))
        case "link":
            return str(element.get("text") or element.get("url", ""))
        case "user":
            return f"@{element.get('user_id')}"
        case "usergroup":
            return f"@{element.get('usergroup_id')}"
        case "broadcast":
            return f"@{element.get('range')}"
        case "channel":
            return f"#{element.get('channel_id')}"
        case "emoji":
            return f":{element.get('name')}:"
        case _:
            return ""
