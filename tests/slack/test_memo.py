"""Memos as messages: within Slack's limits, with a text for screen readers, whatever the documents hold."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from bot.memos.page import APART, NOTHING
from bot.slack.memo import LEFT_OUT, memo_reply
from knowledge.domain import Answer
from knowledge.memos import Figure, Form, Memo, MemoRequest, Row
from tests.memos.test_files import QUOTE, a_memo
from tests.slack.material import answer, citation, document, hostile_text
from tests.slack.seeing import check, words_of
from tests.slack.test_blocks import differing


def compared(subjects: int, topics: int, quote: str) -> tuple[Answer, Memo]:
    """A comparison of this size with a quote in every cell."""
    names, columns = [f"City {n}" for n in range(subjects)], [f"Topic {n}" for n in range(topics)]
    numbers = iter(range(1, subjects * topics + 1))
    memo = Memo(
        request=MemoRequest(form=Form.COMPARISON, topics=tuple(columns), subjects=tuple(names)),
        day=date(2026, 11, 26),
        rows=tuple(Row(subject=name, cells=tuple((next(numbers),) for _ in columns)) for name in names),
    )
    cited = (citation(n, f"{quote} {n}.", document(f"Report {n}")) for n in range(1, subjects * topics + 1))
    return replace(answer(*cited), memo=memo), memo


def test_a_brief_shows_its_parts_sources_buttons_and_footer() -> None:
    reply = memo_reply(*a_memo(QUOTE))
    check(reply)
    seen = words_of(reply)
    order = ["What we know", "Dates", "Numbers, with year and source", "Open points", "Sources", "Show 1 in context"]
    assert [seen.index(words) for words in order] == sorted(seen.index(words) for words in order)
    assert f"{QUOTE}” [1]" in reply.text
    assert "Older than three years (2019)" in reply.text


def test_a_comparison_is_a_table_and_its_text_names_row_and_column() -> None:
    reply = memo_reply(*a_memo(QUOTE, Form.COMPARISON))
    check(reply)
    (table,) = [block for block in reply.blocks if block["type"] == "table"]
    assert len(table["rows"]) == 3
    assert NOTHING in words_of(reply)
    assert "ICLEI, São Paulo" in reply.text


def test_sources_that_differ_stand_in_two_columns_beside_the_table_of_a_comparison() -> None:
    _, memo = a_memo(QUOTE, Form.COMPARISON)
    apart = differing((1, "Gifts over $50 are reported."), (2, "Gifts over $100 are reported."))
    reply = memo_reply(replace(apart, memo=memo), memo)
    check(reply)
    assert [block["type"] for block in reply.blocks].count("table") == 1
    (fields,) = [block["fields"] for block in reply.blocks if block["type"] == "section"]
    assert [field["text"] for field in fields] == [
        "“Gifts over $50 are reported.” [1]\nSource 1 · May 2021 · binding · City Council",
        "“Gifts over $100 are reported.” [2]\nSource 2 · 2024 · city policy · City Attorney",
    ]
    assert f"“Gifts over $50 are reported.” [1]\n{APART}" in words_of(reply)
    assert "Source 2, City Attorney, 2024, city policy, current [2]: “Gifts over $100 are reported.”" in reply.text


def test_the_largest_comparison_fits_as_a_table_or_else_as_a_list() -> None:
    small, large = memo_reply(*compared(8, 4, "A fee.")), memo_reply(*compared(8, 4, "A long fee. " * 25))
    check(small)
    check(large)
    assert [block["type"] for block in small.blocks].count("table") == 1
    assert [block["type"] for block in large.blocks].count("table") == 0
    assert LEFT_OUT in words_of(large)


def test_a_memo_too_long_for_a_message_says_that_the_files_have_the_rest() -> None:
    quotes = [citation(n, "A long sentence about fees. " * 40, document(f"Report {n}")) for n in range(1, 15)]
    memo = Memo(
        request=MemoRequest(form=Form.BRIEF, topics=("fees",)),
        day=date(2026, 11, 26),
        know=tuple(range(1, 8)),
        figures=tuple(Figure(number=n) for n in range(8, 15)),
    )
    reply = memo_reply(replace(answer(*quotes), memo=memo), memo)
    check(reply)
    assert LEFT_OUT in words_of(reply)


@settings(deadline=None)
@given(hostile_text)
def test_no_text_of_a_document_does_anything_in_slack(quote: str) -> None:
    for form in Form:
        check(memo_reply(*a_memo(quote, form)))
