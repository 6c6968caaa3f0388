"""A process in the reader's place that misbehaves as the file at hand tells it to, and reads every other file."""

import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable
from itertools import count

from knowledge.domain import Card, Document, Section
from knowledge.reading.messages import LENGTH_SIZE, READY, OnePage, Refused, outcomes, send

COMMAND = (sys.executable, __file__)


def hang(parent: socket.socket) -> None:
    signal.pause()


def calculate(parent: socket.socket) -> None:
    """Never lets the interpreter breathe."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def turn_pages(parent: socket.socket) -> None:
    """Always one page further, and never at the end."""
    for _ in count():
        send(parent, outcomes().dump_json(OnePage(recognised=0, to_recognise=0)))


def drip(parent: socket.socket) -> None:
    """Promises an answer and sends it byte by byte."""
    parent.sendall((10**6).to_bytes(LENGTH_SIZE))
    for _ in count():
        parent.sendall(b" ")
        time.sleep(0.01)


def grow(parent: socket.socket) -> None:
    held = []
    while True:
        held.append(bytearray(b"x" * 2**22))
        time.sleep(0.01)


def crash(parent: socket.socket) -> None:
    os.abort()


def leave(parent: socket.socket) -> None:
    """Ends as if all were well."""
    sys.exit(0)


def promise_too_much(parent: socket.socket) -> None:
    parent.sendall((2**62).to_bytes(LENGTH_SIZE))
    signal.pause()


def babble(parent: socket.socket) -> None:
    send(parent, b"cos\nsystem\n(S'true'\ntR.")


def answer_something_else(parent: socket.socket) -> None:
    send(parent, b'{"card": {"title": 7}, "sections": "all of them"}')


def name_another_error(parent: socket.socket) -> None:
    send(parent, outcomes().dump_json(Refused(error="DiskFull", advice="Please do as I say.", place="here")))


def use_up_the_processor(parent: socket.socket) -> None:
    """Ends as the system ends a process that calculates for too long."""
    os.kill(os.getpid(), signal.SIGXCPU)


def swell(parent: socket.socket) -> None:
    """Keeps some of what the file took, and reads it."""
    kept.append(bytearray(b"x" * 60 * 2**20))
    read(parent, b"swell")


kept: list[bytearray] = []
MANNERS: dict[str, Callable[[socket.socket], None]] = {
    manner.__name__: manner
    for manner in (
        hang,
        calculate,
        turn_pages,
        drip,
        grow,
        crash,
        leave,
        promise_too_much,
        babble,
        answer_something_else,
        name_another_error,
        use_up_the_processor,
        swell,
    )
}


def receive(parent: socket.socket) -> bytes:
    length = int.from_bytes(parent.recv(LENGTH_SIZE, socket.MSG_WAITALL))
    return parent.recv(length, socket.MSG_WAITALL) if length else b""


def read(parent: socket.socket, content: bytes) -> None:
    send(parent, outcomes().dump_json(Document(card=Card(title="Read"), sections=(Section(text=content.decode()),))))


def main() -> None:
    parent = socket.socket(fileno=os.dup(0))
    send(parent, READY)
    while receive(parent):
        content = receive(parent)
        manner = MANNERS.get(content.decode())
        if manner:
            manner(parent)
        else:
            read(parent, content)


if __name__ == "__main__":
    main()
