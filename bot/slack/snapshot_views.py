"""The snapshots of the library as modals: the list, where one is taken, and what going back would change. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.past import spell_moment
from bot.slack.blocks import button
from bot.slack.browsing import counted
from bot.slack.library_view import name_of
from bot.slack.safe_text import (
    Block,
    bullets,
    context,
    header,
    paragraph,
    person,
    plain,
    rich_text,
    section,
    words,
)
from bot.slack.sources import LONGEST_NAME
from bot.slack.views import modal
from knowledge.history import Snapshot

TAKE = "library_take_snapshot"
GO_BACK = "library_go_back"
ASK_BACK = "library_ask_back"
NAME = "snapshot_name"
TITLE = "Snapshots"

LONGEST_SNAPSHOT = 80
# Two blocks each, of the hundred that a view may have; the newest are those one goes back to.
MOST_SNAPSHOTS = 20
MOST_TITLES = 10
ABOUT = "A snapshot is a name for the library as it is. Going back serves exactly what was served then, in one step."
UNDO = "Nothing is lost: documents that leave can be restored one by one, and the audit trail keeps who went back when."
NO_CHANGE = "The library is as it was then: going back would change nothing."
WHAT = {
    "changed": "served in the version of then",
    "restored": "back in the library",
    "removed": "out of the library, because it came later",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The snapshot a modal asks about, and the page of the library behind it, packed, if one is."""

    snapshot: str
    behind: str | None

    def packed(self) -> str:
        """Write it down, for the modal's private_metadata."""
        return json.dumps(asdict(self))


def way(text: str) -> Way:
    """Read what `packed` wrote."""
    return Way(**json.loads(text))


def snapshots_view(
    snapshots: Sequence[Snapshot], now: datetime, *, behind: str | None, notice: Sequence[Block] = ()
) -> Block:
    """Make the list, the latest first, with a field to take one; `notice` says on top what was done."""
    shown = [one for one in snapshots[:MOST_SNAPSHOTS] if len(one.name) <= LONGEST_NAME]
    left = len(snapshots) - len(shown)
    return modal(
        TITLE,
        *notice,
        paragraph(ABOUT),
        _name_field(),
        header("Taken so far" if shown else "None taken so far"),
        *(block for one in shown for block in _snapshot(one, now)),
        *([context(f"{counted(left, 'more snapshot')}: attache snapshots lists them.")] if left else []),
        submit=plain("Take a snapshot", 24),
        callback_id=TAKE,
        private_metadata=behind or "",
    )


def going_back_view(snapshot: str, changes: Mapping[str, Sequence[str]], *, behind: str | None) -> Block:
    """Ask whether to go back, saying what it would change: titles of documents under the names of `GoneBack`."""
    kept = Way(snapshot=snapshot, behind=behind).packed()
    asked = paragraph(f"Go back to {name_of(snapshot)}?", bold=True)
    if not any(changes.values()):
        return modal(TITLE, asked, paragraph(NO_CHANGE), private_metadata=kept)
    lists = [_titles(what, changes[name]) for name, what in WHAT.items() if changes[name]]
    counts = ", ".join(f"{len(changes[name]):,} {what}" for name, what in WHAT.items() if changes[name])
    confirm = {
        "title": plain("Go back?", 100),
        "text": plain(f"{counts}. The gold questions are asked again.", 300),
        "confirm": plain("Go back", 30),
        "deny": plain("Leave it as it is", 30),
    }
    back = button("Go back to this", GO_BACK, "yes", label=f"Go back to {name_of(snapshot)}")
    return modal(
        TITLE,
        asked,
        *(block for blocks in lists for block in blocks),
        paragraph(UNDO),
        {"type": "actions", "elements": [{**back, "confirm": confirm, "style": "danger"}]},
        private_metadata=kept,
    )


def _titles(what: str, titles: Sequence[str]) -> tuple[Block, ...]:
    left = len(titles) - MOST_TITLES
    return (
        paragraph(f"{counted(len(titles), 'document')} {what}:"),
        bullets(name_of(title) for title in titles[:MOST_TITLES]),
        *([context(f"and {left:,} more")] if left > 0 else []),
    )


def _snapshot(snapshot: Snapshot, now: datetime) -> tuple[Block, Block]:
    name = name_of(snapshot.name)
    about = f"{counted(snapshot.documents, 'document')}, taken on {spell_moment(snapshot.taken_at, now)} by "
    back = button("Go back to this", ASK_BACK, snapshot.name, label=f"Go back to {name}")
    return (
        rich_text(section(words(name, bold=True)), section(words(about), person(snapshot.taken_by))),
        {"type": "actions", "elements": [back]},
    )


def _name_field() -> Block:
    return {
        "type": "input",
        "block_id": NAME,
        "label": plain("Name of a new snapshot", 100),
        "element": {"type": "plain_text_input", "action_id": NAME, "max_length": LONGEST_SNAPSHOT},
    }
