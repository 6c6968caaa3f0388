"""Reads files in a process of their own, so that a hostile one can waste no more than its own time and memory.

The process is watched, not trusted: what it answers is checked, and it is ended when it takes too long or too much.
It is no jail; a file that takes over a library's code has the rights of the user Attaché runs as.
"""

import logging
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

import knowledge
from knowledge.domain import Document, Upload
from knowledge.errors import (
    ReaderStopped,
    ReadingUnavailable,
    TooLarge,
    TooMuchMemory,
    TooSlow,
    UnreadableDocument,
)
from knowledge.reading import check_upload
from knowledge.reading.limits import Limits
from knowledge.reading.messages import LENGTH_SIZE, OnePage, Order, Outcome, Refused, orders, outcomes, send
from knowledge.reading.outline import OnPage

log = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", "-m", "knowledge.reading.child")
# All the process is told: where our code is, and how few threads and heaps the libraries may open.
ENVIRONMENT = {
    "PYTHONPATH": str(Path(*knowledge.__path__).parent),
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
# Python with its libraries starts in a second, on a machine under load in many.
START_SECONDS = 120.0
# Memory is looked at this often while an answer is awaited.
GLANCE_SECONDS = 0.25
# A process that has grown beyond this share of its memory is replaced after its file: what was taken once is seldom
# given back. Text recognition with its models stays below.
GROWN = 0.25


class IsolatedReader:
    """Reads one file at a time; its process starts with the first file, unless `start` was called before."""

    def __init__(self, limits: Limits, command: Sequence[str] = COMMAND) -> None:
        self._limits = limits
        self._command = command
        self._process: _Process | None = None
        self._turn = Lock()

    def start(self) -> None:
        """Start the process without waiting for it, so that it loads its libraries while others load theirs."""
        with self._turn:
            self._running()

    def read(self, upload: Upload, on_page: OnPage = lambda *_: None) -> Document:
        """Read a file into a document. Raises an UnreadableDocument whose advice says what to do about the file.

        A file that ends the process is not tried again. Raises ReadingUnavailable when no process can be started.
        """
        check_upload(upload, self._limits)
        with self._turn:
            process = self._running()
            try:
                answer = process.read(upload, self._limits, on_page)
            except BaseException:
                self._stop()
                raise
            outcome = _error(answer) if isinstance(answer, Refused) else answer
            grown = process.resident_bytes() > GROWN * self._limits.max_memory_bytes
            if grown or isinstance(outcome, TooMuchMemory):
                self._stop()
        if isinstance(outcome, UnreadableDocument):
            raise outcome
        return outcome

    def interrupt(self) -> None:
        """End the process while another thread waits for a file, which is then one that could not be read."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process; a file that comes after all starts another."""
        with self._turn:
            self._stop()

    def _running(self) -> "_Process":
        if self._process is not None and self._process.has_ended():
            self._stop()
        if self._process is None:
            self._process = _Process(self._command)
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None


class _Process:
    """One process and our end of the socket that is its standard input."""

    def __init__(self, command: Sequence[str]) -> None:
        self._ours, theirs = socket.socketpair()
        self._ready = False
        try:
            with theirs:
                self._popen = subprocess.Popen(  # noqa: S603  (our own command; no file's name or content is in it)
                    command,
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=ENVIRONMENT,
                    start_new_session=True,  # Ctrl-C is for the parent to handle
                )
        except OSError as err:
            self._ours.close()
            raise ReadingUnavailable from err

    def read(self, upload: Upload, limits: Limits, on_page: OnPage) -> Outcome:
        """Hand over a file and wait for what comes of it."""
        self._wait_until_ready(limits)
        order = Order(name=upload.name, details=upload.details, limits=limits)
        try:
            self._ours.settimeout(limits.max_quiet_seconds)
            send(self._ours, orders().dump_json(order))
            send(self._ours, upload.content)
            return self._answer(limits, on_page)
        except TimeoutError as err:
            raise TooSlow from err
        except ConnectionError as err:
            with suppress(subprocess.TimeoutExpired):
                self._popen.wait(GLANCE_SECONDS)  # so that the log says how it ended, not how we end it
            ended_by = self.end()
            log.warning("the reading process ended with %d", ended_by)
            raise (TooSlow if ended_by == -signal.SIGXCPU else ReaderStopped) from err

    def resident_bytes(self) -> int:
        """Return the memory the process holds; where there is no /proc (macOS), `ps` tells."""
        try:
            pages = Path(f"/proc/{self._popen.pid}/statm").read_text("ascii").split()[1]
            return int(pages) * resource.getpagesize()
        except OSError:
            command = ("/bin/ps", "-o", "rss=", "-p", str(self._popen.pid))
            told = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
            return int(told.stdout or 0) * 1024

    def has_ended(self) -> bool:
        """Whether the process is gone, as it is when somebody ended it between two files."""
        return self._popen.poll() is not None

    def kill(self) -> None:
        """Have the system end the process, whatever it is doing."""
        self._popen.kill()

    def end(self) -> int:
        """End the process and let go of it; returns its exit code."""
        self._ours.close()
        self.kill()
        return self._popen.wait()

    def _wait_until_ready(self, limits: Limits) -> None:
        if self._ready:
            return
        try:
            self._receive(LENGTH_SIZE, time.monotonic() + START_SECONDS, limits)
        except (OSError, UnreadableDocument) as err:
            raise ReadingUnavailable from err
        self._ready = True

    def _answer(self, limits: Limits, on_page: OnPage) -> Outcome:
        """Return what comes of the file; until then each frame tells of one page more."""
        end = time.monotonic() + limits.max_seconds
        while True:
            until = min(end, time.monotonic() + limits.max_quiet_seconds)
            length = int.from_bytes(self._receive(LENGTH_SIZE, until, limits))
            if length > limits.max_answer_bytes:
                raise TooLarge
            frame = self._receive(length, until, limits)
            try:
                said = outcomes().validate_json(frame)
            except ValueError as err:
                raise ReaderStopped from err
            if not isinstance(said, OnePage):
                return said
            on_page(said.recognised, said.to_recognise)

    def _receive(self, count: int, until: float, limits: Limits) -> bytes:
        received = bytearray()
        while len(received) < count:
            left = until - time.monotonic()
            if left <= 0:
                raise TooSlow
            self._ours.settimeout(min(left, GLANCE_SECONDS))
            try:
                piece = self._ours.recv(min(count - len(received), 2**20))
            except TimeoutError:
                if self.resident_bytes() > limits.max_memory_bytes:
                    raise TooMuchMemory from None
                continue
            if not piece:
                raise ConnectionResetError
            received += piece
        return bytes(received)


def _error(refused: Refused) -> UnreadableDocument:
    """Make the error of our tree that the process named; a name the tree does not have tells nothing."""
    log.info("refused with %r by %r", refused.error, refused.place)
    kinds: list[type[UnreadableDocument]] = UnreadableDocument.__subclasses__()
    kind = next((kind for kind in kinds if kind.__name__ == refused.error), UnreadableDocument)
    return kind(refused.advice)
