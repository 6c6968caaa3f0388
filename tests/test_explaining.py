"""Why an answer came about: what the stages kept, put together, and nothing else touched."""

import math
import uuid
from dataclasses import asdict, fields, replace
from pathlib import Path

import pytest

from bot.reasons import BEST_SHOWN, worth_showing
from knowledge.answering.asking import Considered
from knowledge.domain import Answer, Gap, Question, Status
from knowledge.errors import QuestionNotFound
from knowledge.explaining import Explanation, Fate, Stage, Traced, explain_outcome
from knowledge.job import ReplyTo
from knowledge.judging import Signals
from knowledge.knowledge_base import KnowledgeBase
from knowledge.searching import READ, READ_SHARE
from tests.making import WordHashEmbedding, a_hit, a_passage, found, judged, markdown, open_in

DENVER = "What is the Denver Declaration?"
SALARY = "What salary should we offer a protocol officer?"
CONTACT = "Whom do we contact in the Subnational Diplomacy Unit?"


def asked(library: KnowledgeBase, text: str, thread_id: str | None = None) -> Question:
    """A question that was asked and answered, as Slack asks them: stored before it is answered."""
    question = Question(id=f"test:{uuid.uuid4()}", text=text, thread_id=thread_id)
    library.conversations.accept(question, ReplyTo(channel="C1", user="U1"))
    library.ask(question)
    return question


def explained(library: KnowledgeBase, text: str) -> Explanation:
    return library.explain(asked(library, text).id)


def traced(explanation: Explanation, fate: Fate) -> list[Traced]:
    return [one for one in explanation.passages if one.fate is fate]


def test_an_answer_is_explained_by_the_very_passages_it_quotes(starter_library: KnowledgeBase) -> None:
    question = asked(starter_library, DENVER)
    outcome = starter_library.conversations.outcome(question.id)
    explanation = starter_library.explain(question.id)
    assert isinstance(outcome, Answer)
    assert explanation.stage is Stage.ANSWERED
    assert {one.hit.passage.id for one in traced(explanation, Fate.QUOTED)} == {
        citation.passage.id for citation in outcome.citations
    }
    assert explanation.judged.probability == outcome.probability
    assert not explanation.library_changed


@pytest.mark.parametrize("text", [DENVER, SALARY])
def test_the_signals_add_up_to_the_probability(starter_library: KnowledgeBase, text: str) -> None:
    weighed = explained(starter_library, text).judged
    log_odds = weighed.intercept + sum(signal.contribution for signal in weighed.signals)
    assert weighed.probability == pytest.approx(1 / (1 + math.exp(-log_odds)))
    costs = [signal.cost for signal in weighed.signals]
    assert costs == sorted(costs, reverse=True)


def test_every_signal_has_a_coefficient_and_a_mean_to_compare_with() -> None:
    names = {field.name for field in fields(Signals)}
    model = judged(found("Who pays?")).model
    assert set(model.coefficients) == set(model.answered) == names


def test_a_refusal_blames_the_judge_and_quotes_nothing(starter_library: KnowledgeBase) -> None:
    explanation = explained(starter_library, SALARY)
    assert explanation.stage is Stage.JUDGE
    assert explanation.judged.probability < explanation.judged.threshold
    assert [one.rank for one in traced(explanation, Fate.REFUSED)] == [1, 2, 3, 4, 5]
    assert traced(explanation, Fate.QUOTED) == []


def test_passages_carry_the_scores_and_places_of_every_stage(starter_library: KnowledgeBase) -> None:
    passages = explained(starter_library, DENVER).passages
    assert [one.rank for one in passages if one.rank] == list(range(1, 51))
    assert sorted(one.dense_rank for one in passages) == list(range(1, len(passages) + 1))
    assert max(passages, key=lambda one: one.hit.dense or 0).dense_rank == 1
    for one in passages:
        assert (one.keyword_rank is None) == (one.hit.keyword == 0)
        assert one.hit.fused is not None
        if one.hit.read is not None:
            assert one.hit.score == pytest.approx(one.hit.fused + READ_SHARE * one.hit.read - one.hit.penalty)
            assert one.reranked is not None
    read, others = ([one for one in passages if (one.hit.read is None) is unread] for unread in (False, True))
    assert len(read) == READ
    assert min(one.hit.score for one in read) >= max(one.hit.score for one in others)


def test_what_a_successor_keeps_from_being_quoted_is_said(tmp_path: Path) -> None:
    library = open_in(tmp_path, WordHashEmbedding(), threshold=0.0)
    old = markdown("old", "# Old sheet\n\nCall the unit about visas for mayors.\n", superseded_by="New sheet")
    new = markdown("new", "# New sheet\n\nThere is no unit to call about visas any more.\n")
    library.add([new, old], actor="test")
    explanation = explained(library, "Which unit do we call about visas?")
    library.close()
    assert [one.hit.document.card.title for one in traced(explanation, Fate.QUOTED)] == ["New sheet"]
    (kept_out,) = traced(explanation, Fate.SUCCEEDED)
    assert kept_out.hit.document.card.status is Status.SUPERSEDED
    assert kept_out.hit.penalty > 0


def test_what_lost_its_place_because_it_is_superseded_is_shown_to_people(starter_library: KnowledgeBase) -> None:
    lost = [one for one in explained(starter_library, CONTACT).passages if one.fused_rank == 1]
    assert [one.hit.document.card.status for one in lost] == [Status.SUPERSEDED]
    assert (lost[0].rank or 0) > BEST_SHOWN
    assert lost[0] in worth_showing(starter_library.explain(asked(starter_library, CONTACT).id))


def test_explaining_records_nothing(starter_library: KnowledgeBase) -> None:
    question = asked(starter_library, SALARY)
    gaps, before = starter_library.gaps.records(), starter_library.conversations.outcome(question.id)
    assert isinstance(before, Gap)
    starter_library.explain(question.id)
    assert starter_library.gaps.records() == gaps
    assert starter_library.conversations.outcome(question.id) == before


def test_a_question_nobody_asked_is_not_found(starter_library: KnowledgeBase) -> None:
    with pytest.raises(QuestionNotFound):
        starter_library.explain("C1:0.0")


def test_a_follow_up_is_explained_with_what_came_before_it_and_not_with_what_came_after(
    starter_library: KnowledgeBase,
) -> None:
    thread = f"C1:{uuid.uuid4()}"
    asked(starter_library, "What is in the Phoenix trade contract?", thread)
    follow_up = asked(starter_library, "And who pays for it?", thread)
    before = starter_library.explain(follow_up.id)
    asked(starter_library, DENVER, thread)
    after = starter_library.explain(follow_up.id)
    assert before.searched == after.searched
    assert before.searched.leans
    assert before.searched.earlier == "What is in the Phoenix trade contract?"
    weights = {one.term: one.weight for one in before.searched.terms}
    assert weights["pay"] == 1.0
    assert 0 < weights["phoenix"] < 1


def test_a_passage_that_says_what_a_better_one_says_is_a_repeat(knowledge_base: KnowledgeBase) -> None:
    text = "# Gifts\n\nThe mayor gives every delegation a jar of local honey.\n"
    knowledge_base.add([markdown("one", text), markdown("two", text)], actor="test")
    passages = explained(knowledge_base, "What does the mayor give to a delegation?").passages
    assert [(one.rank, one.fate is Fate.REPEAT) for one in passages] == [(1, False), (None, True)]


def test_an_empty_library_blames_the_search(knowledge_base: KnowledgeBase) -> None:
    explanation = explained(knowledge_base, DENVER)
    assert (explanation.stage, explanation.passages) == (Stage.SEARCH, ())


def test_a_library_without_a_sentence_to_quote_blames_the_quotes(tmp_path: Path) -> None:
    library = open_in(tmp_path, WordHashEmbedding())
    library.add([markdown("menu", "# Menu\n\nHome\n\nContact us\n")], actor="test")
    explanation = explained(library, "What is on the menu?")
    library.close()
    assert explanation.stage is Stage.QUOTES
    assert [one.fate for one in explanation.passages] == [Fate.UNQUOTABLE]


def test_an_explanation_says_when_the_library_is_another_one_by_now(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("honey", "# Honey\n\nThe mayor gives every guest honey.\n")], actor="test")
    question = asked(knowledge_base, "What does the mayor give?")
    assert not knowledge_base.explain(question.id).library_changed
    knowledge_base.add([markdown("flags", "# Flags\n\nThe mayor gives every guest a flag.\n")], actor="test")
    explanation = knowledge_base.explain(question.id)
    assert explanation.library_changed
    assert len(explanation.passages) == 2


def test_a_score_a_reranker_changed_shows_what_it_was_before_the_penalty() -> None:
    hits = (
        replace(a_hit(a_passage("Mayors met.", number=0)), score=1.5, fused=1.0, penalty=0.5),
        replace(a_hit(a_passage("Mayors signed.", number=1)), score=0.5, fused=1.0, penalty=0.5),
    )
    search = replace(found("Who met?", *hits), candidates=hits)
    considered = Considered(
        question=Question(id="q", text="Who met?"),
        found=search,
        verdict=judged(search),
        competed=(),
        citations=(),
        milliseconds=0,
    )
    passages = explain_outcome(considered, library_changed=False).passages
    assert [one.reranked for one in passages] == [2.0, None]


def test_signals_are_explained_whatever_they_are_called(starter_library: KnowledgeBase) -> None:
    question = asked(starter_library, DENVER)
    considered = starter_library.try_question(question)
    explanation = starter_library.explain(question.id)
    values = {signal.name: signal.value for signal in explanation.judged.signals}
    assert values == asdict(considered.verdict.signals)
