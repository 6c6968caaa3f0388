"""Starting, stopping, reconnecting, checking tokens, and what the log holds."""

import logging
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest
from slack_sdk.socket_mode.builtin.connection import Connection, ConnectionState

from bot.settings import Settings
from bot.slack.serving import check_slack, running
from knowledge.errors import BadSettings, SlackUnavailable
from knowledge.knowledge_base import KnowledgeBase
from tests.cli.calling import COMMAND
from tests.journeys.office import DENVER, SALARY, Office
from tests.workspace import Workspace

SERVE = """
import logging
import sys
import threading
import time
from pathlib import Path
from bot.settings import load_settings
from bot.slack.serving import serve
from tests.making import WordHashEmbedding, open_in

logging.getLogger().addHandler(logging.NullHandler())
knowledge_base = open_in(Path(sys.argv[1]), WordHashEmbedding())
serve(load_settings(), knowledge_base, lambda address: print(address, flush=True))
knowledge_base.close()
print("stopped in order", flush=True)
"""


# Only a websocket can be lost, and only an open port can be taken or written to by others.
over_sockets = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)
over_http = pytest.mark.parametrize("transport", ["http"], indirect=True)


def environment(office: Office) -> dict[str, str]:
    settings = office.settings
    names = ("slack_bot_token", "slack_app_token", "slack_signing_secret")
    secrets = {name.upper(): getattr(settings, name) for name in names}
    given = {name: secret.get_secret_value() for name, secret in secrets.items() if secret}
    root = str(Path(__file__).parent.parent.parent)
    return given | {"SLACK_API_URL": settings.slack_api_url, "HTTP_PORT": "0", "PYTHONPATH": root, "PATH": "/usr/bin"}


@over_sockets
def test_a_bot_stopped_just_as_it_began_ends(
    quiet_office: Office, knowledge_base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    received, begun = Connection.run_until_completion, threading.Event()

    def late(self: Connection, state: ConnectionState) -> None:
        begun.set()
        time.sleep(0.5)  # the bot is being stopped meanwhile, which the client takes back as it begins to receive
        state.terminated = False
        received(self, state)

    monkeypatch.setattr(Connection, "run_until_completion", late)
    with quiet_office.at_work(knowledge_base):
        assert begun.wait(10)
    assert quiet_office.workspace.errors == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_process_in_order(quiet_office: Office, tmp_path: Path, stop: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(tmp_path / "served")],
        env=environment(quiet_office),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    if address != "Socket Mode":
        quiet_office.workspace.deliver_to(address)
    quiet_office.replies(quiet_office.maya.direct_message(SALARY))
    process.send_signal(stop)
    out, err = process.communicate(timeout=60)
    assert (out.strip(), process.returncode) == ("stopped in order", 0)
    assert "Traceback" not in err


@over_sockets
def test_commands_and_the_bot_work_on_one_library_at_once(
    quiet_office: Office, small_home: Path, tmp_path: Path
) -> None:
    home = shutil.copytree(small_home, tmp_path / "home")
    told = environment(quiet_office) | {"ATTACHE_HOME": str(home)}
    bot = subprocess.Popen([COMMAND, "serve"], env=told, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    assert bot.stderr is not None
    assert bot.stderr.readline() == "Answering in Slack over Socket Mode. Ctrl-C stops.\n"
    quiet_office.workspace.wait_until_connected()
    honey = "What does the mayor give to visiting delegations?"
    assert "honey" not in quiet_office.reply(quiet_office.maya.mentions("C1", honey)).words
    (tmp_path / "gifts.md").write_text("# Gifts\n\nThe mayor gives visiting delegations a jar of honey.\n", "utf-8")
    for command in (["index", "gifts.md"], ["ask", honey]):
        done = subprocess.run([COMMAND, *command], env=told, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
    assert "a jar of honey" in done.stdout
    assert "a jar of honey" in quiet_office.reply(quiet_office.maya.mentions("C1", honey)).words
    second = subprocess.run([COMMAND, "serve"], env=told, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("Another Attaché is using this data folder;")
    bot.send_signal(signal.SIGINT)
    _, err = bot.communicate(timeout=60)
    assert (bot.returncode, err) == (0, "")


def test_a_killed_process_leaves_nothing_unanswered(quiet_office: Office, tmp_path: Path) -> None:
    questions = []
    for round_ in range(2):
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(tmp_path / "served")],
            env=environment(quiet_office),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if address != "Socket Mode":
            quiet_office.workspace.deliver_to(address)
        if round_ == 0:
            questions = [quiet_office.maya.direct_message(f"{SALARY} Please, number {n}.") for n in range(12)]
            quiet_office.workspace.wait_until_quiet()
        else:
            for question in questions:
                quiet_office.replies(question)
        process.kill()
        process.communicate(timeout=60)
    assert sorted(message.thread_ts or "" for message in quiet_office.workspace.posts()) == [q.ts for q in questions]


@over_sockets
def test_a_lost_or_renewed_connection_is_made_again(office: Office) -> None:
    for trouble in (office.workspace.refresh_sockets, lambda: office.workspace.drop_sockets(politely=True)):
        before = office.workspace.socket_mode.connections
        trouble()
        office.wait(lambda seen=before: office.workspace.socket_mode.connections > seen)
        office.workspace.wait_until_connected()
        office.replies(office.maya.mentions("C1", DENVER))


def test_wrong_tokens_are_told_in_one_sentence(
    workspace: Workspace, settings: Settings, small_library: KnowledgeBase
) -> None:
    wrong = settings.model_copy(update={"slack_bot_token": type(settings.slack_bot_token)("xoxb-wrong")})
    with pytest.raises(SlackUnavailable), running(wrong, small_library):
        pass
    with pytest.raises(SlackUnavailable):
        check_slack(wrong)


@over_sockets
def test_a_wrong_app_token_is_told_in_one_sentence(settings: Settings, small_library: KnowledgeBase) -> None:
    wrong = settings.model_copy(update={"slack_app_token": type(settings.slack_app_token)("xapp-wrong")})
    with pytest.raises(SlackUnavailable), running(wrong, small_library):
        pass
    with pytest.raises(SlackUnavailable):
        check_slack(wrong)


def test_a_slack_that_cannot_be_reached_is_told_in_one_sentence(
    settings: Settings, small_library: KnowledgeBase
) -> None:
    nowhere = settings.model_copy(update={"slack_api_url": "http://127.0.0.1:9/api/"})
    with pytest.raises(SlackUnavailable), running(nowhere, small_library):
        pass
    with pytest.raises(SlackUnavailable):
        check_slack(nowhere)


def test_checking_says_whom_the_tokens_belong_to(settings: Settings, transport: str) -> None:
    way_in = "Socket Mode" if transport == "socket mode" else "HTTP"
    assert check_slack(settings) == f"Fake as @attaché, over {way_in}"


@over_http
def test_an_address_in_use_is_told_in_one_sentence(settings: Settings, small_library: KnowledgeBase) -> None:
    with running(settings, small_library) as address:
        port = int(address.split(":")[2].split("/")[0])
        with pytest.raises(BadSettings), running(settings.model_copy(update={"http_port": port}), small_library):
            pass


@over_http
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=bad", "X-Slack-Request-Timestamp": "1"},
        {"X-Slack-Signature": "v0=bad", "X-Slack-Request-Timestamp": "soon"},
    ],
)
def test_requests_that_are_not_slacks_are_refused_and_nothing_is_said(
    workspace: Workspace, settings: Settings, small_library: KnowledgeBase, headers: dict[str, str]
) -> None:
    event = {"type": "app_mention", "channel": "C1", "user": "U1", "text": "<@UBOT> hello", "ts": "5.1"}
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event}
    with running(settings, small_library) as address:
        refusal = httpx.post(address, json=body, headers=headers, trust_env=False)
    assert refusal.status_code in {401, 500}
    assert workspace.posts() == []
    assert small_library.conversations.question("C1:5.1") is None


def test_the_log_holds_no_words_of_questions_or_documents(
    quiet_office: Office, small_library: KnowledgeBase, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with quiet_office.at_work(small_library):
        answer = quiet_office.reply(quiet_office.maya.mentions("C1", DENVER))
        quiet_office.maya.clicks(answer, "show_context:1").wait()
        quiet_office.maya.command("/ask", DENVER).wait()
        quiet_office.answers_for("U1")
        quiet_office.maya.says("C1", "A secret between people.")
        quiet_office.maya.says("CSHARED", "A secret between partners.")
        quiet_office.workspace.wait_until_quiet()
    assert "Declaration" not in caplog.text
    assert "secret between" not in caplog.text
    assert quiet_office.workspace.bot_token not in caplog.text
    assert "accepted" in caplog.text
