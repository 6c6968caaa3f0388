"""Memos in Slack: one direct message with its files below, for whoever asked, once, whatever breaks in between."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from bot.memos.page import NOTHING
from bot.slack.blocks import NO_ANSWER, SHOW_CONTEXT
from bot.slack.briefs import HOW_TO, WRITING
from bot.slack.memo_files import NO_FILES
from bot.slack.memo_sharing import (
    CHANNEL,
    FILES_ADDED,
    MEMO_SHARED,
    NOT_THERE,
    SHARE_MEMO,
    THERE,
    WITHOUT_FILES,
)
from bot.slack.sharing import ALREADY, INVITE, NOT_FOR_ALL, NOT_YOURS
from knowledge.domain import GapReason, Question
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown, open_in
from tests.workspace import Message, Workspace

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


def shares(office: Office, memo: Message, channel: str, *, number: int = 1, user: str = "UADMIN") -> str:
    """Share a memo in a channel; return what is said below it, as the `number`th thing."""
    person, workspace = office.workspace.user(user), office.workspace
    person.clicks(memo, SHARE_MEMO).wait()
    view = office.wait(lambda: next((view for view in workspace.views(user) if view.is_open), None))
    person.submits(view, {CHANNEL: channel}).wait()

    def told() -> list[str]:
        return [message.words for message in workspace.messages(memo.channel, memo.ts) if not message.files]

    office.wait(lambda: len(told()) >= number)
    return told()[-1]


@pytest.mark.parametrize("transport", ["socket mode"], indirect=True)
def test_whoever_wanted_a_memo_shares_it_where_all_may_read_it_without_what_colleagues_asked(
    quiet_office: Office, library: KnowledgeBase, workspace: Workspace
) -> None:
    office = quiet_office
    office.settings = office.settings.model_copy(update={"admins": ("UADMIN",)})
    workspace.roster.add_channel("C9", "elsewhere", ("U2",))
    workspace.roster.add_channel("CPARTNERS", "partners", ("UADMIN", "UOUTSIDE"), is_ext_shared=True)
    asked = "Which gifts did the consul like?"
    library.ask(Question(id="C1:1.1", text=asked, asker="U2", channel="C1"))
    library.gaps.report("C1:1.1", reason=GapReason.FEEDBACK, user="U2")
    with office.at_work(library):
        workspace.user("UADMIN").command("/brief", "gifts").wait()
        (memo,) = office.wait(lambda: memos(office, "UADMIN"))
        files = settles(office, library, memo)
        assert asked in memo.words
        assert shares(office, memo, "C1") == MEMO_SHARED
        (shared,) = workspace.messages("C1")
        assert shared.words.splitlines()[:2] == ["Shared by ada", "Brief: gifts"]
        assert CLERK in shared.words
        assert asked not in shared.words + shared.text
        assert "Share in a channel…" in memo.buttons
        assert "Share in a channel…" not in shared.buttons
        (below,) = workspace.messages("C1", shared.ts)
        assert [file.name for file in below.files] == files
        assert asked not in "".join(p.text for p in Document(BytesIO(below.files[0].content)).paragraphs)
        refusals = {"C1": ALREADY, "C2": INVITE, "G2": INVITE, "CPARTNERS": NOT_FOR_ALL, "C9": NOT_THERE}
        said = {c: shares(office, memo, c, number=2 + n) for n, c in enumerate(refusals)}
        assert said == {channel: THERE[why] for channel, why in refusals.items()}
        workspace.roster.add_channel("C3", "later", ("UADMIN",))
        workspace.fail("files.completeUploadExternal", "internal_error")
        assert shares(office, memo, "C3", number=7) == WITHOUT_FILES
        assert shares(office, memo, "C3", number=8) == FILES_ADDED
        assert shares(office, memo, "C3", number=9) == THERE[ALREADY]
        (later,) = workspace.messages("C3")
        (below,) = workspace.messages("C3", later.ts)
        assert [file.name for file in below.files] == files
        office.forges_click("U2", memo, SHARE_MEMO)
        assert office.whispers("U2")[0].words == NOT_YOURS
    assert [message.channel for message in workspace.posts() if message.channel != memo.channel] == [
        "C1",
        "C1",
        "C3",
        "C3",
    ]
    assert workspace.pings == []


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
