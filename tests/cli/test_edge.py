"""The edge of the command line: help, misuse, errors, and what may appear on standard output."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.calling import COMMAND, Attache, environment

HEAVY = ("torch", "chromadb", "sqlalchemy", "slack_bolt", "tantivy", "transformers", "pydantic", "numpy")


def test_help_loads_no_heavy_library(home: Path) -> None:
    probe = (
        "import sys\nfrom bot.cli import main\nmain(['--help'])\n"
        f"sys.stderr.write(','.join(set({HEAVY!r}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], env=environment(home), capture_output=True, text=True, check=True
    )
    assert "Commands:" in done.stdout
    assert done.stderr == ""
    assert not home.exists()


@pytest.mark.parametrize("command", ["documents", "gaps list", "manifest", "show 0000"])
def test_a_command_that_only_reads_loads_no_model_and_no_index(home: Path, command: str) -> None:
    probe = (
        f"import sys\nfrom bot.cli import main\nmain({command.split()!r})\n"
        "sys.stderr.write('|' + ','.join({'torch', 'chromadb', 'tantivy', 'slack_bolt'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], env=environment(home), capture_output=True, text=True, check=True
    )
    assert done.stderr.endswith("|")
    assert not (home / ".lock").exists()


def test_the_version_is_printed(attache: Attache) -> None:
    assert attache("--version").out.startswith("attache ")


def test_a_misspelt_option_is_explained_with_exit_code_2(attache: Attache) -> None:
    result = attache("search", "flags", "--kay", "3")
    assert result.code == 2
    assert "--kay" in result.err
    assert result.out == ""


@pytest.mark.parametrize("misuse", [["nonsense"], ["ask"], ["search", "flags", "-k", "many"], ["index"], []])
def test_misuse_with_json_is_an_error_object(attache: Attache, misuse: list[str]) -> None:
    assert attache(*misuse, "--json").error["name"] == "BadCommand"


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_of_40000_characters_gets_one_sentence(attache: Attache, command: str) -> None:
    long = attache(command, "why " * 10_000)
    assert (long.code, long.out) == (1, "")
    assert long.err.startswith("Please ask a question of a few words, up to 4,000 characters.")
    assert attache(command, "x" * 40_000, "--json").error["name"] == "BadQuestion"
    assert attache("gaps", "list", "--json").json == {"gaps": []}


@pytest.mark.parametrize(
    "command",
    [
        ["ask", "fee\udcff"],
        ["show", "\udcff"],
        ["snapshot", "\udcff"],
        ["gaps", "note", "G1", "\udcff"],
        ["index", "notes.md", "--title", "\udcff"],
        ["index", "notes.md", "--collection", "office", "--collection", "\udcff"],
    ],
)
def test_words_that_are_not_utf_8_are_one_sentence(attache: Attache, command: list[str]) -> None:
    Path("notes.md").write_text("A note.", "utf-8")
    error = attache(*command, "--json").error
    assert error["name"] == "BadCommand"
    assert "not UTF-8" in error["advice"]


def test_a_path_may_hold_what_is_not_utf_8(attache: Attache) -> None:
    assert attache("index", "nowhere-\udcff.md").err.startswith("No such file or folder: nowhere-")


def test_an_option_after_two_dashes_is_part_of_the_question(attache: Attache) -> None:
    result = attache("show", "--", "--json")
    assert result.code == 1
    assert result.out == ""
    assert result.err.startswith("There is no passage with this id;")


def test_an_error_is_advice_and_a_reference_and_nothing_else(attache: Attache, home: Path) -> None:
    result = attache("show", "no-such-passage")
    assert result.code == 1
    assert result.out == ""
    line, reference = result.err.rstrip(")\n").split(" (reference ")
    assert line == "There is no passage with this id; `attache search` prints the ids of the passages it finds."
    log = (home / "logs" / "attache.log").read_text("utf-8")
    assert f"reference {reference}" in log
    assert "Traceback" in log


def test_an_error_with_json_is_one_object(attache: Attache) -> None:
    error = attache("show", "no-such-passage", "--json").error
    assert error.keys() == {"name", "advice", "reference"}
    assert error["name"] == "PassageNotFound"


def test_the_log_is_for_its_owner_only(attache: Attache, home: Path) -> None:
    attache("show", "no-such-passage")
    assert stat.S_IMODE((home / "logs" / "attache.log").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.mark.parametrize("command", [["documents"], ["ask", "Who pays?"], ["check"], ["index", "."]])
def test_every_wrong_setting_is_reported_at_once(
    attache: Attache, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    Path("notes.md").write_text("A note.", "utf-8")
    monkeypatch.setenv("MAX_FILE_MB", "0")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "secret-token")
    result = attache(*command)
    said = result.out + result.err
    assert result.code == 1
    assert "MAX_FILE_MB must be" in said
    assert "SLACK_BOT_TOKEN must start with xoxb-" in said
    assert "secret-token" not in said


def test_a_data_folder_that_cannot_be_made_is_one_sentence(
    attache: Attache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("ATTACHE_HOME", str(tmp_path / "file" / "home"))
    assert attache("documents", "--json").error["name"] == "FolderNotWritable"


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_reader_that_leaves_early_sees_no_traceback(home: Path, option: str) -> None:
    shell = f"{COMMAND} {option} | true"
    done = subprocess.run(["bash", "-c", shell], env=environment(home), capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(
    "command", ["documents --json", "documents", "show x --json", "nonsense --json", "--version", "--help"]
)
def test_an_output_that_takes_nothing_is_advice_on_the_other_stream(home: Path, command: str) -> None:
    shell = f"{COMMAND} {command} > /dev/full"
    done = subprocess.run(["bash", "-c", shell], env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "(reference " in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


def test_two_streams_that_take_nothing_still_make_exit_code_1(home: Path) -> None:
    shell = f"{COMMAND} documents > /dev/full 2> /dev/full"
    assert subprocess.run(["bash", "-c", shell], env=environment(home), check=False).returncode == 1
