"""Sitemaps: the pages they list come in, those of their own site only; what is none brings and flags nothing."""

import gzip

import pytest

from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.errors import BadSitemap
from knowledge.sources.sitemaps import list_pages
from tests.sources.sourcing import HONEY, NOON, map_of, places, refresh
from tests.sources.website import HOST, Page, Website, a_fetcher, a_sitemap, html


def test_a_sitemap_brings_the_pages_of_its_own_site(library: KnowledgeBase, site: Website) -> None:
    elsewhere = "<url><loc>http://169.254.169.254/</loc></url><url><loc>http://other.example/</loc></url></urlset>"
    listed = a_sitemap(site, "/gifts", "/lunch", "/away")
    site.pages["/sitemap.xml"] = Page(body=listed.body.replace(b"</urlset>", elsewhere.encode()), type="text/xml")
    site.pages |= {"/gifts": html(HONEY), "/lunch": html(NOON)}
    added = library.sources.add(map_of(site), actor="test")
    assert places(library) == {site.url("/gifts"), site.url("/lunch")}
    assert [failure.name for failure in added.failed] == [site.url("/away")]
    assert {host for host, _, _ in site.asked} == {HOST}


def test_a_page_that_its_sitemap_calls_unchanged_is_not_asked_for_on_schedule(
    library: KnowledgeBase, site: Website
) -> None:
    site.pages |= {"/gifts": html(HONEY), "/lunch": html(NOON)}
    site.pages["/sitemap.xml"] = a_sitemap(site, "/gifts", "/lunch")
    library.sources.add(map_of(site), actor="test")
    site.paths()
    assert library.sources.keep_fresh("S1").unchanged == 2
    assert site.paths() == ["/sitemap.xml"]
    site.pages["/sitemap.xml"] = a_sitemap(site, "/gifts", "/lunch", changed="2026-11-09")
    library.sources.keep_fresh("S1")
    assert site.paths() == ["/sitemap.xml", "/gifts", "/lunch"]
    refresh(library)
    assert site.paths() == ["/sitemap.xml", "/gifts", "/lunch"]


def test_a_page_its_sitemap_no_longer_lists_is_flagged_and_one_that_never_came_is_forgotten(
    library: KnowledgeBase, site: Website
) -> None:
    site.pages |= {"/gifts": html(HONEY), "/lunch": html(NOON)}
    site.pages["/sitemap.xml"] = a_sitemap(site, "/gifts", "/lunch", "/never")
    library.sources.add(map_of(site), actor="test")
    site.pages["/sitemap.xml"] = a_sitemap(site, "/gifts")
    refreshed = refresh(library)
    assert (refreshed.flagged, refreshed.source.failed) == ((site.url("/lunch"),), ())
    assert len(library.documents()) == 2


def test_an_index_of_sitemaps_is_followed_packed_or_not_and_never_in_a_circle(
    library: KnowledgeBase, site: Website
) -> None:
    index = "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>" + "".join(
        f"<sitemap><loc>{site.url(path)}</loc></sitemap>" for path in ("/a.xml.gz", "/b.txt", "/sitemap.xml")
    )
    site.pages["/sitemap.xml"] = Page(body=f"{index}</sitemapindex>".encode(), type="application/xml")
    site.pages["/a.xml.gz"] = Page(body=gzip.compress(a_sitemap(site, "/gifts").body), type="application/gzip")
    site.pages["/b.txt"] = Page(body=site.url("/lunch").encode(), type="text/plain")
    site.pages |= {"/gifts": html(HONEY), "/lunch": html(NOON)}
    library.sources.add(map_of(site), actor="test")
    assert places(library) == {site.url("/gifts"), site.url("/lunch")}
    assert site.paths().count("/sitemap.xml") == 2


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "page",
    [
        Page(body=b"<urlset></urlset>", type="text/xml"),
        Page(body=b"<urlset><url>", type="text/xml"),
        Page(body=b"<html>A page about maps.</html>", type="text/html"),
        Page(body=BOMB + b"<urlset><url><loc>&b;&f;</loc></url></urlset>", type="text/xml"),
        Page(body=gzip.compress(bytes(60_000_000), 1), type="application/gzip"),
    ],
    ids=["empty", "broken", "a page", "entities", "a gzip bomb"],
)
def test_what_is_no_sitemap_is_called_that(site: Website, page: Page) -> None:
    site.pages["/sitemap.xml"] = page
    with pytest.raises(BadSitemap):
        list_pages(a_fetcher(site), site.url("/sitemap.xml"))


def test_a_sitemap_that_is_none_is_not_kept_and_later_flags_nothing(library: KnowledgeBase, site: Website) -> None:
    none = Page(body=b"<urlset></urlset>", type="text/xml")
    site.pages["/sitemap.xml"] = none
    with pytest.raises(BadSitemap):
        library.sources.add(map_of(site), actor="test")
    assert library.sources.records() == ()
    site.pages |= {"/sitemap.xml": a_sitemap(site, "/gifts"), "/gifts": html(HONEY)}
    library.sources.add(map_of(site), actor="test")
    site.pages["/sitemap.xml"] = none
    refreshed = refresh(library)
    assert (refreshed.flagged, refreshed.source.trouble, refreshed.fails_anew) == ((), BadSitemap.advice, True)
    assert refresh(library).fails_anew is False
