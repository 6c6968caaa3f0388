"""Links to files: over http and https from the public internet only, politely, within limits of size and time.

Whoever asks names the link; what comes is bytes and headers. Nothing is read or stored here, no cookie is kept, no
proxy of the environment is used and no password is ever sent.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

from knowledge.sources.addresses import Address, Resolve, is_public, look_up
from knowledge.sources.answers import Answer
from knowledge.sources.errors import (
    AskedToWait,
    BadLink,
    ClosedLink,
    FetchingStopped,
    GoneLink,
    LinkTooSlow,
    NotFetched,
    RefusedLink,
)
from knowledge.sources.manners import AGENT, Manners
from knowledge.sources.media import DOCUMENTS, file_name

if TYPE_CHECKING:
    import ssl

    from httpx import URL

    from knowledge.sources.connecting import Deadline

PORTS = frozenset({80, 443})
MOST_REDIRECTS = 5
# Seconds for one page with its redirects; what a site asks us to wait comes on top.
SECONDS = 60.0
# RFC 9309, 2.5: at least 500 kibibytes of a robots.txt have to be read.
MOST_ROBOTS = 512_000
# Browsers take longer ones; no page of an office needs to.
LONGEST_LINK = 2_000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a link led to: `url` after redirects, and a file `name` whose ending says the format.

    `etag` and `last_modified` are the site's own words, to be given back with the next fetch.
    """

    url: str
    name: str
    content: bytes = field(repr=False)
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The page is as it was when its `etag` or `last_modified` came."""


class Fetcher:
    """Fetches links, any number of threads at once; one for a process, for it remembers whom it asked when."""

    def __init__(
        self,
        *,
        max_bytes: int = 100_000_000,
        seconds: float = SECONDS,
        resolve: Resolve = look_up,
        allowed: Callable[[Address], bool] = is_public,
        ports: Collection[int] = PORTS,
        wait: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Limits: bytes of one file also once unpacked, seconds of one page. The rest is how tests stay at home."""
        self.max_bytes = max_bytes
        self._seconds = seconds
        self._resolve = resolve
        self._allowed = allowed
        self._ports = frozenset(ports)
        self._clock = clock
        self._stopping = Event()
        self._pause = wait or self._stopping.wait
        self._manners = Manners(ask=self._robots_text, wait=self._wait, clock=clock)

    def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        types: Mapping[str, str] = DOCUMENTS,
    ) -> Fetched | NotModified:
        """Fetch a page or file, of one of the media `types`, if it is not what it was at the last time.

        Raises a NotFetched, each with advice: BadLink, RefusedLink, GoneLink, ClosedLink, RobotsRefuse, WrongType,
        LinkTooLarge, LinkTooSlow, AskedToWait, FetchingStopped, or NotFetched itself for what may pass.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in conditions.items() if value}
        deadline = self._deadline()
        address = self._parse(url)
        for _ in range(MOST_REDIRECTS + 1):
            before = self._clock()
            self._manners.await_turn(address)
            deadline.extend(self._clock() - before)
            with self._answer(address, headers, deadline) as answer:
                onward = self._onward(address, answer)
                if onward is None:
                    return self._file(address, answer, types, conditional=bool(headers))
            address = onward
        raise NotFetched("This link leads from one address to the next without an end; please check it.")

    def check(self, url: str) -> str:
        """Return a link as it is kept, without its fragment. Raises BadLink, RefusedLink, or NotFetched offline."""
        from knowledge.sources.connecting import check_host

        address = self._parse(url)
        check_host(address.host, _port(address), resolve=self._resolve, allowed=self._allowed)
        return str(address)

    def stop(self) -> None:
        """Let no fetch begin or wait any more."""
        self._stopping.set()

    def _parse(self, url: str) -> "URL":
        """Take a link apart, once for the check and the connection. Raises BadLink, RefusedLink for its port."""
        from httpx import URL, InvalidURL

        try:
            address = URL(url.strip()).copy_with(fragment=None)
        except (InvalidURL, ValueError) as err:
            raise BadLink from err
        if address.scheme not in ("http", "https") or not address.host or address.userinfo or len(url) > LONGEST_LINK:
            raise BadLink
        if _port(address) not in self._ports:
            raise RefusedLink
        return address

    @contextmanager
    def _answer(self, address: "URL", headers: Mapping[str, str], deadline: "Deadline") -> Iterator["Answer"]:
        """Ask once, on a connection of its own."""
        import httpcore
        import httpx

        from knowledge.sources.connecting import CheckedBackend

        if self._stopping.is_set():
            raise FetchingStopped
        backend = CheckedBackend(resolve=self._resolve, allowed=self._allowed, deadline=deadline)
        target = httpcore.URL(
            scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path
        )
        said = {
            "Host": address.netloc.decode("ascii"),
            "User-Agent": f"{AGENT} (an office's document assistant)",
            "Accept-Encoding": "gzip",
            **headers,
        }
        asked = [(name.encode("ascii"), value.encode("latin-1", "ignore")) for name, value in said.items()]
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
                pool.stream("GET", target, headers=asked) as response,
            ):
                yield Answer(response, httpx.Headers(response.headers), deadline)
        except httpcore.TimeoutException as err:
            raise LinkTooSlow from err
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as err:
            raise NotFetched from err

    def _onward(self, address: "URL", answer: "Answer") -> "URL | None":
        """Where a redirect leads, checked like any link."""
        if answer.status not in _REDIRECTS or not answer.headers.get("location"):
            return None
        from httpx import InvalidURL

        try:
            return self._parse(str(address.join(answer.headers["location"])))
        except (InvalidURL, ValueError) as err:
            raise BadLink from err

    def _file(
        self, address: "URL", answer: "Answer", types: Mapping[str, str], *, conditional: bool
    ) -> Fetched | NotModified:
        if answer.status == 304 and conditional:
            return NotModified()
        self._expect_success(address, answer)
        name = file_name(address, answer.media_type, types)
        return Fetched(
            url=str(address),
            name=name,
            content=answer.content(self.max_bytes),
            etag=answer.headers.get("etag"),
            last_modified=answer.headers.get("last-modified"),
        )

    def _expect_success(self, address: "URL", answer: "Answer") -> None:
        match answer.status:
            case 200:
                return
            case 404 | 410:
                raise GoneLink
            case 401 | 403:
                raise ClosedLink
            case 429 | 503:
                self._manners.come_back_later(address.host, answer.seconds_to_wait)
                raise AskedToWait
            case status:
                raise NotFetched(f"The site answers with an error (status {status}); please try again later.")

    def _robots_text(self, url: "URL") -> str:
        """Fetch a robots.txt. None counts as one that allows all; one that cannot be had as a site that is not there.

        RFC 9309, 2.3.1.
        """
        deadline = self._deadline()
        address = url
        for _ in range(MOST_REDIRECTS + 1):
            with self._answer(address, {}, deadline) as answer:
                onward = self._onward(address, answer)
                if onward is None:
                    if 400 <= answer.status < 500 and answer.status != 429:
                        return ""
                    self._expect_success(address, answer)
                    return answer.content(MOST_ROBOTS).decode("utf-8", "replace")
            address = onward
        return ""

    def _wait(self, seconds: float) -> None:
        self._pause(seconds)
        if self._stopping.is_set():
            raise FetchingStopped

    def _deadline(self) -> "Deadline":
        from knowledge.sources.connecting import Deadline

        return Deadline(self._clock, self._seconds)

    @cached_property
    def _tls(self) -> "ssl.SSLContext":
        import httpcore

        return httpcore.default_ssl_context()


def _port(address: "URL") -> int:
    return address.port or {"http": 80, "https": 443}[address.scheme]
