"""What the lists in modals have in common: a search box, choices, a line that counts, pages to turn. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.blocks import button
from bot.slack.safe_text import Block, one_line, plain

# Two blocks an entry, of the hundred that a view may have.
PAGE = 10
LONGEST_SEARCH = 150


def search_box(action_id: str, typed: str, placeholder: str) -> Block:
    """Make the search box, with what was typed last."""
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "max_length": LONGEST_SEARCH,
        "placeholder": plain(placeholder, 150),
    }
    if shown := one_line(typed, LONGEST_SEARCH):
        element["initial_value"] = shown
    return {
        "type": "input",
        "block_id": "words",
        "label": plain("Search", 50),
        "element": element,
        "optional": True,
        "dispatch_action": True,
    }


def filter_row(*selects: Block) -> Block:
    """Put the choices side by side."""
    return {"type": "actions", "block_id": "filters", "elements": list(selects)}


def select(action_id: str, options: Mapping[str, str], value: str) -> Block:
    """Offer a choice, by value; the first where the one that stood is offered no more."""
    offered = {name: {"text": plain(said, 75), "value": name} for name, said in options.items()}
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": list(offered.values()),
        "initial_option": offered.get(value) or next(iter(offered.values())),
    }


def entered(values: Mapping[str, Mapping[str, Any]], actions: Sequence[str]) -> tuple[str, list[str | None]]:
    """Read what was typed and what was chosen, in the order of `actions`, from a modal's `state.values`."""
    said = {action: value for block in values.values() for action, value in block.items()}
    chosen = [(said.get(name, {}).get("selected_option") or {}).get("value") for name in actions[1:]]
    return said.get(actions[0], {}).get("value") or "", chosen


def counted(number: int, what: str) -> str:
    """Write how many of something there are."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def found_line(found: int, what: str, first: int, shown: int) -> str:
    """Say how many were found, and which of them are shown where that is not all."""
    said = counted(found, what)
    return f"{said}:" if found <= PAGE else f"{said}, {first + 1:,} to {first + shown:,}:"


def page_buttons(turn: str, found: int, first: int) -> list[Block]:
    """Make the buttons that turn the page, each with the number it leads to."""
    turns = (("Previous page", first - PAGE), ("Next page", first + PAGE))
    return [button(name, f"{turn}:{name[0].lower()}", str(to), label=name) for name, to in turns if 0 <= to < found]
