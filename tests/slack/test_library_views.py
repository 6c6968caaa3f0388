"""The modals of the library and the Home tab of admins: Slack takes them all, and nothing in them does anything."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from bot.slack.browsing import PAGE
from bot.slack.document_view import MOST_EDITIONS, document_view, done_reply
from bot.slack.library_view import Choice, library_view, unpacked
from bot.slack.overview import overview_blocks
from bot.slack.snapshot_views import MOST_SNAPSHOTS, going_back_view, snapshots_view
from bot.slack.views import home_view, note_modal
from knowledge.catalogue import Entry, Overview, Page, Standing
from knowledge.domain import Card, DocumentRecord, Failure, Manifest
from knowledge.gold_questions import GoldOutcome, GoldQuestion, GoldRecord, GoldRun
from knowledge.history import Edition, Snapshot
from knowledge.sources.source import NewSource, SourceKind, SourcePage, SourceRecord
from tests.slack.material import HOSTILE, hostile_text
from tests.slack.seeing import check_seen
from tests.workspace.records import visible_strings

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
LONG = "w" * 300
# More than any office keeps, and as long as the ledger takes it.
MANY = 5_000


def an_entry(title: str = LONG, standing: Standing = Standing.SUPERSEDED, **card: Any) -> Entry:
    record = DocumentRecord(
        id="d" * 57,
        card=Card(title=title, issuer=LONG, superseded_by=LONG, source=f"https://c40.org/{LONG}", **card),
        place=LONG,
        version=999,
        passages=99_999,
        indexed_at=NOW,
        publish_at=NOW,
        review_passed=date(2026, 11, 2),
    )
    return Entry(
        document=record, standing=standing, added_by="desk", added_at=NOW, cited=MANY, left_at=NOW, left_by="desk"
    )


def an_edition(number: int, title: str = LONG) -> Edition:
    return Edition(
        version=number,
        title=title,
        date="2026",
        place=LONG,
        passages=9,
        act="publish",
        at=NOW,
        by="desk",
        starts=NOW,
        ends=None,
        undone=number == 1,
    )


def a_run(count: int, text: str = LONG) -> GoldRun:
    record = GoldRecord(id="Q1", question=GoldQuestion(text=text), title=LONG, added_at=NOW, added_by="U1", ran_at=NOW)
    return GoldRun(outcomes=(GoldOutcome(before=record, miss=LONG * 10),) * count)


def views(text: str, many: int) -> Sequence[dict[str, Any]]:
    """All of them, with this text wherever a person or a document has a say."""
    entry = an_entry(text)
    choice = Choice(words=text, first=many - PAGE)
    page = Page(entries=(entry,) * PAGE, first=many - PAGE, found=many)
    editions = [an_edition(number, text) for number in range(many, 0, -1)]
    done = done_reply(f"Removed: {text}", a_run(many, text))
    snapshots = [Snapshot(name=f"{n} {text}", taken_at=NOW, taken_by="desk", documents=many) for n in range(many)]
    titles = dict.fromkeys(("changed", "restored", "removed"), [text] * many)
    packed = replace(choice, words=text[:150]).packed()
    return (
        library_view(page, choice, NOW),
        document_view(entry, editions, NOW, readers=[text] * 20, behind=packed, notice=done.blocks),
        snapshots_view(snapshots, NOW, behind=packed, notice=done.blocks),
        going_back_view(text, titles, behind=packed),
        note_modal(done),
    )


def home(text: str, many: int) -> dict[str, Any]:
    entries = (an_entry(text),) * many
    failed = (Failure(name=text, advice=text),) * many
    overview = Overview(
        held=many, waiting=entries, stale=entries, removed=entries, most_cited=entries[:5], failed=failed
    )
    manifest = Manifest(digest="d", documents=many, passages=1, newest=None, model="m", version="1")
    told = {"added_at": NOW, "added_by": text, "flagged": (SourcePage(url=text),)}
    kept = NewSource(kind=SourceKind.FOLDER, address=text)
    sources = [SourceRecord(id=f"S{n}", source=kept, trouble=text if n % 2 else None, **told) for n in range(many)]
    return home_view(manifest, overview_blocks(overview, sources, NOW))


def test_they_fit_into_slack_however_much_there_is() -> None:
    for view in views(LONG, MANY):
        check_seen(view)
    check_seen(home(LONG, MANY), "home")


@settings(max_examples=30, deadline=None)
@given(hostile_text)
def test_no_text_in_them_does_anything(text: str) -> None:
    for view in views(text[:300], PAGE):
        assert [link for link in check_seen(view) if link.misleading] == []
    check_seen(home(text[:300], 2), "home")


def test_what_is_left_out_is_counted() -> None:
    seen = ["\n".join(visible_strings(view["blocks"])) for view in (*views("Gifts", MANY), home("Gifts", MANY))]
    assert f"{MANY - MOST_EDITIONS:,} earlier changes: attache history" in seen[1]
    assert f"{MANY - MOST_SNAPSHOTS:,} more snapshots: attache snapshots" in seen[2]
    assert "and 4,990 more" in seen[3]
    assert "4,990 more questions: attache gold list" in seen[4]
    assert "and 4,995 more" in seen[5]


@pytest.mark.parametrize("words", ["gifts", '"}{', "", *HOSTILE[:3]])
def test_what_somebody_looks_at_comes_back_from_the_modal_as_it_was(words: str) -> None:
    choice = Choice(words=words, kind="policy", status="stale", age="730", first=20)
    assert unpacked(choice.packed()) == choice
    assert choice.wanted(NOW.date()).before == date(2024, 11, 3)
