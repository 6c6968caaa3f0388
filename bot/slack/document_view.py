"""A document of the library as a modal: what is known of it, what was served of it, and what can be done. Pure.

Other rooms may put in their own blocks between the facts and the history.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.gold import gold_line, gold_summary, worth_telling
from bot.past import served, spell_moment
from bot.slack.blocks import Reply, button
from bot.slack.browsing import counted
from bot.slack.library_view import name_of
from bot.slack.safe_text import (
    Block,
    bullets,
    clip,
    context,
    escape,
    header,
    listing,
    one_line,
    paragraph,
    person,
    plain,
    section,
    source_link,
    words,
)
from bot.slack.sources import LONGEST_NAME, spell_date
from bot.slack.views import modal
from bot.standing import review_note, standing_line
from knowledge.catalogue import Entry, Standing
from knowledge.domain import content_id
from knowledge.gold_questions import GoldRun
from knowledge.history import Edition

CORRECT = "library_correct"
REMOVE = "library_remove"
RESTORE = "library_restore"
ROLL_BACK = "library_roll_back"
TITLE = "Document"
# What stands on each button, and what pressing it does.
EFFECTS = {
    REMOVE: ("Remove", "leaves the library. Old answers keep their quotes."),
    ROLL_BACK: ("Roll back one version", "is served as it was one version before."),
    RESTORE: ("Restore", "is served again as it was before."),
}

MOST_EDITIONS = 15
MOST_GOLD = 10
LONGEST_GOLD = 500
ACTS = {"publish": "published", "restore": "restored", "rollback": "brought back", "correct": "corrected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The document a modal shows, as it was `seen` there, and the page of the library behind it, packed, if one is."""

    document: str
    seen: str
    behind: str | None

    def packed(self) -> str:
        """Write it down, for the modal's private_metadata."""
        return json.dumps(asdict(self))


def opened(text: str) -> Opened:
    """Read what `packed` wrote."""
    return Opened(**json.loads(text))


def seen(entry: Entry, readers: Sequence[str]) -> str:
    """What must not have changed between looking and acting; `readers` are the names of the collections it is in."""
    return f"{entry.standing.value} {entry.document.version} {content_id(*sorted(readers))}"


def document_view(
    entry: Entry,
    editions: Sequence[Edition],
    now: datetime,
    *,
    readers: Sequence[str],
    behind: str | None,
    notice: Sequence[Block] = (),
) -> Block:
    """Make the modal; `notice` says on top what was done. Moments in the time zone of `now`.

    `readers` are the names of the collections it is in.
    """
    return modal(
        TITLE,
        *notice,
        header(name_of(entry.document.card.title)),
        _facts(entry, readers, now),
        header("History"),
        listing(_edition(edition, now) for edition in editions[:MOST_EDITIONS]),
        *_earlier(len(editions) - MOST_EDITIONS, entry),
        {"type": "actions", "elements": _buttons(entry, editions)},
        private_metadata=Opened(document=entry.document.id, seen=seen(entry, readers), behind=behind).packed(),
    )


def done_reply(done: str, gold: GoldRun | None) -> Reply:
    """Say what was done and how the gold questions fared after it, where the office keeps some."""
    if gold is None or not gold.outcomes:
        return Reply(text=escape(done), blocks=(paragraph(done, bold=True),))
    telling = [clip(gold_line(one), LONGEST_GOLD) for one in gold.outcomes if worth_telling(one)]
    left = len(telling) - MOST_GOLD
    blocks = (
        paragraph(done, bold=True),
        paragraph(gold_summary(gold)),
        *([bullets(telling[:MOST_GOLD])] if telling else []),
        *([context(f"{counted(left, 'more question')}: attache gold list shows them.")] if left > 0 else []),
    )
    return Reply(text=escape(f"{done}\n{gold_summary(gold)}"), blocks=blocks)


def _facts(entry: Entry, readers: Sequence[str], now: datetime) -> Block:
    document, card = entry.document, entry.document.card
    link = source_link(card.source)
    left = (words("Removed by "), person(entry.left_by)) if entry.left_by else ()
    kind = card.kind.value.replace("_", " ").capitalize()
    review = f"To be reviewed by {spell_date(card.review_by)}" if card.review_by else "No review date"
    facts: Iterable[tuple[Block, ...]] = (
        (words(f"Status: {one_line(standing_line(entry, now), LONGEST_NAME)}", bold=True),),
        left,
        (words(review_note(document).capitalize(), bold=True),) if document.review_passed else (words(review),),
        (words(f"{kind}, {one_line(card.issuer or 'no issuer', LONGEST_NAME)}, {spell_date(card.date)}"),),
        (words("From "), link) if link else (),
        (words(f"Who may read it: {one_line(', '.join(readers), LONGEST_NAME)}"),),
        (words(f"Version {document.version}, {counted(document.passages, 'passage')}"),),
        (words(f"Indexed on {spell_moment(document.indexed_at, now)}"),),
        (words(f"Added on {spell_moment(entry.added_at, now)} by "), person(entry.added_by)),
        (words(f"Cited in {counted(entry.cited, 'answer')}"),),
        (words(f"In commands: {document.id}"),),
    )
    return listing(section(*fact) for fact in facts if fact)


def _edition(edition: Edition, now: datetime) -> Block:
    did = ACTS.get(edition.act, edition.act)
    said = f"Version {edition.version}, {served(edition, now)}: {did} on {spell_moment(edition.at, now)} by "
    return section(words(said), person(edition.by))


def _earlier(left: int, entry: Entry) -> list[Block]:
    said = f"{counted(left, 'earlier change')}: attache history {entry.document.id}"
    return [context(said)] if left > 0 else []


def _buttons(entry: Entry, editions: Sequence[Edition]) -> list[Block]:
    """The acts that make sense now; whether they still do is asked again when one is pressed."""
    standing = {edition.version for edition in editions if not edition.undone}
    is_here = entry.standing is not Standing.REMOVED
    last = next((edition for edition in editions if edition.act != "correct"), editions[0])
    went_back = last.act == "rollback" and any(edition.undone for edition in editions)
    sensible = {
        REMOVE: is_here,
        ROLL_BACK: is_here and len(standing) > 1,
        RESTORE: went_back or not is_here,
    }
    title = one_line(entry.document.card.title, 120)
    corrects = [button("Correct…", CORRECT, entry.document.id, label=f"Correct: {title}")] if is_here else []
    return [*corrects, *(_act(action_id, entry) for action_id, makes_sense in sensible.items() if makes_sense)]


def _act(action_id: str, entry: Entry) -> Block:
    """A button that asks once more before it acts."""
    name, effect = EFFECTS[action_id]
    title = one_line(entry.document.card.title, 120)
    confirm = {
        "title": plain(f"{name}?", 100),
        "text": plain(f"“{title}” {effect} The gold questions are asked again, and this can be undone.", 300),
        "confirm": plain(name, 30),
        "deny": plain("Leave it as it is", 30),
    }
    made = button(name, action_id, entry.document.id, label=f"{name}: {title}")
    return {**made, "confirm": confirm} | ({"style": "danger"} if action_id == REMOVE else {})
