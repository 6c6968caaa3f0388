"""When the model is away the quotes are shown, with a line that says so, and after a while it is not asked any more."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from bot.checking import check_everything
from bot.cli import main
from bot.settings import Settings
from bot.wiring import open_writing
from knowledge.answering.writing.chat_model import ChatModel, ModelAway, open_chat_model
from knowledge.domain import Answer, Question
from knowledge.errors import ChatModelUnavailable
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import open_ledger
from knowledge.ledger.writing import Limits
from knowledge.written import Unwritten
from tests.answering.writing.models import (
    ChatServer,
    Scripted,
    answering,
    chat_server,
    cutting,
    never_answering,
    open_with_model,
    quoting,
    reply,
    streaming,
    with_body,
)
from tests.making import Calendar, WordHashEmbedding, markdown

QUOTE = "The harbor office opens at seven in the morning on weekdays."
ASKED = "When does the harbor office open in the morning on weekdays?"


@pytest.fixture(scope="module")
def server() -> Iterator[ChatServer]:
    with chat_server() as serving:
        yield serving


def at(server: ChatServer, *, timeout: float = 10, retries: int = 0) -> ChatModel:
    return open_chat_model(
        "openai:local", base_url=server.url, api_key="none", timeout=timeout, retries=retries, most_tokens=100
    )


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        (with_body('{"error": {"message": "slow down"}}', 429), Unwritten.BUSY),
        (with_body('{"error": {"message": "oops"}}', 500), Unwritten.FAILED),
        (with_body('{"error": {"message": "no such key"}}', 401), Unwritten.REFUSED),
        (with_body('{"id": "c1", "choices": [{"mess'), Unwritten.UNREADABLE),
        (answering(""), Unwritten.EMPTY),
        (answering(None), Unwritten.EMPTY),
        (
            answering(
                None,
                tool_calls=[{"id": "t", "type": "function", "function": {"name": "post", "arguments": "{}"}}],
            ),
            Unwritten.TOOL_CALL,
        ),
        (cutting, Unwritten.CUT),
    ],
)
def test_each_outage_of_a_real_server_is_told_apart(server: ChatServer, behave: Any, why: Unwritten) -> None:
    server.behave = behave
    with pytest.raises(ModelAway) as caught:
        at(server).ask("rules", "material")
    assert caught.value.why is why


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        (with_body('{"error": {"message": "slow down"}}', 429), Unwritten.BUSY),
        (with_body('{"error": {"message": "oops"}}', 500), Unwritten.FAILED),
        (streaming(), Unwritten.EMPTY),
        (streaming(calls=True), Unwritten.TOOL_CALL),
        (streaming("half a ", "sen", length=9_999), Unwritten.CUT),
    ],
)
def test_each_outage_of_a_stream_is_told_apart(server: ChatServer, behave: Any, why: Unwritten) -> None:
    server.behave = behave
    with pytest.raises(ModelAway) as caught:
        at(server).ask("rules", "material", hear=lambda _: None)
    assert caught.value.why is why


def test_a_stream_is_heard_piece_by_piece_and_what_was_heard_is_not_asked_for_again(server: ChatServer) -> None:
    heard: list[str] = []
    server.behave = streaming("one ", "two")
    said = at(server).ask("rules", "material", heard.append)
    assert (heard, said.text, said.counted) == (["one ", "two"], "one two", False)
    server.behave = streaming("one ", length=9_999)
    server.requests.clear()
    with pytest.raises(ModelAway):
        at(server, retries=3).ask("rules", "material", heard.append)
    assert len(server.requests) == 1


def test_whoever_has_had_enough_waits_for_no_more(server: ChatServer) -> None:
    over, enough = threading.Event(), threading.Event()
    server.behave = never_answering(over)
    enough.set()
    with pytest.raises(ModelAway) as caught:
        at(server, timeout=60).ask("rules", "material", lambda _: None, enough)
    over.set()
    assert caught.value.why is Unwritten.STOPPED


def test_a_server_that_says_nothing_is_not_waited_for(server: ChatServer) -> None:
    over = threading.Event()
    server.behave = never_answering(over)
    with pytest.raises(ModelAway) as caught:
        at(server, timeout=0.3).ask("rules", "material")
    over.set()
    assert caught.value.why is Unwritten.TIMEOUT


def test_no_server_at_all_is_a_broken_connection() -> None:
    with chat_server() as gone:
        pass
    with pytest.raises(ModelAway) as caught:
        at(gone).ask("rules", "material")
    assert caught.value.why is Unwritten.CUT


def test_what_passes_is_tried_again_and_what_does_not_is_not(server: ChatServer) -> None:
    behaviours = [with_body("{}", 500), answering("done")]

    def behave(request: BaseHTTPRequestHandler) -> None:
        behaviours.pop(0)(request)

    server.behave = behave
    said = at(server, retries=1).ask("rules", "material")
    assert (said.text, said.tokens_in, said.tokens_out, said.counted) == ("done", 321, 45, True)
    server.behave = with_body("{}", 401)
    server.requests.clear()
    with pytest.raises(ModelAway):
        at(server, retries=3).ask("rules", "material")
    assert len(server.requests) == 1


def test_nothing_is_traced_whatever_the_environment_says(server: ChatServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with chat_server() as elsewhere:
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        monkeypatch.setenv("LANGSMITH_ENDPOINT", elsewhere.url)
        monkeypatch.setenv("LANGSMITH_API_KEY", "lsv2_key")
        server.behave = answering("done")
        model = at(server)
        model.ask("rules", "material")
        assert traced(model, tracing=True), "tracing would not happen anyway, and this test says nothing"
        assert not traced(model, tracing=False)
        assert elsewhere.requests == []


def traced(model: ChatModel, *, tracing: bool) -> bool:
    """Whether a call is given a tracer: in LangChain's own way, or in ours."""
    from langchain_core.callbacks import CallbackManager
    from langsmith import tracing_context
    from langsmith.utils import get_env_var

    get_env_var.cache_clear()
    if tracing:
        return bool(CallbackManager.configure().handlers)
    with tracing_context(enabled=False):
        return bool(CallbackManager.configure().handlers)


@pytest.fixture
def calendar() -> Calendar:
    return Calendar(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def scripted() -> Scripted:
    return Scripted(say=quoting, asked=[])


@pytest.fixture
def library(tmp_path: Path, scripted: Scripted, calendar: Calendar) -> Iterator[KnowledgeBase]:
    opened = open_with_model(tmp_path / "home", WordHashEmbedding(), scripted, now=calendar)
    opened.add([markdown("harbor", f"# Harbor\n\n{QUOTE} Boats are washed on the slipway behind it.")], actor="test")
    yield opened
    opened.close()


def asks(library: KnowledgeBase, id_: str, asker: str = "U1") -> Answer:
    outcome = library.ask(Question(id=id_, text=ASKED, asker=asker))
    assert isinstance(outcome, Answer)
    return outcome


def test_after_three_troubles_the_model_rests_a_minute_and_one_call_tries_again(
    library: KnowledgeBase, scripted: Scripted, calendar: Calendar
) -> None:
    def fail(*_: object) -> str:
        raise TimeoutError("the question was: secret")

    scripted.say = fail
    assert [asks(library, f"a{n}").unwritten for n in range(3)] == [Unwritten.TIMEOUT] * 3
    scripted.asked.clear()
    resting = asks(library, "b")
    assert (resting.unwritten, scripted.asked) == (Unwritten.RESTING, [])
    assert QUOTE in resting.citations[0].quote
    calendar.move(seconds=61)
    assert asks(library, "c").unwritten is Unwritten.TIMEOUT
    assert asks(library, "d").unwritten is Unwritten.RESTING
    calendar.move(seconds=61)
    scripted.say = quoting
    assert asks(library, "e").written
    assert asks(library, "f").written


LIMITED: list[tuple[Limits, Unwritten]] = [
    (Limits(tokens_per_question=1_600), Unwritten.QUESTION_BUDGET),
    (Limits(tokens_per_user_per_day=4_000), Unwritten.USER_BUDGET),
    (Limits(tokens_per_day=4_000), Unwritten.DAY_BUDGET),
    (Limits(price_in=1.0, price_out=10.0, cost_per_question=0.015), Unwritten.QUESTION_BUDGET),
    (Limits(price_in=1.0, price_out=10.0, cost_per_user_per_day=0.025), Unwritten.USER_BUDGET),
    (Limits(price_in=1.0, price_out=10.0, cost_per_day=0.025), Unwritten.COST_BUDGET),
]


@pytest.mark.parametrize(
    ("limits", "why"),
    LIMITED,
    ids=[f"{why.value}, {'cost' if limits.price_in else 'tokens'}" for limits, why in LIMITED],
)
def test_a_budget_that_is_spent_ends_the_asking_for_today_only(
    tmp_path: Path, calendar: Calendar, limits: Limits, why: Unwritten
) -> None:
    with_ledger = open_ledger(tmp_path / "ledger.sqlite3", calendar)
    record = with_ledger.writing

    def begin(question: str, asker: str = "U1") -> int | Unwritten:
        return record.begin(question_id=question, asker=asker, tokens_in=500, tokens_out=1_500, limits=limits)

    first = begin("q1")
    if why is Unwritten.QUESTION_BUDGET:
        assert first is why
    else:
        assert isinstance(first, int)
        assert begin("q2") in {why, 2}  # what is set aside counts as spent
        record.end(first, limits=limits, tokens=(1_900, 2_000), counted=True)
        assert begin("q3") is why
        assert (begin("q4", asker="U2") is why) == (why is not Unwritten.USER_BUDGET)
        calendar.move(days=1)
        assert isinstance(begin("q5"), int)
    with_ledger.close()


@pytest.mark.parametrize(
    "limits",
    [Limits(tokens_per_question=2_300), Limits(price_in=2.0, price_out=2.0, cost_per_question=0.0046)],
    ids=["tokens", "cost"],
)
def test_passages_that_do_not_fit_into_a_questions_budget_are_left_out(
    tmp_path: Path, scripted: Scripted, calendar: Calendar, limits: Limits
) -> None:
    opened = open_with_model(tmp_path / "small", WordHashEmbedding(), scripted, limits=limits, now=calendar)
    filler = " ".join(f"The harbor office wrote note number {n} on weekdays." for n in range(100, 130))
    opened.add([markdown("harbor", f"# Harbor\n\n{QUOTE}\n\n## Notes\n\n{filler}")], actor="test")
    assert asks(opened, "q").written
    assert len(json.loads(scripted.asked[0][1])["passages"]) < 5
    opened.close()


def test_tokens_are_estimated_on_the_high_side_where_nobody_counts(library: KnowledgeBase, scripted: Scripted) -> None:
    asks(library, "q")
    report = library.writing.report()
    assert report.tokens_in >= len("".join(scripted.asked[0])) / 4
    assert (report.kept, report.dropped, report.answers) == (1, {}, 1)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("mistralai:large", "run `.venv/bin/pip install langchain langchain-mistralai`"),
        ("bedrock_converse:x", "run `.venv/bin/pip install langchain langchain-aws`"),
        ("anthropic:x", "run `.venv/bin/pip install '.[anthropic]'`"),
        ("nobody:x", "check CHAT_MODEL"),
    ],
)
def test_a_missing_package_is_named(name: str, says: str) -> None:
    with pytest.raises(ChatModelUnavailable) as caught:
        open_chat_model(name, base_url=None, api_key="k", timeout=1, retries=0, most_tokens=10)
    assert says in caught.value.advice


def test_the_settings_reach_the_model(tmp_path: Path, server: ChatServer) -> None:
    ledger = open_ledger(tmp_path / "ledger.sqlite3")
    settings = Settings(
        _env_file=None, chat_model="openai:local", chat_base_url=server.url, chat_api_key="none", chat_retries=0
    )
    writing = open_writing(settings, ledger, str.split)
    assert writing is not None
    server.behave = answering(reply())
    assert writing.probe() is None
    server.behave = with_body("{}", 500)
    assert writing.probe() is Unwritten.FAILED
    assert ledger.writing.state().troubles == ("failed", None)
    ledger.close()


def test_a_bad_edit_of_a_prompt_keeps_attache_from_starting_and_names_the_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "answer.md").write_text("Be brief.\n{{question}}\n---\n{{passages}}\n", "utf-8")
    for name, value in {
        "ATTACHE_HOME": str(tmp_path / "home"),
        "CHAT_MODEL": "openai:local",
        "CHAT_API_KEY": "none",
        "PROMPTS_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["ask", ASKED]) == 1
    err = capsys.readouterr().err
    assert f"{tmp_path / 'answer.md'}, line 2: {{{{question}}}} must stand below the line '---'" in err


def test_check_asks_the_model_for_a_word_and_says_until_when_it_rests(tmp_path: Path, server: ChatServer) -> None:
    settings = Settings(
        _env_file=None,
        attache_home=tmp_path,
        chat_model="openai:local",
        chat_base_url=server.url,
        chat_api_key="none",
        chat_retries=0,
    )

    def found() -> tuple[bool, str]:
        finding = next(one for one in check_everything(settings) if one.name == "language model")
        return finding.ok, finding.says

    server.behave = answering("ready")
    assert found() == (True, "openai:local answers; 366 tokens today")
    server.behave = with_body("{}", 500)
    ledger = open_ledger(tmp_path / "ledger.sqlite3")
    writing = open_writing(settings, ledger, str.split)
    assert writing is not None
    assert [writing.probe() for _ in range(3)] == [Unwritten.FAILED] * 3
    ledger.close()
    ok, says = found()
    assert not ok
    assert "openai:local failed 3 times in a row, last: failed; it is not asked until " in says
