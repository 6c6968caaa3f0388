"""Sources that disagree: what is found, what is left alone, and how it reaches an answer."""

from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest

from knowledge.answering.differing.comparing import what_differs
from knowledge.answering.differing.finding import FindingDifferences, with_differences
from knowledge.answering.differing.scopes import scope_of
from knowledge.answering.extracting import extract
from knowledge.answering.gate.statements import Statements
from knowledge.differences import About
from knowledge.domain import Answer, Citation, Hit, Question
from knowledge.keywords import TantivyKeywords
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sentences import split_sentences
from tests.answering.differing.pairs import VERDICTS, Pair, pairs
from tests.making import a_hit, a_passage, found, markdown, starter_uploads

FILES = ("tuned", "held_back")
GIFTS = "Which gifts must be reported?"


@pytest.fixture(scope="module")
def keywords(tmp_path_factory: pytest.TempPathFactory) -> TantivyKeywords:
    return TantivyKeywords(tmp_path_factory.mktemp("terms"))


@pytest.fixture(scope="module")
def reading(keywords: TantivyKeywords) -> Statements:
    return Statements(keywords.terms)


@pytest.fixture(scope="module")
def finding(keywords: TantivyKeywords) -> FindingDifferences:
    return FindingDifferences(keywords.terms)


def differ(reading: Statements, pair: Pair) -> str | None:
    hits = pair.one, pair.other
    one, other = (reading.read(hit.passage.text) for hit in hits)
    here, there = (scope_of(hit, reading.stems(hit.passage.text), reading) for hit in hits)
    about = what_differs(one, other, (here, there), reading)
    return about.value if about else None


def test_there_are_enough_pairs_of_every_sort() -> None:
    sorts = Counter(pair.verdict for name in FILES for pair in pairs(name))
    assert sorts.keys() == set(VERDICTS)
    assert (sorts.total() >= 60, sorts["agree"] >= 20, sorts["another"] >= 40) == (True, True, True)


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_called_a_difference_that_is_none(reading: Statements, name: str) -> None:
    assert [pair.texts for pair in pairs(name) if not pair.differs and differ(reading, pair)] == []


@pytest.mark.parametrize(("name", "missed"), [("tuned", 0), ("held_back", 1)])
def test_what_differs_is_found_and_called_what_it_is(reading: Statements, name: str, missed: int) -> None:
    lost = [pair.texts for pair in pairs(name) if pair.differs and differ(reading, pair) != pair.verdict]
    assert len(lost) <= missed, lost


@pytest.mark.parametrize("name", FILES)
def test_whatever_differs_gets_a_closer_look(reading: Statements, finding: FindingDifferences, name: str) -> None:
    """The quick look at words in common, before sentences are read, loses none of them."""
    for pair in pairs(name):
        if about := differ(reading, pair):
            whole = pair.one.passage
            quote = Citation(
                number=1, quote=whole.text, start=0, end=len(whole.text), passage=whole, document=pair.one.document
            )
            seen = finding.find(found("", pair.one, pair.other), (quote,))
            assert [one.about.value for one in seen] == [about], pair.texts


@pytest.mark.parametrize("name", FILES)
def test_either_side_may_come_first(reading: Statements, name: str) -> None:
    for pair in pairs(name):
        assert differ(reading, pair) == differ(reading, replace(pair, one=pair.other, other=pair.one)), pair.texts


def test_the_docs_say_what_was_measured(reading: Statements) -> None:
    page = " ".join((Path(__file__).parents[3] / "docs" / "answers.md").read_text("utf-8").split())
    for name in FILES:
        every = [*pairs(name)]
        apart = [pair for pair in every if pair.differs]
        right = sum(differ(reading, pair) == pair.verdict for pair in apart)
        false = sum(bool(differ(reading, pair)) for pair in every if not pair.differs)
        assert f"{right} of {len(apart)} | {false} of {len(every) - len(apart)}" in page


def test_the_starter_library_does_not_contradict_itself(reading: Statements) -> None:
    """Every sentence of a document in force beside every other one that has half its words."""
    stated = []
    for upload in starter_uploads():
        head, text = upload.content.decode().split("---", 2)[1:]
        paragraphs = [part.strip() for part in text.split("\n\n") if "status: current" in head]
        for paragraph in paragraphs:
            hit = a_hit(a_passage(paragraph, document=upload.name), title=upload.name)
            around = scope_of(hit, reading.stems(paragraph), reading)
            sentences = [] if paragraph.startswith(("#", "|")) else split_sentences(paragraph)
            said = [reading.read(paragraph[start:end]) for start, end in sentences]
            stated += [(upload.name, one, one.stems, around) for one in said]
    compared = 0
    for (name, one, stems, around), (other_name, other, other_stems, beside) in combinations(stated, 2):
        if name != other_name and 2 * len(stems & other_stems) >= max(len(stems), len(other_stems), 1):
            compared += 1
            assert what_differs(one, other, (around, beside), reading) is None, (one.text, other.text)
    assert compared > 50


def policy(text: str = "Gifts worth more than $50 must be reported within 30 days.", **card: str) -> Hit:
    return a_hit(a_passage(text, document="policy"), title="Gift policy", **card)


def handbook(text: str = "Gifts worth more than $100 must be reported within 30 days.", **card: str) -> Hit:
    return a_hit(a_passage(text, document="handbook"), title="Office handbook", score=0.5, **card)


def quoted(keywords: TantivyKeywords, *hits: Hit) -> tuple[Citation, ...]:
    return extract(found(GIFTS, *hits), keywords.terms).citations


@pytest.mark.parametrize("status", ["superseded", "historical", "draft"])
def test_what_is_not_in_force_contradicts_nothing(
    finding: FindingDifferences, keywords: TantivyKeywords, status: str
) -> None:
    assert finding.find(found(GIFTS, policy(), handbook()), quoted(keywords, policy(), handbook()))
    hits = policy(), handbook(status=status)
    assert finding.find(found(GIFTS, *hits), quoted(keywords, *hits)) == ()


def test_what_is_not_quoted_contradicts_nothing(finding: FindingDifferences, keywords: TantivyKeywords) -> None:
    parking = policy("The hall has a room for gifts. Parking in the hall costs $8.")
    other = handbook("Parking in the hall costs $12.")
    assert finding.find(found(GIFTS, parking, other), quoted(keywords, handbook("Gifts must be reported."))) == ()


def test_a_side_that_no_quote_holds_becomes_one_more_quote(
    finding: FindingDifferences, keywords: TantivyKeywords
) -> None:
    hits = policy(), handbook()
    (first, *_) = quoted(keywords, policy())
    citations, (difference,) = with_differences([first], finding.find(found(GIFTS, *hits), [first]))
    assert [citation.number for citation in citations] == [1, 2]
    assert [citation.quote for citation in citations] == [hit.passage.text for hit in hits]
    assert difference.about is About.NUMBER
    assert {side.number for side in difference.sides} == {1, 2}


def test_a_place_the_question_names_is_the_place_both_sources_are_about(
    finding: FindingDifferences, keywords: TantivyKeywords
) -> None:
    here = policy("The booking fee is $40. This holds in Denver.")
    elsewhere = handbook("The booking fee is $60.")
    asked = "What is the booking fee in Denver?"
    assert finding.find(found(asked, here, elsewhere), quoted(keywords, here)) == ()
    assert finding.find(found("What is the booking fee?", here, elsewhere), quoted(keywords, here))


def test_an_answer_holds_both_sides_and_is_recorded_with_them(knowledge_base: KnowledgeBase) -> None:
    gifts = "# Gifts\n\nGifts worth more than ${} must be reported to the clerk within 30 days of the visit.\n"
    knowledge_base.add(
        [
            markdown("policy", gifts.format(50), title="Gift policy", issuer="Ethics Commission", date="2021"),
            markdown("handbook", gifts.format(100), title="Office handbook", issuer="City Attorney", date="2024-03"),
        ],
        actor="test",
    )
    answer = knowledge_base.ask(
        Question(id="test:differ", text="Which gifts worth more must be reported to the clerk?")
    )
    assert isinstance(answer, Answer)
    (difference,) = answer.differences
    assert difference.about is About.NUMBER
    by_number = {citation.number: citation for citation in answer.citations}
    sides = [(by_number[side.number], side) for side in difference.sides]
    assert {citation.document.card.issuer for citation, _ in sides} == {"Ethics Commission", "City Attorney"}
    said = {citation.passage.text[side.start : side.end] for citation, side in sides}
    assert said == {gifts.format(amount).split("\n\n")[1].strip() for amount in (50, 100)}
    assert all(citation.start <= side.start < side.end <= citation.end for citation, side in sides)
    assert knowledge_base.conversations.outcome(answer.question_id) == answer
