"""The modals of the intake: choose files, see what publishing would change. Pure."""

from collections.abc import Sequence

from bot.slack.safe_text import Block, bullets, clip, header, one_line, paragraph, plain
from bot.slack.views import modal
from knowledge.proposals.preview import Affected, Effect, Preview
from knowledge.proposals.proposal import Proposal

ADD = "intake_add"
APPROVED = "intake_approved"
FILES = "files"

# https://docs.slack.dev/reference/block-kit/block-elements/file-input-element
MOST_FILES = 10
LONGEST_TITLE = 300
# Of each effect this many questions are named; more of them nobody reads.
MOST_NAMED = 10
LONGEST_LINE = 400

UNTITLED = "Untitled"
LOOKING = "Asking the questions again, with this document and without it…"
NOTHING_CHANGES = "Every question would be answered as it is now."
EFFECT_WORDS = {
    Effect.WORSE: "Worse",
    Effect.NOW_UNANSWERED: "Now unanswered",
    Effect.CHANGED: "Answered otherwise",
    Effect.NOW_ANSWERED: "Now answered",
    Effect.BETTER: "Better",
}


def add_view() -> Block:
    """Make the modal that asks for files."""
    element = {"type": "file_input", "action_id": FILES, "max_files": MOST_FILES}
    hint = f"Up to {MOST_FILES}, of 10 MB each; larger ones can be dropped into our direct messages."
    asked = {"type": "input", "block_id": FILES, "label": plain("Files", 75), "element": element}
    return modal("Add documents", asked | {"hint": plain(hint, 300)}, callback_id=ADD, submit=plain("Read them", 24))


def preview_view(preview: Preview, proposal: Proposal, intake_id: int) -> Block:
    """Make the modal of what would change; submitting it confirms."""
    tried = f"{_count(preview.gold, 'gold question')} and {_count(preview.asked, 'question')} of people tried"
    summary = f"{tried}: {preview.unchanged} as before, {len(preview.affected)} otherwise."
    blocks = [paragraph(one_line(proposal.card.title, LONGEST_TITLE) or UNTITLED, bold=True), paragraph(summary)]
    for effect, words in EFFECT_WORDS.items():
        affected = [one for one in preview.affected if one.effect is effect]
        if affected:
            blocks += [header(f"{words}: {len(affected)}"), bullets(affected_lines(affected))]
    if not preview.affected:
        blocks.append(paragraph(NOTHING_CHANGES))
    return modal(
        "What would change",
        *blocks,
        callback_id=APPROVED,
        submit=plain("Publish it", 24),
        close=plain("Not now", 24),
        private_metadata=str(intake_id),
    )


def affected_lines(affected: Sequence[Affected]) -> list[str]:
    """Name the questions, and what is quoted now and would be then."""
    lines = [_affected_line(one) for one in affected[:MOST_NAMED]]
    left = len(affected) - len(lines)
    return [*lines, f"and {left} more"] if left else lines


def _affected_line(one: Affected) -> str:
    before, after = ("; ".join(dict.fromkeys(titles)) or "no answer" for titles in (one.before, one.after))
    if one.effect is Effect.CHANGED and before == after:
        after = f"{after}, in other words"
    why = f" ({one.miss})" if one.miss else ""
    gold = f"{one.gold_id}: " if one.gold_id else ""
    return clip(one_line(f"{gold}{one.question} Now: {before}. Then: {after}.{why}", 2_000), LONGEST_LINE)


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
