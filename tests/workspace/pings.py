"""The ping oracle: whom a posted message would notify, which Slack itself never reports.

When unsure whether Slack would notify (plain @handles in loose mrkdwn, tokens inside code spans) it says yes: a test
should fail on the safe side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tests.workspace.carriers import Carrier, LiveElement

TOKEN_USER = re.compile(r"<@([A-Z0-9]+)(?:\|[^>]*)?>")
TOKEN_GROUP = re.compile(r"<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>")
TOKEN_BROADCAST = re.compile(r"<!(here|channel|everyone|group)(?:\|[^>]*)?>")
NAME = re.compile(r"(?<![\w@<!])@([\w.\-]+)")
BROADCASTS = frozenset({"here", "channel", "everyone", "group"})


@dataclass(frozen=True, kw_only=True)
class Ping:
    """One notification: `kind` is user, usergroup or broadcast, `target` the id or range, `notified` the user ids."""

    kind: str
    target: str
    pointer: str
    channel: str = ""
    ts: str = ""
    notified: tuple[str, ...] = ()

    def in_message(self, channel: str, ts: str, notified: Iterable[str]) -> Ping:
        return replace(self, channel=channel, ts=ts, notified=tuple(notified))


def find_pings(places: Iterable[Carrier | LiveElement], handles: Mapping[str, str]) -> Iterator[Ping]:
    """Yield every ping in these places; `handles` maps plain names to user or group ids."""
    for place in places:
        if isinstance(place, LiveElement):
            if place.kind in {"user", "usergroup", "broadcast"}:
                yield Ping(kind=place.kind, target=place.value, pointer=place.pointer)
            continue
        if place.tokens:
            yield from _token_pings(place)
        if place.names:
            yield from _name_pings(place, handles)


def _token_pings(place: Carrier) -> Iterator[Ping]:
    for kind, pattern in (("user", TOKEN_USER), ("usergroup", TOKEN_GROUP), ("broadcast", TOKEN_BROADCAST)):
        for match in pattern.finditer(place.text):
            yield Ping(kind=kind, target=match.group(1), pointer=place.pointer)


def _name_pings(place: Carrier, handles: Mapping[str, str]) -> Iterator[Ping]:
    for match in NAME.finditer(place.text):
        name = match.group(1).rstrip(".-_")
        word = re.match(r"\w+", name)
        if name in handles:
            target = handles[name]
            yield Ping(kind="usergroup" if target.startswith("S") else "user", target=target, pointer=place.pointer)
        elif word and word.group().lower() in BROADCASTS:
            yield Ping(kind="broadcast", target=word.group().lower(), pointer=place.pointer)
