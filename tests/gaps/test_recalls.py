"""What became of a quote: its sentences that are gone, each with what stands in its place."""

import pytest

from knowledge.recalls import what_became_of
from tests.making import a_passage

BEFORE = "The fee is $50 a day. Guests park on Cedar Street."


@pytest.mark.parametrize(
    ("quote", "now", "changed"),
    [
        (BEFORE, [BEFORE], []),
        (BEFORE, ["Guests park on  Cedar\nStreet.", "The fee is $50 a day."], []),
        ("The fee is $50 a day.", ["The fee is €50 a day."], [("The fee is $50 a day.", "The fee is €50 a day.")]),
        (
            BEFORE,
            ["The fee is $50.50 a day. Guests park on Cedar Street."],
            [("The fee is $50 a day.", "The fee is $50.50 a day.")],
        ),
        (BEFORE, ["Guests park on Cedar Street."], [("The fee is $50 a day.", None)]),
        (BEFORE, ["Bees like clover."], [("The fee is $50 a day.", None), ("Guests park on Cedar Street.", None)]),
        ("Fee | 5", ["Fee | 50"], [("Fee | 5", "Fee | 50")]),
    ],
)
def test_a_sentence_stands_or_names_what_stands_there_now(
    quote: str, now: list[str], changed: list[tuple[str, str | None]]
) -> None:
    found = what_became_of(quote, [a_passage(BEFORE)], [a_passage(text, number=n) for n, text in enumerate(now)])
    assert [(one.was, one.now) for one in found] == changed
