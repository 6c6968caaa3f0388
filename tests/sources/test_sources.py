"""Sources: what changed comes in, what is gone is flagged and still served, nothing is fetched or embedded twice."""

import os
from pathlib import Path
from threading import Event, Thread

import pytest

from knowledge.collections import Access
from knowledge.domain import Answer, Kind, Question
from knowledge.errors import CollectionNotFound, NothingToIndex, PathNotFound
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.errors import BadRhythm, RefusedLink, SourceAtWork, SourceExists, SourceNotFound
from knowledge.sources.source import NewSource, SourceKind
from tests.making import WordHashEmbedding, open_in
from tests.sources.sourcing import HONEY, NOON, map_of, refresh
from tests.sources.website import Clock, Page, Website, a_fetcher, a_sitemap, html


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder with two documents."""
    folder = tmp_path / "share"
    (folder / "visits").mkdir(parents=True)
    (folder / "gifts.md").write_text(f"# Gifts\n\n{HONEY}\n", "utf-8")
    (folder / "visits" / "lunch.md").write_text(f"# Lunch\n\n{NOON}\n", "utf-8")
    return folder


def folder_source(folder: Path, **more: str) -> NewSource:
    return NewSource(kind=SourceKind.FOLDER, address=str(folder), **more)  # type: ignore[arg-type]


def a_page(site: Website, path: str = "/gifts") -> NewSource:
    return NewSource(kind=SourceKind.PAGE, address=site.url(path))


def titles(library: KnowledgeBase) -> list[str]:
    return [document.card.title for document in library.documents()]


def test_a_page_is_asked_for_again_only_with_what_the_site_said_of_it(
    library: KnowledgeBase, site: Website, word_hash: WordHashEmbedding
) -> None:
    site.pages["/gifts"] = html(HONEY, etag='"v1"')
    added = library.sources.add(a_page(site), actor="test")
    assert (len(added.added), added.source.pages, added.source.trouble) == (1, 1, None)
    (document,) = library.documents()
    assert (document.place, document.card.source) == (site.url("/gifts"), site.url("/gifts"))
    word_hash.encoded.clear()
    again = refresh(library)
    assert (again.unchanged, again.embedded) == (1, 0)
    assert site.asked[-1][2]["If-None-Match"] == '"v1"'
    assert word_hash.encoded == []
    site.pages["/gifts"] = html(NOON, etag='"v2"')
    assert len(refresh(library).updated) == 1
    assert library.documents()[0].version == 2


def test_the_same_text_under_new_bytes_makes_no_new_version_and_embeds_nothing(
    library: KnowledgeBase, site: Website, word_hash: WordHashEmbedding
) -> None:
    site.pages["/gifts"] = html(HONEY)
    library.sources.add(a_page(site), actor="test")
    site.pages["/gifts"] = Page(body=html(HONEY).body.replace(b"<body>", b"<!-- served at 12:00 --><body>"))
    word_hash.encoded.clear()
    refreshed = refresh(library)
    assert (refreshed.unchanged, refreshed.updated) == (1, ())
    assert library.documents()[0].version == 1
    assert word_hash.encoded == []


def test_a_page_that_disappears_is_flagged_still_served_and_unflagged_when_it_is_back(
    library: KnowledgeBase, site: Website
) -> None:
    site.pages["/gifts"] = html(HONEY, etag='"v1"')
    library.sources.add(a_page(site), actor="test")
    site.pages["/gifts"] = Page(status=404)
    assert refresh(library).flagged == (site.url("/gifts"),)
    assert refresh(library).flagged == ()
    (record,) = library.sources.records()
    (page,) = record.flagged
    assert page.document_id == library.documents()[0].id
    assert isinstance(library.ask(Question(id="q", text=HONEY)), Answer)
    site.pages["/gifts"] = html(HONEY, etag='"v1"')
    assert refresh(library).returned == (site.url("/gifts"),)
    assert library.sources.records()[0].flagged == ()
    assert library.documents()[0].version == 1


def test_a_page_that_cannot_be_had_for_now_is_not_flagged(library: KnowledgeBase, site: Website) -> None:
    site.pages["/gifts"] = html(HONEY)
    library.sources.add(a_page(site), actor="test")
    for status in (500, 403, 429):
        site.pages["/gifts"] = Page(status=status)
        refreshed = refresh(library)
        assert (refreshed.flagged, refreshed.source.flagged) == ((), ())
        assert refreshed.source.trouble or refreshed.source.failed[0].trouble
    assert len(library.documents()) == 1


def test_a_flag_goes_with_the_document(library: KnowledgeBase, site: Website) -> None:
    site.pages["/gifts"] = html(HONEY)
    library.sources.add(a_page(site), actor="test")
    site.pages["/gifts"] = Page(status=410)
    refresh(library)
    library.remove(site.url("/gifts"), actor="test")
    assert library.sources.records()[0].flagged == ()


def test_what_a_person_removed_or_rolled_back_stays_so(library: KnowledgeBase, site: Website, share: Path) -> None:
    site.pages["/gifts"] = html(HONEY)
    library.sources.add(a_page(site), actor="test")
    library.sources.add(folder_source(share), actor="test")
    library.remove(site.url("/gifts"), actor="test")
    (share / "gifts.md").write_text(f"# Gifts\n\n{NOON}\n", "utf-8")
    library.sources.refresh("S2", actor="test")
    library.roll_back("Gifts", actor="test")
    os.utime(share / "gifts.md")
    page, folder = library.sources.refresh(actor="test")
    assert (len(page.left_out), len(folder.left_out)) == (1, 1)
    assert len(library.documents()) == 2
    assert library.history("Gifts")[0].version == 1


def test_a_folder_is_read_once_and_then_only_what_changed_in_it(
    library: KnowledgeBase, share: Path, word_hash: WordHashEmbedding
) -> None:
    source = folder_source(share, document_kind=Kind.GUIDANCE, issuer="Protocol")
    assert len(library.sources.add(source, actor="test").added) == 2
    assert {(one.card.kind, one.card.issuer) for one in library.documents()} == {(Kind.GUIDANCE, "Protocol")}
    word_hash.encoded.clear()
    assert refresh(library).unchanged == 2
    (share / "gifts.md").write_text(f"# Gifts\n\n{HONEY} Always.\n", "utf-8")
    (share / "flags.txt").write_text("The guest's flag stands to the left of our own flag.\n", "utf-8")
    refreshed = refresh(library)
    assert (len(refreshed.added), len(refreshed.updated), refreshed.unchanged) == (1, 1, 1)
    assert len(word_hash.encoded) == 2


def test_a_file_that_disappears_is_flagged_and_a_folder_that_does_is_no_empty_one(
    library: KnowledgeBase, share: Path, tmp_path: Path
) -> None:
    library.sources.add(folder_source(share), actor="test")
    (share / "gifts.md").rename(tmp_path / "gifts.md")
    assert refresh(library).flagged == (str(share / "gifts.md"),)
    share.rename(tmp_path / "elsewhere")
    gone = refresh(library)
    assert (gone.flagged, len(gone.source.flagged)) == ((), 1)
    assert gone.source.trouble is not None
    share.mkdir()
    assert (
        refresh(library).source.trouble
        == NothingToIndex(
            "The folder share holds no document; please check that it is the right one and is connected."
        ).advice
    )
    assert len(library.documents()) == 2
    share.rmdir()
    (tmp_path / "elsewhere").rename(share)
    (tmp_path / "gifts.md").rename(share / "gifts.md")
    back = refresh(library)
    assert (back.returned, back.source.trouble, back.source.flagged) == ((str(share / "gifts.md"),), None, ())
    assert [document.version for document in library.documents()] == [1, 1]


def test_what_comes_from_a_source_is_read_by_those_its_collection_names(library: KnowledgeBase, share: Path) -> None:
    with pytest.raises(CollectionNotFound):
        library.sources.add(folder_source(share, collections="protocol"), actor="U1")
    assert library.sources.records() == ()
    library.collections.add("protocol", Access.LIMITED, channels=["C1"], actor="U1")
    library.sources.add(folder_source(share, collections="protocol"), actor="U1")
    (share / "tea.md").write_text("# Tea\n\nTea is served at four.\n", "utf-8")
    library.sources.refresh(actor="U1")
    read_by = {collection.name for record in library.documents() for collection in library.collections.of(record.id)}
    assert (len(library.documents()), read_by) == (3, {"protocol"})


def test_a_file_that_cannot_be_read_keeps_its_sentence_until_it_can(library: KnowledgeBase, share: Path) -> None:
    (share / "plan.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    added = library.sources.add(folder_source(share), actor="test")
    assert (len(added.added), [page.url for page in added.source.failed]) == (2, [str(share / "plan.pdf")])
    assert library.sources.keep_fresh("S1").failed == ()  # not read again while it is the same
    assert len(refresh(library).failed) == 1  # unless a person asks
    (share / "plan.pdf").unlink()
    assert refresh(library).source.failed == ()


def test_stopped_in_the_middle_the_next_start_does_the_rest_and_embeds_nothing_twice(
    home: Path, site: Website, word_hash: WordHashEmbedding
) -> None:
    paths = [f"/page-{number}" for number in range(25)]
    site.pages |= {path: html(f"Page {path} says that {HONEY}", etag=f'"{path}"') for path in paths}
    site.pages["/sitemap.xml"] = a_sitemap(site, *paths)
    first = open_in(home, word_hash, fetcher=a_fetcher(site))

    def stop() -> Page:
        first.sources.stop()
        return html("Never asked for.")

    last = site.pages["/page-22"]
    site.pages["/page-22"] = stop
    first.sources.add(map_of(site), actor="test")
    assert len(first.documents()) in range(20, 24)
    assert first.sources.records()[0].refreshed_at is None
    first.close()
    site.pages["/page-22"] = last
    again = open_in(home, word_hash, fetcher=a_fetcher(site))
    again.sources.keep_fresh("S1")
    assert len(again.documents()) == 25
    encoded = [text for text in word_hash.encoded if "Never asked" not in text]
    assert len(encoded) == len(set(encoded))
    again.close()


def test_killed_between_document_and_note_nothing_is_lost_or_embedded_twice(
    home: Path, site: Website, share: Path, word_hash: WordHashEmbedding
) -> None:
    class Killed(BaseException):
        pass

    site.pages["/gifts"] = html(HONEY, etag='"v1"')
    first = open_in(home, word_hash, fetcher=a_fetcher(site))
    publish = first.sources._add

    def die(*args: object, **kwargs: object) -> None:
        publish(*args, **kwargs)  # type: ignore[arg-type]
        raise Killed

    first.sources._add = die  # type: ignore[assignment]
    for source in (a_page(site), folder_source(share)):
        with pytest.raises(Killed):
            first.sources.add(source, actor="test")
    first.close()
    again = open_in(home, word_hash, fetcher=a_fetcher(site))
    word_hash.encoded.clear()
    page, folder = again.sources.refresh(actor="test")
    assert (page.unchanged, folder.unchanged, len(again.documents())) == (1, 2, 3)
    assert word_hash.encoded == []
    assert {len(again._ledger.sources.pages(id_)) for id_ in ("S1", "S2")} == {1, 2}
    again.close()


def test_a_source_is_refreshed_by_one_at_a_time(library: KnowledgeBase, site: Website) -> None:
    site.pages["/gifts"] = html(HONEY)
    library.sources.add(a_page(site), actor="test")
    is_asked, goes_on = Event(), Event()

    def slowly() -> Page:
        is_asked.set()
        assert goes_on.wait(30)
        return html(HONEY)

    site.pages["/gifts"] = slowly
    thread = Thread(target=library.sources.keep_fresh, args=("S1",))
    thread.start()
    assert is_asked.wait(30)
    with pytest.raises(SourceAtWork):
        library.sources.refresh("S1", actor="test")
    assert library.sources.refresh(actor="test") == ()
    goes_on.set()
    thread.join(30)
    assert site.paths() == ["/gifts", "/gifts"]


def test_a_source_that_fails_stops_no_other(library: KnowledgeBase, site: Website, share: Path) -> None:
    site.pages |= {"/sitemap.xml": a_sitemap(site, "/gifts"), "/gifts": html(HONEY)}
    library.sources.add(map_of(site), actor="test")
    library.sources.add(folder_source(share), actor="test")
    del site.pages["/sitemap.xml"]
    (share / "gifts.md").write_text("# Gifts\n\nNo honey this year.\n", "utf-8")
    failing, folder = library.sources.refresh(actor="test")
    assert failing.source.trouble is not None
    assert len(folder.updated) == 1


def test_removing_a_source_keeps_its_documents_and_every_act_is_in_the_trail(
    library: KnowledgeBase, share: Path
) -> None:
    library.sources.add(folder_source(share), actor="maya")
    with pytest.raises(SourceExists):
        library.sources.add(folder_source(share / "visits" / ".."), actor="maya")
    library.sources.refresh("s1", actor="maya")
    library.sources.keep_fresh("S1")
    library.sources.remove("1", actor="maya")
    assert (library.sources.records(), len(library.documents())) == ((), 2)
    acts = [(entry.act, entry.actor, entry.subject) for entry in library.audit() if "source" in entry.act]
    assert acts == [(act, "maya", "S1") for act in ("remove_source", "refresh_source", "add_source")]
    with pytest.raises(SourceNotFound):
        library.sources.refresh("S1", actor="maya")
    assert library.sources.add(folder_source(share), actor="maya").source.id == "S2"


def test_what_can_be_no_source_is_not_kept(library: KnowledgeBase, site: Website, share: Path) -> None:
    for source, error in (
        (folder_source(share / "nowhere"), PathNotFound),
        (folder_source(share / "gifts.md"), PathNotFound),
        (folder_source(share, every="1m"), BadRhythm),
        (NewSource(kind=SourceKind.PAGE, address="http://127.0.0.2/"), RefusedLink),
    ):
        with pytest.raises(error):
            library.sources.add(source, actor="test")
    assert library.sources.records() == ()


def test_a_site_that_asks_for_a_pause_is_left_alone_and_the_rest_comes_later(home: Path, site: Website) -> None:
    clock = Clock()
    library = open_in(home, WordHashEmbedding(), fetcher=a_fetcher(site, clock))
    site.pages |= {"/gifts": html(HONEY), "/lunch": Page(status=429, headers={"Retry-After": "3600"})}
    site.pages["/sitemap.xml"] = a_sitemap(site, "/gifts", "/lunch", "/never")
    added = library.sources.add(map_of(site), actor="test")
    assert (len(added.added), added.source.trouble is not None, added.source.failed) == (1, True, ())
    site.pages |= {"/lunch": html(NOON), "/never": html(NOON)}
    clock.time += 3_601
    assert len(refresh(library).added) == 2
    library.close()
