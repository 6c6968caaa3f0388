"""The judge's probability rises with the evidence and is 0 without any."""

from dataclasses import replace

import pytest

from knowledge.judging import best_coverage, names_in
from tests.making import a_hit, a_passage, found, judged


def probability(question: str, text: str, dense: float = 0.6) -> float:
    hit = replace(a_hit(a_passage(text)), dense=dense)
    return judged(found(question, hit)).probability


def test_without_hits_the_probability_is_zero() -> None:
    verdict = judged(found("Who pays?"))
    assert (verdict.probability, verdict.answerable) == (0.0, False)


def test_nearer_passages_and_more_of_the_words_raise_it() -> None:
    question, text = "What does Phoenix pay?", "Phoenix does pay for trade."
    assert probability(question, text, dense=0.3) < probability(question, text, dense=0.7)
    assert probability(question, "Trade is good.") < probability(question, text)


def test_a_name_or_number_that_occurs_nowhere_lowers_it() -> None:
    text = "Phoenix pays for trade representation in Mexico since 2014."
    asked = "What does Phoenix pay for trade representation in"
    assert probability(f"{asked} Canada?", text) < probability(f"{asked} Mexico?", text)
    assert probability(f"{asked} Mexico since 2029?", text) < probability(f"{asked} Mexico since 2014?", text)


def test_the_threshold_can_be_set() -> None:
    hits = found("What does Phoenix pay?", a_hit(a_passage("Phoenix pays for trade.")))
    likely = judged(hits).probability
    assert judged(hits, likely - 0.01).answerable
    assert not judged(hits, likely + 0.01).answerable


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did Tucson report in 2021?", ("Tucson", "2021")),
        ("Is the C40 chair from London? Who was before?", ("C40", "London")),
        ("MOIA staffing in small cities", ("MOIA",)),
        ("The mayor asks. Why?", ()),
        ("how much is it", ()),
    ],
)
def test_names_are_words_with_capitals_or_digits(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("buying $18k of chairs, 30 of them, for a 17 yr old on the 2nd floor", ()),
        (
            "What does Rule 47 say of the 9th Summit and H.R. 5323 in 2021?",
            ("Rule", "47", "9th", "Summit", "H.R", "5323", "2021"),
        ),
        ("a $40 Amazon card from COP29", ("Amazon", "COP29")),
    ],
)
def test_what_only_counts_or_measures_names_nothing(text: str, names: tuple[str, ...]) -> None:
    assert names_in(text, amounts=False) == names


def test_an_askers_sum_need_not_stand_in_the_rule_that_applies_to_it() -> None:
    hits = a_hit(a_passage("Purchases above ten thousand dollars take three quotes."))
    assert judged(found("How many quotes for a purchase of $18k?", hits)).signals.named == 1.0
    assert judged(found("How many quotes did Tucson take?", hits)).signals.named == 0.0


def test_coverage_weighs_rare_words_more() -> None:
    idf = {"phoenix": 3.0, "city": 1.0}
    assert best_coverage(idf, [{"city"}, {"phoenix"}]) == 0.75
    assert best_coverage(idf, []) == 0.0
    assert best_coverage({}, [{"city"}]) == 0.0
