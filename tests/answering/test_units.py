"""What can be quoted by itself: sentences, whole lists, rows; never a heading or a crumb."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.units import quotables


def texts(passage: str) -> list[str]:
    return [passage[one.start : one.end] for one in quotables(passage)]


def test_sentences_stand_alone() -> None:
    assert texts("The council approves every agreement before anybody signs. The mayor then signs it in public.") == [
        "The council approves every agreement before anybody signs.",
        "The mayor then signs it in public.",
    ]


def test_headings_crumbs_and_lone_labels_are_left_out() -> None:
    assert texts("Home\n\nContact us\n\nThe office opens at nine in the morning.\n\nRead more") == [
        "The office opens at nine in the morning."
    ]


def test_a_short_sentence_is_read_with_the_next() -> None:
    assert texts("It was a success for all. Phoenix counted 23 missions and 87 leads since 2014.") == [
        "It was a success for all. Phoenix counted 23 missions and 87 leads since 2014."
    ]


def test_a_sentence_that_leans_back_comes_with_the_one_before() -> None:
    assert texts("Nina Hachigian led the Unit from October 2022 on. She served until January 20, 2025.") == [
        "Nina Hachigian led the Unit from October 2022 on. She served until January 20, 2025."
    ]


@pytest.mark.parametrize("mark", ["2", "[1]", " [12]", "*", "†", "¹²"])
def test_the_mark_of_a_footnote_ends_no_sentence_and_hides_none(mark: str) -> None:
    sentence = f"A parade permit costs 120 dollars for each day.{mark}"
    assert texts(f"{sentence}\n\nRoom {mark}") == [sentence]
    assert texts("The rate of the tax is now 3.5") == []


def test_a_byline_makes_no_table_of_what_stands_below_it() -> None:
    news = "By Jane Doe | November 3, 2026\n\nShare this\n\nThe city opened a trade desk in Lima.\n\nPrint"
    assert texts(news) == ["The city opened a trade desk in Lima."]


def test_the_steps_of_a_list_stay_together_and_in_order() -> None:
    passage = (
        "How to begin:\n1. Ask the city attorney.\n2. Ask the council.\n3. Sign.\n\nKeep a copy of the signed text."
    )
    assert texts(passage)[0] == "1. Ask the city attorney.\n2. Ask the council.\n3. Sign."


def test_a_list_too_long_to_show_falls_into_its_items() -> None:
    items = [f"- Item number {number} says a little more than nothing." for number in range(40)]
    assert texts("\n".join(items)) == items


def test_a_small_table_is_quoted_whole_and_a_large_one_by_rows() -> None:
    small = "City | Partner\nDenver | Cartagena\nDubuque | Hermosillo"
    assert texts(small) == [small]
    rows = [f"City number {number} | Partner number {number}" for number in range(40)]
    assert texts("\n".join(["City | Partner", *rows])) == rows


@given(st.text(alphabet="Ab. \n|-1:é", max_size=200))
def test_spans_are_in_order_inside_the_text_and_never_overlap(passage: str) -> None:
    end = 0
    for one in quotables(passage):
        assert end <= one.start < one.end <= len(passage)
        assert passage[one.start : one.end].strip() == passage[one.start : one.end]
        end = one.end
