"""Where words and live elements stand in a message, and how Slack reads each place.

Top-level text and mrkdwn objects are parsed for `<…>` tokens; so are markdown blocks (PostHog/posthog#95054);
plain_text and rich_text `text` elements are literal. https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.workspace.blocks import Fields


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """A piece of text. `tokens`: `<…>` is read. `names`: plain @here and #channel go live. `urls`: so do bare URLs."""

    text: str
    pointer: str
    tokens: bool = False
    names: bool = False
    urls: bool = False
    markdown: bool = False


@dataclass(frozen=True, kw_only=True)
class LiveElement:
    """A rich text user, usergroup, broadcast, channel or link element, or anything with a `url` to press."""

    kind: str
    value: str
    label: str
    pointer: str


def top_level_text(text: str, *, link_names: bool = False, parse: str | None = None) -> Carrier:
    """chat.postMessage's `text`: URLs go live unless parse=none, names only with link_names or parse=full."""
    full = parse == "full"
    return Carrier(text=text, pointer="/text", tokens=True, names=link_names or full, urls=parse != "none")


def markdown_carrier(text: str, pointer: str) -> Carrier:
    return Carrier(text=text, pointer=pointer, tokens=True, urls=True, markdown=True)


def read_carriers(value: Any, pointer: str) -> Iterator[Carrier | LiveElement]:
    """Walk blocks or a view and yield every text carrier and live element."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from read_carriers(item, f"{pointer}/{index}")
        return
    if not isinstance(value, dict):
        return
    kind, text = value.get("type"), value.get("text")
    if kind == "mrkdwn" and isinstance(text, str):
        loose = not value.get("verbatim", False)
        yield Carrier(text=text, pointer=f"{pointer}/text", tokens=True, names=loose, urls=loose)
    elif kind == "markdown" and isinstance(text, str):
        yield markdown_carrier(text, f"{pointer}/text")
    elif isinstance(text, str):
        yield Carrier(text=text, pointer=f"{pointer}/text")
    yield from _live(value, kind, pointer)
    for key, inner in value.items():
        if isinstance(inner, dict | list):
            yield from read_carriers(inner, f"{pointer}/{key}")
        elif isinstance(inner, str) and key in {"alt_text", "accessibility_label", "initial_value"}:
            yield Carrier(text=inner, pointer=f"{pointer}/{key}")


def _live(value: Fields, kind: Any, pointer: str) -> Iterator[LiveElement]:
    match kind:
        case "user" | "usergroup" | "channel":
            yield LiveElement(kind=kind, value=str(value.get(f"{kind}_id")), label="", pointer=pointer)
        case "broadcast":
            yield LiveElement(kind=kind, value=str(value.get("range")), label="", pointer=pointer)
    if isinstance(value.get("url"), str):
        text = value.get("text", value.get("fallback", ""))
        label = text.get("text", "") if isinstance(text, dict) else str(text)
        yield LiveElement(kind="link", value=value["url"], label=label or value["url"], pointer=pointer)
    if isinstance(value.get("image_url"), str):
        label = str(value.get("alt_text", ""))
        yield LiveElement(kind="image", value=value["image_url"], label=label, pointer=pointer)
