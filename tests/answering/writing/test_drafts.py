"""What models send back: JSON in whatever wrapping is read, anything else is not guessed at."""

import pytest

from knowledge.answering.writing.drafts import Arriving, NotReadable, read_drafts, read_restated

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


TWO = ONE[:-2] + ', {"text": "Dogs \\"bark\\" }]} loudly.", "support": []}]}'


@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
@pytest.mark.parametrize("text", [TWO, f"Sure!\n```json\n{TWO}\n```", TWO.replace('"sent', '"sure": 1, "sent')])
def test_sentences_are_read_as_they_arrive_each_once_it_is_complete(text: str, size: int) -> None:
    arriving = Arriving()
    for at in range(0, len(text), size):
        drafts = arriving.read(text[at : at + size])
        complete = text[: at + size].count('."}]}') + text[: at + size].count('"support": []}')
        assert drafts == read_drafts(text)[:complete]
    assert drafts == read_drafts(text)


def test_after_something_that_is_no_sentence_nothing_more_is_read_as_it_arrives() -> None:
    arriving = Arriving()
    assert arriving.read(TWO.replace("]}]}", ']}, {"poem": 1}]}')) == read_drafts(TWO)
    assert arriving.read(', {"text": "More.", "support": []}') == read_drafts(TWO)


def test_no_more_sentences_are_read_as_they_arrive_than_of_the_whole() -> None:
    one = ONE[len('{"sentences": [') : -len("]}")]
    assert len(Arriving().read(f'{{"sentences": [{", ".join([one] * 300)}]}}')) == 8


def test_a_restated_question_is_one_line() -> None:
    assert read_restated('{"question": "What of\\n  Denver?"}') == "What of Denver?"
