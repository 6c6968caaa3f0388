"""What the figures count: by week and kind, without what was withdrawn, and on an office's calendar."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from knowledge.domain import Answer, GapReason, Kind, Question
from knowledge.gaps.plotting import plot_figures
from knowledge.gaps.records import GapStatus
from knowledge.knowledge_base import KnowledgeBase
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

CHICAGO = timezone(timedelta(hours=-6))


def ask(library: KnowledgeBase, number: int, text: str, asked_at: str) -> object:
    outcome = library.ask(Question(id=f"C1:{number}", text=text, asker=f"U{number}"))
    with library._ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE questions SET asked_at = ? WHERE id = ?", (asked_at, f"C1:{number}"))
    return outcome


def test_questions_are_counted_by_week_kind_and_what_came_of_them(tmp_path: Path) -> None:
    clock = Calendar(datetime(2026, 11, 23, 12, tzinfo=CHICAGO))
    library = open_in(tmp_path, WordHashEmbedding(), now=clock, threshold=0.3)
    library.add(
        [
            markdown("gifts", "# Gifts\n\nThe mayor gives every delegation a jar of local honey.\n", kind=Kind.POLICY),
            markdown("flags", "# Flags\n\nThe guest's flag stands to the left of our own flag.\n", kind=Kind.GUIDANCE),
        ],
        actor="test",
    )
    honey = "What does the mayor give every delegation? Local honey?"
    # Six in the evening in Chicago is still Sunday, the day before Monday in UTC.
    assert isinstance(ask(library, 1, honey, "2026-11-16 00:00:00.000000"), Answer)
    assert isinstance(ask(library, 2, honey, "2026-11-16 14:00:00.000000"), Answer)
    ask(library, 3, "Which submarines of Antarctica fly 202-555-0143?", "2026-11-17 14:00:00.000000")
    ask(library, 4, "Whose zeppelin is it?", "2026-11-18 14:00:00.000000")
    figures = library.gaps.figures()
    assert (figures.total.asked, figures.total.answered, figures.open_gaps) == (4, 2, 2)
    assert [(week.name, week.answered, week.gaps) for week in figures.weeks] == [
        ("2026-11-09", 1, 0),
        ("2026-11-16", 1, 2),
    ]
    assert sum(kind.answered for kind in figures.kinds if kind.name == "policy") == 2
    assert sum(kind.asked for kind in figures.kinds) == 4
    assert {term.word for term in figures.terms} == {"submarines", "antarctica", "fly", "zeppelin"}
    assert figures.never_cited == ("Flags",)
    assert figures.to_answer is not None
    assert figures.to_close is None
    library.gaps.withdraw("C1:4", actor="U4")
    library.gaps.answered("G1", actor="U9")
    after = library.gaps.figures()
    assert (after.total.asked, after.open_gaps, after.terms) == (3, 0, ())
    assert after.to_close is not None
    assert library.gaps.story("G1").gap.status is GapStatus.ANSWERED
    assert plot_figures(after).startswith(b"\x89PNG")
    library.close()


def test_a_report_on_an_answer_is_a_gap_and_the_answer_still_counts_as_one(knowledge_base: KnowledgeBase) -> None:
    knowledge_base.add([markdown("gifts", "# Gifts\n\nThe mayor gives a jar of local honey.\n")], actor="test")
    answer = knowledge_base.ask(Question(id="C1:1", text="What does the mayor give? A jar of honey?", asker="U1"))
    assert isinstance(answer, Answer)
    gap = knowledge_base.gaps.report("C1:1", reason=GapReason.NEEDS_HUMAN, user="U2", said="Which jar?")
    assert (gap.reason, gap.askers, gap.questions[0].reports[0].said) == (GapReason.NEEDS_HUMAN, 1, "Which jar?")
    assert [near.title for near in gap.nearest] == ["Gifts"]
    assert gap.questions[0].manifest == knowledge_base.manifest().digest
    assert knowledge_base.conversations.outcome("C1:1") == answer
    assert knowledge_base.gaps.figures().total.answered == 1
    assert gap.first_asked <= datetime.now(UTC)
