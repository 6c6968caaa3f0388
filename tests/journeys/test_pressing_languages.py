"""What is pressed below a reply in Spanish or Portuguese, and all that comes of it: no English of the bot's is left."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from bot import messages
from bot.slack.blocks import DONT_LOG, FEEDBACK, NEEDS_HUMAN, SHARE, SHOW_CONTEXT
from bot.slack.buttons import WHY_NOT
from bot.slack.memo_sharing import CHANNEL, SHARE_MEMO
from bot.slack.told import HUSH, NOT_QUITE, REASON, TELL_AGAIN, YES
from knowledge.domain import Question
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.journeys.test_languages import ASKED, DECLARATION, UNKNOWN
from tests.making import WordHashEmbedding, markdown, open_in
from tests.test_messages import forms
from tests.workspace import Message
from tests.workspace.records import View

pytestmark = [
    pytest.mark.parametrize("transport", ["socket mode"], indirect=True),
    pytest.mark.parametrize("language", ["es", "pt"]),
]

SALARIES = {
    "es": "---\ntitle: Salarios\n---\n\nQué salario debemos ofrecer: el salario de la tabla 4.\n",
    "pt": "---\ntitle: Salários\n---\n\nQue salário devemos oferecer: o salário da tabela 4.\n",
}
# Where a message or a view keeps what people see or hear.
READ = frozenset({"text", "accessibility_label", "alt_text"})
# Words that stand in documents, names of people and collections.
NAMES = ("office", "Denver Declaration", "maya", "Attaché")


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    """A library that answers as soon as a name of the question stands in a document."""
    opened = open_in(tmp_path / "home", word_hash, threshold=0.2)
    opened.add([markdown("denver", DECLARATION)], actor="test")
    yield opened
    opened.close()


def words_of(texts: Iterable[str]) -> set[str]:
    """Whole words only: a fault's reference, such as be729dd0, has letters that are no word."""
    return set(re.findall(r"\b[^\W\d_]+\b", re.sub(r"\{\w+\}", " ", " ".join(texts)).lower()))


def only_english(language: str) -> set[str]:
    """The words of the bot's messages that none of their translations has."""
    with (Path(messages.__file__ or "").parent / f"{language}.po").open("rb") as file:
        catalogue = [message for message in read_po(file, locale=language) if message.id]
    english, translated = (
        words_of(form for message in catalogue for form in forms(getattr(message, side))) for side in ("id", "string")
    )
    return english - translated


def read_in(part: Any) -> Iterator[str]:
    """All that somebody reads, or hears read out, in blocks or a view."""
    match part:
        case dict():
            for key, value in part.items():
                if key in READ and isinstance(value, str):
                    yield value
                else:
                    yield from read_in(value)
        case list():
            for one in part:
                yield from read_in(one)


class Listening:
    """Holds what somebody sees against the words that are English only, without quotes and what was asked."""

    def __init__(self, language: str, document: str) -> None:
        self._english = only_english(language)
        assert {"the", "this", "of", "and", "question"} <= self._english
        lines = [line.removeprefix("# ") for line in document.splitlines() if line]
        sentences = [part for line in lines for part in re.split(r"(?<=\.) ", line)]
        self._theirs = sorted({*lines, *sentences, *NAMES, *ASKED.values(), *UNKNOWN.values()}, key=len, reverse=True)

    def check(self, *seen: Message | View) -> None:
        for one in seen:
            texts = [one.text, *read_in(one.blocks)] if isinstance(one, Message) else list(read_in(one.content))
            assert texts
            whole = "\n".join(texts)
            for theirs in self._theirs:
                whole = whole.replace(theirs, " ")
            assert words_of([whole]) & self._english == set(), whole


def opened(office: Office, user: str = "U1") -> View:
    """Wait for the modal somebody has before them."""
    office.wait(lambda: any(view.is_open for view in office.workspace.views(user)))
    return next(view for view in reversed(office.workspace.views(user)) if view.is_open)


def test_below_an_answer(quiet_office: Office, library: KnowledgeBase, language: str) -> None:
    office, listening = quiet_office, Listening(language, DECLARATION)
    with office.at_work(library):
        office.maya.command("/ask", ASKED[language]).wait()
        looking, answer = office.whispers("U1", 2)
        listening.check(looking, answer)
        office.maya.clicks(answer, f"{SHOW_CONTEXT}:1").wait()
        context = opened(office)
        listening.check(context)
        office.maya.closes(context)
        for helpful in ("positive", "negative"):
            office.maya.clicks(answer, FEEDBACK, helpful).wait()
        why = opened(office)
        listening.check(why)
        office.maya.submits(why, {WHY_NOT: "Falta."}).wait()
        office.maya.clicks(answer, NEEDS_HUMAN).wait()
        office.forges_click("U2", answer, SHARE)
        office.maya.clicks(answer, SHARE).wait()
        (shared,) = office.wait(lambda: office.workspace.messages("C1"))
        office.wait(lambda: SHARE not in answer.action_ids)
        listening.check(shared, *office.whispers("U1", 5), *office.whispers("U2"))
    office.check_manners()


def test_a_memo_and_below_it(quiet_office: Office, library: KnowledgeBase, language: str) -> None:
    office, workspace, listening = quiet_office, quiet_office.workspace, Listening(language, DECLARATION)
    workspace.roster.users["U1"].locale = language
    with office.at_work(library):
        for unclear in ("", "compare Denver: Denver"):
            office.maya.command("/brief", unclear).wait()
        office.maya.command("/brief", "Denver Declaration").wait()
        (memo,) = office.wait(lambda: workspace.messages(workspace.im("U1")))
        office.wait(lambda: library.conversations.release() == 0)
        office.maya.clicks(memo, SHARE_MEMO).wait()
        where = opened(office)
        listening.check(memo, where, *office.whispers("U1", 3))
        office.maya.submits(where, {CHANNEL: "C1"}).wait()
        below = office.wait(lambda: [one for one in workspace.messages(memo.channel, memo.ts) if not one.files])
        (shared,) = workspace.messages("C1")
        listening.check(shared, *below)
    office.check_manners()


def test_below_a_refusal(quiet_office: Office, library: KnowledgeBase, language: str) -> None:
    office, listening = quiet_office, Listening(language, DECLARATION)
    with office.at_work(library):
        question = office.maya.mentions("C1", UNKNOWN[language])
        refusal = office.reply(question)
        listening.check(refusal)
        office.omar.clicks(refusal, NEEDS_HUMAN).wait()
        office.omar.clicks(refusal, DONT_LOG).wait()
        office.maya.clicks(refusal, DONT_LOG).wait()
        office.omar.clicks(office.reply(question), FEEDBACK, "negative").wait()
        listening.check(office.reply(question), *office.whispers("U1"), *office.whispers("U2", 3))
    office.check_manners()


def test_below_an_answer_that_came_later(quiet_office: Office, library: KnowledgeBase, language: str) -> None:
    office, workspace, listening = quiet_office, quiet_office.workspace, Listening(language, SALARIES[language])
    for user in ("U1", "U2"):
        library.ask(Question(id=f"C1:{user}", text=UNKNOWN[language], asker=user, channel="C1"))
    with office.at_work(library):
        library.add([markdown("salaries", SALARIES[language])], actor="test")
        library.gaps.retest()
        for user in ("U1", "U2"):
            office.wait(lambda user=user: workspace.messages(workspace.im(user)))
        (maya,), (omar,) = (workspace.messages(workspace.im(user)) for user in ("U1", "U2"))
        listening.check(maya, omar)
        office.omar.clicks(omar, f"{SHOW_CONTEXT}:1").wait()
        context = opened(office, "U2")
        listening.check(context)
        office.omar.closes(context)
        office.forges_click("U2", maya, YES)
        for action in (HUSH, TELL_AGAIN, YES):
            office.maya.clicks(maya, action).wait()
            office.wait(lambda action=action: action not in maya.action_ids)
            listening.check(maya)
        office.omar.clicks(omar, NOT_QUITE).wait()
        asked = opened(office, "U2")
        listening.check(asked)
        office.omar.submits(asked, {REASON: "Falta."}).wait()
        office.wait(lambda: NOT_QUITE not in omar.action_ids)
        listening.check(omar, opened(office, "U2"), *office.whispers("U1", 3), *office.whispers("U2"))
    office.check_manners()
