"""Asked in Spanish and Portuguese over rules in English, with a language model: what people in Slack see of it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from bot.slack.blocks import FEEDBACK, FOOTER, NO_ANSWER, SHARE, SHOW_CONTEXT
from bot.slack.told import THANKS, YES
from bot.speaking import said, speaking
from knowledge.knowledge_base import KnowledgeBase
from knowledge.written import NOT_TRANSLATED, TRANSLATED_BY, WITHHELD, WRITTEN_BY
from tests.answering.writing.models import Scripted, open_with_model, reply
from tests.answering.writing.translators import (
    ASKED,
    CASH,
    GIFTS,
    RULE,
    SAID,
    Translator,
    failing,
    nothing,
    translations,
)
from tests.journeys.office import Office
from tests.journeys.test_asking import quotes_of
from tests.journeys.test_briefs import brief
from tests.making import WordHashEmbedding, markdown
from tests.workspace import Message, Workspace
from tests.workspace.records import File

TOPICS = {
    "es": "los regalos que deben declararse ante la Ethics Commission",
    "pt": "os presentes que devem ser declarados à Ethics Commission",
}
NO_CASH = "Staff shall not accept cash."

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def scripted() -> Scripted:
    return Scripted(say=Translator())


@pytest.fixture
def bureau(quiet_office: Office, tmp_path: Path, scripted: Scripted) -> Iterator[Office]:
    library = open_with_model(tmp_path / "home", WordHashEmbedding(), scripted)
    library.add([markdown("gifts", GIFTS)], actor="test")
    with quiet_office.at_work(library):
        yield quiet_office
    quiet_office.check_manners()
    library.close()


@pytest.fixture
def library(tmp_path: Path, scripted: Scripted) -> Iterator[KnowledgeBase]:
    """Flags, and nothing about gifts yet."""
    opened = open_with_model(tmp_path / "flags", WordHashEmbedding(), scripted)
    opened.add([markdown("flags", "# Flags\n\nThe guest's flag stands to the left.\n")], actor="test")
    yield opened
    opened.close()


def whole(office: Office, asked: Message) -> Message:
    """Wait until our one reply stands as it will stay."""
    (message,) = office.replies(asked)
    office.wait(lambda: message.is_whole and message.metadata)
    return message


def both(_: str, material: dict[str, Any]) -> str:
    label = next(str(passage["id"]) for passage in material["passages"] if RULE in passage["text"])
    return reply((RULE, label, RULE), (NO_CASH, label, NO_CASH))


@pytest.mark.parametrize("language", ["es", "pt"])
def test_sentences_stream_in_the_documents_language_and_their_translations_come_with_the_end(
    workspace: Workspace, bureau: Office, scripted: Scripted, language: str
) -> None:
    # The second says that cash may be taken.
    altered = CASH[language].replace("no puede", "puede").replace("não podem", "podem")
    scripted.say = Translator(write=both, answer=lambda *_: translations(SAID[language], altered))
    message = whole(bureau, bureau.maya.mentions("C1", ASKED[language]))
    with speaking(language):
        whose, label, withheld = said(WRITTEN_BY), said(TRANSLATED_BY), said(WITHHELD)
    lines = [f"{RULE} [1]", f"{NO_CASH} [2]", whose, label, f"{SAID[language]} [1]", f"{withheld} [2]"]
    assert message.words.split("\n")[:6] == lines
    assert altered not in message.words
    assert [call.method for call in workspace.calls() if "Stream" in call.method][-1] == "chat.stopStream"
    assert workspace.calls("chat.update") == []
    assert quotes_of(message) == [RULE, NO_CASH]
    bureau.maya.clicks(message, f"{SHOW_CONTEXT}:1").wait()
    (view,) = bureau.wait(lambda: workspace.views("U1"))
    assert RULE in view.words


@pytest.mark.parametrize("language", ["es", "pt"])
def test_each_quote_has_its_translation_below_also_where_it_is_shared(
    bureau: Office, scripted: Scripted, language: str
) -> None:
    scripted.say = Translator(write=nothing)
    bureau.maya.command("/ask", ASKED[language])
    _, answer = bureau.whispers("U1", 2)
    bureau.maya.clicks(answer, SHARE).wait()
    (shared,) = bureau.wait(bureau.workspace.posts)
    with speaking(language):
        below = f"{said(TRANSLATED_BY)} {SAID[language]} {CASH[language]}"
        footer = said(FOOTER)
    for message in (answer, shared):
        assert message.words.index(RULE) < message.words.index(below)
        assert below in message.text
        assert footer in message.words
    assert f"{SHOW_CONTEXT}:1" in shared.action_ids
    assert FEEDBACK in shared.action_ids


def test_an_outage_in_translation_leaves_the_answer_with_one_line(bureau: Office, scripted: Scripted) -> None:
    scripted.say = Translator(answer=failing)
    message = whole(bureau, bureau.maya.direct_message(ASKED["pt"]))
    with speaking("pt"):
        assert message.words.count(said(NOT_TRANSLATED)) == 1
    assert message.words.startswith(f"{RULE} [1]")


def files_of(office: Office, memo: Message) -> list[File]:
    """What stands in a memo's thread."""
    return [file for message in office.workspace.messages(memo.channel, memo.ts) for file in message.files]


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_brief_holds_the_documents_words_and_their_translations_in_message_and_files(
    bureau: Office, scripted: Scripted, language: str
) -> None:
    scripted.say = Translator(write=nothing, question="Gifts to be reported to the Ethics Commission")
    memo = brief(bureau, TOPICS[language])
    word, _ = bureau.wait(lambda: files_of(bureau, memo))
    with speaking(language):
        heading = said(TRANSLATED_BY).rstrip(":")
    translated = f"{SAID[language]} [1]"
    lines = memo.words.split("\n")
    assert f"“{RULE}” [1]" in lines
    assert lines[lines.index(heading) + 1] == translated
    assert {heading, translated} <= {paragraph.text for paragraph in Document(BytesIO(word.content)).paragraphs}


@pytest.mark.parametrize("language", ["es", "pt"])
def test_an_answer_that_came_later_is_translated_once_and_stays_so(
    quiet_office: Office, library: KnowledgeBase, scripted: Scripted, language: str
) -> None:
    with quiet_office.at_work(library):
        refusal = quiet_office.reply(quiet_office.maya.mentions("C1", ASKED[language]))
        with speaking(language):
            assert said(NO_ANSWER) in refusal.words
        library.add([markdown("gifts", GIFTS)], actor="test")
        library.gaps.retest()
        im = quiet_office.workspace.im("U1")
        (told,) = quiet_office.wait(lambda: quiet_office.workspace.messages(im))
        before, asked = told.words, len(scripted.asked)
        quiet_office.maya.clicks(told, YES).wait()
        quiet_office.wait(lambda: YES not in told.action_ids)
    with speaking(language):
        below = f"{said(TRANSLATED_BY)} {SAID[language]} {CASH[language]}"
        thanks = said(THANKS)
    for words in (before, told.words):
        assert words.index(RULE) < words.index(below)
    assert thanks in told.words
    assert len(scripted.asked) == asked
    quiet_office.check_manners()
