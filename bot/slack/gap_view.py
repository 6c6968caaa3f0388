"""A gap as a modal: its questions, what is nearest, notes, what was done to it, and what can be done now. Pure."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.past import spell_moment
from bot.slack.blocks import button
from bot.slack.browsing import counted
from bot.slack.gap_list import LONGEST_QUESTION, asked_by, due_words
from bot.slack.safe_text import (
    Block,
    clip,
    context,
    header,
    listing,
    one_line,
    paragraph,
    person,
    section,
    source_link,
    words,
)
from bot.slack.sources import LONGEST_NAME
from bot.slack.views import modal
from knowledge.gaps.records import Asked, GapRecord, GapStatus, GapStory, NearPassage
from knowledge.history import AuditEntry

ACT = "gap_act"
TITLE = "Gap"
MOST_QUESTIONS = 15
MOST_NOTES = 10
MOST_DONE = 15
LONGEST_NOTE = 1_000
HAS_LEFT = "has left the organization"
# What each button does, by what the gap is: the names of the forms in gap_forms.py.
OPEN_ACTS = ("assign", "answer", "note", "wait", "merge", "split", "move", "decline", "scope")
CLOSED_ACTS = ("reopen", "note")
# What is done with some of its questions takes more than one.
SOME_OF_IT = ("split", "move")
NAMES = {
    "assign": "Assign",
    "answer": "Answer…",
    "note": "Note",
    "wait": "Waiting",
    "merge": "Merge into…",
    "split": "Split",
    "move": "Move",
    "decline": "Decline",
    "scope": "In scope",
    "reopen": "Reopen",
}
DONE_WORDS = {
    "assign_gap": "assigned it",
    "wait_gap": "said that it waits for somebody",
    "note_gap": "wrote a note",
    "write_for_gap": "wrote an answer",
    "answer_gap": "answered it",
    "confirm_gap": "confirmed the answer",
    "decline_gap": "declined it",
    "scope_gap": "said that it is in scope",
    "reopen_gap": "opened it again",
    "merge_gap": "merged gaps",
    "split_gap": "split it",
    "move_gap": "moved questions",
    "regroup_gap": "grouped it anew",
    "withdraw_gap": "closed it, for nobody asks any more",
    "withdraw_from_gap": "took a question out",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The gap a modal shows, as it was `seen` there, and the list behind it, packed, if one is."""

    gap: str
    seen: str
    behind: str | None

    def packed(self) -> str:
        """Write it down, for the modal's private_metadata."""
        return json.dumps(asdict(self))


def shown(text: str) -> Shown:
    """Read what `packed` wrote."""
    return Shown(**json.loads(text))


def seen(gap: GapRecord) -> str:
    """What must not have changed between looking and acting."""
    scope = f" {gap.reason.value}" if gap.is_out_of_scope else ""
    return f"{gap.id} {gap.status.value} {gap.owner or ''} {gap.due or ''}{scope}"


def gap_view(
    story: GapStory,
    near: Sequence[NearPassage],
    now: datetime,
    *,
    behind: str | None,
    owner_left: bool = False,
    notice: str = "",
) -> Block:
    """Make the modal; `near` is what whoever looks may read of the nearest, `notice` says on top what was done."""
    gap = story.gap
    return modal(
        TITLE,
        *([paragraph(notice, bold=True)] if notice else []),
        header(gap.id),
        paragraph(clip(gap.question, 2_000), bold=True),
        _facts(gap, now, owner_left=owner_left),
        *acts(gap, OPEN_ACTS if gap.status.is_open else CLOSED_ACTS),
        header(f"Questions ({len(gap.questions):,})"),
        listing(_question(one, now) for one in gap.questions[:MOST_QUESTIONS]),
        *_more(len(gap.questions) - MOST_QUESTIONS, "more question", gap),
        *_part("Nearest passages", [section(words(title)) for title in near_titles(near)]),
        *_part(
            "Notes",
            [
                section(words(f"{spell_moment(note.at, now)} "), person(note.by), words(f": {_short(note.text)}"))
                for note in gap.notes[-MOST_NOTES:]
            ],
        ),
        *_more(len(gap.notes) - MOST_NOTES, "earlier note", gap),
        *_part("What was done", [_entry(entry, now) for entry in story.history[-MOST_DONE:]]),
        *_more(len(story.history) - MOST_DONE, "earlier act", gap),
        private_metadata=Shown(gap=gap.id, seen=seen(gap), behind=behind).packed(),
    )


def near_titles(near: Iterable[NearPassage]) -> tuple[str, ...]:
    """Name the documents of passages, each once, the nearest first."""
    return tuple(dict.fromkeys(one_line(one.title, LONGEST_NAME) or "Untitled" for one in near))


def acts(gap: GapRecord, names: Iterable[str]) -> list[Block]:
    """Buttons for what can be done now; whether it still can is asked again when one is pressed."""
    sensible = [
        name
        for name in names
        if (name not in SOME_OF_IT or len(gap.questions) > 1) and (name != "scope" or gap.is_out_of_scope)
    ]
    return [
        {
            "type": "actions",
            "elements": [
                button(NAMES[name], f"{ACT}:{name}", gap.id, label=f"{NAMES[name].removesuffix('…')} {gap.id}")
                for name in sensible
            ],
        }
    ]


def last_done(story: GapStory, now: datetime) -> tuple[str, str, str] | None:
    """Return who was last to change how a gap stands, how, and when; None where nobody did."""
    changes = [entry for entry in story.history if entry.act not in {"note_gap", "write_for_gap"}]
    if not changes:
        return None
    entry = changes[-1]
    return entry.actor, DONE_WORDS.get(entry.act, "changed it"), spell_moment(entry.at, now)


def _facts(gap: GapRecord, now: datetime, *, owner_left: bool) -> Block:
    owner = (words("Owner: "), person(gap.owner), words(f" {HAS_LEFT}" if owner_left else "")) if gap.owner else ()
    due = due_words(gap, now)
    since = f"first on {spell_moment(gap.first_asked, now)}, last on {spell_moment(gap.last_asked, now)}"
    facts: Iterable[tuple[Block, ...]] = (
        (words(f"Status: {gap.status.value}", bold=True),),
        (words(f"Because: {_short(gap.because)}"),) if gap.because else (),
        owner or (words("Nobody sees to it yet"),),
        (words(due.replace("due", "Due", 1)),),
        (words(f"{asked_by(gap).capitalize()}, {since}"),),
        (words(f"Logged because: {gap.reason.value.replace('_', ' ')}"),),
    )
    return listing(section(*fact) for fact in facts if fact and fact[0].get("text") != "")


def _question(one: Asked, now: datetime) -> Block:
    link = source_link(one.permalink)
    said = "".join(
        f"; {report.reason.value.replace('_', ' ')}: {_short(report.said) or 'no reason given'}"
        for report in one.reports
    )
    return section(
        words(one_line(one.text, LONGEST_QUESTION)),
        words(" (asked by "),
        person(one.asker),
        words(f" on {spell_moment(one.asked_at, now)}"),
        *((words(", "), {**link, "text": "message"}) if link else ()),
        words(f"{said})"),
    )


def _entry(entry: AuditEntry, now: datetime) -> Block:
    did = DONE_WORDS.get(entry.act, entry.act)
    owner = entry.detail.get("owner") if entry.act == "assign_gap" else None
    to = (words(" to "), person(str(owner))) if owner else ()
    return section(words(f"{spell_moment(entry.at, now)} "), person(entry.actor), words(f" {did}"), *to)


def _part(title: str, items: Sequence[Block]) -> list[Block]:
    return [header(title), listing(items)] if items else []


def _more(left: int, what: str, gap: GapRecord) -> list[Block]:
    return [context(f"{counted(left, what)}: attache gaps show {gap.id}")] if left > 0 else []


def _short(text: str) -> str:
    return one_line(text, LONGEST_NOTE)


def is_closed_word(status: GapStatus) -> str:
    """Say how a gap stands that takes no more acts."""
    return {GapStatus.MERGED: "is part of another gap", GapStatus.WITHDRAWN: "was withdrawn"}.get(
        status, f"is {status.value}"
    )
