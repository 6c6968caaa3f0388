"""Live links with the host they open and the host their label shows, and characters nobody can see.

`<https://evil|https://intranet>` and `[intranet](https://evil)` are both possible in Slack; bidi controls can turn a
label round. https://docs.slack.dev/messaging/formatting-message-text, https://trojansource.codes
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.workspace.carriers import Carrier, LiveElement

TOKEN_LINK = re.compile(r"<((?:https?|mailto|slack|tel):[^|>\s]+)(?:\|([^>]*))?>", re.IGNORECASE)
MARKDOWN_LINK = re.compile(r"(!?)\[((?:[^\[\]\\]|\\.|\[[^\]]*\])*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
BARE_URL = re.compile(r"(?<![<|(\w/])(https?://[^\s<>|)\]]+)", re.IGNORECASE)
SHOWN_HOST = re.compile(r"(https?://)?((?:[\w-]+\.)+[a-z][\w-]+)", re.IGNORECASE)
FILE_ENDINGS = frozenset(
    "csv doc docx htm html jpeg jpg json md odt pdf png ppt pptx py rtf toml txt xls xlsx xml yaml yml zip".split()
)
INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A live link. `misleading` when the label shows a host that is not the one the link opens."""

    url: str
    label: str
    pointer: str
    where: str = ""
    is_image: bool = False

    @property
    def host(self) -> str:
        return (urlsplit(self.url).hostname or "").lower()

    @property
    def misleading(self) -> bool:
        return any(not same_host(shown, self.host) for shown in hosts_shown(self.label))


@dataclass(frozen=True, kw_only=True)
class Invisible:
    """A bidi control or zero-width character somewhere people read."""

    character: str
    pointer: str
    where: str = ""


def same_host(shown: str, real: str) -> bool:
    return shown == real or real.endswith(f".{shown}")


def hosts_shown(label: str) -> Iterator[str]:
    """Host names a reader sees in a label; file names such as budget.pdf are not hosts."""
    visible = INVISIBLE.sub("", label)
    for scheme, name in SHOWN_HOST.findall(visible):
        ending = name.rsplit(".", 1)[-1].lower()
        if scheme or ending not in FILE_ENDINGS:
            yield name.lower()


def find_links(places: Iterable[Carrier | LiveElement], where: str) -> Iterator[Link]:
    """Yield every live link in these places."""
    for place in places:
        if isinstance(place, LiveElement):
            if place.kind in {"link", "image"}:
                is_image = place.kind == "image"
                yield Link(url=place.value, label=place.label, pointer=place.pointer, where=where, is_image=is_image)
            continue
        rest = place.text
        if place.tokens:
            for url, label in TOKEN_LINK.findall(rest):
                yield Link(url=url, label=label or url, pointer=place.pointer, where=where)
            rest = TOKEN_LINK.sub(" ", rest)
        if place.markdown:
            for mark, label, url in MARKDOWN_LINK.findall(rest):
                yield Link(url=url, label=label, pointer=place.pointer, where=where, is_image=bool(mark))
            rest = MARKDOWN_LINK.sub(" ", rest)
        if place.urls:
            for url in BARE_URL.findall(rest):
                yield Link(url=url.rstrip(".,;:!?"), label=url, pointer=place.pointer, where=where)


def find_invisible(places: Iterable[Carrier | LiveElement], where: str) -> Iterator[Invisible]:
    """Yield every bidi control and zero-width character people would not see."""
    for place in places:
        text = place.text if isinstance(place, Carrier) else place.label + place.value
        for character in INVISIBLE.findall(text):
            yield Invisible(character=character, pointer=place.pointer, where=where)
