"""Ranking: the thread only where it helps, dense and keyword together, what holds today first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.domain import Question, Turn
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.knowledge_base import KnowledgeBase
from knowledge.searching import REPLY_WORDS, fuse, leans_on_thread, rank, said_before, standardised
from tests.making import WordHashEmbedding, a_hit, a_passage, markdown, open_in


@pytest.mark.parametrize(
    "text",
    [
        "And who pays for it?",
        "What about Dallas?",
        "Since when?",
        "No, I mean the 2026 one",
        "How much did they spend on that?",
        "What is the penalty if you get caught without one again?",
        "it",
    ],
)
def test_follow_ups_lean_on_the_thread(text: str) -> None:
    assert leans_on_thread(text)


@pytest.mark.parametrize(
    "text",
    [
        "What is in the Denver Declaration?",
        "Which states ban sister-city ties with foreign adversaries?",
        "Does a mayor have to report an agreement with a foreign city to the State Department, and by when?",
    ],
)
def test_questions_that_stand_alone_do_not(text: str) -> None:
    assert not leans_on_thread(text)


def test_both_indexes_count_and_the_dense_one_more() -> None:
    both = fuse({"a": 0.9, "b": 0.1, "c": 0.5}, {"b": 9.0})
    assert max(both, key=lambda id_: both[id_]) == "a"
    assert both["b"] > fuse({"a": 0.9, "b": 0.1, "c": 0.5}, {})["b"]
    assert fuse({}, {}) == {}


def test_equal_scores_are_no_scores() -> None:
    assert list(standardised([2.0, 2.0])) == [0.0, 0.0]
    assert list(standardised([])) == []


def test_a_successor_comes_before_what_it_superseded() -> None:
    old = a_hit(a_passage("Call the Unit.", document="old"), score=3.0, status="superseded", successor_id="new")
    other = a_hit(a_passage("Something else.", document="other"), score=2.0)
    new = a_hit(a_passage("The Unit is closed.", document="new"), score=1.0)
    assert [hit.document.id for hit in rank([old, other, new], "Whom do we call?")] == ["new", "old", "other"]


def test_the_same_text_is_ranked_once() -> None:
    one, two = (a_hit(a_passage("The same  words.", document=name), score=2.0) for name in ("one", "two"))
    assert rank([one, two], "Which words?") == [one]


def test_what_was_superseded_comes_first_where_the_question_is_about_its_year() -> None:
    old = a_hit(
        a_passage("Call the Unit.", document="old"), score=1.0, status="superseded", successor_id="new", date="2022"
    )
    new = a_hit(a_passage("The Unit is closed.", document="new"), score=3.0, date="2026")
    assert [hit.document.id for hit in rank([old, new], "Whom did we call in 2022?")] == ["old", "new"]
    assert [hit.document.id for hit in rank([old, new], "Who signed the 2022 agreement?")] == ["new", "old"]


def test_a_later_page_on_a_past_year_is_found_before_a_page_of_that_year_on_something_else(
    tmp_path: Path, model: SentenceTransformerEmbedding
) -> None:
    knowledge_base = open_in(tmp_path, model)
    knowledge_base.add(
        [
            markdown("ties", "# Ties\n\nMayor Tan signed the agreement with Osaka in 2019.\n", date="2024"),
            markdown("travel", "# Travel\n\nThe delegation to Osaka flew economy class.\n", date="2019"),
            markdown("gifts", "# Gifts\n\nThe city clerk keeps a list of gifts from Osaka.\n", date="2019"),
        ],
        actor="test",
    )
    for text in ("Who signed the 2019 agreement with Osaka?", "Who signed the agreement with Osaka in 2019?"):
        (hit, *_) = knowledge_base.search(Question(id=text, text=text), 3)
        assert hit.document.card.title == "Ties"
    knowledge_base.close()


@pytest.fixture
def two_subjects(tmp_path: Path) -> Iterator[KnowledgeBase]:
    knowledge_base = open_in(tmp_path, WordHashEmbedding())
    knowledge_base.add(
        [
            markdown("phoenix", "# Phoenix trade contract\n\nThe general fund pays for the Phoenix trade contract.\n"),
            markdown("denver", "# Denver summit\n\nThe host committee pays for the Denver summit.\n"),
        ],
        actor="test",
    )
    yield knowledge_base
    knowledge_base.close()


@pytest.mark.parametrize("subject", ["Phoenix", "Denver"])
def test_a_follow_up_stays_on_the_subject_of_its_thread(two_subjects: KnowledgeBase, subject: str) -> None:
    thread = (Turn(speaker="user", text=f"What do we know about {subject}?"),)
    (hit, *_) = two_subjects.search(Question(id="q", text="And who pays for it?", thread=thread), 2)
    assert subject in hit.document.card.title


def test_a_new_question_is_not_dragged_back(two_subjects: KnowledgeBase) -> None:
    thread = (Turn(speaker="user", text="What is in the Phoenix trade contract?"),)
    (hit, *_) = two_subjects.search(Question(id="q", text="Who pays for the Denver summit?", thread=thread), 2)
    assert hit.document.card.title == "Denver summit"


def test_a_follow_up_asks_on_from_what_it_was_told(two_subjects: KnowledgeBase) -> None:
    asked = Turn(speaker="user", text="Which contract is the older one?")
    told = Turn(speaker="agent", text="“The Phoenix trade contract was signed first.” [1]")
    (hit, *_) = two_subjects.search(Question(id="q", text="And who pays for it?", thread=(asked, told)), 2)
    assert hit.document.card.title == "Phoenix trade contract"


def test_a_reply_counts_with_its_first_words_and_only_the_last_one() -> None:
    turns = [
        Turn(speaker="user", text="Which cities?"),
        Turn(speaker="agent", text="Denver."),
        Turn(speaker="user", text="And who pays?"),
        Turn(speaker="agent", text="word " * 500),
    ]
    assert said_before(turns) == "And who pays?" + " word" * REPLY_WORDS
    assert said_before(turns[:1]) == "Which cities?"
    assert said_before(turns[1:2]) == said_before([]) == ""


def test_a_correction_leaves_the_reply_it_corrects_behind(two_subjects: KnowledgeBase) -> None:
    thread = (
        Turn(speaker="user", text="What do we know about Phoenix?"),
        Turn(speaker="agent", text="Denver summit Denver summit host committee"),
    )
    (hit, *_) = two_subjects.search(Question(id="q", text="No, I mean who pays in Phoenix?", thread=thread), 2)
    assert hit.document.card.title == "Phoenix trade contract"
