"""The forms behind a gap's buttons, and what people enter there. Pure; does nothing with it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from bot.slack.gap_view import seen
from bot.slack.safe_text import SLACK_ID, Block, one_line, paragraph, plain
from bot.slack.views import modal
from knowledge.gaps.records import GapRecord

FORM = "gap_form"
OWNER, DUE, TEXT, SOURCE, REVIEW_BY, INTO, QUESTIONS, GAP = (
    "gap_owner",
    "gap_due",
    "gap_text",
    "gap_source",
    "gap_review_by",
    "gap_into",
    "gap_questions",
    "gap_which",
)

# Slack's inputs take 3,000 characters, its lists a hundred options of 75.
LONGEST_TEXT = 3_000
LONGEST_SOURCE = 500
MOST_OPTIONS = 100
LONGEST_OPTION = 75
LONGEST_QUESTION = 300

NO_SOURCE = "Please say where this is written or who decided it: without a source it cannot be quoted."
NOT_TO_COME = "Please choose a day to come."
NO_TEXT = "Please write something here."
NOT_FAR = "It was taken for out of scope, for nothing in the library comes near it."
# What stands on the button that submits each form, and over it.
SUBMITS = {
    "assign": "Assign",
    "answer": "Publish",
    "note": "Save",
    "wait": "Save",
    "merge": "Merge",
    "split": "Split",
    "move": "Move",
    "decline": "Decline",
    "scope": "In scope",
    "reopen": "Reopen",
}
TITLES = {"answer": "Answer", "note": "Note", "wait": "Waiting", "merge": "Merge into", "move": "Move questions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a form does, to which gap as it was `seen`, where the list behind it stands, and where it was opened from.

    `channel` is set where no modal lies under it, so that what came of it is said there.
    """

    does: str
    gap: str
    seen: str
    behind: str | None = None
    channel: str | None = None

    def packed(self) -> str:
        """Write it down, for the modal's private_metadata."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What somebody entered; what a form does not ask stays empty."""

    owner: str = ""
    due: date | None = None
    text: str = ""
    source: str = ""
    review_by: date | None = None
    into: str = ""
    questions: tuple[str, ...] = ()


def form_of(text: str) -> Form:
    """Read what `packed` wrote."""
    return Form(**json.loads(text))


def gap_form(does: str, gap: GapRecord, *, behind: str | None = None, channel: str | None = None) -> Block:
    """Make the modal of one of the acts in `SUBMITS`."""
    form = Form(does=does, gap=gap.id, seen=seen(gap), behind=behind, channel=channel)
    return modal(
        TITLES.get(does, SUBMITS[does]),
        paragraph(f"{gap.id}: {one_line(gap.question, LONGEST_QUESTION)}", bold=True),
        *_inputs(does, gap),
        submit=plain(SUBMITS[does], 24),
        callback_id=FORM,
        private_metadata=form.packed(),
    )


def answer_inputs(text: str = "", source: str = "") -> list[Block]:
    """Ask for an answer, where it comes from, and until when it is good."""
    return [
        asked(TEXT, "The answer", _paragraph(text), "It is quoted as you write it, under your name."),
        asked(
            SOURCE, "Source", _line(source), "Where this is written or who decided it: a document, a page, a meeting."
        ),
        asked(REVIEW_BY, "Review by", {"type": "datepicker"}, "After this day it is flagged.", optional=True),
    ]


def entered(values: Mapping[str, Mapping[str, Any]]) -> Entered:
    """Read a form from its `state.values`."""
    said = {action: value for block in values.values() for action, value in block.items()}

    def text(name: str) -> str:
        return (said.get(name, {}).get("value") or "").strip()

    def day(name: str) -> date | None:
        chosen = said.get(name, {}).get("selected_date")
        return date.fromisoformat(chosen) if chosen else None

    into = said.get(INTO, {}).get("selected_option") or said.get(GAP, {}).get("selected_option") or {}
    return Entered(
        owner=said.get(OWNER, {}).get("selected_user") or "",
        due=day(DUE),
        text=text(TEXT),
        source=text(SOURCE),
        review_by=day(REVIEW_BY),
        into=into.get("value", ""),
        questions=tuple(one["value"] for one in said.get(QUESTIONS, {}).get("selected_options") or ()),
    )


def wrong(does: str, said: Entered, today: date) -> dict[str, str]:
    """Return a sentence for each input that does not say what it has to."""
    errors = {}
    if does in {"answer", "note", "decline"} and not said.text:
        errors[TEXT] = NO_TEXT
    if does == "answer" and not said.source:
        errors[SOURCE] = NO_SOURCE
    if said.review_by and said.review_by <= today:
        errors[REVIEW_BY] = NOT_TO_COME
    return errors


def asked(name: str, label: str, element: Block, hint: str = "", *, optional: bool = False) -> Block:
    """Make an input block."""
    block: Block = {"type": "input", "block_id": name, "label": plain(label, 75), "optional": optional}
    return block | {"element": {"action_id": name, **element}} | ({"hint": plain(hint, 300)} if hint else {})


def _inputs(does: str, gap: GapRecord) -> list[Block]:
    """What each act asks."""
    why = "Why it is open after all"
    questions: dict[str, Callable[[], list[Block]]] = {
        "assign": lambda: _assign_inputs(gap),
        "answer": answer_inputs,
        "note": lambda: [asked(TEXT, "Note", _paragraph())],
        "wait": lambda: [asked(TEXT, "For whom or what", _paragraph(), optional=True)],
        "merge": lambda: [gap_input(INTO, "Merge into", "That gap keeps its number and owner.")],
        "split": lambda: [_questions_input(gap, "They become a gap of their own.")],
        "move": lambda: [
            _questions_input(gap, "They leave this gap."),
            gap_input(INTO, "Move into", "That gap keeps its number and owner."),
        ],
        "decline": lambda: [asked(TEXT, "Why not", _paragraph(), "Whoever asked may be told.")],
        "scope": lambda: [asked(TEXT, "Note", _paragraph(), NOT_FAR, optional=True)],
        "reopen": lambda: [asked(TEXT, why, _paragraph(), optional=True)],
    }
    return questions[does]()


def gap_input(name: str, label: str, hint: str, initial: Block | None = None) -> Block:
    """Ask for a gap; what is offered is asked of us while somebody types."""
    select: Block = {"type": "external_select", "min_query_length": 0, "placeholder": plain("A gap", 75)}
    return asked(name, label, select | ({"initial_option": initial} if initial else {}), hint)


def _assign_inputs(gap: GapRecord) -> list[Block]:
    owner: Block = {"type": "users_select"}
    if gap.owner and SLACK_ID.fullmatch(gap.owner):
        owner["initial_user"] = gap.owner
    due: Block = {"type": "datepicker"} | ({"initial_date": gap.due.isoformat()} if gap.due else {})
    return [
        asked(OWNER, "Who sees to it", owner),
        asked(DUE, "Due", due, "On that day the owner gets a reminder.", optional=True),
    ]


def _questions_input(gap: GapRecord, hint: str) -> Block:
    options = [
        {"text": plain(one_line(one.text, LONGEST_OPTION), LONGEST_OPTION), "value": one.question_id}
        for one in gap.questions[:MOST_OPTIONS]
    ]
    picks: Block = {"type": "multi_static_select", "options": options}
    return asked(QUESTIONS, "Questions that miss something else", picks, hint)


def _paragraph(text: str = "") -> Block:
    element: Block = {"type": "plain_text_input", "multiline": True, "max_length": LONGEST_TEXT}
    return element | ({"initial_value": text[:LONGEST_TEXT]} if text else {})


def _line(text: str = "") -> Block:
    element: Block = {"type": "plain_text_input", "max_length": LONGEST_SOURCE}
    return element | ({"initial_value": text[:LONGEST_SOURCE]} if text else {})
