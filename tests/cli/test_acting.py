"""Commands beside a running Attaché act through it: real processes call a bot that lives in this one."""

import ast
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.acting.calling import reach_running
from bot.acting.calls import CALLS
from bot.acting.line import NOTICE, SOCKET
from bot.settings import Settings
from bot.wiring import hold_library
from knowledge.domain import Progress, Question, Upload
from knowledge.errors import AttacheStopped, UnreadableDocument
from knowledge.knowledge_base import KnowledgeBase
from tests.cli.calling import Attache, environment
from tests.cli.running_bot import PATIENCE, ROOT, TOKENS, PausingEmbedding, big, running, start, titles
from tests.making import markdown


def test_commands_that_write_or_ask_act_through_the_bot(
    bot: KnowledgeBase, embedding: PausingEmbedding, process: Attache, folder: Path
) -> None:
    receipt = process("index", folder, "--json").json
    assert receipt["added"] == ["flags.txt", "gifts.md", "lunch.md"]
    assert receipt["embedded"] == 3
    assert any("local honey" in text for text in embedding.encoded)
    assert titles(bot) == ["Flags", "Gifts", "Lunch"]
    assert process("search", "honey", "-k", 1, "--json").json["hits"][0]["title"] == "Gifts"
    asked = process("ask", "--explain", "What", "does", "the", "mayor", "give?", "--json").json
    assert bot.conversations.question(asked["question_id"]) is not None
    assert asked["explanation"]["stage"]
    assert process("desk", stdin="What does the mayor give every delegation?\n").code == 0
    assert process("snapshot", "before").code == 0
    assert process("supersede", "Lunch", "--by", "Gifts").code == 0
    assert process("remove", "Gifts", "--json").json["removed"]["title"] == "Gifts"
    assert titles(bot) == ["Flags", "Lunch"]
    assert process("restore", "Gifts").code == 0
    assert process("rollback", "--to", "before").code == 0
    assert process("gold", "add", "Who sings?", "--refuse").code == 0
    assert process("gold", "run").code == 0
    assert process("rebuild", "--json").json["embedded"] == 3
    assert titles(bot) == ["Flags", "Gifts", "Lunch"]


def test_what_is_gone_from_a_folder_leaves_the_library_through_the_bot_too(
    bot: KnowledgeBase, process: Attache, folder: Path
) -> None:
    process("index", folder)
    (folder / "gifts.md").unlink()
    assert process("index", folder, "--json").json["removed"] == ["Gifts"]
    assert titles(bot) == ["Flags", "Lunch"]


def test_every_method_that_commands_use_can_be_called_from_another_process() -> None:
    written = {
        ast.unparse(node)
        for module in (ROOT / "bot" / "cli").glob("*.py")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
    }
    named = {found[1] for text in written if (found := re.fullmatch(r"knowledge_base\.([\w.]+)", text))}
    used = {name for name in named if not any(other.startswith(f"{name}.") for other in named)}
    assert used == set(CALLS)


def test_a_file_that_fails_does_not_stop_the_others(bot: KnowledgeBase, process: Attache, folder: Path) -> None:
    (folder / "empty.md").write_text("", "utf-8")
    (folder / "elsewhere.md").symlink_to("/etc/hostname")
    result = process("index", folder, "--json")
    assert result.code == 1
    assert len(result.json["added"]) == 3
    advice = {Path(failure["name"]).name: failure["advice"] for failure in result.json["failed"]}
    assert advice["empty.md"].startswith("This file holds no text")
    assert advice["elsewhere.md"].startswith("This link leads out of its folder")


def test_an_error_comes_back_as_itself_with_the_reference_of_the_bots_log(
    bot: KnowledgeBase, process: Attache, caplog: pytest.LogCaptureFixture
) -> None:
    error = process("remove", "Nothing of this name", "--json").error
    assert error["name"] == "DocumentNotFound"
    assert "`attache documents`" in error["advice"]
    assert f"DocumentNotFound, reference {error['reference']}" in caplog.text


def test_progress_comes_back_file_by_file(bot: KnowledgeBase, settings: Settings) -> None:
    seen: list[Progress] = []
    uploads = [markdown(name, f"# {name}\n\nThe {name} stands in the hall.") for name in ("flag", "chair")]
    receipt = reach_running(settings).add(uploads, actor="test", total=2, on_progress=seen.append)
    assert [(progress.done, progress.total) for progress in seen] == [(1, 2), (2, 2)]
    assert receipt.added == ("flag.md", "chair.md")


def test_files_are_fetched_one_at_a_time(bot: KnowledgeBase, settings: Settings) -> None:
    """Each fills a group of its own: one is published, one embedded and one read when the bot asks for the fourth."""
    held: list[int] = []

    def uploads() -> Iterator[Upload]:
        for number in range(4):
            held.append(len(bot.documents()))
            lines_ = (
                f"Entry {number}-{entry} is about the {entry}th matter of room {number}." for entry in range(9000)
            )
            yield markdown(f"big-{number}", "\n\n".join(lines_))

    assert len(reach_running(settings).add(uploads(), actor="test").added) == 4
    assert held[0] == 0
    assert held[3] >= 1


def test_questions_are_answered_while_an_index_runs_and_the_next_index_waits(
    bot: KnowledgeBase, embedding: PausingEmbedding, process: Attache, folder: Path, tmp_path: Path
) -> None:
    bot.add([markdown("rain", "# Rain\n\nIt rains on the parade every year.")], actor="test")
    other = tmp_path / "other.md"
    other.write_text("The council meets on Mondays.\n", "utf-8")
    with ThreadPoolExecutor() as pool:
        with embedding.pausing() as waits:
            first = pool.submit(process, "index", folder, "--json")
            assert waits.wait(PATIENCE)
            second = pool.submit(process, "index", other, "--json")
            assert process("ask", "Does it rain on the parade?", "--json").json["question_id"]
            assert not first.done()
        assert first.result().json["embedded"] == 3
        assert second.result().json["added"] == ["other.md"]
    assert len(bot.documents()) == 5


@pytest.mark.parametrize("stop", ["interrupt", "kill"])
def test_a_command_that_is_stopped_leaves_bot_and_library_whole(
    bot: KnowledgeBase, embedding: PausingEmbedding, process: Attache, folder: Path, stop: str
) -> None:
    process("index", folder)
    for number in range(4):  # each a group of its own, so that the bot would ask for files after the pause
        (folder / f"a-big-{number}.md").write_text(big(number), "utf-8")
    (folder / "gifts.md").write_text("# Gifts\n\nA jar of jam.\n", "utf-8")
    with embedding.pausing() as waits:
        command = start("index", folder)
        assert waits.wait(PATIENCE)
        command.send_signal(2) if stop == "interrupt" else command.kill()
        out, err = command.communicate(timeout=PATIENCE)
    assert command.returncode == (130 if stop == "interrupt" else -9)
    assert "Traceback" not in out + err
    # Whoever comes next waits for what is under way, and finds that nothing left the library.
    assert process("remove", "Flags").code == 0
    assert {"Gifts", "Lunch"} <= set(titles(bot))
    again = process("index", folder, "--json").json
    assert (again["failed"], len(bot.documents())) == ([], 7)
    assert process("check", "--json").json["checks"][1]["says"].endswith("answers and takes commands")


def test_a_bot_that_stops_in_the_middle_is_one_sentence_and_nothing_is_lost(
    settings: Settings, embedding: PausingEmbedding, process: Attache, folder: Path
) -> None:
    stopping = ExitStack()
    stopping.enter_context(running(settings, embedding))

    def uploads() -> Iterator[Upload]:
        yield markdown("flag", "# Flag\n\nThe flag stands in the hall.")
        stopping.close()
        yield markdown("chair", "# Chair\n\nThe chair stands in the hall.")

    with pytest.raises(AttacheStopped):
        reach_running(settings).add(uploads(), actor="test")
    with running(settings, embedding) as again:
        assert process("index", folder, "--json").json["embedded"] == 3
        assert len(again.documents()) == 3


# Says when it is about to embed documents, and waits to be told.
BOT = """
import sys
from contextlib import closing
from pathlib import Path
from bot.acting.taking import taking_calls
from bot.settings import load_settings
from bot.wiring import hold_library
from tests.making import WordHashEmbedding, open_in

class Stuck(WordHashEmbedding):
    def encode(self, texts):
        if len(texts) > 1:
            print("embedding", flush=True)
            sys.stdin.readline()
        return super().encode(texts)

settings = load_settings()
with hold_library(settings) as home, closing(open_in(home, Stuck())) as knowledge_base:
    with taking_calls(settings, knowledge_base):
        print("running", flush=True)
        sys.stdin.readline()
"""


def test_a_bot_that_is_killed_in_the_middle_is_one_sentence_and_nothing_is_lost(
    settings: Settings, embedding: PausingEmbedding, attache: Attache, process: Attache, folder: Path
) -> None:
    home = settings.attache_home
    bot = subprocess.Popen(
        [sys.executable, "-c", BOT],
        env=environment(home, {"PYTHONPATH": str(ROOT)}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert bot.stdout
    assert bot.stdout.readline() == "running\n"
    command = start("index", folder)
    assert bot.stdout.readline() == "embedding\n"
    bot.kill()
    bot.communicate(timeout=PATIENCE)
    _, err = command.communicate(timeout=PATIENCE)
    assert command.returncode == 1
    assert err.startswith("The running Attaché stopped before this was done; nothing is lost")
    assert "Traceback" not in err
    # What the killed one left lies there; with or without another bot it leads nobody astray.
    assert {SOCKET, NOTICE} <= {path.name for path in home.iterdir()}
    with hold_library(settings):
        assert attache("index", folder, "--json").error["name"] == "LibraryInUse"
    assert [document["title"] for document in attache("documents", "--json").json["documents"]] == []
    # What the killed one had not embedded is as if it had never been read; the same command does it, and once.
    with running(settings, embedding) as again:
        assert len(process("index", folder, "--json").json["added"]) == 3
        assert len(again.documents()) == 3
        assert len([text for text in embedding.encoded if text.startswith(("Flags", "Gifts", "Lunch"))]) == 3
    assert not {SOCKET, NOTICE} & {path.name for path in home.iterdir()}


def test_without_a_running_bot_a_command_works_by_itself_whatever_a_killed_one_left(
    attache: Attache, home: Path, folder: Path
) -> None:
    home.mkdir()
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(home / SOCKET))
    (home / NOTICE).write_text("half a no", "utf-8")
    assert attache("index", folder, "--json").json["embedded"] == 3


@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_second_bot_refuses(bot: KnowledgeBase, process: Attache, command: str) -> None:
    result = process(command, env=TOKENS)
    assert result.code == 1
    assert result.err.startswith("Another Attaché is using this data folder;")


def test_the_desk_asks_the_running_bot(bot: KnowledgeBase, process: Attache) -> None:
    bot.add([markdown("rain", "# Rain\n\nIt rains on the parade every year.")], actor="test")
    result = process("run", stdin="Does it rain on the parade every year?\n")
    assert (result.code, result.err) == (0, "")
    assert "Rain" in result.out


def test_check_says_that_the_bot_answers(bot: KnowledgeBase, process: Attache, home: Path) -> None:
    result = process("check", "--json")
    says = {check["name"]: check["says"] for check in result.json["checks"]}
    assert says["data folder"] == f"{home} is held by a running Attaché, which answers and takes commands"
    assert says["indexes"] == "in use by a running Attaché"


def test_a_file_over_the_bots_limit_fails_alone(home: Path, embedding: PausingEmbedding, folder: Path) -> None:
    settings = Settings(_env_file=None, attache_home=home, max_file_mb=1)
    with running(settings, embedding):
        uploads = [markdown("long", "word " * 300_000), markdown("short", "# Short\n\nA short page.")]
        receipt = reach_running(settings).add(uploads, actor="test")
    assert receipt.added == ("short.md",)
    assert [failure.name for failure in receipt.failed] == ["long.md"]


def test_everything_is_found_while_a_rebuild_runs(bot: KnowledgeBase, embedding: PausingEmbedding) -> None:
    bot.add([markdown(name, f"# {name}\n\nThe {name} stands in the hall.") for name in ("flag", "chair")], actor="test")
    found: list[int] = []
    embedding.before = lambda: found.append(len(bot.search(Question(id="1", text="What stands in the hall?"))))
    assert bot.rebuild().embedded == 2
    assert found == [2]


def test_an_unforeseen_error_in_the_bot_shows_none_of_its_text(
    bot: KnowledgeBase, embedding: PausingEmbedding, process: Attache, folder: Path
) -> None:
    def fail() -> None:
        embedding.before = lambda: None
        raise RuntimeError("the mayor's secret")

    embedding.before = fail
    result = process("index", folder)
    assert result.code == 1
    assert result.err.startswith("Something went wrong on our side")
    assert "secret" not in result.out + result.err
    assert process("index", folder, "--json").json["embedded"] == 3


def test_a_file_the_command_cannot_open_is_listed(bot: KnowledgeBase, settings: Settings) -> None:
    def uploads() -> Iterator[Upload]:
        yield markdown("flag", "# Flag\n\nThe flag stands in the hall.")
        raise UnreadableDocument("The share went away.")

    with pytest.raises(UnreadableDocument):
        reach_running(settings).add(uploads(), actor="test", mirrored=["folder"])
    assert reach_running(settings).documents() == bot.documents()
