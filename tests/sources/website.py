"""A web site on loopback under names of its own, and a fetcher that may go there and else only where all may."""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from typing import Any

from knowledge.sources.addresses import Address, is_public, look_up
from knowledge.sources.fetching import PORTS, Fetcher

HERE = "127.0.0.1"
HOST = "city.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the site answers at a path; with an `etag` it answers whoever has it already with 304."""

    body: bytes = b""
    status: int = 200
    type: str = "text/html"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    # Sends the body piece by piece and without a length, until nobody takes it any more.
    endless: bool = False


def html(text: str, **more: Any) -> Page:
    return Page(body=f"<html><head><title>{text[:20]}</title></head><body><p>{text}</p></body></html>".encode(), **more)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever hangs up in the middle meant to."""


class Website:
    """Its pages by path, "/a?b", and the requests it got as (host, path, headers)."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, Page | Callable[[], Page]] = {}
        self.asked: list[tuple[str, str, Mapping[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def log_message(self, *_: Any) -> None:
                """Tests print nothing."""

        self.server = _Server((HERE, 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if tls else "http"
        self.port: int = self.server.server_address[1]
        self._thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def url(self, path: str, host: str = HOST) -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The pages asked for since the last look, without robots.txt."""
        paths = [path for _, path, _ in self.asked if path != "/robots.txt"]
        self.asked.clear()
        return paths

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.headers["Host"].partition(":")[0], handler.path, dict(handler.headers)))
        page = self.pages.get(handler.path, Page(status=404))
        page = page if isinstance(page, Page) else page()
        unchanged = page.etag is not None and handler.headers["If-None-Match"] == page.etag
        handler.send_response(304 if unchanged else page.status)
        headers = {"Content-Type": page.type, **page.headers, **({"ETag": page.etag} if page.etag else {})}
        if not page.endless:
            headers["Content-Length"] = "0" if unchanged else str(len(page.body))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        try:
            while page.endless:
                handler.wfile.write(page.body)
            if not unchanged:
                handler.wfile.write(page.body)
        except OSError:
            handler.close_connection = True

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Clock:
    """Seconds that pass only while somebody waits, or `tick` by `tick` each time it is looked at."""

    def __init__(self, tick: float = 0.0) -> None:
        self.time = 1_000.0
        self.tick = tick
        self.waits: list[float] = []

    def __call__(self) -> float:
        self.time += self.tick
        return self.time

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds


def a_sitemap(site: Website, *paths: str, changed: str = "2026-11-01") -> Page:
    entries = "".join(f"<url><loc>{site.url(path)}</loc><lastmod>{changed}</lastmod></url>" for path in paths)
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    return Page(body=body.encode(), type="application/xml")


def a_fetcher(site: Website, clock: Clock | None = None, **options: Any) -> Fetcher:
    """A fetcher for which names that end in .example are the site, and its address a public one."""
    clock = clock or Clock()
    options = {"resolve": resolve, "allowed": allowed, "clock": clock, "wait": clock.wait, **options}
    return Fetcher(ports={*PORTS, site.port}, **options)


def resolve(host: str, port: int) -> tuple[str, ...]:
    return (HERE,) if host.endswith(".example") else look_up(host, port)


def allowed(address: Address) -> bool:
    return address == ip_address(HERE) or is_public(address)


@contextmanager
def a_listener(talk: Callable[[socket.socket], object]) -> Iterator[int]:
    """A port where one thread accepts connections and lets `talk` have each."""
    listener = socket.create_server((HERE, 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                talk(connection)

    thread = Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
