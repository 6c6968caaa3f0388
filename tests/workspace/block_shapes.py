"""The shape of each block type: allowed keys, lengths, counts and where it may stand.

Source: docs.slack.dev/reference/block-kit/blocks; a block type that is not written down here is refused.
"""

from __future__ import annotations

from typing import Any

from tests.workspace.blocks import Fields
from tests.workspace.element_shapes import (
    ACTIONS_ELEMENTS,
    CONTEXT_ACTIONS_ELEMENTS,
    INPUT_ELEMENTS,
    SECTION_ACCESSORIES,
    ElementCheck,
)

BLOCK_TYPES = frozenset(
    {
        "actions",
        "alert",
        "container",
        "context",
        "context_actions",
        "divider",
        "header",
        "image",
        "input",
        "markdown",
        "rich_text",
        "section",
        "table",
    }
)
MODALS_ONLY = frozenset({"alert"})
MESSAGES_ONLY = frozenset({"markdown", "context_actions", "table", "container"})
VIEWS_ONLY = frozenset({"input"})  # Slack also takes inputs in messages; the workspace does not model filling those in


class BlockCheck(ElementCheck):
    """Collects what Slack would refuse in blocks of one surface."""

    def __init__(self, surface: str) -> None:
        super().__init__()
        self.surface = surface

    def block(self, block: Fields, at: str) -> None:
        kind = block.get("type")
        if not isinstance(kind, str) or kind not in BLOCK_TYPES:
            self.add(f"unsupported type: {kind}", f"{at}/type")
            return
        wrong_place = (
            (kind in MODALS_ONLY and self.surface != "modal")
            or (kind in MESSAGES_ONLY and self.surface != "message")
            or (kind in VIEWS_ONLY and self.surface == "message")
        )
        if wrong_place:
            self.add(f"block type {kind} is not allowed in a {self.surface}", f"{at}/type")
        if "block_id" in block:
            self.string(block["block_id"], f"{at}/block_id", 255)
        shape = getattr(self, f"_{kind}")
        shape({key: value for key, value in block.items() if key not in {"type", "block_id"}}, at)

    def _section(self, block: Fields, at: str) -> None:
        self.no_others(block, {"text", "fields", "accessory", "expand"}, at)
        if "text" not in block and "fields" not in block:
            self.add("must provide text or fields", at)
        if "text" in block:
            self.text(block["text"], f"{at}/text", 3000)
        for index, text in enumerate(self.array(block, "fields", at, 10, required=False)):
            self.text(text, f"{at}/fields/{index}", 2000)
        if "accessory" in block:
            self.element(block["accessory"], f"{at}/accessory", SECTION_ACCESSORIES)

    def _divider(self, block: Fields, at: str) -> None:
        self.no_others(block, set(), at)

    def _header(self, block: Fields, at: str) -> None:
        self.no_others(block, {"text", "level"}, at)
        self.plain_text(block.get("text"), f"{at}/text", 150)
        if "level" in block and block["level"] not in (1, 2, 3, 4):
            self.add("level must be 1 to 4", f"{at}/level")

    def _image(self, block: Fields, at: str) -> None:
        self.no_others(block, {"image_url", "alt_text", "title"}, at)
        self.image({"type": "image", **block}, at)
        if "title" in block:
            self.plain_text(block["title"], f"{at}/title", 2000)

    def _context(self, block: Fields, at: str) -> None:
        self.no_others(block, {"elements"}, at)
        for index, element in enumerate(self.array(block, "elements", at, 10)):
            where = f"{at}/elements/{index}"
            if isinstance(element, dict) and element.get("type") == "image":
                self.image(element, where)
            else:
                self.text(element, where, 3000)

    def _actions(self, block: Fields, at: str) -> None:
        self.no_others(block, {"elements"}, at)
        for index, element in enumerate(self.array(block, "elements", at, 25)):
            self.element(element, f"{at}/elements/{index}", ACTIONS_ELEMENTS)

    def _context_actions(self, block: Fields, at: str) -> None:
        self.no_others(block, {"elements"}, at)
        for index, element in enumerate(self.array(block, "elements", at, 5)):
            self.element(element, f"{at}/elements/{index}", CONTEXT_ACTIONS_ELEMENTS)

    def _markdown(self, block: Fields, at: str) -> None:
        self.no_others(block, {"text"}, at)
        self.string(block.get("text"), f"{at}/text", 12_000)

    def _alert(self, block: Fields, at: str) -> None:
        self.no_others(block, {"text", "level"}, at)
        self.text(block.get("text"), f"{at}/text", 3000)
        if block.get("level", "default") not in ("default", "info", "warning", "error", "success"):
            self.add("unknown level", f"{at}/level")

    def _input(self, block: Fields, at: str) -> None:
        self.no_others(block, {"label", "element", "hint", "optional", "dispatch_action"}, at)
        self.plain_text(block.get("label"), f"{at}/label", 2000)
        if "hint" in block:
            self.plain_text(block["hint"], f"{at}/hint", 2000)
        if not isinstance(block.get("dispatch_action", False), bool):
            self.add("must be a boolean", f"{at}/dispatch_action")
        self.element(block.get("element"), f"{at}/element", INPUT_ELEMENTS)
        is_file = isinstance(block.get("element"), dict) and block["element"].get("type") == "file_input"
        if is_file and self.surface != "modal":
            self.add("file_input is allowed in modals only", f"{at}/element")

    def _container(self, block: Fields, at: str) -> None:
        known = {"title", "subtitle", "child_blocks", "width", "is_collapsible", "default_collapsed"}
        self.no_others(block, known | {"has_header_divider"}, at)
        self.plain_text(block.get("title"), f"{at}/title", 150)
        if "subtitle" in block:
            self.text(block["subtitle"], f"{at}/subtitle", 150)
        if block.get("width", "standard") not in ("narrow", "standard", "wide", "full"):
            self.add("unknown width", f"{at}/width")
        if block.get("is_collapsible") and block.get("has_header_divider"):
            self.add("has_header_divider cannot be set when is_collapsible is true", at)
        for index, child in enumerate(self.array(block, "child_blocks", at, 10)):
            where = f"{at}/child_blocks/{index}"
            if not isinstance(child, dict) or child.get("type") == "container":
                self.add("unsupported child block", where)
            else:
                self.block(child, where)

    def _table(self, block: Fields, at: str) -> None:
        self.no_others(block, {"rows", "column_settings"}, at)
        characters = 0
        for row_index, row in enumerate(self.array(block, "rows", at, 100)):
            where = f"{at}/rows/{row_index}"
            if not isinstance(row, list) or not 1 <= len(row) <= 20:
                self.add("a row has 1 to 20 cells", where)
                continue
            for cell_index, cell in enumerate(row):
                characters += self._cell(cell, f"{where}/{cell_index}")
        if characters > 10_000:
            self.add("table cells exceed 10000 characters", at)
        self.array(block, "column_settings", at, 20, required=False)

    def _cell(self, cell: Any, at: str) -> int:
        match cell:
            case {"type": "raw_text", "text": str(text)} if text:
                return len(text)
            case {"type": "rich_text", "elements": list()}:
                self.rich_text(cell, at)
                return len(str(cell["elements"]))
            case _:
                self.add("a cell is raw_text or rich_text and not empty", at)
                return 0

    def _rich_text(self, block: Fields, at: str) -> None:
        self.no_others(block, {"elements"}, at)
        self.rich_text(block, at)
