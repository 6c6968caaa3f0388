"""The modal that explains an answer, by Slack's rules."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from bot.reasons import BEST_OF_A_STAGE, BEST_SHOWN, CHANGED, FATES, SIGNALS
from bot.slack.blocks import answer_reply, gap_reply, note_reply, question_in, with_why_button
from bot.slack.explanations import LOOKING, explanation_view, note_view
from knowledge.domain import Hit
from knowledge.explaining import Explanation, Fate, Judged, Searched, Stage, Term, Traced, Weighed
from tests.slack.material import answer, citation, document, gap, hostile_text, passage
from tests.slack.seeing import check, check_seen, words_of
from tests.workspace.records import visible_strings

NEAREST = Weighed(name="dense", value=0.3, answered=0.6, coefficient=6.0, contribution=1.8, cost=1.8)
NEW = Weighed(name="a_new_one", value=0.9, answered=0.8, coefficient=1.0, contribution=0.9, cost=-0.1)


def a_trace(
    number: int, fate: Fate = Fate.BELOW, *, title: str = "City networks", rank: int | None = None, penalty: float = 0.0
) -> Traced:
    found = Hit(
        passage=passage("Words.", id_=f"p{number}", page=number),
        document=document(title),
        score=1.0 - penalty,
        dense=0.5,
        keyword=3.0,
        fused=1.0,
        penalty=penalty,
    )
    return Traced(
        hit=found,
        rank=rank,
        dense_rank=number,
        keyword_rank=None if number == 2 else number,
        fused_rank=number,
        reranked=None,
        sentence=None,
        fate=fate,
    )


def an_explanation(*passages: Traced, text: str = "Who pays?", earlier: str | None = None) -> Explanation:
    return Explanation(
        question_id="C1:1.1",
        searched=Searched(
            restated=None,
            text=text,
            earlier=earlier,
            leans=bool(earlier),
            as_of=None,
            terms=(Term(term="pay", weight=1.0, idf=2.25),),
        ),
        passages=passages,
        judged=Judged(probability=0.4, threshold=0.67, intercept=-3.0, signals=(NEAREST, NEW)),
        stage=Stage.JUDGE,
        library_changed=False,
    )


def lines(view: dict[str, object]) -> list[str]:
    return [line for text in visible_strings(view["blocks"]) for line in text.splitlines()]


def test_the_modal_blames_a_stage_and_names_what_each_stage_made_of_the_question() -> None:
    view = explanation_view(an_explanation(a_trace(1, Fate.REFUSED, rank=1), a_trace(2, Fate.REPEAT, penalty=0.5)))
    check_seen(view)
    shown = lines(view)
    assert shown[0] == (
        "The judge: probability 0.40, at least 0.67 is needed. What cost most: nearness in meaning of the best "
        "passage, 0.30 here and 0.60 on average where a question was answered."
    )
    assert "Who pays?" in shown
    assert "Words searched for, as stems, with weight and rarity: pay (1 × 2.2)." in shown
    assert "a new one: 0.90 × 1.00 = +0.90 (answered questions: 0.80)" in shown
    assert "1. City networks, page 1 · not quoted: the judge was not sure enough" in shown
    assert any(
        line.endswith("says the same as a better passage; lost 0.5 because its document is current") for line in shown
    )
    table = next(index for index, line in enumerate(shown) if line.startswith("Rank"))
    assert [line.split() for line in shown[table : table + 3]] == [
        ["Rank", "Meaning", "Words", "Both", "Score"],
        ["1", "0.50", "#1", "3.00", "#1", "1.00", "#1", "1.00"],
        ["–", "0.50", "#2", "–", "1.00", "#2", "0.50"],
    ]
    assert len({len(line) for line in shown[table : table + 3]}) == 1


def test_a_library_that_changed_since_is_said_under_the_first_line() -> None:
    assert lines(explanation_view(replace(an_explanation(), library_changed=True)))[1] == CHANGED


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_its_line(stage: Stage) -> None:
    view = explanation_view(replace(an_explanation(), stage=stage))
    check_seen(view)
    others = [explanation_view(replace(an_explanation(), stage=other)) for other in Stage if other is not stage]
    assert all(lines(view)[0] != lines(other)[0] for other in others)


def test_every_fate_has_its_words() -> None:
    assert set(FATES) == set(Fate)
    assert len(set(FATES.values())) == len(FATES)


def test_a_day_asked_about_and_a_thread_that_was_leant_on_are_said() -> None:
    explanation = an_explanation(earlier="What is in the contract?")
    explanation = replace(explanation, searched=replace(explanation.searched, as_of=date(2023, 3, 1)))
    shown = lines(explanation_view(explanation))
    assert "As of 1 March 2023" in shown
    thread = "It leans on the thread, so the question before and its reply counted as much: “What is in the contract?”"
    assert thread in shown


def test_the_longest_explanation_fits_and_leaves_out_only_what_no_stage_put_near_the_top() -> None:
    passages = [a_trace(101 - n, rank=n, title="T" * 500) for n in range(1, 51)]
    passages += [a_trace(101 - n, Fate.REPEAT, title="R" * 500) for n in range(51, 101)]
    view = explanation_view(an_explanation(*passages, text="why " * 1000, earlier="who " * 1000))
    check_seen(view)
    shown = lines(view)
    assert f"Passages: {BEST_SHOWN + BEST_OF_A_STAGE} of 100 found" in shown
    assert sum(line.startswith("TTT", line.find(". ") + 2) for line in shown) == BEST_SHOWN
    assert sum(line.startswith("RRR") for line in shown) == BEST_OF_A_STAGE


@given(hostile_text, hostile_text)
def test_no_text_of_a_document_or_question_does_anything_in_the_modal(text: str, title: str) -> None:
    view = explanation_view(an_explanation(a_trace(1, rank=1, title=title), text=f"Why {text}", earlier=text))
    assert check_seen(view) == []


def test_waiting_and_errors_are_the_same_modal_with_a_sentence() -> None:
    view = note_view(note_reply(LOOKING))
    check_seen(view)
    assert view["title"] == explanation_view(an_explanation())["title"]
    assert lines(view) == [LOOKING]


def test_words_for_signals_are_of_signals_there_are() -> None:
    from knowledge.judging import Signals

    assert set(SIGNALS) <= set(Signals.__dataclass_fields__)


def test_the_question_of_a_reply_is_found_in_its_message_and_in_no_other() -> None:
    for reply in (answer_reply(answer(citation(1, "Quote."))), gap_reply(gap(document()))):
        assert question_in(reply.blocks) == "C1:1.1"
    assert question_in(note_reply("Hello.").blocks) is None
    assert question_in(()) is None


def test_the_button_stands_above_the_footer_and_fits() -> None:
    reply = with_why_button(answer_reply(answer(citation(1, "Quote."))), "C1:1.1")
    check(reply)
    assert words_of(reply).splitlines()[-2] == "Why this answer"
