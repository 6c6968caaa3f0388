"""What status and year do to a document's rank: what holds today first, unless the question is about a past year."""

import pytest

from knowledge.domain import DocumentRecord, Question
from knowledge.in_force import is_about_year_of, penalty
from knowledge.knowledge_base import KnowledgeBase
from tests.making import a_hit, a_passage


def document(**card: str) -> DocumentRecord:
    return a_hit(a_passage("x"), **card).document


@pytest.mark.parametrize(("status", "least"), [("current", 0), ("draft", 0.1), ("historical", 0.1), ("superseded", 1)])
def test_what_is_not_in_force_loses_rank(status: str, least: float) -> None:
    assert penalty(document(status=status), "Whom do we call?") >= least


@pytest.mark.parametrize(
    "question",
    [
        "Whom did we call in 2022?",
        "Whom did we call in October 2022?",
        "What did the 2022 contact sheet say?",
        "Which bills were pending as of 2022?",
        "What does the 2022 guidance say about gifts?",
        "Who led the Unit during 2022?",
    ],
)
def test_a_question_about_a_past_year_prefers_the_document_of_that_year(question: str) -> None:
    assert penalty(document(status="superseded", date="2022-10"), question) < 0
    assert penalty(document(status="superseded", date="2021-10"), question) > 0
    assert penalty(document(date="2022-10"), question) < penalty(document(date="2026"), question) == 0


@pytest.mark.parametrize(
    "question",
    [
        "Who signed the 2022 agreement with Osaka?",
        "Is the program announced in 2022 still open?",
        "Since the Act passed in 2022, how do we apply for its grants?",
        "What has changed since 2022?",
        "Who is named in the declaration of 2022?",
    ],
)
def test_a_year_that_is_only_mentioned_prefers_nothing_and_punishes_nothing(question: str) -> None:
    assert penalty(document(date="2022"), question) == 0
    assert penalty(document(status="superseded", date="2022"), question) == 0
    assert penalty(document(date="2026"), question) == 0
    assert penalty(document(status="superseded", date="2020"), question) > 0


@pytest.mark.parametrize(
    "title", ["Work plan 2019-2023", "Work plan, 2019 to 2023", "Work plan 2022", "2022 work plan"]
)
def test_the_year_may_stand_in_the_title(title: str) -> None:
    assert is_about_year_of(document(title=title), "What was planned in 2022?")
    assert not is_about_year_of(document(title=title), "What was planned in 2024?")


def test_a_document_without_a_year_is_of_no_year() -> None:
    assert not is_about_year_of(document(title="Work plan"), "What was planned in 2022?")
    assert not is_about_year_of(document(title="Work plan"), "What was planned?")


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Whom should a mayor contact at the State Department?", "federal-contacts-2026"),
        ("Whom did a mayor contact at the State Department in 2022?", "federal-contacts-2022"),
        ("What did the October 2022 contact sheet tell mayors about whom to contact?", "federal-contacts-2022"),
        ("What does the 2026 sheet say about whom to contact?", "federal-contacts-2026"),
        ("As of 2022, which bills were pending on city diplomacy?", "federal-contacts-2022"),
        ("Is the Cities Forward program announced in 2022 still open?", "cities-forward-fact-sheet"),
        ("When was the 2007 Summary Guide published?", "visiting-delegations-protocol"),
    ],
)
def test_the_sheet_of_the_year_asked_about_comes_first(
    starter_library: KnowledgeBase, question: str, place: str
) -> None:
    (hit, *_) = starter_library.search(Question(id="q", text=question), 5)
    assert place in hit.document.place


def test_an_answer_about_a_past_year_quotes_that_year_and_says_that_it_no_longer_holds(
    starter_library: KnowledgeBase,
) -> None:
    answer = starter_library.ask(Question(id="past", text="Whom did a mayor contact at the State Department in 2022?"))
    (old, *_) = [c for c in answer.citations if "federal-contacts-2022" in c.document.place]
    assert "Subnational Diplomacy Unit" in old.quote
    assert not old.document.card.status.in_force
