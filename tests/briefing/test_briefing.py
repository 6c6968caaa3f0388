"""Memos from a topic: verified quotes in their places, open points nobody invented, refusals that are logged."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from knowledge.collections import Access, Audience
from knowledge.differences import About
from knowledge.domain import Answer, Gap, GapReason, Question
from knowledge.errors import BadQuestion, NotForReaders
from knowledge.knowledge_base import KnowledgeBase
from knowledge.memos import Basis, Doubt, Form, Memo, MemoRequest, Open
from knowledge.written import Unwritten
from tests.answering.writing.models import Scripted, open_with_model, reply
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

NUMBERS = count(1)
GIFTS = """---
title: Gift rules
date: "2026-03"
---
# Gift rules

## Limits

Gifts worth more than $50 must be reported to the Ethics Commission. The gift registry held 120 gifts in 2019.

## Registry

The gift registry is kept by the City Clerk. The gift registry opened on March 3, 2024.
"""
DRAFT = (
    "---\ntitle: Gift rules, new\nstatus: draft\n---\n# Gift rules, new\n\nGifts of flowers need no report at all.\n"
)
OVERDUE = """---
title: Gift customs
date: "2025"
review_by: "2026-01-01"
---
# Gift customs

A gift is handed over with both hands in Japan.
"""


def ask(library: KnowledgeBase, form: Form, *topics: str, subjects: tuple[str, ...] = (), **more: Any) -> Answer | Gap:
    request = MemoRequest(form=form, topics=topics, subjects=subjects)
    more.setdefault("id", f"memo-{next(NUMBERS)}")
    return library.ask(Question(text=request.text, memo=request, **more))


def memo_of(outcome: Answer | Gap) -> tuple[Memo, dict[int, str]]:
    """The memo and its quotes by number; each is its passage's own characters, and no number is missing."""
    assert isinstance(outcome, Answer)
    assert outcome.memo is not None
    for citation in outcome.citations:
        assert citation.passage.text[citation.start : citation.end] == citation.quote
    quotes = {citation.number: citation.quote for citation in outcome.citations}
    assert sorted(quotes) == list(range(1, len(quotes) + 1))
    return outcome.memo, quotes


@pytest.fixture
def office(tmp_path: Path) -> Iterator[KnowledgeBase]:
    """A library on gifts that answers whatever it finds, as of November 2026."""
    clock = Calendar(datetime(2026, 11, 26, 12, tzinfo=UTC))
    opened = open_in(tmp_path / "office", WordHashEmbedding(), threshold=0.0, now=clock)
    opened.collections.add("protocol", Access.LIMITED, groups=["S1"], actor="U1")
    opened.add([markdown("gifts", GIFTS), markdown("new", DRAFT), markdown("customs", OVERDUE)], actor="U1")
    yield opened
    opened.close()


def everybody(office: KnowledgeBase) -> Audience:
    ids = (one.id for one in office.collections.records() if one.access is not Access.LIMITED)
    return Audience(collections=frozenset(ids))


def test_a_brief_puts_each_quote_in_one_place_and_numbers_it_as_it_reads(office: KnowledgeBase) -> None:
    memo, quotes = memo_of(ask(office, Form.BRIEF, "gifts"))
    known = [quotes[number] for number in memo.know]
    assert "The gift registry is kept by the City Clerk." in known
    assert [quotes[one.number] for one in memo.dates] == ["The gift registry opened on March 3, 2024."]
    assert [one.day for one in memo.dates] == ["2024-03-03"]
    assert {quotes[one.number] for one in memo.figures} == {
        "Gifts worth more than $50 must be reported to the Ethics Commission.",
        "The gift registry held 120 gifts in 2019.",
    }
    cited = (*memo.know, *(one.number for one in memo.dates), *(one.number for one in memo.figures))
    assert cited == tuple(range(1, len(quotes) + 1))
    assert memo.day == date(2026, 11, 26)


def test_figures_carry_their_year_and_what_is_doubtful_about_it(office: KnowledgeBase) -> None:
    memo, quotes = memo_of(ask(office, Form.TALKING_POINTS, "gifts"))
    told = {quotes[one.number]: (one.day, one.basis, one.doubt, one.old) for one in memo.figures}
    assert told == {
        "Gifts worth more than $50 must be reported to the Ethics Commission.": ("2026-03", Basis.DOCUMENT, None, None),
        "The gift registry held 120 gifts in 2019.": ("2019", Basis.SENTENCE, Doubt.OLD, "2019"),
    }
    assert memo.dates == ()


def test_open_points_are_what_the_library_shows_of_its_sources(office: KnowledgeBase) -> None:
    memo, quotes = memo_of(ask(office, Form.BRIEF, "gifts zeppelin"))
    points = {(point.kind, point.text): point.numbers for point in memo.open_points}
    assert points.keys() == {
        (Open.UNKNOWN_WORD, "zeppelin"),
        (Open.DRAFT, "Gift rules, new"),
        (Open.UNDATED, "Gift rules, new"),
        (Open.REVIEW_PASSED, "Gift customs"),
    }
    assert [quotes[number] for number in points[Open.REVIEW_PASSED, "Gift customs"]] == [
        "A gift is handed over with both hands in Japan."
    ]


def test_an_asker_sees_their_own_open_gaps_and_who_keeps_the_library_all(office: KnowledgeBase) -> None:
    audience = everybody(office)
    for asker, text in (("U2", "Who pays the gift tax of the mayor?"), ("U3", "Which gift did the consul like?")):
        question = Question(id=f"q-{asker}", text=text, asker=asker, audience=audience)
        assert isinstance(office.ask(question), Answer)
        office.gaps.report(question.id, reason=GapReason.FEEDBACK, user=asker)
    seen = {}
    for asker, reads in (("U2", audience), ("U4", audience), ("UADMIN", None)):
        memo, _ = memo_of(ask(office, Form.BRIEF, "gifts", asker=asker, audience=reads))
        seen[asker] = {point.text for point in memo.open_points if point.kind is Open.GAP}
    own, other = "Who pays the gift tax of the mayor?", "Which gift did the consul like?"
    assert seen == {"U2": {own}, "U4": set(), "UADMIN": {own, other}}


def test_a_comparison_has_a_cell_for_each_and_says_where_there_is_nothing(office: KnowledgeBase) -> None:
    towns = (
        "# Towns\n\n## Fees\n\nHarborview charges every visiting delegation a fee of 20 dollars. "
        "Millbrook charges no fee at all to any visiting delegation.\n"
    )
    office.add([markdown("towns", towns)], actor="U1")
    outcome = ask(office, Form.COMPARISON, "fee", "registry", subjects=("Harborview", "Millbrook", "Atlantis"))
    memo, quotes = memo_of(outcome)
    assert [(row.subject, [[quotes[n] for n in cell] for cell in row.cells]) for row in memo.rows] == [
        ("Harborview", [["Harborview charges every visiting delegation a fee of 20 dollars."], []]),
        ("Millbrook", [["Millbrook charges no fee at all to any visiting delegation."], []]),
        ("Atlantis", [[], []]),
    ]
    nothing = [point.text for point in memo.open_points if point.kind is Open.NOTHING_FOUND]
    assert nothing == ["Harborview: registry", "Millbrook: registry", "Atlantis: fee", "Atlantis: registry"]


HANDBOOK = """---
title: Office handbook
issuer: City Attorney
date: "2024-03"
---
# Office handbook

Gifts worth more than $100 must be reported to the Ethics Commission.
"""


@pytest.mark.parametrize("form", list(Form))
def test_what_two_sources_in_force_give_differently_stands_beside_it(office: KnowledgeBase, form: Form) -> None:
    office.add([markdown("handbook", HANDBOOK)], actor="U1")
    compared = form is Form.COMPARISON
    topic = "gifts worth reported" if compared else "gifts"
    subjects = ("Ethics Commission", "City Clerk") if compared else ()
    outcome = ask(office, form, topic, subjects=subjects, id="memo-apart")
    _, quotes = memo_of(outcome)
    assert isinstance(outcome, Answer)
    (difference,) = outcome.differences
    assert difference.about is About.NUMBER
    assert {quotes[side.number] for side in difference.sides} == {
        "Gifts worth more than $50 must be reported to the Ethics Commission.",
        "Gifts worth more than $100 must be reported to the Ethics Commission.",
    }
    assert office.conversations.outcome("memo-apart") == outcome


@pytest.mark.parametrize(
    ("form", "topics", "subjects"),
    [
        (Form.BRIEF, ("snow removal",), ()),
        (Form.TALKING_POINTS, ("bicycle lanes",), ()),
        (Form.COMPARISON, ("snow removal",), ("Phoenix", "Atlanta")),
    ],
)
def test_a_topic_the_library_has_nothing_on_is_refused_and_logged(
    starter_library: KnowledgeBase, form: Form, topics: tuple[str, ...], subjects: tuple[str, ...]
) -> None:
    gap = ask(starter_library, form, *topics, subjects=subjects)
    assert isinstance(gap, Gap)
    logged = starter_library.gaps.story(gap.id).gap
    assert gap.question_id in {asked.question_id for asked in logged.questions}
    recorded = starter_library.conversations.outcome(gap.question_id)
    assert isinstance(recorded, Gap)
    assert replace(recorded, nearest=()) == replace(gap, nearest=())
    assert [hit.passage for hit in recorded.nearest] == [hit.passage for hit in gap.nearest]


def test_asked_again_with_the_same_id_the_recorded_memo_returns(starter_library: KnowledgeBase) -> None:
    first = ask(starter_library, Form.BRIEF, "Race to Zero", id="memo-same")
    memo, quotes = memo_of(first)
    assert ask(starter_library, Form.BRIEF, "Race to Zero", id="memo-same") == first
    figures = {quotes[one.number]: one for one in memo.figures}
    counted = next(one for quote, one in figures.items() if quote.startswith("Race to Zero counted 1,049"))
    assert (counted.day, counted.doubt) == ("2021-11", Doubt.OLD)
    people = next(one for quote, one in figures.items() if "722 million" in quote)
    assert (people.day, people.basis) == ("2021-11", Basis.ELSEWHERE)


def test_talking_points_prefer_what_is_in_force(starter_library: KnowledgeBase) -> None:
    outcome = ask(starter_library, Form.TALKING_POINTS, "economic benefits")
    memo, quotes = memo_of(outcome)
    assert isinstance(outcome, Answer)
    assert all(citation.document.card.status.in_force for citation in outcome.citations)
    assert any("7.9 million" in quotes[one.number] and one.doubt is Doubt.OLD for one in memo.figures)
    assert any("45%" in quotes[one.number] and one.doubt is None for one in memo.figures)


def test_the_only_figure_there_is_is_told_as_a_figure_with_its_age(
    tmp_path: Path, word_hash: WordHashEmbedding
) -> None:
    library = open_in(tmp_path / "port", word_hash)
    port = "---\ntitle: Trade report\ndate: '2015'\n---\n# Port\n\nThe port created 1,200 jobs for the city.\n"
    library.add([markdown("port", port)], actor="test")
    memo, _ = memo_of(ask(library, Form.TALKING_POINTS, "port jobs"))
    assert ([one.doubt for one in memo.figures], memo.know) == ([Doubt.OLD], ())
    library.close()


def test_a_memo_quotes_only_what_its_readers_may_read(office: KnowledgeBase) -> None:
    office.add(
        [markdown("secret", "# Secret gifts\n\nThe mayor gives secret gifts.\n", collections="protocol")], actor="U1"
    )
    audience = everybody(office)
    told = ask(office, Form.BRIEF, "gifts", audience=None, id="memo-secret")
    assert any("secret gifts" in quote for quote in memo_of(told)[1].values())
    _, quotes = memo_of(ask(office, Form.BRIEF, "gifts", audience=audience))
    assert not any("secret" in quote for quote in quotes.values())
    with pytest.raises(NotForReaders):
        ask(office, Form.BRIEF, "gifts", audience=audience, id="memo-secret")


@pytest.mark.parametrize(
    ("request_", "advice"),
    [
        (MemoRequest(form=Form.BRIEF, topics=(" ",)), "Please name a topic"),
        (MemoRequest(form=Form.BRIEF, topics=("x" * 301,)), "Please name a topic"),
        (MemoRequest(form=Form.BRIEF, topics=("a", "b")), "Please name one topic"),
        (MemoRequest(form=Form.COMPARISON, topics=("a",), subjects=("C40", "c40")), "two to eight networks"),
        (MemoRequest(form=Form.COMPARISON, topics=("a",), subjects=tuple("ABCDEFGHI")), "two to eight networks"),
        (MemoRequest(form=Form.COMPARISON, topics=tuple("abcde"), subjects=("C40", "SCI")), "at most four topics"),
    ],
)
def test_what_cannot_be_written_says_how_to_ask(office: KnowledgeBase, request_: MemoRequest, advice: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        office.ask(Question(id="bad", text=request_.text, memo=request_))
    assert advice in caught.value.advice


REGISTRY = "The gift registry is kept by the City Clerk."


@pytest.fixture
def scripted() -> Scripted:
    return Scripted(say=lambda *_: "")


@pytest.fixture
def written_library(tmp_path: Path, scripted: Scripted) -> Iterator[KnowledgeBase]:
    opened = open_with_model(tmp_path / "written", WordHashEmbedding(), scripted)
    opened.add([markdown("gifts", GIFTS)], actor="U1")
    yield opened
    opened.close()


def test_a_model_says_what_is_known_and_figures_stay_quotes(written_library: KnowledgeBase, scripted: Scripted) -> None:
    def say(_: str, material: dict[str, Any]) -> str:
        label = next(passage["id"] for passage in material["passages"] if REGISTRY in passage["text"])
        return reply(
            ("The City Clerk keeps the gift registry.", label, REGISTRY),
            ("The City Manager keeps the gift registry.", label, REGISTRY),
        )

    scripted.say = say
    outcome = ask(written_library, Form.BRIEF, "gift registry")
    memo, quotes = memo_of(outcome)
    assert isinstance(outcome, Answer)
    assert [sentence.text for sentence in outcome.written] == ["The City Clerk keeps the gift registry."]
    assert outcome.dropped == ("name",)
    assert [quotes[number] for sentence in outcome.written for number in sentence.numbers] == [REGISTRY]
    assert memo.know == ()
    assert "The gift registry held 120 gifts in 2019." in {quotes[one.number] for one in memo.figures}
    rules, material = scripted.asked[-1]
    assert "one-page memo" in rules
    assert '"topic": "gift registry"' in material


def test_where_nothing_a_model_wrote_passes_the_memo_is_quotes(
    written_library: KnowledgeBase, scripted: Scripted
) -> None:
    scripted.say = lambda *_: reply(("The mayor keeps 900 gifts at home.", "P1", "Not there."))
    outcome = ask(written_library, Form.BRIEF, "gift registry")
    memo, quotes = memo_of(outcome)
    assert isinstance(outcome, Answer)
    assert outcome.unwritten is Unwritten.NOTHING_KEPT
    assert REGISTRY in [quotes[number] for number in memo.know]
