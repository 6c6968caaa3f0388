"""Sources from the command line: added, listed with what is flagged, refreshed, removed; also beside a running bot."""

from pathlib import Path
from threading import Event

import pytest

from bot.settings import Settings
from bot.wiring import keeping_fresh
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.errors import RefusedLink
from knowledge.sources.source import NewSource, SourceKind
from tests.cli.calling import Attache


@pytest.fixture
def sources(attache: Attache, bot: KnowledgeBase, folder: Path) -> Path:
    """The folder as a source of the bot that runs."""
    added = attache("sources", "add", folder, "--every", "6h", "--kind", "guidance", "--json")
    assert added.code == 0
    assert (len(added.json["added"]["added"]), added.json["added"]["source"]["id"]) == (3, "S1")
    return folder


def test_a_source_is_added_listed_refreshed_and_removed(attache: Attache, sources: Path) -> None:
    (listed,) = attache("sources", "list", "--json").json["sources"]
    assert (listed["address"], listed["kind"], listed["every"]) == (str(sources), "folder", "6h")
    assert (listed["pages"], listed["document_kind"], listed["trouble"]) == (3, "guidance", None)
    assert listed["next_refresh_at"] > listed["refreshed_at"]
    (sources / "gifts.md").unlink()
    refreshed = attache("sources", "refresh", "S1", "--json")
    assert refreshed.code == 0
    assert refreshed.json["refreshed"][0]["flagged"] == [str(sources / "gifts.md")]
    shown = attache("sources", "list").out
    assert "S1" in shown
    assert "flagged since" in shown
    assert "gifts.md" in shown
    assert "`attache remove`" in shown
    removed = attache("sources", "remove", "S1")
    assert removed.code == 0
    assert "stays in the library" in removed.out
    assert len(attache("documents", "--json").json["documents"]) == 3
    assert "no sources yet" in attache("sources", "list").out
    acts = [entry["act"] for entry in attache("audit", "list", "--json").json["audit"] if "source" in entry["act"]]
    assert acts == ["remove_source", "refresh_source", "add_source"]


def test_beside_a_bot_sources_are_kept_by_the_bot(attache: Attache, bot: KnowledgeBase, folder: Path) -> None:
    (folder / "plan.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    added = attache("sources", "add", folder)
    assert added.code == 1
    assert "Added S1" in added.out
    assert "plan.pdf" in added.out
    (record,) = bot.sources.records()
    assert (record.source.address, record.pages) == (str(folder), 4)
    (folder / "plan.pdf").unlink()
    assert attache("sources", "refresh").code == 0
    assert attache("sources", "remove", "s1").code == 0
    assert bot.sources.records() == ()


def test_the_process_that_serves_refreshes_what_is_due(bot: KnowledgeBase, settings: Settings) -> None:
    inside = NewSource(kind=SourceKind.SITEMAP, address="http://127.0.0.1/")
    bot._ledger.sources.add(inside, actor="test")
    is_told = Event()
    bot.sources.on_news(lambda _: is_told.set())
    with keeping_fresh(settings, bot):
        assert is_told.wait(60)
    (record,) = bot.sources.records()
    assert record.trouble == RefusedLink.advice


def test_what_cannot_be_a_source_is_refused_with_a_sentence(attache: Attache, bot: KnowledgeBase) -> None:
    for arguments, name in (
        (("add", "http://127.0.0.1/"), "RefusedLink"),
        (("add", "https://user:secret@city.example/"), "BadLink"),
        (("add", "ftp://city.example/"), "BadLink"),
        (("add", "nowhere"), "PathNotFound"),
        (("add", "nowhere", "--sitemap"), "BadCommand"),
        (("add", "nowhere", "--every", "1m"), "BadCommand"),
        (("refresh", "S7"), "SourceNotFound"),
        (("remove", "S7"), "SourceNotFound"),
    ):
        error = attache("sources", *arguments, "--json").error
        assert error["name"] == name
        assert "secret" not in str(error)
    assert bot.sources.records() == ()
