"""What a change would do, files that wait for a confirmation, and files that failed, from the command line."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.copying import COPY
from tests.cli.calling import Attache
from tests.cli.running_bot import running
from tests.making import markdown

HONEY = "What does the mayor give every delegation?"
BELL = "# Gifts\n\nThe mayor gives every delegation a small bronze bell.\n"
TOWER = "# Tower\n\nThe tower is closed on Mondays.\n"


@pytest.fixture
def gold(settings: Settings, model: SentenceTransformerEmbedding, attache: Attache, folder: Path) -> Iterator[Path]:
    """The folder, indexed by a bot that runs, with a gold question that its page on gifts answers."""
    with running(settings, model):
        assert attache("index", folder).code == 0
        assert attache("gold", "add", HONEY, "--document", "Gifts", "--words", "honey").code == 0
        yield folder


def test_a_preview_says_what_gets_worse_and_changes_nothing(attache: Attache, gold: Path, home: Path) -> None:
    attache("ask", HONEY)
    before = attache("manifest").out, attache("audit", "list").out
    (gold / "gifts.md").write_text(BELL, "utf-8")
    (gold / "tower.md").write_text(TOWER, "utf-8")
    shown = attache("index", gold, "--preview")
    assert shown.code == 0
    assert shown.out.startswith("Nothing was published; a gold question would be answered worse.\n")
    assert "1 added, 1 updated, 2 unchanged;" in shown.out
    assert "Of 1 gold questions and 1 that people asked: 1 worse, 1 changed, 0 unchanged.\n" in shown.out
    assert f"worse    Q1: {HONEY}" in shown.out
    assert "Gifts (quoted without honey)" in " ".join(shown.out.split())
    scripted = attache("index", gold, "--preview", "--strict", "--last", 0, "--json")
    assert scripted.code == 3
    assert (scripted.json["updated"], scripted.json["published"]) == (["gifts.md"], False)
    preview = scripted.json["preview"]
    assert (preview["gold"], preview["asked"], preview["worse"], preview["unchanged"]) == (1, 0, 1, 0)
    assert preview["questions"] == [
        {
            "question": HONEY,
            "effect": "worse",
            "gold": "Q1",
            "miss": "quoted without honey",
            "before": ["Gifts"],
            "after": ["Gifts"],
        }
    ]
    assert (attache("manifest").out, attache("audit", "list").out) == before
    assert not (home / COPY).exists()


def test_strict_indexing_publishes_only_what_makes_no_gold_question_worse(attache: Attache, gold: Path) -> None:
    attache("gold", "run")
    (gold / "gifts.md").write_text(BELL, "utf-8")
    refused = attache("index", gold, "--strict")
    assert refused.code == 3
    assert refused.out.startswith("Nothing was published; a gold question would be answered worse.\n")
    assert attache("gold", "run").code == 0
    (gold / "gifts.md").write_text("# Gifts\n\nThe mayor gives every delegation a jar of honey.\n", "utf-8")
    assert attache("index", gold, "--preview").out.startswith("This is a preview; nothing was published.\n")
    (gold / "gifts.md").unlink()
    (gold / "presents.md").write_text("# Presents\n\nThe mayor gives every delegation honey.\n", "utf-8")
    assert attache("index", gold, "--strict", "--json").json["published"] is False
    (gold / "gifts.md").write_text("# Gifts\n\nThe mayor gives every delegation a jar of honey.\n", "utf-8")
    published = attache("index", gold, "--strict")
    assert published.code == 0
    assert published.out.startswith("Published, after a preview:\n1 added, 1 updated, 2 unchanged;")
    assert "1 of 1 gold questions met; 1 same." in published.out
    assert attache("index", gold, "--json").json["unchanged"] == ["flags.txt", "gifts.md", "presents.md", "lunch.md"]


def test_what_failed_is_kept_and_tried_again(bot: KnowledgeBase, attache: Attache, folder: Path) -> None:
    assert attache("index", "--retry-failed").out.endswith("No file failed, so there is nothing to try again.\n")
    assert attache("documents", "--failed").out == "No file failed.\n"
    for name in ("empty", "gone", "soon", "still"):
        (folder / f"{name}.md").write_text("", "utf-8")
    (folder / "elsewhere.md").symlink_to("/etc/hostname")
    assert attache("index", folder).code == 1
    listed = attache("documents", "--failed", "--json").json["failed"]
    assert [Path(one["place"]).name for one in listed] == [
        *("elsewhere.md", "empty.md", "gone.md", "soon.md", "still.md")
    ]
    assert listed[1]["advice"].startswith("This file holds no text")
    assert "This link leads out of its folder" in " ".join(attache("documents", "--failed").out.split())
    (folder / "gone.md").unlink()
    (folder / "soon.md").write_text(TOWER, "utf-8")
    assert attache("index", folder / "soon.md").code == 0
    (folder / "empty.md").write_text("# No more\n\nIt says something now.\n", "utf-8")
    again = attache("index", "--retry-failed")
    assert again.code == 1
    assert again.out.startswith("1 added, 2 failed;")
    assert "  off the list: gone.md is no longer there.\n" in again.out
    left = attache("documents", "--failed", "--json").json["failed"]
    assert [one["name"] for one in left] == [str(folder / "elsewhere.md"), "still.md"]
    (folder / "still.md").unlink()
    assert attache("index", folder).code == 1
    assert [Path(one["place"]).name for one in attache("documents", "--failed", "--json").json["failed"]] == [
        "elsewhere.md"
    ]
    assert {record.card.title for record in bot.documents()} == {"Flags", "Gifts", "Lunch", "No more", "Tower"}


def test_what_was_stated_of_a_file_that_failed_holds_when_it_is_tried_again(
    bot: KnowledgeBase, attache: Attache, folder: Path, tmp_path: Path
) -> None:
    assert attache("index", folder).code == 0
    assert attache("collections", "add", "protocol", "--channels", "C1").code == 0
    newer = tmp_path / "lunch 2026.md"
    newer.write_text("", "utf-8")
    stated = ("--collection", "protocol", "--issuer", "Chief", "--kind", "law", "--date", "2026")
    assert attache("index", newer, "--replaces", "Lunch", *stated).code == 1
    newer.write_text("# Lunch\n\nLunch for guests begins at one in the hall.\n", "utf-8")
    again = attache("index", "--retry-failed", "--json").json
    assert (again["added"], again["updated"]) == ([], ["lunch 2026.md"])
    (lunch,) = [record for record in bot.documents() if record.card.title == "Lunch"]
    assert (lunch.card.issuer, lunch.card.kind, lunch.card.date) == ("Chief", "law", "2026")
    held = {one["name"]: one["documents"] for one in attache("collections", "list", "--json").json["collections"]}
    assert held == {"office": 2, "protocol": 1}


@pytest.mark.parametrize(
    "arguments", [[], ["somewhere", "--retry-failed"], ["--retry-failed", "--title", "One"]], ids=" ".join
)
def test_what_cannot_be_meant_is_refused(attache: Attache, arguments: list[str]) -> None:
    assert attache("index", *arguments, "--json").error["name"] == "BadCommand"


def test_proposals_are_finished_through_the_running_bot(bot: KnowledgeBase, attache: Attache, folder: Path) -> None:
    for name in ("tower", "bell"):
        text = TOWER if name == "tower" else BELL
        bot.proposals.propose(markdown(name, text), actor="U1")
    (tower, bell) = attache("proposals", "list", "--json").json["proposals"]
    assert (tower["id"], tower["title"], tower["missing"], bell["id"]) == (
        "P1",
        "Tower",
        ["No date.", "No issuer."],
        "P2",
    )
    assert "No issuer." in attache("proposals", "list").out
    preview = attache("index", folder, "--preview", "--json").json
    assert (len(preview["added"]), preview["published"], bot.documents()) == (3, False, ())
    assert attache("proposals", "confirm", "P1", "--json").json["added"] == ["tower.md"]
    assert attache("proposals", "confirm", "P1", "--json").error["name"] == "ProposalDecided"
    assert attache("proposals", "discard", "P2").out == "Discarded P2, bell.md.\n"
    assert [record.card.title for record in bot.documents()] == ["Tower"]
    assert attache("index", folder, "--strict", "--json").json["published"] is True
    assert len(bot.documents()) == 4
