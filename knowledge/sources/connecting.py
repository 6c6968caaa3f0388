"""Connections of links: to the very address that was checked, and never beyond their deadline.

A name is looked up once, so that nobody can answer the check with one address and the connection with another (DNS
rebinding). TLS is verified for the name.
"""

import ssl
from collections.abc import Callable, Iterable

import httpcore

from knowledge.sources.addresses import Address, Resolve, parse_address
from knowledge.sources.errors import BadLink, LinkTooSlow, NotFetched, RefusedLink


class Deadline:
    """When a fetch has to be over; `seconds` from now, in which waiting that was asked of us does not count."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock = clock
        self._end = clock() + seconds

    def extend(self, seconds: float) -> None:
        """Put it off."""
        self._end += seconds

    def left(self) -> float:
        """Return the seconds left. Raises LinkTooSlow when there are none."""
        left = self._end - self._clock()
        if left <= 0:
            raise LinkTooSlow
        return left


def check_host(host: str, port: int, *, resolve: Resolve, allowed: Callable[[Address], bool]) -> list[Address]:
    """Return the addresses of a name. Raises RefusedLink if one of them is not allowed, NotFetched if it has none."""
    try:
        addresses = [parse_address(text) for text in resolve(host, port)]
    except UnicodeError as err:  # a label no name can have
        raise BadLink from err
    except (OSError, ValueError) as err:
        raise NotFetched("The name of this site is not known; please check the link.") from err
    if not all(map(allowed, addresses)):
        raise RefusedLink
    return addresses


class CheckedBackend(httpcore.NetworkBackend):
    """Connects for httpcore, to allowed addresses only. Its time-outs are those of the deadline."""

    def __init__(self, *, resolve: Resolve, allowed: Callable[[Address], bool], deadline: Deadline) -> None:
        self._resolve = resolve
        self._allowed = allowed
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a name that answers. Raises RefusedLink if one of them is not allowed."""
        failed: Exception | None = None
        for address in check_host(host, port, resolve=self._resolve, allowed=self._allowed):
            try:
                stream = self._backend.connect_tcp(
                    str(address), port, self._deadline.left(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as err:
                failed = err
            else:
                return _Stream(stream, self._deadline)
        raise NotFetched from failed


class _Stream(httpcore.NetworkStream):
    """A connection of which every single wait ends at the deadline, so that no site can drip-feed us."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left()), self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)
