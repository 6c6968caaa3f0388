"""Takes calls from commands while this process holds the data folder.

Never opens a file that a command names; only a folder that is made a source is read by this process from then on.
"""

import logging
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from importlib.metadata import version
from operator import attrgetter
from threading import BoundedSemaphore, Event, Lock, Thread, current_thread
from typing import Any

from pydantic import SecretStr, ValidationError

from bot.acting.calls import call_named, failures, progresses, unknown_call, uploads
from bot.acting.line import REQUEST, BrokenLine, Line, Notice, listen, post_notice, take_down
from bot.faults import explain
from bot.settings import Settings
from bot.shapes import error_shape
from knowledge.domain import Failure, Progress, Upload
from knowledge.errors import AttacheStopped
from knowledge.knowledge_base import KnowledgeBase

log = logging.getLogger(__name__)

# Commands at once; the next ones are told to come again.
MOST = 8
# Seconds that a command has for its call and for each file.
FILE_SECONDS = 300.0
# Seconds that stopping waits for calls under way: a group of passages that is being embedded takes most of them.
GRACE = 60.0
GLANCE_SECONDS = 0.25


@contextmanager
def taking_calls(settings: Settings, library: KnowledgeBase) -> Iterator[None]:
    """Act for commands while the block runs; in the end those under way are told that we stopped."""
    home = settings.attache_home
    listener = listen(home)
    key = SecretStr(secrets.token_hex(32))
    port = listener.getsockname()[1] if listener.family == socket.AF_INET else None
    exchange = _Exchange(listener, key, library, settings.max_bytes)
    try:
        exchange.start()
        post_notice(home, Notice(key=key, port=port, release=version("attache"), model=settings.embedding_model))
        yield
    finally:
        take_down(home)
        exchange.stop()


class CallerLeft(Exception):
    """The command that asked is gone or says nothing sensible; what it asked for ends where it is."""


class _Exchange:
    """Takes calls; each is a thread for as long as its command works."""

    def __init__(self, listener: socket.socket, key: SecretStr, library: KnowledgeBase, max_bytes: int) -> None:
        listener.settimeout(GLANCE_SECONDS)
        self._listener = listener
        self._key = key
        self._library = library
        self._max_bytes = max_bytes
        self._free = BoundedSemaphore(MOST)
        self._stopping = Event()
        self._changing = Lock()
        self._calls: dict[Thread, Line] = {}
        self._door = Thread(target=self._accept, name="taking-calls", daemon=True)

    def start(self) -> None:
        """Begin to take calls."""
        self._door.start()

    def stop(self) -> None:
        """Take no more calls, let questions be answered, end what goes on file by file."""
        self._stopping.set()
        self._door.join()
        self._listener.close()
        with self._changing:
            calls = dict(self._calls)
        for line in calls.values():
            line.deafen()
        if calls:
            self._library.break_off()
        deadline = time.monotonic() + GRACE
        for thread in calls:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError as err:  # too many open files, for example
                log.warning("could not take a call: %s", type(err).__name__)
                self._stopping.wait(GLANCE_SECONDS)
                continue
            if not self._free.acquire(blocking=False):
                log.warning("%d commands at once, one was sent away", MOST)
                connection.close()
                continue
            line = Line(connection)
            thread = Thread(target=self._attend, args=(line,), name="acting", daemon=True)
            with self._changing:
                self._calls[thread] = line
            thread.start()

    def _attend(self, line: Line) -> None:
        """Take one call from its greeting to its end; one that only looks whether we answer hangs up after that."""
        try:
            with closing(line):
                line.admit(self._key)
                message = line.hear(most=REQUEST, seconds=FILE_SECONDS)
                _Visit(line, self._library, self._max_bytes, self._stopping).act(message)
        except OSError as err:
            log.debug("a call ended early: %s", type(err).__name__)
        finally:
            with self._changing:
                del self._calls[current_thread()]
            self._free.release()


class _Visit:
    """One call: fetches the files it is about one at a time, tells how far things are, and what came of it."""

    def __init__(self, line: Line, library: KnowledgeBase, max_bytes: int, stopping: Event) -> None:
        self._line = line
        self._library = library
        self._max_bytes = max_bytes
        self._stopping = stopping
        self._listened_to = True

    def act(self, message: Mapping[str, Any]) -> None:
        """Do what the message asks for and say what came of it."""
        try:
            reply = self._outcome(message)
        except CallerLeft:
            log.info("a command left before it was done")
            return
        except Exception as err:
            reply = error_shape(explain(err))
        self._tell(reply)

    def _outcome(self, message: Mapping[str, Any]) -> dict[str, Any]:
        match message:
            case {"call": str(name), "given": dict(given)}:
                call = call_named(name)
            case _:
                raise unknown_call()
        log.info("acting for a command: %s", name)
        arguments = call.unpack(given, self._files(), self._tell_progress)
        self._check_time()
        outcome = attrgetter(name)(self._library)(**arguments)
        return {"outcome": call.outcome.dump_python(outcome, mode="json")}

    def _files(self) -> Iterator[Upload | Failure]:
        """Ask for one file after the other. Only the word that there are no more ends them in order.

        Else a command that was killed would look like one whose folder has become empty.
        """
        while True:
            self._check_time()
            try:
                self._line.say({"next": self._max_bytes})
                match self._line.hear(most=REQUEST, seconds=FILE_SECONDS):
                    case {"upload": shape}:
                        content = self._line.hear_bytes(most=self._max_bytes, seconds=FILE_SECONDS)
                        file: Upload | Failure = replace(uploads.validate_python(shape), content=content)
                    case {"failure": shape}:
                        file = failures.validate_python(shape)
                    case {"end": True}:
                        return
                    case _:
                        raise BrokenLine
            except (OSError, ValidationError):
                self._check_time()
                raise CallerLeft from None
            yield file

    def _tell_progress(self, progress: Progress) -> None:
        self._check_time()
        self._tell({"progress": progresses.dump_python(progress, mode="json")})

    def _tell(self, message: Mapping[str, Any]) -> None:
        """Say something that changes nothing here, whether or not anybody listens any more."""
        if self._listened_to:
            try:
                self._line.say(message)
            except OSError:
                self._listened_to = False

    def _check_time(self) -> None:
        if self._stopping.is_set():
            raise AttacheStopped
