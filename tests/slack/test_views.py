"""The modal with a passage in context, and the Home tab."""

from hypothesis import given

from bot.slack.views import LEFT, LONGEST_NEIGHBOUR, context_view, home_view
from knowledge.domain import Manifest, Status
from tests.slack.material import document, hostile_text, in_context
from tests.slack.seeing import check_seen
from tests.workspace.records import visible_strings

SOURCE = document("City networks", date="2022", status=Status.HISTORICAL, source="https://www.c40.org/")


def lines(view: dict[str, object]) -> list[str]:
    return [line for text in visible_strings(view["blocks"]) for line in text.splitlines()]


def test_a_passage_stands_between_its_neighbours_with_the_quote_in_bold() -> None:
    view = context_view(in_context("One. Two. Three.", SOURCE, before="Zero.", after="Four."), 5, 9)
    check_seen(view)
    assert lines(view) == [
        "Source: City networks · 2022 · historical, kept for the record · www.c40.org",
        "Before it",
        "Zero.",
        "The passage",
        "One. Two. Three.",
        "After it",
        "Four.",
    ]
    quote = next(block for block in view["blocks"] if block["elements"][0].get("type") == "rich_text_quote")
    bold = [part["text"] for part in quote["elements"][0]["elements"] if part.get("style", {}).get("bold")]
    assert bold == ["Two."]


def test_a_passage_without_neighbours_or_quote_stands_alone() -> None:
    view = context_view(in_context("Alone.", SOURCE), 0, 0)
    check_seen(view)
    assert lines(view)[1:] == ["The passage", "Alone."]


def test_a_passage_that_left_the_library_says_so() -> None:
    assert LEFT in lines(context_view(in_context("Gone.", SOURCE, live=False), 0, 0))


def test_long_neighbours_are_cut_on_their_far_side_and_the_passage_never() -> None:
    before, after, text = "start " * 1000, "next " * 1000, "whole " * 2000
    view = context_view(in_context(text, SOURCE, before=before, after=after), 0, 5)
    check_seen(view)
    shown = list(visible_strings(view["blocks"]))
    assert text in shown
    assert any(words.startswith("…") and len(words) <= LONGEST_NEIGHBOUR for words in shown)
    assert any(words.endswith("…") and len(words) <= LONGEST_NEIGHBOUR for words in shown)


@given(hostile_text, hostile_text)
def test_no_text_of_a_document_does_anything_in_a_modal(text: str, title: str) -> None:
    view = context_view(in_context(f"Words. {text}", document(title, source=title), before=text, after=text), 0, 5)
    links = check_seen(view)
    assert [link for link in links if link.misleading] == []


def test_the_home_tab_says_what_the_library_holds_and_how_to_ask() -> None:
    view = home_view(Manifest(digest="d", documents=28, passages=200, newest="2026-07", model="m", version="1"))
    check_seen(view, "home")
    assert "The library holds 28 documents, the newest from July 2026." in lines(view)
    assert any("/ask" in line for line in lines(view))
    assert any("logged" in line for line in lines(view))


def test_the_home_tab_of_an_empty_library_says_so() -> None:
    view = home_view(Manifest(digest="d", documents=0, passages=0, newest=None, model="m", version="1"))
    check_seen(view, "home")
    assert "The library is still empty." in lines(view)
