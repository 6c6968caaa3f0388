"""Who may call the Attaché that holds the data folder, how it is reached, and what it refuses."""

import json
import logging
import socket
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.acting import line as lines
from bot.acting.calling import reach_running
from bot.acting.line import NOTICE, SOCKET, BrokenLine, Line
from bot.acting.taking import MOST
from bot.settings import Settings
from knowledge.domain import Question
from knowledge.errors import AttacheBusy, BadCommand, LibraryInUse
from knowledge.knowledge_base import KnowledgeBase
from tests.cli.calling import Attache
from tests.cli.running_bot import PATIENCE, PausingEmbedding, running


def test_socket_and_key_are_for_their_owner_only(bot: KnowledgeBase, home: Path) -> None:
    for name in (SOCKET, NOTICE):
        assert stat.S_IMODE((home / name).stat().st_mode) == 0o600
    assert stat.S_ISSOCK((home / SOCKET).stat().st_mode)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


def connection_to(settings: Settings, port: int | None) -> socket.socket:
    if port is not None:
        return socket.create_connection(("127.0.0.1", port))
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(settings.attache_home / SOCKET))
    return connection


def long_home(tmp_path: Path) -> Path:
    return tmp_path / "a-shared-drive-with-a-name" / ("x" * 120) / "home"


@pytest.mark.parametrize("place", [lambda path: path / "home", long_home], ids=["short path", "long path"])
def test_strangers_are_refused(
    tmp_path: Path, embedding: PausingEmbedding, caplog: pytest.LogCaptureFixture, place: Callable[[Path], Path]
) -> None:
    settings = Settings(_env_file=None, attache_home=place(tmp_path))
    ask = json.dumps({"call": "documents", "given": {}}).encode()
    with running(settings, embedding) as knowledge_base:
        notice = lines.read_notice(settings.attache_home)
        for say in (b"", ask, len(ask).to_bytes(8) + ask, b"\xff" * 5_000, b"GET / HTTP/1.1\r\n\r\n"):
            with connection_to(settings, notice.port) as connection:
                stranger = Line(connection)
                assert stranger.hear(most=1_000, seconds=PATIENCE).keys() == {"nonce"}
                connection.sendall(say)
                with suppress(OSError):  # sent away already
                    connection.shutdown(socket.SHUT_WR)
                with pytest.raises(ConnectionError):
                    stranger.hear(most=1_000, seconds=PATIENCE)
        with closing(lines.connect(settings.attache_home, notice)) as line, pytest.raises(BrokenLine):
            line.introduce(SecretStr("another key"))
        assert reach_running(settings).documents() == knowledge_base.documents() == ()
    assert notice.key.get_secret_value() not in caplog.text + repr(notice)


def test_a_data_folder_with_a_long_path_is_reached_over_a_port_of_this_machine(
    tmp_path: Path, embedding: PausingEmbedding, process: Attache, folder: Path
) -> None:
    settings = Settings(_env_file=None, attache_home=long_home(tmp_path))
    with running(settings, embedding) as knowledge_base:
        assert lines.read_notice(settings.attache_home).port
        receipt = process("index", folder, "--json", env={"ATTACHE_HOME": str(settings.attache_home)}).json
        assert len(receipt["added"]) == len(knowledge_base.documents()) == 3


def test_whoever_took_the_port_of_a_killed_bot_learns_and_answers_nothing(
    tmp_path: Path, embedding: PausingEmbedding
) -> None:
    settings = Settings(_env_file=None, attache_home=long_home(tmp_path))
    with running(settings, embedding):
        notice = lines.read_notice(settings.attache_home)
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor() as pool:
        told = notice.__class__(
            key=notice.key, port=server.getsockname()[1], release=notice.release, model=notice.model
        )
        lines.post_notice(settings.attache_home, told)
        reached = pool.submit(reach_running, settings)
        connection, _ = server.accept()
        with closing(Line(connection)) as line:
            line.say({"nonce": "ours"})
            said = line.hear(most=1_000, seconds=PATIENCE)
            line.say({"proof": said["proof"]})
            with pytest.raises(AttacheBusy):
                reached.result()
    assert notice.key.get_secret_value() not in str(said)


def test_no_more_than_a_few_commands_act_at_once(bot: KnowledgeBase, settings: Settings) -> None:
    notice = lines.read_notice(settings.attache_home)
    waiting = [lines.connect(settings.attache_home, notice) for _ in range(MOST)]
    for line in waiting:
        line.introduce(notice.key)
    with pytest.raises(AttacheBusy):
        reach_running(settings)
    for line in waiting:
        line.close()


def test_a_call_that_is_not_offered_or_does_not_fit_is_refused_without_a_word_of_it_in_the_log(
    bot: KnowledgeBase, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    library = reach_running(settings)
    with pytest.raises(BadCommand):
        library.close()
    notice = lines.read_notice(settings.attache_home)
    for call in (
        {"call": "close", "given": {}},
        {"call": "__init__", "given": {}},
        {"call": "ask", "given": {"question": {"words": "the mayor's secret"}}},
        {"call": "ask", "given": {"secret": 1}},
        {"call": ["ask"]},
    ):
        with closing(lines.connect(settings.attache_home, notice)) as line:
            line.introduce(notice.key)
            line.say(call)
            assert line.hear(most=1_000, seconds=PATIENCE)["error"]["name"] == "BadCommand"
    with caplog.at_level(logging.DEBUG):
        library.ask(Question(id="1", text="Where is the mayor's secret?"))
    assert "secret" not in caplog.text


def test_a_rebuild_is_for_the_model_the_bot_runs_with(bot: KnowledgeBase, process: Attache) -> None:
    result = process("rebuild", env={"EMBEDDING_MODEL": "another"})
    assert result.code == 1
    assert "another EMBEDDING_MODEL; please stop it" in result.err


def test_a_bot_of_another_version_is_not_talked_to(bot: KnowledgeBase, settings: Settings) -> None:
    notice = lines.read_notice(settings.attache_home)
    other = notice.__class__(key=notice.key, port=notice.port, release="0.0.0", model=notice.model)
    lines.post_notice(settings.attache_home, other)
    with pytest.raises(LibraryInUse, match="of another version"):
        reach_running(settings)
