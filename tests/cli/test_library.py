"""Indexing and what the library holds afterwards, from the command line, on the bundled model."""

from pathlib import Path

import pytest

from tests.cli.calling import Attache

RECEIPT = {
    "added",
    "updated",
    "unchanged",
    "held_back",
    "removed",
    "failed",
    "pages",
    "passages",
    "embedded",
    "seconds",
}


def test_a_folder_is_walked_in_a_fixed_order(attache: Attache, folder: Path) -> None:
    receipt = attache("index", folder, "--json").json
    assert receipt.keys() == RECEIPT
    assert receipt["added"] == ["flags.txt", "gifts.md", "lunch.md"]
    assert receipt["embedded"] == receipt["passages"] == 3


def test_indexing_again_embeds_nothing(attache: Attache, folder: Path) -> None:
    attache("index", folder)
    receipt = attache("index", folder, "--json").json
    assert receipt["unchanged"] == ["flags.txt", "gifts.md", "lunch.md"]
    assert (receipt["added"], receipt["embedded"]) == ([], 0)


def test_a_file_is_the_same_document_however_its_path_is_written(
    attache: Attache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attache("index", folder / "gifts.md")
    monkeypatch.chdir(folder / "visits")
    assert attache("index", "../gifts.md", "--json").json["unchanged"] == ["gifts.md"]


@pytest.mark.parametrize("command", [["index"], ["index", "gifts.md"], ["sources", "add"]])
@pytest.mark.parametrize("path", ["", "  "])
def test_an_empty_path_is_not_the_working_folder(
    attache: Attache, folder: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], path: str
) -> None:
    monkeypatch.chdir(folder)
    error = attache(*command, path, "--json").error
    assert (error["name"], error["advice"][:13]) == ("BadCommand", "An empty path")
    assert attache("documents", "--json").json["documents"] == []


@pytest.mark.parametrize("date", ["２０２４", "2024-٠٥", "2024-1"])
def test_a_date_is_written_in_the_digits_it_is_kept_in(attache: Attache, folder: Path, date: str) -> None:
    result = attache("index", folder / "gifts.md", "--date", date)
    assert result.code == 2
    assert "a date is written 2022, 2022-10 or 2022-10-03" in result.err


def test_what_is_gone_from_a_folder_leaves_the_library(attache: Attache, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.md"
    other.write_text("The council meets on Mondays.\n", "utf-8")
    attache("index", folder, other)
    (folder / "gifts.md").unlink()
    receipt = attache("index", folder, "--json").json
    assert receipt["removed"] == ["Gifts"]
    titles = {document["title"] for document in attache("documents", "--json").json["documents"]}
    assert "Gifts" not in titles
    assert len(titles) == 3


def test_an_empty_folder_does_not_empty_the_library(attache: Attache, folder: Path) -> None:
    attache("index", folder)
    for file in folder.rglob("*.*"):
        file.unlink()
    error = attache("index", folder, "--json").error
    assert error["name"] == "NothingToIndex"
    assert len(attache("documents", "--json").json["documents"]) == 3


def test_a_file_that_cannot_be_read_today_stays_in_the_library(
    attache: Attache, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attache("index", folder)
    (folder / "gifts.md").write_bytes(b"Too much honey. " * 70_000)
    monkeypatch.setenv("MAX_FILE_MB", "1")
    result = attache("index", folder, "--json")
    assert result.code == 1
    assert result.json["removed"] == []
    assert [failure["name"] for failure in result.json["failed"]] == [str(folder / "gifts.md")]
    assert len(attache("documents", "--json").json["documents"]) == 3


def test_hidden_files_and_litter_are_passed_over(attache: Attache, folder: Path) -> None:
    (folder / ".hidden.md").write_text("Hidden.\n", "utf-8")
    (folder / "~$gifts.md").write_text("Word keeps this while the file is open.\n", "utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "notes.md").write_text("Notes.\n", "utf-8")
    assert attache("index", folder, "--json").json["added"] == ["flags.txt", "gifts.md", "lunch.md"]


def test_a_loop_of_links_ends(attache: Attache, folder: Path) -> None:
    (folder / "visits" / "back").symlink_to(folder, target_is_directory=True)
    (folder / "nowhere").symlink_to(folder / "not-there")
    assert attache("index", folder, "--json").json["added"] == ["flags.txt", "gifts.md", "lunch.md"]


def test_a_file_that_fails_does_not_stop_the_others(attache: Attache, folder: Path) -> None:
    (folder / "budget.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "empty.md").write_text("", "utf-8")
    (folder / "junk.md").write_bytes(bytes(range(256)) * 40)
    result = attache("index", folder, "--json")
    assert result.code == 1
    assert len(result.json["added"]) == 3
    advice = {failure["name"]: failure["advice"] for failure in result.json["failed"]}
    assert len(advice) == 3
    assert all(sentence.endswith(".") for sentence in advice.values())


def test_a_file_over_the_limit_is_refused_before_it_is_read(attache: Attache, tmp_path: Path) -> None:
    huge = tmp_path / "huge.md"
    with huge.open("wb") as file:
        file.truncate(300_000_000)
    result = attache("index", huge, "--json")
    assert result.code == 1
    assert result.json["failed"] == [
        {
            "name": str(huge),
            "advice": "This file has 300 MB and the limit is 100; please split it or raise MAX_FILE_MB.",
        }
    ]


def test_every_path_that_is_not_there_is_named(attache: Attache, folder: Path) -> None:
    error = attache("index", folder, "nowhere.md", "neither.md", "--json").error
    assert error["name"] == "PathNotFound"
    assert error["advice"] == "No such file or folder: nowhere.md, neither.md; please check the spelling."
    assert attache("documents", "--json").json == {"documents": []}


def test_a_failed_file_still_prints_the_receipt_for_people(attache: Attache, folder: Path) -> None:
    (folder / "empty.md").write_text("", "utf-8")
    result = attache("index", folder)
    assert result.code == 1
    assert result.out.startswith("3 added, 1 failed; 3 passages, 3 embedded")
    assert "failed: empty.md: This file holds no text" in result.out
    assert result.err == ""


def test_what_a_person_states_about_a_file_is_shown(attache: Attache, folder: Path) -> None:
    stated = {
        "title": "Gifts for guests",
        "kind": "policy",
        "issuer": "Protocol office",
        "date": "2025-03",
        "status": "draft",
        "source": "https://example.org/gifts",
        "review_by": "2027-03-01",
    }
    options = [part for name, value in stated.items() for part in (f"--{name.replace('_', '-')}", value)]
    attache("index", folder / "gifts.md", *options)
    (document,) = attache("documents", "--json").json["documents"]
    kept = {"version", "standing", "added_by", "added_at", "cited", "left_at", "left_by", "review_passed"}
    assert document.keys() == {*stated, "id", "passages", "indexed_at", "publish_at", *kept}
    assert {name: document[name] for name in stated} == stated
    assert {name: document[name] for name in kept - {"added_at"}} == {
        "version": 1,
        "standing": "draft",
        "added_by": "desk",
        "cited": 0,
        "left_at": None,
        "left_by": None,
        "review_passed": None,
    }


def test_documents_are_listed_by_words_kind_status_age_and_review(attache: Attache, folder: Path) -> None:
    stated = ("--kind", "policy", "--date", "2022-10", "--review-by", "2023-03-03")
    attache("index", folder / "gifts.md", *stated)
    attache("index", folder / "flags.txt", "--status", "draft")
    attache("ask", "What does the mayor give every delegation?")
    attache("index", folder / "visits" / "lunch.md")
    attache("remove", "Lunch")

    def listed(*options: str) -> list[str]:
        return [document["title"] for document in attache("documents", *options, "--json").json["documents"]]

    assert listed() == ["Flags", "Gifts"]
    assert listed("fla") == listed("--status", "draft") == ["Flags"]
    assert listed("--removed") == listed("--status", "removed") == ["Lunch"]
    for options in (("--kind", "policy"), ("--older-than", "2023"), ("--stale",), ("gif", "--kind", "policy")):
        assert listed(*options) == ["Gifts"]
    assert listed("gif", "--status", "draft") == []
    assert attache("documents", "--removed", "--status", "draft", "--json").error["name"] == "BadCommand"
    (gifts,) = attache("documents", "gifts", "--json").json["documents"]
    assert (gifts["review_passed"], gifts["cited"]) == ("2023-03-03", 1)
    for command in (["documents"], ["ask", "What does the mayor give every delegation?"]):
        assert "review date passed on 3 March 2023" in " ".join(attache(*command).out.split())
    answer = attache("ask", "What does the mayor give every delegation?", "--json").json
    assert answer["citations"][0]["document"]["review_passed"] == "2023-03-03"


@pytest.mark.parametrize("paths", [["gifts.md", "flags.txt"], ["."]])
def test_a_title_is_for_one_file_only(
    attache: Attache, folder: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str]
) -> None:
    monkeypatch.chdir(folder)
    assert attache("index", *paths, "--title", "Gifts", "--json").error["name"] == "BadCommand"


@pytest.mark.parametrize("date", ["March 2025", "2025-13", "25-03-01"])
def test_a_date_nobody_can_sort_by_is_refused(attache: Attache, folder: Path, date: str) -> None:
    assert attache("index", folder / "gifts.md", "--date", date).code == 2


def test_a_source_that_is_no_link_is_refused_but_for_an_answer(attache: Attache, folder: Path) -> None:
    refused = attache("index", folder / "gifts.md", "--source", "Airport handbook", "--json").error
    assert refused["name"] == "BadCommand"
    assert "https://" in refused["advice"]
    assert attache("documents", "--json").json["documents"] == []
    attache("index", folder / "gifts.md", "--source", "Airport handbook", "--kind", "answer")
    (hit, *_) = attache("search", "honey", "--json").json["hits"]
    assert attache("show", hit["passage_id"], "--json").json["document"]["source"] == "Airport handbook"


def test_a_document_is_removed_by_its_title_and_its_passage_can_still_be_shown(attache: Attache, folder: Path) -> None:
    attache("index", folder)
    (hit, *_) = attache("search", "honey", "--json").json["hits"]
    assert attache("remove", "Gifts", "--json").json["removed"]["title"] == "Gifts"
    shown = attache("show", hit["passage_id"], "--json").json
    assert shown["passage"]["text"] == hit["text"]
    assert shown["live"] is False
    assert attache("remove", "Gifts", "--json").error["name"] == "DocumentNotFound"


def test_a_passage_is_shown_between_its_neighbours(attache: Attache, stocked: Path) -> None:
    (hit, *_) = attache("search", "Denver Declaration", "-k", 1, "--json").json["hits"]
    shown = attache("show", hit["passage_id"], "--json").json
    assert shown.keys() == {"passage", "document", "before", "after", "live"}
    assert shown["passage"]["id"] == hit["passage_id"]
    assert shown["live"] is True
    assert shown["before"] or shown["after"]


def test_the_manifest_changes_with_the_library_and_only_with_it(attache: Attache, folder: Path) -> None:
    attache("index", folder)
    before = attache("manifest", "--json").json
    attache("index", folder)
    assert attache("manifest", "--json").json == before
    attache("remove", "Gifts")
    assert attache("manifest", "--json").json["digest"] != before["digest"]


def test_a_rebuild_embeds_every_passage_anew(attache: Attache, folder: Path) -> None:
    attache("index", folder)
    receipt = attache("rebuild", "--json").json
    assert receipt.keys() == RECEIPT
    assert receipt["embedded"] == receipt["passages"] == 3
    assert attache("search", "honey", "-k", 1, "--json").json["hits"][0]["title"] == "Gifts"


def test_terminal_codes_in_a_document_never_reach_the_terminal(attache: Attache, tmp_path: Path) -> None:
    nasty = tmp_path / "nasty.md"
    nasty.write_text("# Bees\n\nBees \x1b[31mlike\x1b[0m \u202eflowers\u202c and [bold]honey[/bold].\n", "utf-8")
    attache("index", nasty)
    shown = attache("search", "bees and honey").out
    assert "[bold]honey[/bold]" in shown
    assert not {"\x1b", "\u202e"} & set(shown)


def test_tables_have_no_frames_in_a_pipe(attache: Attache, folder: Path) -> None:
    attache("index", folder)
    shown = attache("documents").out
    assert shown.isascii()
    ids = [document["id"] for document in attache("documents", "--json").json["documents"]]
    assert [line.strip() for line in shown.splitlines()][2::3] == ids
    assert all(len(line) <= 100 for line in shown.splitlines())
