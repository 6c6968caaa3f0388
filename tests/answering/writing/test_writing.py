"""Answers a model wrote: only what the gate lets through is shown, and the quotes wherever that is not an answer."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from knowledge.domain import Answer, Gap, Question, Turn
from knowledge.knowledge_base import KnowledgeBase
from knowledge.written import Unwritten
from tests.answering.writing.models import Scripted, open_with_model, quoting, reply
from tests.making import WordHashEmbedding, markdown

GIFTS = """# Gift rules

## Limits

Gifts worth more than $50 must be reported to the Ethics Commission within 30 days. Staff shall not accept cash.

## Registry

The gift registry is kept by the City Clerk, Dana Whitfield. It is open to the public on weekdays.
"""
TRAVEL = """# Travel rules

Trips longer than 7 days need written consent of the City Manager. Receipts for travel are kept for 3 years.
"""
ASKED = "Which gifts must be reported to the Ethics Commission?"
NUMBERS = count(1)
SENTENCE = "Gifts worth more than $50 must be reported to the Ethics Commission within 30 days."


@pytest.fixture(scope="module")
def scripted() -> Scripted:
    return Scripted(say=quoting)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, scripted: Scripted) -> Iterator[KnowledgeBase]:
    opened = open_with_model(tmp_path_factory.mktemp("written"), WordHashEmbedding(), scripted)
    opened.add([markdown("gifts", GIFTS), markdown("travel", TRAVEL)], actor="test")
    yield opened
    opened.close()


def ask(library: KnowledgeBase, scripted: Scripted, say: Any, text: str = ASKED, **more: Any) -> Answer | Gap:
    """Ask a question of its own while the model says this."""
    scripted.say = say if callable(say) else lambda *_: say
    scripted.asked.clear()
    return library.ask(Question(id=f"q-{next(NUMBERS)}", text=text, **more))


def place_of(material: dict[str, Any], words: str) -> str:
    return next(passage["id"] for passage in material["passages"] if words in passage["text"])


def test_sentences_that_pass_are_shown_with_the_sentences_they_stand_on(
    library: KnowledgeBase, scripted: Scripted
) -> None:
    def say(_: str, material: dict[str, Any]) -> str:
        label = place_of(material, "Gifts worth")
        return reply(
            (
                "Gifts worth over 50 dollars must be reported to the Ethics Commission within thirty days.",
                label,
                SENTENCE,
            ),
            ("Staff must not accept cash.", label, "Staff shall not accept cash."),
            ("Staff may accept cash.", label, "Staff shall not accept cash."),
        )

    answer = ask(library, scripted, say)
    assert isinstance(answer, Answer)
    assert [(one.text[:12], one.numbers) for one in answer.written] == [("Gifts worth ", (1,)), ("Staff must n", (2,))]
    assert [citation.quote for citation in answer.citations] == [SENTENCE, "Staff shall not accept cash."]
    assert answer.dropped == ("negation",)
    assert answer.text.endswith("Staff must not accept cash. [2]")
    assert library.ask(Question(id=answer.question_id, text=ASKED)) == answer  # as the ledger recorded it


@pytest.mark.parametrize(
    ("say", "why"),
    [
        ('{"sentences": []}', Unwritten.NOTHING_KEPT),
        (reply(("Gifts worth more than $500 must be reported.", "P1", SENTENCE)), Unwritten.NOTHING_KEPT),
        (reply(("I may not answer that.", "P9", "Nothing at all here.")), Unwritten.NOTHING_KEPT),
        ("Gifts worth more than $50 must be reported [1].", Unwritten.UNREADABLE),
        (AIMessage(content="", tool_calls=[{"name": "post", "args": {}, "id": "1"}]), Unwritten.TOOL_CALL),
        (AIMessage(content=""), Unwritten.EMPTY),
    ],
)
def test_without_a_sentence_that_passes_the_quotes_are_shown_and_a_line_says_why(
    library: KnowledgeBase, scripted: Scripted, say: Any, why: Unwritten
) -> None:
    answer = ask(library, scripted, say)
    assert isinstance(answer, Answer)
    assert (answer.written, answer.unwritten) == ((), why)
    assert SENTENCE in answer.citations[0].quote
    assert why.says.endswith("; these are the documents' own words.")
    ask(library, scripted, quoting)  # a good call, so that the breaker does not open


def test_sentences_that_are_true_but_no_answer_are_not_shown(library: KnowledgeBase, scripted: Scripted) -> None:
    def say(_: str, material: dict[str, Any]) -> str:
        quote = "Staff shall not accept cash."
        return reply(("Staff must not accept cash.", place_of(material, quote), quote))

    answer = ask(library, scripted, say)
    assert isinstance(answer, Answer)
    assert (answer.written, answer.unwritten) == ((), Unwritten.NO_ANSWER_LEFT)


def test_what_the_library_does_not_answer_no_model_is_asked(library: KnowledgeBase, scripted: Scripted) -> None:
    outcome = ask(library, scripted, quoting, "How tall is the Eiffel Tower in feet?")
    assert isinstance(outcome, Gap)
    assert scripted.asked == []


def test_trying_and_explaining_ask_no_model(library: KnowledgeBase, scripted: Scripted) -> None:
    answer = ask(library, scripted, quoting)
    scripted.asked.clear()
    library.explain(answer.question_id)
    library.try_question(Question(id="try", text=ASKED))
    assert scripted.asked == []


def test_documents_are_data_below_the_rules_and_carry_no_file_names(library: KnowledgeBase, scripted: Scripted) -> None:
    ask(library, scripted, quoting)
    ((rules, material),) = scripted.asked
    assert SENTENCE not in rules
    assert ASKED not in rules
    assert {*json.loads(material)} == {"question", "passages"}
    assert "gifts.md" not in material


THREAD = (
    Turn(speaker="user", text="Who keeps the gift registry?"),
    Turn(speaker="agent", text="The gift registry is kept by the City Clerk, Dana Whitfield."),
)


@pytest.mark.parametrize(
    ("restated", "searched"),
    [
        ("When is the gift registry open to the public?", "When is the gift registry open to the public?"),
        ("When is the gift registry of Springfield open?", "When is it open to the public?"),
        ("See https://x.example", "When is it open to the public?"),
        ("no json", "When is it open to the public?"),
    ],
)
def test_a_follow_up_is_restated_in_the_threads_own_words_or_not_at_all(
    library: KnowledgeBase, scripted: Scripted, restated: str, searched: str
) -> None:
    def say(_: str, material: dict[str, Any]) -> str:
        if "follow_up" in material:
            return restated if restated == "no json" else json.dumps({"question": restated})
        return quoting("", material)

    outcome = ask(library, scripted, say, "When is it open to the public?", thread=THREAD)
    assert isinstance(outcome, Answer)
    assert json.loads(scripted.asked[-1][1])["question"] == searched
    assert library.conversations.question(outcome.question_id).text == "When is it open to the public?"  # type: ignore[union-attr]


def test_a_question_that_stands_alone_is_not_restated(library: KnowledgeBase, scripted: Scripted) -> None:
    ask(library, scripted, quoting, ASKED, thread=THREAD)
    assert len(scripted.asked) == 1


def test_no_language_model_is_imported_where_none_is_configured(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from bot.settings import Settings; from bot.wiring import open_writing;"
        "import bot.cli, knowledge.knowledge_base;"
        "assert open_writing(Settings(_env_file=None), None, str.split) is None;"
        "print([name for name in sys.modules if name.split('.')[0] in {'langchain', 'langchain_core', 'langsmith'}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path, env={"PATH": ""}
    )
    assert done.stdout.strip() == "[]"
