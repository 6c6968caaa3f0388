"""The weekly digest of the gaps as a message, what its picture says in words, and reminders. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from bot.slack.blocks import Reply, button
from bot.slack.browsing import counted
from bot.slack.gap_list import OPEN, OPEN_ONES, OVERDUE, SHELF, asked_by, due_words, is_overdue
from bot.slack.gap_view import HAS_LEFT, acts
from bot.slack.safe_text import Block, bullets, clip, escape, header, one_line, paragraph
from bot.slack.sources import BETWEEN, LONGEST_NAME, spell_date
from knowledge.gaps.digest import Digest
from knowledge.gaps.figures import Figures, Share
from knowledge.gaps.records import GapRecord

LONGEST_QUESTION = 200
LONGEST_TEXT = 3_900
MOST_CLOSED = 5
# Slack takes 1,000 characters as a picture's alternative text.
LONGEST_ALT = 1_000
MOST_WEEKS = 8
REMINDER_ACTS = ("answer", "note", "wait")
LEFT_ACTS = ("assign", "answer", "decline")


def digest_reply(digest: Digest, now: datetime, titles: Collection[str]) -> Reply:
    """Make the digest; of the documents only those are named whose `titles` its readers may know."""
    span = f"The gaps, {spell_date(digest.since.isoformat())} to {spell_date(digest.day.isoformat())}"
    far = f" ({digest.out_of_scope:,} out of scope)" if digest.out_of_scope else ""
    sums = [
        f"{counted(digest.open_gaps, 'gap')} open{far}, {digest.opened:,} new, {len(digest.closed):,} closed.",
        f"Answered: {_rate(digest.lately)}; the week before {_rate(digest.before)}; in all {_rate(digest.total)}.",
    ]
    named = [one for one in digest.documents if one.title in titles]
    lists = {
        "Most people ask": [f"{_short(gap)}{BETWEEN}{asked_by(gap)}" for gap in digest.top],
        "Waiting longest": [f"{_short(gap)}{BETWEEN}{_wait(gap, now)}" for gap in digest.oldest],
        "Closed": [f"{_short(gap)}{BETWEEN}{gap.status.value}" for gap in digest.closed[:MOST_CLOSED]],
        "Documents that would need the change": [
            f"{one_line(one.title, LONGEST_NAME)}: {counted(one.gaps, 'gap')}, {counted(one.askers, 'asker')}"
            for one in named
        ],
    }
    shown = [block for title, lines in lists.items() for block in _list(title, lines)]
    words = [line for title, lines in lists.items() if lines for line in (f"{title}:", *lines)]
    buttons = [
        button("Open gaps", f"{SHELF}:open", f"status={OPEN_ONES}", label="Open the list of gaps"),
        button("Overdue", f"{SHELF}:overdue", f"status={OVERDUE}", label="Open the list of overdue gaps"),
    ]
    return Reply(
        text=clip(escape("\n".join((span, *sums, *words))), LONGEST_TEXT),
        blocks=(header(span), paragraph("\n".join(sums)), *shown, {"type": "actions", "elements": buttons}),
    )


def plot_words(figures: Figures) -> str:
    """Say in words what the picture of the figures shows."""
    weeks = "; ".join(
        f"week from {spell_date(week.name)}: {_rate(week)}" for week in reversed(figures.weeks[-MOST_WEEKS:])
    )
    return clip(
        f"Questions a week, answered and not, and the share that was answered. {weeks or 'None yet'}.", LONGEST_ALT
    )


def reminder_reply(gap: GapRecord, now: datetime) -> Reply:
    """Make the message to the owner of a gap whose day has come."""
    return _about(gap, f"You see to {gap.id}, {due_words(gap, now)}, {asked_by(gap)}:", REMINDER_ACTS)


def left_reply(gap: GapRecord, owner: str, now: datetime) -> Reply:
    """Make the message about a gap whose owner, as people call them, has left: to those who keep the library."""
    due = due_words(gap, now)
    facts = ", ".join(part for part in (due, asked_by(gap)) if part)
    return _about(
        gap, f"{owner} {HAS_LEFT} and saw to {gap.id}, {facts}. Please assign it to somebody else:", LEFT_ACTS
    )


def gaps_overview(
    records: Sequence[GapRecord], figures: Figures, user: str, now: datetime, trouble: str
) -> list[Block]:
    """Make the part of an admin's Home tab; `trouble` says why GAPS_CHANNEL gets no cards, if it does not."""
    still_open = [gap for gap in records if gap.status.is_open]
    overdue = sum(is_overdue(gap, now) for gap in still_open)
    mine = sum(gap.owner == user for gap in still_open)
    counts = f"{counted(len(still_open), 'gap')} open, {overdue:,} overdue, {mine:,} yours."
    said = f"{counts} Answered: {_rate(figures.total)}."
    shelves = (
        ("Open gaps", "open", f"status={OPEN_ONES}"),
        ("Overdue", "overdue", f"status={OVERDUE}"),
        ("Mine", "mine", "owner=me"),
    )
    return [
        header("What the library does not answer"),
        paragraph(said),
        *([paragraph(trouble, bold=True)] if trouble else []),
        {
            "type": "actions",
            "elements": [
                button(name, f"{SHELF}:{to}", value, label=f"Open the list of gaps: {name}")
                for name, to, value in shelves
            ],
        },
    ]


def _about(gap: GapRecord, says: str, names: Sequence[str]) -> Reply:
    question = one_line(gap.question, 1_000)
    (buttons,) = acts(gap, names)
    buttons["elements"].append(button("Open", OPEN, gap.id, label=f"Open {gap.id}"))
    return Reply(text=escape(f"{says}\n{question}"), blocks=(paragraph(says), paragraph(question, bold=True), buttons))


def _rate(share: Share) -> str:
    return f"{share.rate:.0%} of {counted(share.asked, 'question')}" if share.rate is not None else "no questions"


def _short(gap: GapRecord) -> str:
    return f"{gap.id} {one_line(gap.question, LONGEST_QUESTION)}"


def _wait(gap: GapRecord, now: datetime) -> str:
    owner = gap.owner_name or ("somebody sees to it" if gap.owner else "nobody sees to it yet")
    about: Iterable[str] = (f"for {counted(max(0, (now - gap.first_asked).days), 'day')}", owner, due_words(gap, now))
    return ", ".join(part for part in about if part)


def _list(title: str, lines: Sequence[str]) -> list[Block]:
    return [paragraph(title, bold=True), bullets(lines)] if lines else []
