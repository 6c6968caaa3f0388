"""Slack's limits on messages, blocks and views, with Slack's error codes.

Sources: docs.slack.dev/reference/block-kit (lengths and counts), slack_sdk.models.blocks (the same numbers),
docs.slack.dev/surfaces/modals, bolt-js#2509 (whole-message cap). Only what is modelled is accepted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Literal

from tests.workspace.block_shapes import BlockCheck
from tests.workspace.blocks import Fields, placed_elements, visible_strings
from tests.workspace.records import SlackRefusal

Surface = Literal["message", "modal", "home"]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
WHOLE_MESSAGE = 12_000  # undocumented cumulative cap, bolt-js#2509 and #2867
MARKDOWN_TOTAL = 12_000
TEXT_TRUNCATED = 40_000
UPDATE_TEXT = 4_000
VIEW_BYTES = 250_000
PRIVATE_METADATA = 3_000
VIEW_TITLE = 24
CALLBACK_ID = 255

VIEW_KEYS = frozenset(
    {
        "type",
        "title",
        "blocks",
        "close",
        "submit",
        "private_metadata",
        "callback_id",
        "clear_on_close",
        "notify_on_close",
        "external_id",
    }
)


def check_message(blocks: Any) -> list[Fields]:
    """Return the blocks if Slack takes them in a message; raise SlackRefusal with Slack's code otherwise."""
    if blocks is None or blocks == []:
        return []
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise SlackRefusal("invalid_blocks_format")
    if len(blocks) > MESSAGE_BLOCKS:
        raise SlackRefusal("invalid_blocks", f"no more than {MESSAGE_BLOCKS} items allowed [json-pointer:/blocks]")
    problems = block_problems(blocks, "message", "/blocks")
    if problems:
        raise SlackRefusal("invalid_blocks", *problems)
    if sum(len(words) for words in visible_strings(blocks)) > WHOLE_MESSAGE:
        raise SlackRefusal("msg_blocks_too_long")
    return blocks


def block_problems(blocks: list[Fields], surface: Surface, pointer: str) -> list[str]:
    """What Slack would refuse in these blocks, as its own `message [json-pointer:…]` lines."""
    check = BlockCheck(surface)
    for index, block in enumerate(blocks):
        check.block(block, f"{pointer}/{index}")
    problems = check.problems
    if problems:
        return problems
    problems += _duplicates((block.get("block_id") for block in blocks), "block_id", pointer)
    if sum(block.get("type") == "table" for block in blocks) > 1:
        problems.append(f"only_one_table_allowed [json-pointer:{pointer}]")
    if sum(len(str(b.get("text", ""))) for b in blocks if b.get("type") == "markdown") > MARKDOWN_TOTAL:
        problems.append(f"markdown blocks exceed {MARKDOWN_TOTAL} characters in total [json-pointer:{pointer}]")
    for index, block in enumerate(blocks):
        ids = (element.get("action_id") for _, element in placed_elements([block]))
        problems += _duplicates(ids, "action_id", f"{pointer}/{index}")
    return problems


def _duplicates(ids: Iterable[str | None], what: str, pointer: str) -> list[str]:
    seen: set[str] = set()
    problems = []
    for value in ids:
        if value is not None and value in seen:
            problems.append(f"{what} `{value}` already exists [json-pointer:{pointer}]")
        if value is not None:
            seen.add(value)
    return problems


def check_text(text: Any, *, longest: int | None, blocks: list[Fields], markdown_text: Any = None) -> str:
    """Return the top-level text Slack stores; `longest` None means truncate at 40,000 instead of refusing."""
    if markdown_text is not None:
        if text is not None or blocks:
            raise SlackRefusal("markdown_text_conflict")
        if len(markdown_text) > MARKDOWN_TOTAL:
            raise SlackRefusal("msg_too_long")
        return ""
    if text is not None and not isinstance(text, str):
        raise SlackRefusal("invalid_arguments", "must be a string [json-pointer:/text]")
    if not text and not blocks:
        raise SlackRefusal("no_text")
    kept: str = text or ""
    if longest is not None and len(kept) > longest:
        raise SlackRefusal("msg_too_long")
    return kept[:TEXT_TRUNCATED]


def check_metadata(metadata: Any) -> Fields | None:
    """Message metadata must be {event_type, event_payload}. https://docs.slack.dev/messaging/message-metadata"""
    if metadata is None:
        return None
    if not isinstance(metadata, dict) or set(metadata) != {"event_type", "event_payload"}:
        raise SlackRefusal("invalid_metadata_format")
    if not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise SlackRefusal("invalid_metadata_format")
    return metadata


def check_view(view: Any, surface: Literal["modal", "home"]) -> Fields:
    """Return the view if Slack takes it; refuse with `invalid_arguments` or `view_too_large` otherwise."""
    if not isinstance(view, dict):
        raise SlackRefusal("invalid_arguments", "must provide an object [json-pointer:/view]")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackRefusal("view_too_large")
    problems = view_problems(view, surface)
    if problems:
        raise SlackRefusal("invalid_arguments", *problems)
    return view


def view_problems(view: Fields, surface: Literal["modal", "home"]) -> list[str]:
    """What Slack would refuse in this view. https://docs.slack.dev/reference/views"""
    check = BlockCheck(surface)
    if view.get("type") != surface:
        check.add(f"type must be {surface}", "/view/type")
    check.no_others(view, VIEW_KEYS, "/view")
    if surface == "modal":
        check.plain_text(view.get("title"), "/view/title", VIEW_TITLE)
    for name in ("submit", "close"):
        if name in view:
            check.plain_text(view[name], f"/view/{name}", VIEW_TITLE)
    check.string(view.get("private_metadata", ""), "/view/private_metadata", PRIVATE_METADATA, least=0)
    check.string(view.get("callback_id", ""), "/view/callback_id", CALLBACK_ID, least=0)
    check.string(view.get("external_id", ""), "/view/external_id", 255, least=0)
    if view.get("external_id"):
        check.add("the workspace does not model external_id", "/view/external_id")
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        check.add("must provide an array", "/view/blocks")
        return check.problems
    if len(blocks) > VIEW_BLOCKS:
        check.add(f"no more than {VIEW_BLOCKS} items allowed", "/view/blocks")
    has_input = any(block.get("type") == "input" for block in blocks)
    if surface == "modal" and has_input and "submit" not in view:
        check.add("missing required field: submit (the view has input blocks)", "/view")
    return check.problems + block_problems(blocks, surface, "/view/blocks")
