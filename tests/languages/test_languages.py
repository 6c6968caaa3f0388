"""Which language a question is in, and how questions in Spanish and Portuguese fare over an English library."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from knowledge.answering.translating.comparing import compare_questions
from knowledge.domain import Answer, Question
from knowledge.knowledge_base import KnowledgeBase
from knowledge.language import language_asked_in

ASKED: dict[str, Any] = tomllib.loads((Path(__file__).parent / "questions.toml").read_text("utf-8"))
# One of the 40 is made of words that Spanish has, too: nobody is sure, and English is spoken.
UNSURE = "Que temas a Declaração de Denver abrange?"
PAGE = Path(__file__).parents[2] / "docs" / "answers.md"
NAMES = {"es": "Spanish", "pt": "Portuguese"}


@pytest.mark.parametrize("language", ["es", "pt"])
def test_a_question_is_known_by_its_language(language: str) -> None:
    asked = [*(question for question, *_ in ASKED[language]), *ASKED["detected"][language]]
    assert [text for text in asked if language_asked_in(text) != language and text != UNSURE] == []
    assert language_asked_in(UNSURE) is None


def test_a_foreign_name_turns_no_english_question() -> None:
    assert [text for text in ASKED["detected"]["en"] if language_asked_in(text) != "en"] == []


def test_names_and_single_words_are_in_no_language() -> None:
    assert [text for text in ASKED["detected"]["none"] if language_asked_in(text)] == []
    assert language_asked_in("") is language_asked_in("?!") is language_asked_in("2023") is None


@pytest.mark.parametrize("language", ["es", "pt"])
@pytest.mark.parametrize("translated", [False, True], ids=["as asked", "translated"])
def test_the_docs_say_how_such_questions_fare(
    starter_library: KnowledgeBase, language: str, *, translated: bool
) -> None:
    right = wrong = near = refused = 0
    answerable = [row for row in ASKED[language] if row[1]]
    for number, (asked, document, words) in enumerate(ASKED[language]):
        text = ASKED["translated"][number] if translated else asked
        # What a model translates is searched where the rules let it pass.
        assert not translated or compare_questions(asked, text, languages=(language, "en")) is None
        question = Question(id=f"{language}:{number}:{translated}", text=text)
        outcome = starter_library.ask(question)
        quotes = outcome.citations if isinstance(outcome, Answer) else ()
        fits = any(document in one.document.place and words in one.quote for one in quotes)
        near += bool(document) and any(document in hit.document.place for hit in starter_library.search(question, k=5))
        right += bool(document) and fits
        wrong += bool(quotes) and not (document and fits)
        refused += not document and not quotes
    count, others = len(answerable), len(ASKED[language]) - len(answerable)
    figures = (f"{right} of {count}", f"{wrong} of {count + others}", f"{near} of {count}", f"{refused} of {others}")
    name = f"{NAMES[language]}, translated" if translated else NAMES[language]
    assert f"| {name} | {' | '.join(figures)} |" in PAGE.read_text("utf-8")
