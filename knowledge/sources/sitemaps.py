"""Sitemaps (sitemaps.org): the pages a site lists of itself, and when it says that each changed.

Only pages of the sitemap's own site count, as the protocol has it: a sitemap never sends us elsewhere.
"""

import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from urllib.parse import urlsplit

from knowledge.sources.errors import BadSitemap, NotFetched, WrongType
from knowledge.sources.fetching import Fetched, Fetcher

TYPES: Mapping[str, str] = {
    "application/xml": ".xml",
    "text/xml": ".xml",
    "text/plain": ".txt",
    "application/gzip": ".gz",
    "application/x-gzip": ".gz",
    "application/octet-stream": ".gz",
}
# Sitemaps read of one index, and pages taken in all: at a page every two seconds that is more than an hour.
MOST_SITEMAPS = 50
MOST_PAGES = 2_000
# sitemaps.org: a sitemap is at most 50 MB once unpacked.
MOST_BYTES = 52_428_800


def list_pages(fetcher: Fetcher, url: str) -> dict[str, str | None]:
    """Return the pages of a sitemap, or of the sitemaps its index names, with what they state as last modified.

    Raises BadSitemap for one without a page; what `Fetcher.fetch` raises.
    """
    pages: dict[str, str | None] = {}
    waiting, read = [url], 0
    while waiting and read < MOST_SITEMAPS and len(pages) < MOST_PAGES:
        sitemap = _fetch(fetcher, waiting.pop(0))
        read += 1
        hosts = {urlsplit(address).hostname for address in (url, sitemap.url)}
        for is_sitemap, link, changed in _entries(sitemap.content):
            if _host(link) not in hosts:
                continue
            if is_sitemap and read == 1:
                waiting.append(link)
            elif not is_sitemap and len(pages) < MOST_PAGES:
                pages[link] = changed
    if not pages:
        raise BadSitemap
    return pages


def _fetch(fetcher: Fetcher, url: str) -> Fetched:
    try:
        answer = fetcher.fetch(url, types=TYPES)
    except WrongType as err:
        raise BadSitemap from err
    if not isinstance(answer, Fetched):  # only who states what he has is told that it did not change
        raise NotFetched
    return answer


def _entries(content: bytes) -> Iterator[tuple[bool, str, str | None]]:
    """Yield whether it is a sitemap, its link, and its last change, of each entry; of a text each line is a page."""
    content = _unpacked(content)
    if content.lstrip()[:1] != b"<":
        for line in content.decode("utf-8-sig", "replace").splitlines():
            yield False, line.strip(), None
        return
    from lxml import etree

    # Entities are left alone and nothing is loaded: whoever wrote this is a stranger.
    entries = etree.iterparse(
        BytesIO(content), tag=("{*}url", "{*}sitemap"), resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for _, entry in entries:
            link, changed = ((entry.findtext(f"{{*}}{name}") or "").strip() for name in ("loc", "lastmod"))
            yield etree.QName(entry).localname == "sitemap", link, changed or None
            entry.clear()
    except etree.XMLSyntaxError as err:
        raise BadSitemap from err


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        unpacked = unpacker.decompress(content, MOST_BYTES)
    except zlib.error as err:
        raise BadSitemap from err
    if not unpacker.eof:
        raise BadSitemap
    return unpacked


def _host(link: str) -> str | None:
    try:
        return urlsplit(link).hostname
    except ValueError:
        return None
