"""Memos in Slack: one direct message with its files below, for whoever asked, once, whatever breaks in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.memos.page import NOTHING
from bot.slack.blocks import NO_ANSWER, SHOW_CONTEXT
from bot.slack.briefs import HOW_TO, WRITING
from bot.slack.memo_files import NO_FILES
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown, open_in
from tests.workspace import Message

RULES = """---
title: Gift rules
date: "2026-03"
---
# Gift rules

## Limits

Gifts worth more than $50 must be reported to the Ethics Commission <!channel>.

The gift registry held 120 gifts in 2019.

## Registry

The gift registry of Harborview is kept by the City Clerk. The gift registry opened on March 3, 2024.
"""
CLERK = "The gift registry of Harborview is kept by the City Clerk."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[KnowledgeBase]:
    """A library that answers whatever it finds."""
    opened = open_in(tmp_path / "gifts", WordHashEmbedding(), threshold=0.0)
    opened.add([markdown("gifts", RULES)], actor="U1")
    yield opened
    opened.close()


def memos(office: Office, user: str = "U2") -> list[Message]:
    """The messages of the app in somebody's direct messages, outside threads."""
    workspace = office.workspace
    return [message for message in workspace.messages(workspace.im(user)) if message.user == workspace.bot_user_id]


def files_below(office: Office, memo: Message) -> list[str]:
    """The names of the files in a memo's thread."""
    return [file.name for message in office.workspace.messages(memo.channel, memo.ts) for file in message.files]


def settles(office: Office, library: KnowledgeBase, memo: Message) -> list[str]:
    """Wait until a memo has its files and nothing is owed any more."""
    office.wait(lambda: files_below(office, memo))
    office.wait(lambda: library.conversations.release() == 0)
    return files_below(office, memo)


def brief(office: Office, text: str) -> Message:
    office.omar.command("/brief", text).wait()
    office.wait(lambda: memos(office))
    return memos(office)[-1]


def test_a_brief_is_a_direct_message_with_its_files_and_nobody_else_sees_it(
    quiet_office: Office, library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(library):
        memo = brief(office, "gifts")
        assert settles(office, library, memo) == ["brief-gifts.docx", "brief-gifts.pdf"]
        (acknowledged,) = office.whispers("U2")
        assert acknowledged.words == WRITING
        assert office.workspace.messages("C1") == []
        for words in (
            "Brief: gifts",
            CLERK,
            "March 3, 2024: ",
            "Older than three years (2019)",
            "None that the library",
        ):
            assert words in memo.words
        office.omar.clicks(memo, f"{SHOW_CONTEXT}:1").wait()
        assert office.wait(lambda: office.workspace.views("U2"))
    office.check_manners()
    (call,) = office.workspace.calls("files.completeUploadExternal")
    assert call.ok


def test_talking_points_and_a_comparison_by_the_same_command(quiet_office: Office, library: KnowledgeBase) -> None:
    office = quiet_office
    with office.at_work(library):
        points = brief(office, "Talking points: gifts")
        assert "Figures, each with its source" in points.words
        assert settles(office, library, points) == ["talking-points-gifts.docx", "talking-points-gifts.pdf"]
        office.omar.command("/brief", "compare Harborview, Millbrook: registry").wait()
        office.wait(lambda: len(memos(office)) == 2)
        compared = memos(office)[-1]
        settles(office, library, compared)
        assert any(block["type"] == "table" for block in compared.blocks)
        assert CLERK in compared.words
        assert NOTHING in compared.words
        assert f"Millbrook, registry: {NOTHING}" in compared.text
    office.check_manners()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", HOW_TO),
        ("talking points", HOW_TO),
        ("compare Harborview: gifts", "two to eight networks"),
        ("x" * 301, "300 characters"),
    ],
)
@pytest.mark.parametrize("transport", ["socket mode"], indirect=True)
def test_what_cannot_be_written_is_said_at_once(
    quiet_office: Office, library: KnowledgeBase, text: str, said: str
) -> None:
    with quiet_office.at_work(library):
        quiet_office.omar.command("/brief", text).wait()
        (told,) = quiet_office.whispers("U2")
        assert said in told.words
    assert quiet_office.workspace.posts() == []


@pytest.mark.parametrize("transport", ["socket mode"], indirect=True)
def test_a_topic_without_anything_is_a_refusal_that_is_logged(quiet_office: Office, tmp_path: Path) -> None:
    library = open_in(tmp_path / "strict", WordHashEmbedding(), threshold=1.1)
    library.add([markdown("gifts", RULES)], actor="U1")
    with quiet_office.at_work(library):
        refusal = brief(quiet_office, "snow removal")
        quiet_office.wait(lambda: library.conversations.release() == 0)
        assert NO_ANSWER in refusal.words
        assert [gap.question for gap in library.gaps.records()] == ["snow removal"]
        assert files_below(quiet_office, refusal) == []
    library.close()


@pytest.mark.parametrize("transport", ["socket mode"], indirect=True)
@pytest.mark.parametrize("method", ["chat.postMessage", "files.completeUploadExternal"])
def test_a_connection_that_breaks_makes_no_second_memo_and_no_second_files(
    quiet_office: Office, library: KnowledgeBase, method: str
) -> None:
    quiet_office.workspace.drop_connection(method, after_processing=True)
    with quiet_office.at_work(library):
        memo = brief(quiet_office, "gifts")
        assert settles(quiet_office, library, memo) == ["brief-gifts.docx", "brief-gifts.pdf"]
    assert len(memos(quiet_office)) == 1


@pytest.mark.parametrize("transport", ["socket mode"], indirect=True)
def test_files_that_slack_refuses_are_said_below_the_memo(quiet_office: Office, library: KnowledgeBase) -> None:
    quiet_office.workspace.fail("files.completeUploadExternal", "missing_scope")
    with quiet_office.at_work(library):
        memo = brief(quiet_office, "gifts")
        workspace = quiet_office.workspace
        quiet_office.wait(lambda: workspace.messages(memo.channel, memo.ts))
        quiet_office.wait(lambda: library.conversations.release() == 0)
        assert [message.words for message in workspace.messages(memo.channel, memo.ts)] == [NO_FILES]


@pytest.mark.parametrize("transport", ["socket mode"], indirect=True)
def test_a_memo_is_recalled_like_any_answer(quiet_office: Office, library: KnowledgeBase) -> None:
    with quiet_office.at_work(library):
        memo = brief(quiet_office, "gifts")
        settles(quiet_office, library, memo)
        library.add([markdown("gifts", RULES.replace("City Clerk", "City Manager"))], actor="U1")
        library.recalls.find(30)
        (recall,) = library.recalls.records()
        assert recall.title == "Gift rules"
        assert [(place.channel, place.thread_ts) for place in recall.places] == [(memo.channel, memo.ts)]
