"""Figures and dates of a quote: what counts, what only names something, where it stands and how old it is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.briefing.readings import Readings, figure, is_old
from knowledge.memos import Basis, Doubt
from tests.making import terms

TODAY = date(2026, 11, 26)
READINGS = Readings(terms)


def figures(text: str) -> list[str]:
    return [text[slice(*span)] for span in READINGS.read(text).figures]


def dates(text: str) -> list[tuple[str, str]]:
    return [(iso, text[slice(*span)]) for iso, span in READINGS.read(text).dates]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Race to Zero counted 1,049 cities in November 2021.", ["1,049"]),
        ("Phoenix pays up to $185,270 for the final year.", ["$185,270"]),
        ("Affiliates employed 7.9 million people in 2019.", ["7.9 million"]),
        ("Economic goals were the most common, at 45% of all.", ["45%"]),
        ("The fee can’t be more than 12 percent, and isn't 3.", ["12 percent", "3"]),
        ("The list has 500 members in 140 to 145 countries.", ["500", "140", "145"]),
        ("7.9 million | Jobs at affiliates | 2019 | BEA", ["7.9 million"]),
    ],
)
def test_what_counts_or_measures_is_a_figure_with_its_sign_and_unit(text: str, found: list[str]) -> None:
    assert figures(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "The bills were H.R. 3571 and S. 4426.",
        "It falls under 18 USC 953, section 12 and article 4.",
        "C40 launched a task force on COVID-19.",
        "It is a 501(c)(3) nonprofit of 1956.",
        "The summit was held from April 26 to 28, 2023.",
        "1. Ask the clerk on page 7 or in room 12.",
        "Texas passed HB 128.",
        "Two networks may ask for a promise.",
    ],
)
def test_what_names_a_law_a_page_a_day_or_an_item_is_no_figure(text: str) -> None:
    assert figures(text) == []


def test_dates_are_read_in_the_precision_they_state_and_found_where_they_stand() -> None:
    text = "Announced on June 7, 2022, held in April 2023; it isn’t planned again before 2027."
    assert dates(text) == [("2022-06-07", "June 7, 2022"), ("2023-04", "April 2023"), ("2027", "2027")]


@given(st.text(alphabet=st.sampled_from("aI 1209,.$%|()'’n't-—\n“”don't can't June 2021 million"), max_size=60))
def test_a_figure_or_date_lies_in_its_text_whatever_that_is(text: str) -> None:
    read = READINGS.read(text)
    for start, end in (*read.figures, *(span for _, span in read.dates)):
        assert 0 <= start < end <= len(text)
        assert any(character.isdigit() for character in text[start:end])


@pytest.mark.parametrize(
    ("day", "old"),
    [
        ("2022", True),
        ("2023", False),
        ("2023-10", True),
        ("2023-11", False),
        ("2023-11-25", True),
        ("2023-11-26", False),
        ("2026", False),
        ("soon", False),
    ],
)
def test_a_figure_is_old_once_all_of_its_year_month_or_day_is_three_years_ago(day: str, old: bool) -> None:
    assert is_old(day, TODAY) is old


def a_figure(text: str, document_date: str | None, *elsewhere: str) -> tuple[str | None, Basis | None, Doubt | None]:
    made = figure(1, READINGS.read(text), elsewhere=elsewhere, document_date=document_date, today=TODAY)
    return made.day, made.basis, made.doubt


def test_a_figure_is_dated_by_its_sentence_else_by_the_same_figure_elsewhere_else_by_its_document() -> None:
    assert a_figure("It had 500 members in 2025.", "2026-11") == ("2025", Basis.SENTENCE, None)
    assert a_figure("It has 500 members.", "2026-11", "2021-11") == ("2021-11", Basis.ELSEWHERE, Doubt.OLD)
    assert a_figure("It has 500 members.", "2026-11") == ("2026-11", Basis.DOCUMENT, None)
    assert a_figure("It has 500 members.", None) == (None, None, Doubt.UNDATED)


def test_an_old_year_in_the_sentence_or_an_old_document_makes_a_figure_old() -> None:
    assert a_figure("It had 12 missions in 2014 and 30 in 2025.", "2026-11") == ("2025", Basis.SENTENCE, Doubt.OLD)
    assert a_figure("It has 500 members.", "2021") == ("2021", Basis.DOCUMENT, Doubt.OLD)
    assert a_figure("It had 500 members in 2025.", "2021") == ("2025", Basis.SENTENCE, Doubt.OLD)


def test_a_year_to_come_dates_no_figure() -> None:
    assert a_figure("By 2050 it wants 500 members.", "2026-11") == ("2026-11", Basis.DOCUMENT, None)
