"""Questions in Spanish and Portuguese: the bot speaks as it is spoken to, and quotes stay as documents have them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.differing import DIFFER
from bot.slack.blocks import FEEDBACK, FOOTER, NO_ANSWER
from bot.slack.buttons import THANKS
from bot.slack.events import HINT, WELCOME
from bot.slack.questions import LOOKING
from bot.speaking import said, speaking
from knowledge.differences import About
from tests.journeys.office import Office
from tests.journeys.test_asking import quotes_of
from tests.making import WordHashEmbedding, markdown, open_in
from tests.workspace import Workspace

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)

DECLARATION = """---
kind: summit
date: "2023-04"
status: historical
---
# Denver Declaration

The Denver Declaration was signed by 250 mayors in Denver on April 28, 2023. It covers housing, migration and climate.
"""
GIFTS = """---
kind: {kind}
issuer: {issuer}
date: "{date}"
---
# Gifts from delegations

Gifts worth more than ${amount} must be reported to the clerk within 30 days.
"""
# Names carry these over an index of English words; what nothing carries is refused.
ASKED = {"es": "¿Quién firmó la Denver Declaration?", "pt": "Quem assinou a Denver Declaration?"}
UNKNOWN = {"es": "¿Qué salario debemos ofrecer?", "pt": "Que salário devemos oferecer?"}
WHICH_GIFTS = "Which gifts must be reported to the clerk?"


@pytest.fixture
def bureau(quiet_office: Office, tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[Office]:
    """The app at work on three documents; it answers as soon as a name of the question stands in one."""
    library = open_in(tmp_path / "home", word_hash, threshold=0.2)
    law = GIFTS.format(kind="law", issuer="City Council", date="2021", amount=50)
    policy = GIFTS.format(kind="policy", issuer="City Attorney", date="2024-03", amount=100)
    library.add([markdown("denver", DECLARATION), markdown("law", law), markdown("handbook", policy)], actor="test")
    with quiet_office.at_work(library):
        yield quiet_office
    quiet_office.check_manners()
    library.close()


def test_sources_that_differ_stand_side_by_side_with_what_each_is(bureau: Office) -> None:
    answer = bureau.reply(bureau.maya.mentions("C1", WHICH_GIFTS))
    (columns,) = [block["fields"] for block in answer.blocks if "fields" in block]
    sides = {column["text"] for column in columns}
    assert DIFFER[About.NUMBER] in answer.words
    assert any("$50" in side and "2021 · binding · City Council" in side for side in sides)
    assert any("$100" in side and "March 2024 · city policy · City Attorney" in side for side in sides)
    assert f"{DIFFER[About.NUMBER]} [1], [2]" in answer.text


def in_(language: str, message: str, **values: object) -> str:
    with speaking(language):
        return said(message, **values)


@pytest.mark.parametrize("language", ["es", "pt"])
def test_an_answer_is_in_the_language_of_its_question_and_its_quotes_are_not(bureau: Office, language: str) -> None:
    answer = bureau.reply(bureau.maya.mentions("C1", ASKED[language]))
    assert answer.words.endswith(in_(language, FOOTER))
    assert in_(language, "historical, kept for the record") in answer.words
    assert in_(language, "This needs a human") in answer.buttons
    assert answer.buttons[0] == in_(language, "Show {number} in context", number=1)
    assert "Found in" not in answer.words
    assert quotes_of(answer)
    assert all("Denver" in answer.words and quote in answer.text for quote in quotes_of(answer))


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_refusal_and_what_is_pressed_below_it_are_in_its_language(bureau: Office, language: str) -> None:
    refusal = bureau.reply(bureau.maya.direct_message(UNKNOWN[language]))
    assert refusal.words.startswith(in_(language, NO_ANSWER))
    assert in_(language, "Don’t log this") in refusal.buttons
    bureau.maya.clicks(refusal, FEEDBACK, "positive").wait()
    assert bureau.whispers("U1")[-1].words == in_(language, THANKS[True])


def test_a_follow_up_of_few_words_is_answered_as_the_thread_began(bureau: Office) -> None:
    question = bureau.maya.mentions("C1", ASKED["es"])
    bureau.reply(question)
    bureau.omar.says("C1", "Denver?", thread_ts=question.ts)
    assert bureau.reply(question, 2).words.endswith(in_("es", FOOTER))


def test_one_foreign_name_turns_nothing_and_slacks_language_counts_where_words_say_none(
    workspace: Workspace, bureau: Office
) -> None:
    in_english = bureau.reply(bureau.maya.direct_message("What did Cidade de São Paulo sign?"))
    assert FOOTER in in_english.words
    workspace.roster.users["U2"].locale = "pt-BR"
    in_portuguese = bureau.reply(bureau.omar.direct_message("Denver"))
    assert in_("pt", FOOTER) in in_portuguese.words


def test_greetings_thanks_and_the_word_that_it_is_looked_up_are_in_their_language(bureau: Office) -> None:
    assert bureau.reply(bureau.maya.direct_message("¡Hola!")).words == in_("es", HINT)
    assert bureau.reply(bureau.maya.direct_message("Muito obrigado!")).words == in_("pt", WELCOME)
    bureau.maya.command("/ask", ASKED["pt"])
    # Slack is answered once the question is kept, which a quick answer may overtake.
    said = [whisper.words for whisper in bureau.whispers("U1", 2)]
    assert in_("pt", LOOKING) in said
    assert sum(in_("pt", FOOTER) in words for words in said) == 1


def test_a_question_that_is_too_long_gets_its_advice_in_its_language(bureau: Office) -> None:
    said_so = bureau.reply(bureau.maya.direct_message("¿por qué no? " * 400)).words
    advice = in_("es", "Please ask a question of a few words, up to 4,000 characters.")
    assert said_so.startswith(f"{advice} (referencia ")


def test_the_home_tab_is_in_the_language_of_whoever_opens_it(workspace: Workspace, bureau: Office) -> None:
    workspace.roster.users["U2"].locale = "es-ES"
    bureau.omar.opens_home()
    view = bureau.wait(lambda: workspace.home("U2"))
    assert in_("es", "How to ask") in view.words
