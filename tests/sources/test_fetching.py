"""Links: what is fetched of the public web, how politely, and that nothing leads anywhere else."""

import gzip
import socket
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

from knowledge.sources.addresses import is_public
from knowledge.sources.errors import (
    AskedToWait,
    BadLink,
    ClosedLink,
    FetchingStopped,
    GoneLink,
    LinkTooLarge,
    LinkTooSlow,
    NotFetched,
    RefusedLink,
    RobotsRefuse,
    WrongType,
)
from knowledge.sources.fetching import Fetched, Fetcher, NotModified
from tests.sources.website import HERE, HOST, Clock, Page, Website, a_fetcher, a_listener, html, resolve

INSIDE = [
    "127.0.0.2",
    "2130706434",
    "0x7f.2",
    "0177.2",
    "[::1]",
    "[::ffff:127.0.0.2]",
    "[::ffff:8.8.8.8]",
    "169.254.169.254",
    "[fe80::1]",
    "10.0.0.8",
    "100.64.0.1",
    "[fd00:ec2::254]",
    "0.0.0.0",  # noqa: S104
    "[::]",
]


def fetched(answer: Fetched | NotModified) -> Fetched:
    assert isinstance(answer, Fetched)
    return answer


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("9.9.9.9", True),
        ("2620:fe::fe", True),
        ("64:ff9b::9.9.9.9", True),
        ("127.0.0.1", False),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("100.100.100.200", False),
        ("168.63.129.16", False),
        ("192.0.0.192", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("64:ff9b::127.0.0.1", False),
        ("64:ff9b::169.254.169.254", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("::ffff:9.9.9.9", False),
        ("::7f00:1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize("host", [*INSIDE, HERE, "localhost"])
def test_a_link_to_the_inside_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(RefusedLink):
        Fetcher(wait=lambda _: None).fetch(f"http://{host}/")


@pytest.mark.parametrize("host", INSIDE)
def test_a_redirect_to_the_inside_is_refused(site: Website, host: str) -> None:
    site.pages["/page"] = Page(status=302, headers={"Location": f"http://{host}/latest/meta-data/"})
    with pytest.raises(RefusedLink):
        a_fetcher(site).fetch(site.url("/page"))


def test_a_robots_txt_cannot_send_us_to_the_inside_either(site: Website) -> None:
    site.pages["/robots.txt"] = Page(status=301, headers={"Location": "http://169.254.169.254/"})
    site.pages["/page"] = html("Never asked for.")
    with pytest.raises(RefusedLink):
        a_fetcher(site).fetch(site.url("/page"))
    assert site.paths() == []


def test_a_name_is_looked_up_once_a_connection_and_what_was_checked_is_connected_to(site: Website) -> None:
    site.pages["/page"] = html("Visits begin at the town hall.")
    looked_up: list[str] = []

    def rebinding(host: str, port: int) -> tuple[str, ...]:
        """Public at first, then an address of the inside: what a hostile name server answers."""
        looked_up.append(host)
        return (HERE,) if len(looked_up) <= 2 else ("127.0.0.2",)

    fetcher = a_fetcher(site, resolve=rebinding)
    assert b"town hall" in fetched(fetcher.fetch(site.url("/page"))).content
    assert looked_up == [HOST, HOST]
    assert len(site.asked) == 2
    with pytest.raises(RefusedLink):
        fetcher.fetch(site.url("/page"))
    assert len(site.asked) == 2


def test_one_address_of_the_inside_among_public_ones_is_one_too_many(site: Website) -> None:
    with pytest.raises(RefusedLink):
        a_fetcher(site, resolve=lambda *_: (HERE, "10.0.0.8")).fetch(site.url("/"))
    assert site.asked == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for the site's name alone, with its key, signed by nobody else."""
    file = tmp_path / "certificate.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} "
        f"-addext subjectAltName=DNS:{HOST} -keyout {file} -out {tmp_path / 'public.pem'}".split(),
        check=True,
        capture_output=True,
    )
    file.write_text(file.read_text() + (tmp_path / "public.pem").read_text())
    return file


def test_tls_is_verified_for_the_name_in_the_link(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    site = Website(tls)
    site.pages["/page"] = html("Visits begin at the town hall.")
    try:
        with pytest.raises(NotFetched):
            a_fetcher(site).fetch(site.url("/page"))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert b"town hall" in fetched(a_fetcher(site).fetch(site.url("/page"))).content
        site.asked.clear()
        with pytest.raises(NotFetched):
            a_fetcher(site).fetch(site.url("/page", host="other.example"))
        assert site.asked == []
    finally:
        site.close()


@pytest.mark.parametrize(
    "link",
    [
        "ftp://city.example/a.pdf",
        "file:///etc/passwd",
        "gopher://city.example/",
        "http://user:secret@city.example/",
        "http://token@city.example/",
        "http:///page",
        "city.example/page",
        "https://",
        "http://a\x00b/",
        "http://" + "a" * 80 + ".example/",
        "https://city.example/" + "a" * 3_000,
        "",
    ],
)
def test_what_is_no_link_to_a_web_page_is_named_as_that(link: str) -> None:
    with pytest.raises(BadLink) as caught:
        Fetcher(wait=lambda _: None).fetch(link)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("port", [22, 25, 6379, 8080])
def test_ports_where_no_public_web_server_is_are_refused(port: int) -> None:
    with pytest.raises(RefusedLink):
        Fetcher().fetch(f"http://{HOST}:{port}/")


def test_redirects_are_followed_and_a_circle_of_them_ends(site: Website) -> None:
    site.pages["/old"] = Page(status=301, headers={"Location": "/new#part"})
    site.pages["/new"] = html("Moved here.")
    site.pages["/circle"] = Page(status=302, headers={"Location": "/circle"})
    fetcher = a_fetcher(site)
    assert fetched(fetcher.fetch(site.url("/old"))).url == site.url("/new")
    site.paths()
    with pytest.raises(NotFetched, match="without an end"):
        fetcher.fetch(site.url("/circle"))
    assert site.paths() == ["/circle"] * 6


@pytest.mark.parametrize(
    "page",
    [
        Page(body=b"a" * 10_001),
        Page(body=b"a" * 4_096, endless=True),
        Page(body=gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["too long", "endless", "a gzip bomb"],
)
def test_a_body_beyond_the_limit_is_refused(site: Website, page: Page) -> None:
    site.pages["/page"] = page
    limit = 10_000 if not page.headers else 1_000_000
    with pytest.raises(LinkTooLarge):
        a_fetcher(site, max_bytes=limit).fetch(site.url("/page"))


def test_a_body_that_drips_ends_when_the_time_for_it_is_over(site: Website) -> None:
    site.pages["/page"] = Page(body=b"a", endless=True)
    with pytest.raises(LinkTooSlow):
        a_fetcher(site, Clock(tick=1)).fetch(site.url("/page"))


def test_headers_that_never_end_are_waited_for_no_longer_than_the_limit(site: Website) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nServer: slo")
        while connection.recv(4096):
            pass

    with a_listener(talk) as port, pytest.raises(LinkTooSlow):
        Fetcher(resolve=resolve, allowed=lambda _: True, ports={port}, seconds=0.2).fetch(f"http://{HOST}:{port}/")


@pytest.mark.parametrize(
    "page",
    [
        Page(body=gzip.compress(b"Only half of a page comes." * 50)[:-20], headers={"Content-Encoding": "gzip"}),
        Page(body=b"Who asked for that?", headers={"Content-Encoding": "br"}),
        Page(body=b"not gzip at all", headers={"Content-Encoding": "gzip"}),
        Page(status=500),
        Page(status=304),
        Page(status=204),
    ],
    ids=["broken off", "unasked packing", "wrong packing", "error", "304 unasked", "no content"],
)
def test_what_is_no_whole_page_is_not_taken_for_one(site: Website, page: Page) -> None:
    site.pages["/page"] = page
    with pytest.raises(NotFetched):
        a_fetcher(site).fetch(site.url("/page"))


@pytest.mark.parametrize(
    ("status", "error"), [(404, GoneLink), (410, GoneLink), (401, ClosedLink), (403, ClosedLink), (429, AskedToWait)]
)
def test_each_answer_of_a_site_has_its_sentence(site: Website, status: int, error: type[NotFetched]) -> None:
    site.pages["/page"] = Page(status=status)
    with pytest.raises(error):
        a_fetcher(site).fetch(site.url("/page"))


@pytest.mark.parametrize(
    ("path", "type_", "name"),
    [
        ("/", "text/html; charset=utf-8", f"{HOST}.html"),
        ("/about/", "application/xhtml+xml", "about.html"),
        ("/a.php", "text/html", "a.php.html"),
        ("/Plan%202026.pdf", "application/pdf", "Plan 2026.pdf"),
        ("/download?id=7", "application/pdf", "download.pdf"),
        ("/sheet.docx", "application/octet-stream", "sheet.docx"),
        ("/notes.md", "text/plain", "notes.md"),
        ("/notes", "text/plain", "notes.txt"),
        ("/film.mp4", "video/mp4", None),
        ("/program", "application/octet-stream", None),
    ],
)
def test_the_name_of_a_file_says_its_format(site: Website, path: str, type_: str, name: str | None) -> None:
    site.pages[path] = Page(body=b"something", type=type_)
    if name is None:
        with pytest.raises(WrongType):
            a_fetcher(site).fetch(site.url(path))
    else:
        assert fetched(a_fetcher(site).fetch(site.url(path))).name == name


def test_a_page_that_did_not_change_is_not_sent_again(site: Website) -> None:
    changed = "Mon, 02 Nov 2026 08:00:00 GMT"
    site.pages["/page"] = html("The same as ever.", etag='"v1"', headers={"Last-Modified": changed})
    fetcher = a_fetcher(site)
    first = fetched(fetcher.fetch(site.url("/page")))
    assert (first.etag, first.last_modified) == ('"v1"', changed)
    again = fetcher.fetch(site.url("/page"), etag=first.etag, last_modified=first.last_modified)
    assert again == NotModified()
    assert site.asked[-1][2]["If-Modified-Since"] == changed


def test_we_say_who_we_are_and_keep_no_cookie(site: Website) -> None:
    site.pages["/page"] = html("Hello.", headers={"Set-Cookie": "id=1"})
    fetcher = a_fetcher(site)
    fetcher.fetch(site.url("/page"))
    fetcher.fetch(site.url("/page"))
    assert all(headers["User-Agent"].startswith("Attache ") for _, _, headers in site.asked)
    assert not any("Cookie" in headers for _, _, headers in site.asked)


def test_robots_txt_is_asked_once_and_obeyed(site: Website) -> None:
    site.pages["/robots.txt"] = Page(
        body=b"User-agent: *\nDisallow: /\n\nUser-agent: attache\nDisallow: /private/*.html\nCrawl-delay: 7\n",
        type="text/plain",
    )
    site.pages["/a"] = html("For everybody.")
    clock = Clock()
    fetcher = a_fetcher(site, clock)
    fetcher.fetch(site.url("/a"))
    fetcher.fetch(site.url("/a"))
    with pytest.raises(RobotsRefuse):
        fetcher.fetch(site.url("/private/b.html"))
    assert [path for _, path, _ in site.asked] == ["/robots.txt", "/a", "/a"]
    assert clock.waits == [2.0, 7.0]
    clock.time += 90_000
    fetcher.fetch(site.url("/a"))
    assert [path for _, path, _ in site.asked][3:] == ["/robots.txt", "/a"]


def test_a_redirect_into_what_robots_txt_forbids_is_not_followed(site: Website) -> None:
    site.pages["/robots.txt"] = Page(body=b"User-agent: *\nDisallow: /private", type="text/plain")
    site.pages["/a"] = Page(status=302, headers={"Location": "/private"})
    with pytest.raises(RobotsRefuse):
        a_fetcher(site).fetch(site.url("/a"))
    assert site.paths() == ["/a"]


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_site_whose_robots_txt_cannot_be_had_is_left_alone(site: Website, status: int) -> None:
    site.pages["/robots.txt"] = Page(status=status)
    site.pages["/a"] = html("For everybody.")
    with pytest.raises(NotFetched):
        a_fetcher(site).fetch(site.url("/a"))
    assert site.paths() == []


@pytest.mark.parametrize("as_date", [False, True])
def test_a_site_that_asks_for_a_pause_gets_it_and_others_are_not_held_up(site: Website, as_date: bool) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    site.pages["/busy"] = Page(status=503, headers={"Retry-After": later if as_date else "3600"})
    site.pages["/a"] = html("For everybody.")
    clock = Clock()
    fetcher = a_fetcher(site, clock)
    for path in ("/busy", "/a"):
        with pytest.raises(AskedToWait):
            fetcher.fetch(site.url(path))
    assert site.paths() == ["/busy"]
    fetcher.fetch(site.url("/a", host="other.example"))
    clock.time += 3_601
    fetcher.fetch(site.url("/a"))


def test_who_stops_does_not_wait_for_a_polite_pause(site: Website) -> None:
    site.pages["/a"] = html("For everybody.")
    fetcher = a_fetcher(site, wait=lambda _: fetcher.stop())
    with pytest.raises(FetchingStopped):
        fetcher.fetch(site.url("/a"))
    assert site.paths() == []
