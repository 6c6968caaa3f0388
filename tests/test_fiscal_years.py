"""Fiscal years: "FY27" finds the page that says "fiscal year 2027", and the other way round."""

from collections.abc import Iterator

import pytest

from knowledge.domain import Question, Turn
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.fiscal_years import fiscal_years_in, spell_fiscal_years
from knowledge.knowledge_base import KnowledgeBase
from tests.making import markdown, open_in

OTHER_MATTERS = ("honey", "flags", "boats", "bicycles", "lanterns", "interpreters")


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("when are FY27 requests due", "when are fiscal year 2027 requests due"),
        ("the fy 2026 budget", "the fiscal year 2026 budget"),
        ("FY'98 and fy’05", "fiscal year 1998 and fiscal year 2005"),
        ("FY2025-26", "fiscal year 2025-26"),
        ("fy the cart, AFY26, FY260, FY", "fy the cart, AFY26, FY260, FY"),
    ],
)
def test_they_are_written_in_full(short: str, full: str) -> None:
    assert spell_fiscal_years(short) == full


def test_those_of_a_text_are_found_alone_and_in_a_row() -> None:
    assert fiscal_years_in("FY26, Fiscal Years 2024, 2025 and 2027; in 2023; fiscal year 2028-29") == (
        "2026",
        "2024",
        "2025",
        "2027",
        "2028",
    )


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, model: SentenceTransformerEmbedding) -> Iterator[KnowledgeBase]:
    """Two budget calendars, one that writes its year in full and one in short, among pages on other matters."""
    opened = open_in(tmp_path_factory.mktemp("budgets"), model)
    due = "Operating requests of departments are due on"
    opened.add(
        [
            markdown("calendar", f"# Budget calendar, fiscal year 2027\n\n{due} January 15, 2026.\n"),
            markdown("short", f"# Budget calendar, FY26\n\n{due} January 17, 2025.\n"),
            *(markdown(word, f"# {word.title()}\n\nThe city keeps {word} for its guests.\n") for word in OTHER_MATTERS),
        ],
        actor="test",
    )
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("when are FY27 operating requests due from depts", "January 15, 2026"),
        ("when are operating requests of departments due for fiscal year 2026", "January 17, 2025"),
        ("When are operating requests of departments due for FY2026?", "January 17, 2025"),
    ],
)
def test_the_page_of_that_year_answers_however_both_write_it(library: KnowledgeBase, asked: str, day: str) -> None:
    tried = library.try_question(Question(id="q", text=asked))
    assert tried.verdict.answerable
    assert tried.verdict.signals.named == 1.0
    assert day in tried.found.hits[0].passage.text


def test_the_thread_is_read_in_full_too(library: KnowledgeBase) -> None:
    thread = (Turn(speaker="user", text="What are the operating requests of departments for FY27?"),)
    found = library.try_question(Question(id="q", text="and when are they due?", thread=thread)).found
    assert found.reading.in_full == (
        "What are the operating requests of departments for fiscal year 2027? and when are they due?"
    )
    assert "January 15, 2026" in found.hits[0].passage.text


def test_a_follow_up_about_another_year_finds_the_page_of_that_year(library: KnowledgeBase) -> None:
    thread = (Turn(speaker="user", text="When are operating requests of departments due for FY27?"),)
    (hit, *_) = library.search(Question(id="q", text="and for FY26?", thread=thread), 2)
    assert "FY26" in hit.document.card.title


def test_a_year_that_is_but_a_date_on_a_page_is_not_its_fiscal_year(library: KnowledgeBase) -> None:
    tried = library.try_question(Question(id="q", text="When are operating requests of departments due for FY25?"))
    assert "January 17, 2025" in tried.found.hits[0].passage.text + tried.found.hits[1].passage.text
    assert tried.verdict.signals.named == 0.0
