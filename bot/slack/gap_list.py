"""The gaps as a modal: a search box, filters, and a page of what they find. Pure; counts blocks, so it always fits.

What somebody is looking at travels in the modal itself, as `Choice`, so that a page can be turned after a restart.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bot.slack.blocks import button
from bot.slack.browsing import PAGE, counted, entered, filter_row, found_line, page_buttons, search_box, select
from bot.slack.safe_text import Block, one_line, paragraph, person, plain, rich_text, section, words
from bot.slack.sources import BETWEEN, spell_date
from bot.slack.views import modal
from knowledge.gaps.records import GapRecord, GapStatus

SEARCH = "gaps_search"
FILTERS = ("gaps_words", "gaps_status", "gaps_owner")
TURN = "gaps_page"
SHELF = "gaps_open"
OPEN = "gap_open"

# Of a question on one line.
LONGEST_QUESTION = 300
# Slack takes 150 characters as the value of an option, and a hundred options.
LONGEST_OWNER = 120
MOST_OWNERS = 90
TITLE = "Gaps"
ANY, OPEN_ONES, OVERDUE, FAR = "any", "open", "overdue", "out_of_scope"
NOBODY, ME, OWNER = "nobody", "me", "owner:"
STATUSES = {
    OPEN_ONES: "Open",
    OVERDUE: "Overdue",
    GapStatus.NEW.value: "New",
    GapStatus.ASSIGNED.value: "Assigned",
    GapStatus.WAITING.value: "Waiting",
    GapStatus.ANSWERED.value: "Answered",
    GapStatus.CONFIRMED.value: "Confirmed",
    GapStatus.DECLINED.value: "Declined",
    FAR: "Out of scope",
    ANY: "Every status",
}
NOTHING = "No gap fits. Fewer words or other filters find more."


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What somebody is looking at: words, filters by their options' values, and the number of the first gap."""

    words: str = ""
    status: str = OPEN_ONES
    owner: str = ANY
    first: int = 0

    def packed(self) -> str:
        """Write it down, for a modal's private_metadata."""
        return json.dumps(asdict(self))

    def of(self, gaps: Sequence[GapRecord], user: str, now: datetime) -> tuple[GapRecord, ...]:
        """Return the gaps it means when `user` looks."""
        wanted = self.words.casefold().split()
        return tuple(
            gap
            for gap in gaps
            if self._has_status(gap, now) and self._has_owner(gap, user) and all(word in _texts(gap) for word in wanted)
        )

    def _has_status(self, gap: GapRecord, now: datetime) -> bool:
        if self.status in {ANY, OPEN_ONES}:
            return self.status == ANY or gap.status.is_open
        if self.status == FAR:
            return gap.status.is_open and gap.is_out_of_scope
        return is_overdue(gap, now) if self.status == OVERDUE else gap.status.value == self.status

    def _has_owner(self, gap: GapRecord, user: str) -> bool:
        if self.owner in {ANY, NOBODY}:
            return self.owner == ANY or gap.owner is None
        return gap.owner == user if self.owner == ME else owner_value(gap.owner or "") == self.owner


def unpacked(text: str) -> Choice:
    """Read what `packed` wrote."""
    return Choice(**json.loads(text))


def chosen(values: Mapping[str, Mapping[str, Any]]) -> Choice:
    """Read the search box and the filters of a modal, from its `state.values`, and begin at the first page."""
    typed, (status, owner) = entered(values, FILTERS)
    return Choice(words=typed, status=status or OPEN_ONES, owner=owner or ANY)


def gap_list(gaps: Sequence[GapRecord], choice: Choice, user: str, now: datetime) -> Block:
    """Make the modal of a page of all these gaps; the last there is, where some closed meanwhile."""
    found = choice.of(gaps, user, now)
    first = min(choice.first, max(0, len(found) - 1) // PAGE * PAGE)
    shown = found[first : first + PAGE]
    return modal(
        TITLE,
        search_box(FILTERS[0], choice.words, "Words of a question, or a number such as G7"),
        _filters(gaps, choice),
        paragraph(found_line(len(found), "gap", first, len(shown)) if found else NOTHING, bold=True),
        *(block for gap in shown for block in _entry(gap, now)),
        *([{"type": "actions", "elements": turns}] if (turns := page_buttons(TURN, len(found), first)) else []),
        submit=plain("Search", 24),
        callback_id=SEARCH,
        private_metadata=replace(choice, first=first).packed(),
    )


def is_overdue(gap: GapRecord, now: datetime) -> bool:
    """Whether its day has passed while it is open."""
    return gap.status.is_open and gap.due is not None and gap.due < now.date()


def is_due(gap: GapRecord, now: datetime) -> bool:
    """Whether its day has come while it is open."""
    return gap.status.is_open and gap.due is not None and gap.due <= now.date()


def due_words(gap: GapRecord, now: datetime) -> str:
    """Say when it is due, and that it is overdue."""
    if gap.due is None:
        return ""
    return f"due {spell_date(gap.due.isoformat())}{', overdue' if is_overdue(gap, now) else ''}"


def scope_words(gap: GapRecord) -> tuple[str, ...]:
    """Say that it is out of scope; nothing otherwise."""
    return ("out of scope",) if gap.is_out_of_scope else ()


def asked_by(gap: GapRecord) -> str:
    """Say how many people ask for it."""
    return "asked by 1 person" if gap.askers == 1 else f"asked by {gap.askers:,} people"


def owner_value(owner: str) -> str:
    """Name an owner in an option."""
    return f"{OWNER}{one_line(owner, LONGEST_OWNER)}"


def gap_options(gaps: Sequence[GapRecord], typed: str, *, but: str = "") -> list[Block]:
    """Offer open gaps to merge into, by words of their questions or by number; not the one it is about."""
    wanted = typed.casefold().split()
    offered = (gap for gap in gaps if gap.status.is_open and gap.id != but)
    return [gap_option(gap) for gap in offered if all(word in _texts(gap) for word in wanted)]


def gap_option(gap: GapRecord) -> Block:
    """Make an option of a gap."""
    return {"text": plain(f"{gap.id}: {one_line(gap.question, 75)}", 75), "value": gap.id}


def _texts(gap: GapRecord) -> str:
    return " ".join((gap.id, *(one.text for one in gap.questions))).casefold()


def _entry(gap: GapRecord, now: datetime) -> tuple[Block, Block]:
    owner = (words(f"{BETWEEN}owner "), person(gap.owner)) if gap.owner else (words(f"{BETWEEN}nobody sees to it yet"),)
    age = (now - gap.first_asked).days
    about = [due_words(gap, now), "first asked today" if age < 1 else f"first asked {counted(age, 'day')} ago"]
    question = one_line(gap.question, LONGEST_QUESTION)
    return (
        rich_text(
            section(words(f"{gap.id}: {question}", bold=True)),
            section(
                words(BETWEEN.join((gap.status.value, *scope_words(gap), asked_by(gap)))),
                *owner,
                words("".join(f"{BETWEEN}{part}" for part in about if part)),
            ),
        ),
        {"type": "actions", "elements": [button("Open", OPEN, gap.id, label=f"Open {gap.id}: {question}")]},
    )


def _filters(gaps: Sequence[GapRecord], choice: Choice) -> Block:
    owners = {owner_value(gap.owner): one_line(gap.owner_name or gap.owner, 75) for gap in gaps if gap.owner}
    offered = {ANY: "Every owner", ME: "Mine", NOBODY: "Nobody yet", **dict(sorted(owners.items())[:MOST_OWNERS])}
    return filter_row(select(FILTERS[1], STATUSES, choice.status), select(FILTERS[2], offered, choice.owner))
