"""The process IsolatedReader starts: reads one file after the other, and gives back documents or why there is none.

It holds no secret and no open file of its parent's, writes no file, and ends when its parent does.
"""

import fcntl
import os
import resource
import socket
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from knowledge.domain import Upload
from knowledge.errors import DamagedDocument, TooLarge, TooMuchMemory, UnreadableDocument
from knowledge.reading import read_upload
from knowledge.reading.limits import Limits
from knowledge.reading.messages import LENGTH_SIZE, READY, OnePage, Order, Outcome, Refused, orders, outcomes, send
from knowledge.reading.outline import OnPage

# Enough for the libraries' own files while they are imported.
OPEN_FILES = 256
# Processor seconds allowed for each second of the clock: text recognition takes several threads.
CORES = 4


def main() -> None:
    """Read files until the parent closes its end or is gone."""
    with socket.socket(fileno=os.dup(0)) as parent, suppress(ConnectionError):
        _renounce()
        orders(), outcomes()  # made now, while the parent has other things to do
        send(parent, READY)
        while order := _receive(parent):
            content = _receive(parent)
            send(parent, _answer(orders().validate_json(order), content, parent))


def _renounce() -> None:
    """Give up what a reader never needs: standard input, files to write, core dumps, many open files."""
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    for limit, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(limit, (most, most))


def _answer(order: Order, content: bytes, parent: socket.socket) -> bytes:
    limits = order.limits
    _limit_memory(limits)
    _limit_processor(limits)

    def on_page(recognised: int, to_recognise: int) -> None:
        _limit_processor(limits)
        with _outliving(parent):
            send(parent, outcomes().dump_json(OnePage(recognised=recognised, to_recognise=to_recognise)))

    with _ending_with(parent):
        answer = outcomes().dump_json(_read(order, content, on_page))
        if len(answer) > limits.max_answer_bytes:
            answer = outcomes().dump_json(_refused(TooLarge()))
    return answer


def _read(order: Order, content: bytes, on_page: OnPage) -> Outcome:
    upload = Upload(name=order.name, content=content, place="", details=order.details)
    try:
        return read_upload(upload, order.limits, on_page)
    except MemoryError:
        return _refused(TooMuchMemory())
    except UnreadableDocument as err:
        ran_out = isinstance(err, DamagedDocument) and _came_near(order.limits.max_memory_bytes)
        return _refused(TooMuchMemory() if ran_out else err)


def _refused(err: UnreadableDocument) -> Refused:
    cause = err.__cause__ or err
    frames = traceback.extract_tb(cause.__traceback__)[-3:]
    places = " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return Refused(error=err.name, advice=err.advice, place=f"{type(cause).__name__} at {places}")


def _limit_memory(limits: Limits) -> None:
    """Let the system refuse more memory; where it does not (macOS), the parent watches and ends this process."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (limits.max_memory_bytes, resource.RLIM_INFINITY))


def _came_near(most_bytes: int) -> bool:
    """Whether memory ran out, which a library may call anything, a broken file too: one more step was too large."""
    with suppress(OSError):
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return any(int(line.split()[1]) * 1024 > most_bytes / 2 for line in lines if line.startswith("VmPeak:"))
    return False


def _limit_processor(limits: Limits) -> None:
    """Let the system end a calculation that nobody is left to end; while the parent lives, its clock is faster."""
    allowed = int(time.process_time() + CORES * limits.max_quiet_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


@contextmanager
def _ending_with(parent: socket.socket) -> Iterator[None]:
    """Have the system end this process (SIGIO) once the parent's end is closed, whatever library is at work."""
    fcntl.fcntl(parent, fcntl.F_SETOWN, os.getpid())
    _notify(parent, on=True)
    try:
        yield
    finally:
        _notify(parent, on=False)


@contextmanager
def _outliving(parent: socket.socket) -> Iterator[None]:
    """Take the signal off while something is sent, for room to send is signalled too."""
    _notify(parent, on=False)
    try:
        yield
    finally:
        _notify(parent, on=True)


def _notify(parent: socket.socket, *, on: bool) -> None:
    flags = fcntl.fcntl(parent, fcntl.F_GETFL)
    fcntl.fcntl(parent, fcntl.F_SETFL, flags | os.O_ASYNC if on else flags & ~os.O_ASYNC)


def _receive(parent: socket.socket) -> bytes:
    """Receive one frame; nothing once the parent has closed its end."""
    length = int.from_bytes(parent.recv(LENGTH_SIZE, socket.MSG_WAITALL))
    # One large piece rather than many: joining them would hold the file twice.
    pieces: list[bytes] = []
    while length and (piece := parent.recv(min(length, 2**30), socket.MSG_WAITALL)):
        pieces.append(piece)
        length -= len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


if __name__ == "__main__":
    main()
