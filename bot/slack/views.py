"""The modal with a passage in its surroundings, a modal with one thing to say, and the Home tab. Pure."""

from collections.abc import Sequence

from bot.slack.blocks import Reply
from bot.slack.safe_text import (
    Block,
    bullets,
    clip,
    clip_start,
    context,
    header,
    paragraph,
    plain,
    quotation,
    rich_text,
    section,
    words,
)
from bot.slack.sources import source_elements, spell_date
from bot.speaking import counted, said
from knowledge.domain import Manifest, PassageInContext

# A neighbour is there to show where the passage stands; the passage itself is never cut.
LONGEST_NEIGHBOUR = 3_000

LEFT = "This passage has left the library since it was quoted."
EXAMPLES = (
    "Who was the first US deputy mayor of international affairs?",
    "What is the Denver Declaration?",
    "May a city sign an agreement with a foreign government?",
)
ABOUT = (
    "I answer questions from your office's own documents and show the exact passage behind every sentence. "
    "When the library holds no answer I say so, and the question is logged so that someone can add what is missing."
)
WAYS = (
    "Write to me in the Messages tab.",
    "Mention me in a channel; in the thread that follows, just ask on.",
    "Type /ask and a question anywhere: only you see the answer, until you share it.",
)
LOGGED = "Questions are logged and may be public records."


def context_view(found: PassageInContext, start: int, end: int) -> Block:
    """Make the modal: the passage between its neighbours, characters `start` to `end` of it in bold."""
    text = found.passage.text
    before = clip_start(found.before.text, LONGEST_NEIGHBOUR) if found.before else ""
    after = clip(found.after.text, LONGEST_NEIGHBOUR) if found.after else ""
    notes = [] if found.live else [paragraph(said(LEFT), bold=True)]
    passage = quotation(words(text[:start]), words(text[start:end], bold=True), words(text[end:]))
    return modal(
        said("In context"),
        rich_text(section(*source_elements(said("Source:"), found.passage, found.document))),
        *notes,
        *_labelled(said("Before it"), paragraph(before)),
        *_labelled(said("The passage"), rich_text(passage)),
        *_labelled(said("After it"), paragraph(after)),
    )


def note_modal(reply: Reply, title: str = "Attaché") -> Block:
    """Make a modal that only says something."""
    return modal(title, *reply.blocks)


def modal(title: str, *blocks: Block, **more: object) -> Block:
    """Make a modal; `more` are other fields of it as Slack names them."""
    return {
        "type": "modal",
        "title": plain(title, 24),
        "close": plain(said("Close"), 24),
        "blocks": list(blocks),
        **more,
    }


def home_view(manifest: Manifest, keeping: Sequence[Block] = ()) -> Block:
    """Make the Home tab: what this is, what it holds, how to ask; `keeping` is what only admins see of the library."""
    return {
        "type": "home",
        "blocks": [
            header(said("Answers with the passage behind them")),
            paragraph(said(ABOUT)),
            paragraph(_holdings(manifest), bold=True),
            *keeping,
            header(said("How to ask")),
            bullets(said(way) for way in WAYS),
            header(said("For example")),
            bullets(said(example) for example in EXAMPLES),
            context(said(LOGGED)),
        ],
    }


def _holdings(manifest: Manifest) -> str:
    if not manifest.documents:
        return said("The library is still empty.")
    held = counted("{count} document", "{count} documents", manifest.documents)
    if manifest.newest is None:
        return said("The library holds {held}.", held=held)
    return said("The library holds {held}, the newest from {newest}.", held=held, newest=spell_date(manifest.newest))


def _labelled(label: str, block: Block) -> list[Block]:
    """A block under a small label; nothing when the block shows nothing."""
    return [context(label), block] if block["elements"] else []
