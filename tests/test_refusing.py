"""What a refusal says was searched."""

import pytest

from bot.refusing import refusal_sentences
from knowledge.domain import Gap, GapReason


@pytest.mark.parametrize(
    ("documents", "collections", "said"),
    [
        (1, ("office",), "Searched: 1 document in the collection “office”, the newest from 2026."),
        (3, ("a", "b"), "Searched: 3 documents in the collections “a” and “b”, the newest from 2026."),
        (
            9,
            tuple("abcdefgh"),
            "Searched: 9 documents in the collections “a”, “b”, “c”, “d”, “e”, “f” and 2 more, the newest from 2026.",
        ),
        (3, (), "Searched: 3 documents, the newest from 2026."),
    ],
)
def test_a_refusal_names_the_collections_that_were_searched(
    documents: int, collections: tuple[str, ...], said: str
) -> None:
    gap = Gap(
        id="G1",
        question_id="q",
        reason=GapReason.NOT_SUPPORTED,
        probability=0.1,
        documents=documents,
        collections=collections,
    )
    assert refusal_sentences(gap, "2026") == (said,)
