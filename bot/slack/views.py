"""The modal with a passage in its surroundings, and the Home tab. Pure."""

from bot.slack.safe_text import Block, clip, clip_start, paragraph, plain, quotation, rich_text, section, words
from bot.slack.sources import source_elements, spell_date
from knowledge.domain import Manifest, PassageInContext

# A neighbour is there to show where the passage stands; the passage itself is never cut.
LONGEST_NEIGHBOUR = 3_000
LONGEST_PLAIN = 3_000

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


def context_view(context: PassageInContext, start: int, end: int) -> Block:
    """Make the modal: the passage between its neighbours, characters `start` to `end` of it in bold."""
    text = context.passage.text
    before = clip_start(context.before.text, LONGEST_NEIGHBOUR) if context.before else ""
    after = clip(context.after.text, LONGEST_NEIGHBOUR) if context.after else ""
    notes = [] if context.live else [paragraph(LEFT, bold=True)]
    passage = quotation(words(text[:start]), words(text[start:end], bold=True), words(text[end:]))
    return {
        "type": "modal",
        "title": plain("In context", 24),
        "close": plain("Close", 24),
        "blocks": [
            rich_text(section(*source_elements("Source:", context.passage, context.document))),
            *notes,
            *_labelled("Before it", paragraph(before)),
            *_labelled("The passage", rich_text(passage)),
            *_labelled("After it", paragraph(after)),
        ],
    }


def home_view(manifest: Manifest) -> Block:
    """Make the Home tab: what this is, what it holds, how to ask."""
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Answers with the passage behind them", 150)},
            paragraph(ABOUT),
            paragraph(_holdings(manifest), bold=True),
            {"type": "header", "text": plain("How to ask", 150)},
            _bullets(WAYS),
            {"type": "header", "text": plain("For example", 150)},
            _bullets(EXAMPLES),
            {"type": "context", "elements": [plain(LOGGED, LONGEST_PLAIN)]},
        ],
    }


def _holdings(manifest: Manifest) -> str:
    if not manifest.documents:
        return "The library is still empty."
    count = f"{manifest.documents} document{'s' if manifest.documents > 1 else ''}"
    newest = f", the newest from {spell_date(manifest.newest)}" if manifest.newest else ""
    return f"The library holds {count}{newest}."


def _labelled(label: str, block: Block) -> list[Block]:
    """A block under a small label; nothing when the block shows nothing."""
    return [{"type": "context", "elements": [plain(label, LONGEST_PLAIN)]}, block] if block["elements"] else []


def _bullets(lines: tuple[str, ...]) -> Block:
    items = [section(words(line)) for line in lines]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}]}
