"""Replacing, undoing and looking back from the command line."""

import sqlite3
from pathlib import Path

import pytest

from tests.cli.calling import Attache

OLD = "---\ndate: 2022-10\n---\n# Contacts 2022\n\nFor questions about Ecuador please call Ana Diaz at the Unit.\n"
NEW = "---\ndate: 2026-11-01\n---\n# Contacts 2026\n\nFor questions about Ecuador please call Ben Ito at the Bureau.\n"


@pytest.fixture
def contacts(attache: Attache, folder: Path) -> Path:
    """A folder with the old contact sheet and the new, of which the old one is indexed with everything else."""
    (folder / "contacts-2022.md").write_text(OLD, "utf-8")
    assert attache("index", folder).code == 0
    (folder / "contacts-2026.md").write_text(NEW, "utf-8")
    return folder


def test_a_newer_version_is_served_and_the_older_one_of_then(attache: Attache, contacts: Path) -> None:
    receipt = attache("index", contacts / "contacts-2026.md", "--replaces", "Contacts 2022", "--json").json
    assert (receipt["updated"], receipt["added"]) == (["contacts-2026.md"], [])
    now = attache("ask", "Whom do we call about Ecuador?", "--json").json
    assert "Ben Ito" in now["text"]
    assert now["as_of"] is None
    then = attache("ask", "--as-of", "2023-03", "Whom do we call about Ecuador?", "--json").json
    assert then["text"].startswith("As of 31 March 2023\n")
    assert "Ana Diaz" in then["text"]
    assert then["as_of"] == "2023-03-31"
    assert attache("ask", "--as-of", "2023-03", "Whom do we call about Ecuador?").out.startswith(
        "As of 31 March 2023\n"
    )
    versions = attache("history", "Contacts 2026", "--json").json["history"]
    assert [(one["version"], one["act"], one["by"], one["passages"]) for one in versions] == [
        (2, "publish", "desk", 1),
        (1, "publish", "desk", 1),
    ]
    assert "Contacts 2022" in attache("history", "Contacts 2026").out
    back = attache("rollback", "Contacts 2026", "--json").json
    assert back["rolled_back"]["title"] == "Contacts 2022"
    again = attache("index", contacts)
    assert "1 held back" in again.out
    assert "contacts-2026.md was rolled back" in again.out


def test_what_is_stated_is_corrected_and_taken_back(attache: Attache, contacts: Path) -> None:
    stated = ("--title", "Contacts of then", "--status", "historical", "--review-by", "2027-03", "--json")
    corrected = attache("correct", "Contacts 2022", *stated).json["corrected"]
    assert (corrected["title"], corrected["status"], corrected["review_by"]) == (
        "Contacts of then",
        "historical",
        "2027-03",
    )
    assert "Corrected: Contacts of then" in attache("correct", "Contacts of then", "--issuer", "Protocol office").out
    assert attache("correct", "Contacts of then", "--date", "soon", "--json").error["name"] == "BadFrontMatter"
    assert attache("correct", "Contacts of then", "--json").error["name"] == "BadCommand"
    assert attache("correct", "Contacts of then", "--review-by", "2027-03", "--json").error["name"] == "BadCorrection"
    assert "correct by desk" in attache("history", "Contacts of then").out
    assert attache("rollback", "Contacts of then", "--json").json["rolled_back"]["issuer"] is None
    assert attache("rollback", "Contacts of then", "--json").json["rolled_back"]["title"] == "Contacts 2022"


def test_a_snapshot_brings_the_whole_library_back(attache: Attache, contacts: Path) -> None:
    assert attache("snapshot", "before", "--json").json["snapshot"]["documents"] == 4
    attache("index", contacts / "contacts-2026.md")
    removed = attache("remove", "Gifts", "--json").json["removed"]
    assert [one["id"] for one in attache("documents", "--removed", "--json").json["documents"]] == [removed["id"]]
    gone_back = attache("rollback", "--to", "before", "--json").json["gone_back"]
    assert (len(gone_back["removed"]), gone_back["restored"]) == (1, [removed["id"]])
    assert len(attache("documents", "--json").json["documents"]) == 4
    assert [one["name"] for one in attache("snapshots", "--json").json["snapshots"]] == ["before"]
    assert "before" in attache("snapshots").out
    assert attache("restore", "Contacts 2026", "--json").json["restored"]["title"] == "Contacts 2026"


def test_a_document_is_superseded_by_word_and_it_can_be_taken_back(attache: Attache, contacts: Path) -> None:
    attache("index", contacts)
    stated = attache("supersede", "Contacts 2022", "--by", "Contacts 2026", "--from", "2026-11", "--json").json
    assert stated["superseded"]["status"] == "superseded"
    assert attache("supersede", "Contacts 2022", "--undo", "--json").json["undone"]["status"] == "current"


def test_a_document_under_embargo_is_listed_with_its_moment_and_found_by_nobody(
    attache: Attache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIME_ZONE", "America/Chicago")
    attache("index", folder / "gifts.md", "--publish-at", "2096-12-01T09:00")
    (document,) = attache("documents", "--json").json["documents"]
    assert document["publish_at"] == "2096-12-01T15:00:00+00:00"
    assert "from 2096-12-01 09:00" in attache("documents").out
    assert attache("search", "honey", "--json").json["hits"] == []
    assert attache("manifest", "--json").json["documents"] == 0


def test_the_audit_trail_is_listed_and_what_was_changed_in_it_is_named(
    attache: Attache, home: Path, folder: Path
) -> None:
    attache("snapshot", "one")
    attache("snapshot", "two")
    entries = attache("audit", "list", "--json").json["audit"]
    assert [(entry["id"], entry["actor"], entry["act"], entry["subject"]) for entry in entries] == [
        (2, "desk", "snapshot", "two"),
        (1, "desk", "snapshot", "one"),
    ]
    assert "snapshot" in attache("audit", "list").out
    assert attache("audit", "verify").out == "The audit trail holds: 2 entries, each following the one before it.\n"
    with sqlite3.connect(home / "ledger.sqlite3") as connection:
        connection.execute("DROP TRIGGER audit_refuses_update")
        connection.execute("UPDATE audit SET actor = 'U2' WHERE id = 2")
    connection.close()
    result = attache("audit", "verify", "--json")
    assert result.code == 1
    assert result.json == {"audited": {"entries": 1, "broken": 2, "why": "it was changed"}}
    assert attache("audit", "verify").out.startswith("The audit trail is broken at entry 2: it was changed")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["rollback"], "BadCommand"),
        (["rollback", "Gifts", "--to", "before"], "BadCommand"),
        (["supersede", "Gifts"], "BadCommand"),
        (["supersede", "Gifts", "--by", "Flags", "--undo"], "BadCommand"),
        (["snapshot", " "], "BadCommand"),
        (["supersede", "Gifts", "--by", "Flags", "--from", "soon"], "BadCommand"),
        (["ask", "--as-of", "2023-02-31", "Who?"], "BadCommand"),
        (["index", "gifts.md", "flags.txt", "--replaces", "Gifts"], "BadCommand"),
        (["index", "gifts.md", "--publish-at", "soon"], "BadCommand"),
        (["history", "Gifts"], "DocumentNotFound"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    attache: Attache, folder: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], name: str
) -> None:
    monkeypatch.chdir(folder)
    assert attache(*command, "--json").error["name"] == name


def test_a_snapshots_name_is_used_once(attache: Attache) -> None:
    attache("snapshot", "before")
    assert attache("snapshot", "before", "--json").error["name"] == "SnapshotExists"
