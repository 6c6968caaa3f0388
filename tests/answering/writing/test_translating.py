"""Questions in another language than the library's: searched in its language, answered beside checked translations."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.explained import explanation_shape, explanation_view
from bot.shapes import outcome_shape
from bot.speaking import said, speaking
from knowledge.domain import Answer, Gap, Question, Turn
from knowledge.knowledge_base import KnowledgeBase
from knowledge.written import TRANSLATED_BY
from tests.answering.writing.models import Scripted, open_with_model, quoting
from tests.answering.writing.other_languages import WAYS, asking, calls, gift_library, printed, shown
from tests.answering.writing.translators import ASKED, IN_ENGLISH, RULE, SAID, Translator, nothing, translations
from tests.making import WordHashEmbedding, markdown


@pytest.fixture(scope="module")
def scripted() -> Scripted:
    return Scripted(say=quoting)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, scripted: Scripted) -> Iterator[KnowledgeBase]:
    with gift_library(tmp_path_factory.mktemp("translated"), scripted) as opened:
        yield opened


@pytest.fixture
def ask(library: KnowledgeBase, scripted: Scripted) -> Iterator[Callable[..., Any]]:
    with asking(library, scripted) as ask:
        yield ask


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_question_is_translated_for_the_search_and_each_sentence_beside_itself(
    library: KnowledgeBase, scripted: Scripted, ask: Any, language: str
) -> None:
    answer = ask(Translator(), ASKED[language])
    assert calls(scripted) == ["texts", "passages", "texts"]
    assert json.loads(scripted.asked[1][1])["question"] == IN_ENGLISH
    assert [sentence.text for sentence in answer.written] == [RULE]
    assert answer.citations[0].quote == RULE
    assert outcome_shape(answer)["translation"] == {
        "by": "language model",
        "language": language,
        "texts": [{"number": 1, "text": SAID[language], "withheld": None}],
        "missing": None,
    }
    assert library.ask(Question(id=answer.question_id, text=ASKED[language])) == answer  # as the ledger recorded it
    assert library.conversations.question(answer.question_id).text == ASKED[language]  # type: ignore[union-attr]
    explanation = library.explain(answer.question_id)
    assert explanation_shape(explanation)["searched"]["restated"] == IN_ENGLISH
    assert explanation_shape(explanation)["searched"]["question"] == ASKED[language]
    assert IN_ENGLISH in printed(explanation_view(explanation))


@WAYS
@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_translation_stands_labelled_below_its_source_everywhere(ask: Any, language: str, write: Any) -> None:
    answer = ask(Translator(write=write), ASKED[language])
    assert bool(answer.written) == (write is quoting)
    with speaking(language):
        label = said(TRANSLATED_BY)
        for text in shown(answer):
            assert text.index(RULE) < text.index(label) < text.index(SAID[language])


def test_accents_beside_their_letters_cost_neither_the_answer_nor_its_translation(
    library: KnowledgeBase, ask: Any
) -> None:
    asked = "¿Cuándo deben declararse a la Ethics Commission los regalos de más de $50?"
    english = "When must gifts worth more than $50 be reported to the Ethics Commission?"

    def say(*_: Any) -> str:
        return translations(unicodedata.normalize("NFD", SAID["es"]))

    answer = ask(Translator(question=english, answer=say), unicodedata.normalize("NFD", asked))
    assert library.writing.restated(answer.question_id) == english
    assert answer.translation.texts[0].text == SAID["es"]


def test_a_question_in_the_librarys_language_is_not_translated(scripted: Scripted, ask: Any) -> None:
    answer = ask(quoting, IN_ENGLISH)
    assert outcome_shape(answer)["translation"] is None
    assert calls(scripted) == ["passages"]


def test_a_follow_up_is_restated_in_its_own_language_and_then_translated(scripted: Scripted, ask: Any) -> None:
    thread = (Turn(speaker="user", text=ASKED["es"]), Turn(speaker="agent", text=RULE))
    answer = ask(Translator(), "¿Y qué regalos deben declararse ante la Ethics Commission?", thread=thread)
    assert calls(scripted) == ["follow_up", "texts", "passages", "texts"]
    assert json.loads(scripted.asked[2][1])["question"] == IN_ENGLISH
    assert answer.translation.texts[0].text == SAID["es"]


def test_a_gap_keeps_the_askers_words_and_is_asked_again_in_the_librarys(library: KnowledgeBase, ask: Any) -> None:
    asked, english = "¿Quién dirige la Trade Office?", "Who leads the Trade Office?"
    gap = ask(Translator(question=english), asked)
    assert isinstance(gap, Gap)
    assert library.conversations.question(gap.question_id).text == asked  # type: ignore[union-attr]
    assert library.writing.restated(gap.question_id) == english
    question = library.conversations.question(gap.question_id)
    assert question is not None
    library.add([markdown("trade", "# Trade\n\nMara Voss leads the Trade Office of the city.\n")], actor="test")
    again = library.try_question(question)
    library.remove("folder/trade.md", actor="test")
    assert (again.question.text, again.found.reading.text) == (asked, english)
    assert "Mara Voss leads the Trade Office" in again.citations[0].quote


def test_of_several_questions_each_is_judged_in_the_librarys_language(library: KnowledgeBase, ask: Any) -> None:
    english = "Must gifts worth more than $50 be reported to the Ethics Commission? How tall is the tower?"
    asked = "¿Deben declararse a la Ethics Commission los regalos de más de $50? ¿Cuánto mide la torre?"
    answer = ask(Translator(question=english), asked)
    (left,) = answer.unanswered
    assert left.question == "¿Cuánto mide la torre?"
    # It is logged in the asker's own words and thread, and asked again in the library's language.
    (part,) = library.gaps.story(left.gap).gap.questions
    assert "Must gifts" not in part.text
    question = library.conversations.question(part.question_id)
    assert question is not None
    assert question.text == "¿Cuánto mide la torre?"
    assert library.try_question(question).found.reading.text == "How tall is the tower?"


def test_only_the_language_of_most_documents_is_the_librarys(tmp_path: Path) -> None:
    scripted = Scripted(say=Translator(answer=ASKED["es"], write=nothing))
    opened = open_with_model(tmp_path / "home", WordHashEmbedding(), scripted)
    spanish = markdown("regalos", f"# Reglas de regalos\n\n{SAID['es']} El registro es público.\n")
    unsaid = [markdown(f"{n}", f"# {n}\n\n{n} 12.50 17.30 19.99 4711 0815\n") for n in (1, 2)]
    opened.add([spanish, *unsaid], actor="test")
    assert sorted(one.card.language for one in opened.documents()) == ["es", "und", "und"]
    opened.ask(Question(id="q", text=IN_ENGLISH))
    assert opened.writing.restated("q") is None
    opened.close()


def test_a_quote_in_the_askers_language_is_shown_without_a_translation(tmp_path: Path) -> None:
    scripted = Scripted(say=Translator(write=nothing, question=ASKED["es"]))
    opened = open_with_model(tmp_path / "home", WordHashEmbedding(), scripted)
    mixed = f"---\nlanguage: en\n---\n# Qué regalos deben declararse ante la Ethics Commission\n\n{SAID['es']}\n"
    opened.add([markdown("gifts", mixed)], actor="test")
    answer = opened.ask(Question(id="q", text=ASKED["es"]))
    opened.close()
    assert isinstance(answer, Answer)
    assert SAID["es"] in answer.citations[0].quote
    assert answer.translation is None


def test_a_translation_that_is_its_source_is_not_shown(ask: Any) -> None:
    def echo(_: str, material: dict[str, Any]) -> str:
        return translations(*(one["text"] for one in material["texts"]))

    assert ask(Translator(answer=echo, write=nothing)).translation is None


def test_a_library_in_spanish_is_asked_in_english(tmp_path: Path, scripted: Scripted) -> None:
    english = "Gifts of more than 50 dollars must be reported to the Ethics Commission within 30 days."

    def say(rules: str, material: dict[str, Any]) -> str:
        if "texts" not in material:
            return quoting(rules, material)
        return translations(ASKED["es"] if material["language"] == "Spanish" else english)

    scripted.say = say
    opened = open_with_model(tmp_path / "home", WordHashEmbedding(), scripted)
    opened.add([markdown("regalos", f"# Reglas de regalos\n\n{SAID['es']} El registro es público.\n")], actor="test")
    answer = opened.ask(Question(id="q", text=IN_ENGLISH))
    opened.close()
    assert isinstance(answer, Answer)
    assert SAID["es"] in answer.citations[0].quote
    assert answer.translation is not None
    assert answer.translation.language == "en"


def test_what_documents_in_the_questions_language_answer_is_not_translated(tmp_path: Path) -> None:
    scripted = Scripted(say=Translator())
    opened = open_with_model(tmp_path / "home", WordHashEmbedding(), scripted)
    spanish = f"# Reglas de regalos\n\nQué regalos deben declararse ante la Ethics Commission: {SAID['es']}\n"
    english = [
        markdown(f"notes-{n}", f"# Notes {n}\n\nThe harbor keeps notes of the weather every day.\n") for n in "ab"
    ]
    opened.add([markdown("regalos", spanish), *english], actor="test")
    answer = opened.ask(Question(id="q", text=ASKED["es"]))
    opened.close()
    assert isinstance(answer, Answer)
    assert (answer.translation, opened.writing.restated("q")) == (None, None)
