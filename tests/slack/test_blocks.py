"""Answers, gaps and errors as messages."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks import (
    FOOTER,
    LONGEST_MESSAGE,
    Reply,
    answer_reply,
    error_reply,
    gap_reply,
    note_reply,
    with_heading,
    with_share_button,
)
from bot.slack.safe_text import clean, weigh
from bot.slack.sources import spell_date
from knowledge.differences import About, Difference, Side
from knowledge.domain import Answer, Kind, Status
from knowledge.errors import BadQuestion
from knowledge.unanswered import Unanswered
from tests.slack.material import answer, citation, document, gap, hostile_text
from tests.slack.seeing import check, links_of, words_of
from tests.workspace.records import elements_in

NETWORKS = document(
    "City networks",
    kind=Kind.BEST_PRACTICE,
    issuer="C40",
    date="2022-10-03",
    source="https://www.c40.org/networks",
)
OLD = document("Contacts 2022", date="2022-10", status=Status.SUPERSEDED)


def quotes_in(reply: Reply) -> list[str]:
    """The words of every quote, without its number."""
    blocks = [block for block in reply.blocks if block["type"] == "rich_text"]
    quotes = [part["elements"] for block in blocks for part in block["elements"] if part["type"] == "rich_text_quote"]
    return ["".join(element["text"] for element in quote[:-1]) for quote in quotes]


def test_the_sentence_that_answers_best_is_bold_and_the_quote_stays_whole() -> None:
    quote = "Phoenix has a contract. It pays 185,270 dollars. Others pay less."
    key = (8 + quote.index("It pays"), 8 + quote.index(" Others"))
    reply = answer_reply(answer(replace(citation(1, quote), key=key), citation(2, "Membership is free.")))
    check(reply)
    assert quotes_in(reply) == [quote, "Membership is free."]
    parts = [part for block in reply.blocks if block["type"] == "rich_text" for part in block["elements"]]
    bold = [element["text"] for part in parts for element in part["elements"] if "style" in element]
    assert "It pays 185,270 dollars." in bold
    assert "Membership is free." not in bold


def test_an_answer_shows_verdict_quotes_sources_buttons_and_footer() -> None:
    reply = answer_reply(
        answer(
            citation(1, "Over 10,000 cities joined.", NETWORKS, heading=("City networks", "Climate"), page=4),
            citation(2, "Membership is free.", document("Fees", kind=Kind.GUIDANCE)),
        )
    )
    check(reply)
    assert words_of(reply).splitlines() == [
        "Found in 2 documents.",
        "Over 10,000 cities joined. [1]",
        "[1] City networks · Climate · page 4 · October 3, 2022 · best practice · C40 · www.c40.org",
        "Membership is free. [2]",
        "[2] Fees · undated · guidance",
        "Show 1 in context",
        "Show 2 in context",
        "This needs a human",
        "Helpful",
        "Not helpful",
        FOOTER,
    ]
    assert [link.url for link in links_of(reply)] == ["https://www.c40.org/networks"]


def test_a_quote_read_by_ocr_says_so_in_blocks_and_in_plain_text() -> None:
    scanned = citation(1, "Over 10,000 cities joined.", NETWORKS, page=4)
    reply = answer_reply(
        answer(replace(scanned, passage=replace(scanned.passage, ocr=0.97)), citation(2, "More.", OLD))
    )
    check(reply)
    caution = "page 4 · read by OCR, please check against the original · October 3, 2022"
    assert words_of(reply).count(caution) == reply.text.count(caution) == 1


def differing(*sides: tuple[int, str], about: About = About.NUMBER) -> Answer:
    """An answer of two quotes that differ."""
    quotes = [citation(number, said, document(f"Source {number}", **CARDS[number])) for number, said in sides]
    one, other = (Side(number=each.number, start=each.start, end=each.end) for each in quotes)
    return replace(answer(*quotes), differences=(Difference(about=about, sides=(one, other)),))


CARDS = {
    1: {"kind": Kind.LAW, "issuer": "City Council", "date": "2021-05"},
    2: {"kind": Kind.POLICY, "issuer": "City Attorney", "date": "2024"},
}


def test_sources_that_differ_stand_side_by_side_with_date_issuer_and_what_they_are() -> None:
    reply = answer_reply(differing((1, "Gifts over $50 are reported."), (2, "Gifts over $100 are reported.")))
    check(reply)
    (fields,) = [block["fields"] for block in reply.blocks if block["type"] == "section"]
    assert [field["text"] for field in fields] == [
        "“Gifts over $50 are reported.” [1]\nSource 1 · May 2021 · binding · City Council",
        "“Gifts over $100 are reported.” [2]\nSource 2 · 2024 · city policy · City Attorney",
    ]
    assert "Sources differ on a number:" in words_of(reply).splitlines()
    assert "Sources differ on a number: [1], [2]" in reply.text


def test_sides_that_are_too_long_for_two_columns_are_named_by_number_and_shown_whole_below() -> None:
    long = "Gifts are reported, " * 110
    reply = answer_reply(differing((1, f"{long}over $50."), (2, f"{long}over $100."), about=About.DUTY))
    check(reply)
    assert "Sources differ on what has to be done: [1], [2]" in words_of(reply).splitlines()
    assert quotes_in(reply) == [f"{long}over $50.", f"{long}over $100."]


def test_a_draft_law_binds_nobody() -> None:
    said = words_of(answer_reply(answer(citation(1, "One.", document("Bill", kind=Kind.LAW, status=Status.DRAFT)))))
    assert "[1] Bill · undated · draft, not adopted" in said.splitlines()


def test_the_text_for_notifications_and_screen_readers_holds_the_whole_answer() -> None:
    text = answer_reply(answer(citation(1, "A & B < C.", NETWORKS), citation(2, "More.", OLD))).text
    assert "Found in 2 documents." in text
    assert "“A &amp; B &lt; C.” [1]" in text
    assert "Contacts 2022 · October 2022 · superseded" in text
    assert FOOTER in text


@pytest.mark.parametrize(
    ("status", "word"),
    [(Status.SUPERSEDED, "superseded"), (Status.HISTORICAL, "historical"), (Status.DRAFT, "draft")],
)
def test_a_document_that_does_not_hold_is_called_so_in_words(status: Status, word: str) -> None:
    cited = answer(citation(1, "One.", NETWORKS), citation(2, "Two.", document("Old", status=status)))
    reply = answer_reply(cited)
    notice = words_of(reply).splitlines()[1]
    assert notice.startswith("Please note: quote 2 is from a document that is")
    assert word in notice
    assert word in words_of(reply).splitlines()[5]


def test_quotes_of_several_old_documents_share_one_notice() -> None:
    cited = answer(*(citation(number, "Old words.", OLD) for number in (1, 2, 3)))
    assert "quotes 1, 2 and 3 are from a document that is superseded." in words_of(answer_reply(cited))


def test_a_current_answer_carries_no_notice() -> None:
    assert "Please note" not in words_of(answer_reply(answer(citation(1, "One.", NETWORKS))))


def test_every_button_says_its_number_aloud() -> None:
    reply = answer_reply(answer(citation(1, "One.", NETWORKS), citation(2, "Two.", NETWORKS)))
    labels = [e["accessibility_label"] for e in elements_in(list(reply.blocks)) if "accessibility_label" in e]
    assert labels == [
        "Show 1 in context: City networks",
        "Show 2 in context: City networks",
        "Ask the people who keep the library to see to it",
    ]


@given(st.lists(st.integers(min_value=1, max_value=7_000), min_size=1, max_size=30))
def test_a_message_of_any_size_fits_and_no_quote_is_ever_cut(lengths: list[int]) -> None:
    cited = answer(*(citation(n, "x" * length, NETWORKS) for n, length in enumerate(lengths, start=1)))
    cited = replace(cited, unanswered=(Unanswered(question="why " * 900, gap="G7"),) * (len(lengths) % 6))
    reply = with_heading(with_share_button(answer_reply(cited), "C1:1.1"), "Shared by maya", "why " * 500)
    check(reply)
    assert weigh(list(reply.blocks)) <= LONGEST_MESSAGE
    shown = quotes_in(reply)
    assert shown == [c.quote for c in cited.citations[: len(shown)]]
    if len(shown) < len(lengths):
        assert f"{len(lengths) - len(shown)} more in context" in words_of(reply)


def test_a_quote_too_long_for_a_message_is_left_to_its_context_button() -> None:
    reply = answer_reply(answer(citation(1, "x" * 12_000, NETWORKS)))
    check(reply)
    assert quotes_in(reply) == []
    assert "1 more in context" in words_of(reply)
    assert "Show 1 in context" in words_of(reply)


def test_the_text_is_cut_only_between_citations_and_says_so() -> None:
    cited = answer(*(citation(n, "word " * 200, NETWORKS) for n in range(1, 9)))
    text = answer_reply(cited).text
    assert text.count("“") == text.count("”") < 8
    assert "more in the message itself" in text


@given(hostile_text, hostile_text, hostile_text)
def test_no_text_of_a_document_pings_links_or_hides_anything(quote: str, title: str, heading: str) -> None:
    source = document(title, issuer=heading, date=heading, source=title)
    shown = citation(1, quote, source, heading=(heading,))
    for reply in (
        answer_reply(answer(shown)),
        answer_reply(replace(answer(shown), unanswered=(Unanswered(question=heading, gap="G7"),))),
        gap_reply(replace(gap(source), documents=3, collections=(title,))),
        with_heading(answer_reply(answer(shown)), "Shared by maya", quote),
        note_reply(f"The file {title} is damaged."),
    ):
        check(reply)
        assert [link for link in links_of(reply) if link.misleading] == []
    assert [element for element in elements_in(list(answer_reply(answer(shown)).blocks)) if "url" in element] == []


@given(hostile_text)
def test_a_quote_stands_there_as_it_was_written(quote: str) -> None:
    shown = quotes_in(answer_reply(answer(citation(1, quote, NETWORKS))))
    assert shown == [clean(quote)]


def test_only_the_stored_address_is_a_link() -> None:
    cited = answer(citation(1, "See https://evil.example and [here](https://evil.example).", NETWORKS))
    assert [link.host for link in links_of(answer_reply(cited))] == ["www.c40.org"]


def test_a_gap_says_that_there_is_no_answer_and_that_it_is_logged() -> None:
    reply = gap_reply(gap(NETWORKS, OLD))
    check(reply)
    assert words_of(reply).splitlines()[:5] == [
        "The library holds no answer to this question.",
        "Your question is logged as G7, so that someone can add what is missing.",
        "Closest I have (may not answer this):",
        "1. City networks · Part · October 3, 2022 · best practice · C40 · www.c40.org",
        "2. Contacts 2022 · Part · October 2022 · superseded",
    ]
    assert quotes_in(reply) == []
    assert "Show 1 in context" in words_of(reply)


def test_a_gap_of_an_empty_library_offers_nothing() -> None:
    reply = gap_reply(gap())
    check(reply)
    assert "Closest" not in words_of(reply)


def test_an_error_is_its_advice_and_reference() -> None:
    error = BadQuestion()
    reply = error_reply(error)
    check(reply)
    assert words_of(reply) == f"{error.advice} (reference {error.reference})"


def test_a_shared_answer_is_the_same_answer_under_a_heading() -> None:
    reply = answer_reply(answer(citation(1, "One.", NETWORKS)))
    shared = with_heading(reply, "Shared by maya", "Which networks?")
    assert shared.blocks[2:] == reply.blocks
    assert words_of(shared).splitlines()[:2] == ["Shared by maya", "Asked: Which networks?"]


@pytest.mark.parametrize(
    ("iso", "spelt"),
    [
        (None, "undated"),
        ("", "undated"),
        ("2022", "2022"),
        ("2022-10", "October 2022"),
        ("2022-10-03", "October 3, 2022"),
        ("last spring", "last spring"),
        ("2022-13", "2022-13"),
        ("2022-10-03-01", "2022-10-03-01"),
    ],
)
def test_a_date_is_spelt_to_the_precision_it_has(iso: str | None, spelt: str) -> None:
    assert spell_date(iso) == spelt


def test_an_answer_and_a_gap_about_the_past_say_so_first() -> None:
    then = date(2023, 3, 1)
    for reply in (
        answer_reply(replace(answer(citation(1, "Call the Unit.", OLD)), as_of=then)),
        gap_reply(replace(gap(), as_of=then)),
    ):
        check(reply)
        assert words_of(reply).splitlines()[0] == "As of 1 March 2023"
        assert reply.text.splitlines()[0] == "As of 1 March 2023"
