"""Text objects and rich text: the smallest shapes blocks are made of.

Sources: docs.slack.dev/reference/block-kit/composition-objects/text-object and …/blocks/rich-text-block.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.workspace.blocks import Fields

RICH_PARENTS = frozenset({"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"})
RICH_LEAVES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "text": (frozenset({"text"}), frozenset({"style"})),
    "link": (frozenset({"url"}), frozenset({"text", "unsafe", "style"})),
    "emoji": (frozenset({"name"}), frozenset({"unicode", "style"})),
    "user": (frozenset({"user_id"}), frozenset({"style"})),
    "usergroup": (frozenset({"usergroup_id"}), frozenset({"style"})),
    "channel": (frozenset({"channel_id"}), frozenset({"style"})),
    "broadcast": (frozenset({"range"}), frozenset({"style"})),
    "date": (frozenset({"timestamp", "format"}), frozenset({"url", "fallback", "style"})),
    "color": (frozenset({"value"}), frozenset()),
}
STYLES = frozenset({"bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"})


class TextCheck:
    """Collects problems as Slack words them: `message [json-pointer:/blocks/0/text]`."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def add(self, problem: str, at: str) -> None:
        self.problems.append(f"{problem} [json-pointer:{at}]")

    def no_others(self, value: Fields, known: Iterable[str], at: str) -> None:
        for key in sorted(set(value) - set(known)):
            self.add(f"invalid additional property: {key}", at)

    def string(self, value: Any, at: str, most: int, least: int = 1) -> None:
        if not isinstance(value, str):
            self.add("must be a string", at)
        elif len(value) > most:
            self.add(f"must be less than {most + 1} characters", at)
        elif len(value) < least:
            self.add(f"must be more than {least - 1} characters", at)

    def whole(self, value: Any, at: str, least: int, most: int) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.add(f"must be a number from {least} to {most}", at)

    def array(self, value: Fields, key: str, at: str, most: int, *, required: bool = True) -> list[Any]:
        items = value.get(key)
        if items is None and not required:
            return []
        if not isinstance(items, list):
            self.add("must provide an array" if key in value else f"missing required field: {key}", f"{at}/{key}")
            return []
        if not items:
            self.add("no fewer than 1 items allowed", f"{at}/{key}")
        if len(items) > most:
            self.add(f"no more than {most} items allowed", f"{at}/{key}")
        return items

    def plain_text(self, value: Any, at: str, most: int) -> None:
        if not isinstance(value, dict) or value.get("type") != "plain_text":
            self.add("must be a plain_text object", at)
            return
        self.no_others(value, {"type", "text", "emoji"}, at)
        self.string(value.get("text"), f"{at}/text", most)

    def text(self, value: Any, at: str, most: int) -> None:
        """A plain_text or mrkdwn object of 1 to `most` characters."""
        if isinstance(value, dict) and value.get("type") == "mrkdwn":
            self.no_others(value, {"type", "text", "verbatim"}, at)
            if not isinstance(value.get("verbatim", False), bool):
                self.add("must be a boolean", f"{at}/verbatim")
            self.string(value.get("text"), f"{at}/text", most)
        else:
            self.plain_text(value, at, most)

    def rich_text(self, block: Fields, at: str) -> None:
        for index, parent in enumerate(self.array(block, "elements", at, 10_000)):
            self._rich_parent(parent, f"{at}/elements/{index}", RICH_PARENTS)

    def _rich_parent(self, parent: Any, at: str, allowed: Iterable[str]) -> None:
        kind = parent.get("type") if isinstance(parent, dict) else None
        if not isinstance(kind, str) or kind not in set(allowed):
            self.add(f"unsupported rich text element: {kind}", f"{at}/type")
            return
        known = {"type", "elements"}
        if kind == "rich_text_list":
            known |= {"style", "indent", "offset", "border"}
            if parent.get("style") not in ("bullet", "ordered"):
                self.add("style must be bullet or ordered", f"{at}/style")
            self.whole(parent.get("indent", 0), f"{at}/indent", 0, 8)
        elif kind in {"rich_text_preformatted", "rich_text_quote"}:
            known |= {"border", "language"} if kind == "rich_text_preformatted" else {"border"}
        self.no_others(parent, known, at)
        for index, child in enumerate(self.array(parent, "elements", at, 10_000)):
            where = f"{at}/elements/{index}"
            if kind == "rich_text_list":
                self._rich_parent(child, where, {"rich_text_section"})
            else:
                self._rich_leaf(child, where, {"text", "link"} if kind == "rich_text_preformatted" else RICH_LEAVES)

    def _rich_leaf(self, leaf: Any, at: str, allowed: Iterable[str]) -> None:
        kind = leaf.get("type") if isinstance(leaf, dict) else None
        if not isinstance(kind, str) or kind not in RICH_LEAVES or kind not in set(allowed):
            self.add(f"unsupported rich text element: {kind}", f"{at}/type")
            return
        required, optional = RICH_LEAVES[kind]
        self.no_others(leaf, {"type"} | required | optional, at)
        for key in sorted(required - {"timestamp"}):
            self.string(leaf.get(key), f"{at}/{key}", 40_000)
        if kind == "broadcast" and leaf.get("range") not in ("here", "channel", "everyone"):
            self.add("range must be here, channel or everyone", f"{at}/range")
        if kind == "link":
            self.url(leaf.get("url"), f"{at}/url")
        style = leaf.get("style", {})
        if not isinstance(style, dict) or not set(style) <= STYLES:
            self.add("unknown style", f"{at}/style")

    def url(self, value: Any, at: str) -> None:
        """Links and images: http, https or mailto, at most 3000 characters."""
        self.string(value, at, 3000)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:")):
            self.add("invalid url", at)
