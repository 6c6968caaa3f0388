"""What models send back: JSON in whatever wrapping is read, anything else is not guessed at."""

import pytest

from knowledge.answering.writing.drafts import NotReadable, read_drafts, read_restated

ONE = '{"sentences": [{"text": "Cats sleep.", "support": [{"passage": "[P1]", "quote": "Cats sleep all day."}]}]}'


@pytest.mark.parametrize(
    "text",
    [
        ONE,
        f"```json\n{ONE}\n```",
        f"Sure! Here is {{your}} answer:\n{ONE}\nAnything else?",
        f'{{"thoughts": "none"}} {ONE}',
        ONE.replace('"sentences"', '"confidence": 0.9, "sentences"'),
    ],
)
def test_json_is_found_wherever_it_stands(text: str) -> None:
    (draft,) = read_drafts(text)
    assert (draft.text, draft.supports[0].passage, draft.supports[0].quote) == (
        "Cats sleep.",
        "P1",
        "Cats sleep all day.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Cats sleep [P1].",
        ONE[:-20],
        "[" * 5_000,
        '{"sentences": "Cats sleep."}',
        '{"sentences": [{"text": 7, "support": []}]}',
        '{"sentences": [{"text": "Cats sleep."}]}',
        '{"answer": []}',
    ],
)
def test_anything_else_is_not_readable(text: str) -> None:
    with pytest.raises(NotReadable):
        read_drafts(text)


def test_an_empty_list_says_that_the_passages_do_not_answer() -> None:
    assert read_drafts('{"sentences": []}') == ()


def test_a_model_that_never_stops_is_not_read_to_the_end() -> None:
    one = ONE[len('{"sentences": [') : -len("]}")]
    sentences = ", ".join([one] * 300)
    assert len(read_drafts(f'{{"sentences": [{sentences}]}}')) == 8


def test_a_restated_question_is_one_line() -> None:
    assert read_restated('{"question": "What of\\n  Denver?"}') == "What of Denver?"
