"""What says the same is shown once; what differs by one amount, name, date or "not" is shown twice."""

import pytest

from knowledge.domain import Hit
from knowledge.near_duplicates import holds, show_once
from tests.making import a_hit, a_passage

PARAGRAPH = (
    "A delegation writes to the office of protocol. The office answers within ten days and names one contact. "
    "Gifts above the limit go to the city clerk, and the clerk keeps a list of them."
)


def copies(one: str, other: str, /, *, headings: tuple[str, str] = ("", ""), **cards: dict[str, str]) -> list[Hit]:
    """Two documents with a passage each, the first one ranked first."""
    return [
        a_hit(
            a_passage(text, document=name, heading=(heading,) if heading else ()),
            score=score,
            **cards.get(name, {}),
        )
        for name, text, heading, score in (("one", one, headings[0], 2.0), ("other", other, headings[1], 1.0))
    ]


def shown(hits: list[Hit], question: str = "Who answers a delegation?") -> list[str]:
    return [hit.document.id for hit in show_once(hits, question)]


@pytest.mark.parametrize(
    "copy",
    [
        PARAGRAPH,
        PARAGRAPH.replace(" ", "\n"),
        PARAGRAPH.upper(),
        PARAGRAPH.replace(",", " –"),
        f"“{PARAGRAPH}”",
        f"DRAFT for comment\n\n{PARAGRAPH}",
        f"{PARAGRAPH}\n\nLast updated: 3 May 2024",
        f"Version 2.1\n{PARAGRAPH}",
    ],
)
def test_a_copy_is_shown_once(copy: str) -> None:
    assert shown(copies(PARAGRAPH, copy)) == ["one"]
    assert shown(copies(copy, PARAGRAPH)) == ["one"]


@pytest.mark.parametrize(
    ("word", "another"),
    [
        ("ten days", "twelve days"),
        ("ten days", "10 days"),
        ("the limit", "$50"),
        ("answers within", "never answers within"),
        ("and names", "but names"),
        ("city clerk", "City of Denver"),
        ("A delegation", "No delegation"),
    ],
)
def test_one_word_that_tells_something_else_shows_both(word: str, another: str) -> None:
    changed = PARAGRAPH.replace(word, another)
    assert changed != PARAGRAPH
    for status in ("current", "draft", "superseded"):
        assert shown(copies(PARAGRAPH, changed, other={"status": status})) == ["one", "other"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Call 555-0101 in 2022.", "Call 555-0101 in 2026."),
        ("Denver | 50,000 dollars", "Phoenix | 50,000 dollars"),
        ("The fee is 5 dollars.", "The fee is 50 dollars."),
        ("The balance is -5 dollars.", "The balance is 5 dollars."),
        ("The mayor may sign.", "The mayor may not sign."),
        ("Draft agreements go to the attorney.", "Final agreements go to the attorney."),
        ("Effective 1 May 2024\n\nThe mayor may sign.", "Effective 1 June 2025\n\nThe mayor may sign."),
    ],
)
def test_short_passages_that_nearly_say_the_same_are_both_shown(one: str, other: str) -> None:
    assert shown(copies(one, other)) == ["one", "other"]
    assert shown(copies(one, other, one={"date": "2022"}, other={"date": "2026"})) == ["one", "other"]


def test_the_same_row_under_another_heading_is_another_row() -> None:
    assert shown(copies("Fee: 50 dollars.", "Fee: 50 dollars.", headings=("Denver", "Phoenix"))) == ["one", "other"]
    assert shown(copies("Fee: 50 dollars.", "Fee: 50 dollars.", headings=("Denver", "Denver"))) == ["one"]


def test_the_one_in_force_is_shown_at_the_better_rank() -> None:
    hits = copies(PARAGRAPH, PARAGRAPH, one={"status": "draft", "date": "2026"}, other={"date": "2020"})
    last = a_hit(a_passage("Something else.", document="last"), score=1.5)
    assert shown([hits[0], last, hits[1]]) == ["other", "last"]


@pytest.mark.parametrize(
    ("dates", "kept"),
    [
        (("2020", "2024-05"), "other"),
        (("2024-05", "2020"), "one"),
        (("2024", "2024-05"), "one"),
        (("2020", None), "one"),
        ((None, "2020"), "one"),
    ],
)
def test_of_two_in_force_the_newer_is_shown_and_without_two_dates_the_better_ranked(
    dates: tuple[str | None, str | None], kept: str
) -> None:
    hits = copies(PARAGRAPH, PARAGRAPH, one={"date": dates[0]}, other={"date": dates[1]})
    assert shown(hits) == [kept]


def test_a_copy_with_a_sentence_more_stands_for_the_shorter_and_never_the_other_way_round() -> None:
    longer = f"{PARAGRAPH} Visas are not its matter."
    assert shown(copies(longer, PARAGRAPH)) == ["one"]
    assert shown(copies(PARAGRAPH, longer)) == ["one", "other"]
    assert shown(copies(PARAGRAPH, longer, one={"date": "2020"}, other={"date": "2024"})) == ["other"]
    assert shown(copies(PARAGRAPH, longer, one={"date": "2024"}, other={"date": "2020"})) == ["one", "other"]


def test_a_sentence_that_stands_in_a_page_on_something_else_is_no_copy_of_it() -> None:
    page = f"{PARAGRAPH} The mayor decides."
    assert shown(copies(page, "The mayor decides.")) == ["one", "other"]


def test_a_draft_with_other_plain_words_is_not_shown_beside_what_is_in_force() -> None:
    draft = PARAGRAPH.replace("keeps", "holds")
    assert shown(copies(PARAGRAPH, draft, other={"status": "draft"})) == ["one"]
    assert shown(copies(draft, PARAGRAPH, one={"status": "draft"})) == ["other"]
    assert shown(copies(PARAGRAPH, draft)) == ["one", "other"]


@pytest.mark.parametrize("question", ["What did the 2022 sheet say?", "What does the Phoenix handbook say?"])
def test_the_document_that_the_question_names_is_shown(question: str) -> None:
    hits = copies(
        PARAGRAPH,
        PARAGRAPH,
        one={"title": "Phoenix handbook", "date": "2022-10", "status": "superseded"},
        other={"title": "Denver handbook", "date": "2026"},
    )
    assert "one" in shown(hits, question)
    assert shown(hits) == ["other"]


def test_a_hundred_copies_are_shown_once() -> None:
    assert shown([a_hit(a_passage(PARAGRAPH, document=f"copy {number}")) for number in range(100)]) == ["copy 0"]


def test_hits_that_differ_keep_their_order() -> None:
    hits = [a_hit(a_passage(f"Item {number} is here.", document=f"{number}")) for number in range(100)]
    assert show_once(hits, "Where is item 7?") == hits


def test_a_sentence_is_held_word_for_word_only() -> None:
    assert holds("First this. The fee  is “50 dollars”, he said. Then that.", "The fee is 50 dollars.")
    assert not holds("The fee is 50 dollars.", "The fee is 5.")
    assert not holds("The fee is 50 dollars.", "The fee is 50 euros.")
