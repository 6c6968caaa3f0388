"""What the process that reads files and the one that asks it send each other: JSON in frames, their length in front.

Never pickle: what comes out of a process that has opened a hostile file is data to be checked, and bounded.
"""

import socket
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from knowledge.domain import Details, Document
from knowledge.reading.limits import Limits

if TYPE_CHECKING:
    from pydantic import TypeAdapter

# Bytes in front of each frame that say how long it is.
LENGTH_SIZE = 8
# A frame without content says "I am ready".
READY = b""
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A file to read; its bytes come in a frame of their own."""

    name: str
    details: Details
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why there is no document: the error's class, its advice and where it was raised; no exception's text."""

    error: str
    advice: str
    place: str

    def __post_init__(self) -> None:
        if max(len(self.error), len(self.advice), len(self.place)) > LONGEST_TEXT:
            raise ValueError("longer than anything we say")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePage:
    """One page further: how many of how many were read by OCR so far, as `OnPage` hears it."""

    recognised: int
    to_recognise: int


Outcome = Document | Refused
Said = Outcome | OnePage


@cache
def orders() -> "TypeAdapter[Order]":
    """Return what writes and checks orders."""
    from pydantic import TypeAdapter

    return TypeAdapter(Order)


@cache
def outcomes() -> "TypeAdapter[Said]":
    """Return what writes and checks outcomes, and what is said on the way to one."""
    from pydantic import TypeAdapter

    return TypeAdapter(Said)


def send(to: socket.socket, content: bytes) -> None:
    """Send one frame."""
    to.sendall(len(content).to_bytes(LENGTH_SIZE))
    to.sendall(content)
