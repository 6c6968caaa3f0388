"""The desk in the terminal, and `attache run`, which `make run` calls."""

import os
import pty
import select
import signal
import subprocess
import time
from contextlib import suppress
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from bot.desk import answer_piped, open_desk
from bot.screen import Screen
from knowledge.domain import Answer, Gap, Question
from knowledge.errors import BadQuestion
from tests.cli.calling import COMMAND, Attache, environment

PATIENCE = 120  # seconds until a desk that says nothing counts as hanging


class Terminal:
    """A person at a terminal: reads until a prompt appears, types a line."""

    def __init__(self, *arguments: str, home: Path) -> None:
        self._ours, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [COMMAND, *arguments],
            env=environment(home, {"TERM": "dumb", "COLUMNS": "100"}),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)

    def read_until(self, expected: str) -> str:
        """Read up to and including `expected`."""
        seen, deadline = "", time.monotonic() + PATIENCE
        while expected not in seen:
            ready, _, _ = select.select([self._ours], [], [], max(0, deadline - time.monotonic()))
            assert ready, f"waited for {expected!r}, saw {seen!r}"
            try:
                seen += os.read(self._ours, 65536).decode("utf-8", "replace")
            except OSError:  # the other side is gone
                raise AssertionError(f"ended before {expected!r}, saw {seen!r}") from None
        return seen

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._ours, line.encode())

    def leave(self) -> tuple[int, str]:
        """Wait for the end; returns the exit code and the last words."""
        said = b""
        with suppress(OSError):  # how a terminal says that the other side is gone
            while part := os.read(self._ours, 65536):
                said += part
        os.close(self._ours)
        return self.process.wait(timeout=PATIENCE), said.decode("utf-8", "replace")


def test_a_question_in_a_pipe_is_answered_once(process: Attache, stocked: Path) -> None:
    result = process("run", stdin="What is the Denver Declaration?\n")
    assert result.code == 0
    assert result.out.startswith("The library answers from ")
    assert result.err == ""


def test_the_first_start_fills_the_library_and_the_second_does_not(process: Attache, starter_home: Path) -> None:
    held = process("documents", "--json", env={"ATTACHE_HOME": str(starter_home)}).json["documents"]
    assert len(held) >= 15
    again = process("run", env={"ATTACHE_HOME": str(starter_home)})
    assert (again.code, again.err) == (0, "")
    assert process("documents", "--json", env={"ATTACHE_HOME": str(starter_home)}).json["documents"] == held


def test_an_empty_pipe_gets_a_hint(attache: Attache) -> None:
    result = attache("desk", stdin="  \n")
    assert result.code == 0
    assert result.out == 'Ask a question, for example: echo "What is the Denver Declaration?" | make run\n'


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_a_pipe_that_is_not_utf_8_is_one_sentence(errors: str) -> None:
    stdin = TextIOWrapper(BytesIO("Café?".encode("latin-1")), encoding="utf-8", errors=errors)
    with pytest.raises(BadQuestion, match="not UTF-8"):
        answer_piped(never_asked, stdin, Screen())


def test_a_line_that_is_not_utf_8_does_not_end_the_conversation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = TextIOWrapper(BytesIO("Café?\nquit\n".encode("latin-1")), encoding="utf-8", errors="surrogateescape")
    monkeypatch.setattr("sys.stdin", stdin)
    open_desk(never_asked, Screen())
    assert "This question is not UTF-8" in capsys.readouterr().out


def never_asked(question: Question) -> Answer | Gap:
    raise AssertionError(question.text)


def test_serving_without_tokens_says_which_are_missing(attache: Attache) -> None:
    result = attache("serve")
    assert result.code == 1
    assert result.err.startswith("SLACK_BOT_TOKEN and SLACK_APP_TOKEN must be set")


def test_the_desk_keeps_the_thread_until_told_otherwise(stocked: Path) -> None:
    desk = Terminal("run", home=stocked)
    hello = desk.read_until("Ask: ")
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN" in hello
    desk.type("What is the Denver Declaration?\n")
    assert "Denver Declaration" in desk.read_until("Ask: ")
    desk.type("When was it signed?\n")
    assert "Denver" in desk.read_until("Ask: ")
    desk.type("new\n")
    assert "A new subject." in desk.read_until("Ask: ")
    desk.type("   \n")
    desk.read_until("Ask: ")
    desk.type("quit\n")
    assert desk.leave()[0] == 0


def test_an_error_does_not_end_the_conversation(stocked: Path) -> None:
    desk = Terminal("desk", home=stocked)
    desk.read_until("Ask: ")
    desk.type(("why " * 900) + "\n")  # a terminal takes 4,095 characters a line
    desk.read_until("Ask: ")
    desk.type("?\n")
    desk.read_until("Ask: ")
    desk.type("\x04")
    assert desk.leave()[0] == 0


def test_an_interrupt_leaves_quietly(stocked: Path) -> None:
    desk = Terminal("desk", home=stocked)
    desk.read_until("Ask: ")
    desk.process.send_signal(signal.SIGINT)
    code, last_words = desk.leave()
    assert code == 130
    assert last_words.strip() in {"", "^C"}
