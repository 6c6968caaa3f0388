"""`attache collections`: who may read what, told to the bot that runs."""

from pathlib import Path

import pytest

from knowledge.knowledge_base import KnowledgeBase
from tests.cli.calling import Attache

OFFICE = {"name": "office", "access": "office", "channels": [], "groups": [], "documents": 1, "alone": 1}


def test_a_collection_from_its_making_to_its_end(bot: KnowledgeBase, attache: Attache, folder: Path) -> None:
    made = attache("collections", "add", "Protocol", "--channels", "C1, G2", "--groups", "S3", "--json")
    protocol = {"name": "Protocol", "access": "limited", "channels": ["C1", "G2"], "groups": ["S3"]}
    assert made.json["added"] == {**protocol, "documents": 0, "alone": 0}
    assert attache("collections", "add", "Website", "--public", "--json").json["added"]["access"] == "public"
    # A whole folder, then one of its files.
    indexed = attache("index", folder, "--collection", "protocol", "--collection", "website", "--json")
    assert (indexed.code, len(indexed.json["added"])) == (0, 3)
    moved = attache("collections", "set", "Gifts", "office", "--json").json
    assert (moved["document"]["title"], moved["collections"]) == ("Gifts", [OFFICE])
    listed = attache("collections", "list", "--json").json["collections"]
    assert {one["name"]: (one["documents"], one["alone"]) for one in listed} == {
        "Protocol": (2, 0),
        "Website": (2, 0),
        "office": (1, 1),
    }
    assert "channel C1, channel G2, group S3" in attache("collections", "list").out
    changed = attache("collections", "change", "protocol", "--groups", "S4")
    assert changed.out == "Protocol is now for group S4.\n"
    assert attache("collections", "remove", "protocol", "--json").json == {"removed": "protocol"}
    refused = attache("collections", "remove", "website", "--json")
    assert (refused.code, refused.json["error"]["name"]) == (1, "CollectionInUse")
    assert refused.json["error"]["advice"].startswith("2 documents are in this collection alone")
    acts = [entry.act for entry in bot.audit() if "collection" in entry.act]
    assert acts[::-1] == [
        "add_collection",
        "add_collection",
        *["set_collections"] * 4,
        "change_collection",
        "remove_collection",
    ]
    assert bot.verify_audit().broken is None


def test_indexing_into_a_collection_that_is_not_there_fails_with_advice(
    bot: KnowledgeBase, attache: Attache, folder: Path
) -> None:
    indexed = attache("index", folder / "gifts.md", "--collection", "protocoll", "--json")
    assert indexed.code == 1
    assert "“protocoll”" in indexed.json["failed"][0]["advice"]
    assert bot.documents() == ()


@pytest.mark.parametrize(
    "options",
    [
        ["add", "x", "--public", "--channels", "C1"],
        ["add", "x", "--channels", "#general"],
        ["add", "x", "--groups", "C1"],
        ["change", "x", "--groups", ""],
        ["add", "x,y"],
        ["add", "OFFICE"],
        ["change", "office", "--public"],
        ["remove", "office"],
        ["remove", "nowhere"],
        ["set", "nothing", "office"],
    ],
)
def test_what_cannot_be_done_is_refused_with_advice(bot: KnowledgeBase, attache: Attache, options: list[str]) -> None:
    refused = attache("collections", *options, "--json")
    assert refused.code == 1
    assert refused.json["error"]["advice"]
    assert [known.name for known in bot.collections.records()] == ["office"]
