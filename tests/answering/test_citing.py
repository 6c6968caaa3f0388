"""The gate: a quote is the passage's own characters or nothing is shown."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.citing import verify
from knowledge.domain import Answer, Citation
from knowledge.errors import UnverifiedQuote
from tests.making import a_hit, a_passage

TEXT = "Mayors signed the Denver Declaration on April 28, 2023."
PASSAGE = a_passage(TEXT)
CITATION = Citation(number=1, quote=TEXT, start=0, end=len(TEXT), passage=PASSAGE, document=a_hit(PASSAGE).document)


@given(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT)))
def test_any_span_of_the_passage_passes(start: int, length: int) -> None:
    end = min(len(TEXT), start + length)
    citation = replace(CITATION, quote=TEXT[start:end], start=start, end=end)
    assert verify([citation], {PASSAGE.id: PASSAGE}) == (citation,)


@given(st.integers(0, len(TEXT) - 1), st.characters())
def test_one_changed_character_is_refused(place: int, character: str) -> None:
    changed = TEXT[:place] + character + TEXT[place + 1 :]
    if changed != TEXT:
        with pytest.raises(UnverifiedQuote):
            verify([replace(CITATION, quote=changed)], {PASSAGE.id: PASSAGE})


def test_the_ledgers_text_counts_not_the_one_that_was_found() -> None:
    with pytest.raises(UnverifiedQuote):
        verify([CITATION], {PASSAGE.id: replace(PASSAGE, text=TEXT.replace("28", "29"))})


def test_a_passage_that_left_the_library_is_not_quoted() -> None:
    with pytest.raises(UnverifiedQuote):
        verify([CITATION], {})


def test_an_empty_quote_is_refused() -> None:
    with pytest.raises(UnverifiedQuote):
        verify([replace(CITATION, quote="", end=0)], {PASSAGE.id: PASSAGE})


def test_an_answer_without_citations_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="gap"):
        Answer(question_id="q", probability=0.9, citations=())
