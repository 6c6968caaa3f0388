"""The line between a command and the Attaché that holds the data folder: JSON in frames, their length in front.

Never pickle: what comes over the line is data to be checked, and bounded. Both ends prove that they know the key before
anything else is said; the key itself never travels.
"""

import hmac
import json
import os
import secrets
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from pydantic import SecretStr, TypeAdapter

# In the data folder: the socket, and who may use it and how.
SOCKET = ".line.sock"
NOTICE = ".line.json"
HERE = "127.0.0.1"
LENGTH_SIZE = 8
# Bytes, at most: of what is said before the other end is known, of a call, and of what comes back.
GREETING = 1_000
REQUEST = 16_000_000
REPLY = 256_000_000
# Seconds: until a greeting is answered, and until a piece of PIECE bytes is taken.
GREETING_SECONDS = 10.0
SENDING_SECONDS = 30.0
PIECE = 2**20


class BrokenLine(ConnectionError):
    """The other end is gone, or says what nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the Attaché that holds the folder leaves there; without a `port` its Unix socket lies beside it."""

    key: SecretStr
    port: int | None
    release: str
    model: str | None


class Line:
    """One end of a connection. Several threads may send; one at a time receives."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(GREETING_SECONDS)
        if connection.family == socket.AF_INET:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection = connection
        self._sending = Lock()

    def say(self, message: Mapping[str, Any], content: bytes | None = None) -> None:
        """Send a message, and a file's bytes after it. Raises OSError."""
        with self._sending:
            for frame in (json.dumps(message).encode(), content):
                if frame is not None:
                    self._connection.sendall(len(frame).to_bytes(LENGTH_SIZE))
                    for start in range(0, len(frame), PIECE):
                        self._connection.sendall(memoryview(frame)[start : start + PIECE])

    def hear(self, *, most: int, seconds: float) -> dict[str, Any]:
        """Wait for a message of at most `most` bytes. Raises OSError, TimeoutError among them."""
        try:
            message = json.loads(self.hear_bytes(most=most, seconds=seconds))
        except (ValueError, RecursionError) as err:
            raise BrokenLine from err
        if not isinstance(message, dict):
            raise BrokenLine
        return message

    def hear_bytes(self, *, most: int, seconds: float) -> bytes:
        """Wait for a frame of at most `most` bytes. Raises OSError, TimeoutError among them."""
        until = time.monotonic() + seconds
        length = int.from_bytes(self._receive(LENGTH_SIZE, until))
        if length > most:
            raise BrokenLine
        return self._receive(length, until)

    def wait(self, seconds: float) -> bool:
        """Wait until there is something to hear, the end of the line included."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(TimeoutError):
                self._connection.recv(1, socket.MSG_PEEK)
                return True
        return False

    def admit(self, key: SecretStr) -> None:
        """Let in who knows the key, and show that we do. Raises OSError."""
        ours = secrets.token_hex(16)
        self.say({"nonce": ours})
        said = self.hear(most=GREETING, seconds=GREETING_SECONDS)
        theirs = str(said.get("nonce"))
        _check(said, key, "command", ours, theirs)
        self.say({"proof": _proof(key, "attache", ours, theirs)})
        self._connection.settimeout(SENDING_SECONDS)

    def introduce(self, key: SecretStr) -> None:
        """Show that we know the key, and that the other end does. Raises OSError."""
        theirs = str(self.hear(most=GREETING, seconds=GREETING_SECONDS).get("nonce"))
        ours = secrets.token_hex(16)
        self.say({"nonce": ours, "proof": _proof(key, "command", theirs, ours)})
        _check(self.hear(most=GREETING, seconds=GREETING_SECONDS), key, "attache", theirs, ours)
        self._connection.settimeout(SENDING_SECONDS)

    def deafen(self) -> None:
        """Hear nothing more; who waits to hear something learns it at once."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RD)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _receive(self, count: int, until: float) -> bytes:
        received = bytearray()
        while len(received) < count:
            if time.monotonic() > until:
                raise TimeoutError
            with suppress(TimeoutError):
                piece = self._connection.recv(min(count - len(received), PIECE))
                if not piece:
                    raise BrokenLine
                received += piece
        return bytes(received)


def listen(home: Path) -> socket.socket:
    """Listen on a Unix socket in the data folder, or on a free port of this machine where that cannot be.

    The path of a Unix socket may have 103 bytes, and some shared drives hold none.
    """
    if hasattr(socket, "AF_UNIX"):
        path = home / SOCKET
        listener = socket.socket(socket.AF_UNIX)
        try:
            path.unlink(missing_ok=True)  # left by one that was killed: whoever listens here holds the folder
            listener.bind(str(path))
            path.chmod(0o600)  # nobody gets in before `listen`
            listener.listen()
        except OSError:
            listener.close()
        else:
            return listener
    return socket.create_server((HERE, 0))


def post_notice(home: Path, notice: Notice) -> None:
    """Write down for the owner of the data folder how to call us."""
    fresh = home / f"{NOTICE}.new"
    fresh.unlink(missing_ok=True)
    shape = {
        "key": notice.key.get_secret_value(),
        "port": notice.port,
        "release": notice.release,
        "model": notice.model,
    }
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(shape, file)
    fresh.replace(home / NOTICE)


def take_down(home: Path) -> None:
    """Take away what would lead to us."""
    for name in (NOTICE, SOCKET):
        (home / name).unlink(missing_ok=True)


def read_notice(home: Path) -> Notice:
    """Read how to call the Attaché that holds the folder. Raises OSError, also for a notice that says nothing."""
    try:
        return TypeAdapter(Notice).validate_json((home / NOTICE).read_bytes())
    except ValueError:
        raise BrokenLine from None  # pydantic's text would quote the key


def connect(home: Path, notice: Notice) -> Line:
    """Reach the other end; nothing is said yet. Raises OSError."""
    if notice.port is not None:
        return Line(socket.create_connection((HERE, notice.port), GREETING_SECONDS))
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(GREETING_SECONDS)
        connection.connect(str(home / SOCKET))
    except OSError:
        connection.close()
        raise
    return Line(connection)


def _proof(key: SecretStr, side: str, *nonces: str) -> str:
    """HMAC-SHA256 over who speaks and both nonces, as hex."""
    return hmac.new(key.get_secret_value().encode(), "|".join((side, *nonces)).encode(), "sha256").hexdigest()


def _check(said: Mapping[str, Any], key: SecretStr, side: str, *nonces: str) -> None:
    if not hmac.compare_digest(str(said.get("proof")).encode(), _proof(key, side, *nonces).encode()):
        raise BrokenLine
