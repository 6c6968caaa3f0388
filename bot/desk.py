"""The desk in the terminal: questions in, the same answers as in Slack out, follow-ups in one thread."""

from collections.abc import Callable
from datetime import date
from typing import TextIO
from uuid import uuid4

from rich.text import Text

from bot.faults import explain
from bot.screen import Screen
from bot.showing import outcome_view
from bot.speaking import said, speaking
from knowledge.domain import Answer, Gap, Question, Turn
from knowledge.errors import BadQuestion
from knowledge.language import language_asked_in, language_of_conversation
from knowledge.memos import MemoRequest

Ask = Callable[[Question], Answer | Gap]

CONNECT = (
    "To answer in Slack, make the app from bot/slack/manifest.yaml at https://api.slack.com/apps",
    "and put SLACK_BOT_TOKEN and SLACK_APP_TOKEN into .env (see .env.example), then `make run` again.",
)
HINT = 'Ask a question, for example: echo "What is the Denver Declaration?" | make run'


def answer_piped(ask: Ask, stdin: TextIO, screen: Screen) -> None:
    """Answer what was piped in as one question; an empty pipe gets a hint. Raises BadQuestion."""
    text = _read(stdin.read).strip()
    if not text:
        screen.out.print(Text(HINT))
        return
    outcome = ask(desk_question(text))
    with speaking(language_asked_in(text)):
        screen.out.print(outcome_view(outcome))


def open_desk(ask: Ask, screen: Screen) -> None:
    """Ask and answer until `quit` or the end of input; `new` forgets the thread. An error ends no conversation."""
    for line in (*CONNECT, "", "Ask a question; `new` starts another subject, `quit` leaves."):
        screen.out.print(Text(line))
    thread: tuple[Turn, ...] = ()
    thread_id = _new_id()
    while (text := _prompt(screen)) is not None:
        match text.strip():
            case "":
                continue
            case "quit" | "exit":
                return
            case "new":
                thread, thread_id = (), _new_id()
                screen.out.print(Text("A new subject."))
            case question:
                thread = _take_turn(ask, screen, question, thread, thread_id)


def desk_question(
    text: str,
    *,
    thread: tuple[Turn, ...] = (),
    thread_id: str | None = None,
    as_of: date | None = None,
    memo: MemoRequest | None = None,
) -> Question:
    """Make a question asked at this terminal; every asking is a new one."""
    return Question(id=_new_id(), text=text, thread=thread, thread_id=thread_id, as_of=as_of, memo=memo)


def _take_turn(ask: Ask, screen: Screen, text: str, thread: tuple[Turn, ...], thread_id: str) -> tuple[Turn, ...]:
    """Ask, show, and return the thread with this turn in it."""
    asked = (text, *(turn.text for turn in reversed(thread) if turn.speaker == "user"))
    with speaking(language_of_conversation(asked)):
        try:
            outcome = ask(desk_question(text, thread=thread, thread_id=thread_id))
        except Exception as err:
            shown = explain(err)
            advice = said("{advice} (reference {reference})", advice=said(shown.advice), reference=shown.reference)
            screen.out.print(Text(advice, style="red"))
            return thread
        screen.out.print(outcome_view(outcome))
    reply = (Turn(speaker="agent", text=outcome.text),) if isinstance(outcome, Answer) else ()
    return (*thread, Turn(speaker="user", text=text), *reply)


def _prompt(screen: Screen) -> str | None:
    screen.out.print()
    try:
        return _read(lambda: input("Ask: "))
    except EOFError:
        screen.out.print()
        return None
    except BadQuestion as err:
        screen.out.print(Text(err.advice, style="red"))
        return ""


def _read(read: Callable[[], str]) -> str:
    """Read a text. Raises BadQuestion for bytes that are no UTF-8, which Python refuses or keeps as surrogates."""
    try:
        text = read()
        text.encode()
    except UnicodeError as err:
        raise BadQuestion("This question is not UTF-8; please write it in UTF-8.") from err
    return text


def _new_id() -> str:
    return f"desk:{uuid4().hex}"
