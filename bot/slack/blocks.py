"""Answers, gaps and errors as Slack messages. Pure; the only place that knows how much Slack takes in one message.

A quote is shown whole or not at all. Slack refuses messages beyond an undocumented total of about 12,000 characters
(slackapi/bolt-js#2509), so quotes that do not fit are left to their "Show in context" buttons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.refusing import logged_sentence, refusal_sentences, unanswered_sentence
from bot.slack.differing import differing_blocks, differing_lines
from bot.slack.safe_text import (
    Block,
    clip,
    escape,
    one_line,
    paragraph,
    plain,
    quotation,
    rich_text,
    section,
    weigh,
    words,
)
from bot.slack.sources import source_elements, source_line, spell_date, status_notice
from bot.slack.written import sentence_blocks, whose_blocks, written_lines
from bot.speaking import counted, said, spoken
from bot.standing import as_of_words
from bot.translated import quote_translation
from knowledge.domain import Answer, Citation, Gap, Hit
from knowledge.errors import AttacheError

LONGEST_MESSAGE = 10_000
LONGEST_TEXT = 4_000
# The rest of a message around its quotes: verdict, notices, buttons, footer.
AROUND_QUOTES = 1_500
MOST_BUTTONS = 25
LONGEST_LABEL = 75
LONGEST_ECHO = 300
# What is said of a question left open.
LONGEST_LEFT = 300

SHOW_CONTEXT = "show_context"
FEEDBACK = "feedback"
SHARE = "share"
WHY = "why"
DONT_LOG = "dont_log"
NEEDS_HUMAN = "needs_human"
MORE = "more"
HELPFUL = "helpful"
UNHELPFUL = "unhelpful"

FOOTER = "Quotes are the documents' own words. Questions are logged and may be public records."
CLOSEST = "Closest I have (may not answer this):"
NO_ANSWER = "The library holds no answer to this question."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message: `text` is what notifications and screen readers get, `blocks` what the screen shows."""

    text: str
    blocks: tuple[Block, ...]


def answer_reply(answer: Answer) -> Reply:
    """Make the message of an answer: verdict, numbered quotes with their sources, buttons, footer."""
    left = [clip(unanswered_sentence(one), LONGEST_LEFT) for one in answer.unanswered]
    buttons = [_human_button(answer.question_id), *([_dont_log_button(answer.question_id)] if left else [])]
    quotes = quotes_reply(answer, *buttons, notes=left)
    return replace(quotes, blocks=(*quotes.blocks, *_ending(answer.question_id)))


def opening(answer: Answer) -> tuple[Block, ...]:
    """What stands first where a language model wrote the answer, and may be shown before it is complete."""
    if not answer.written:
        return ()
    return (*(paragraph(line, bold=True) for line in as_of_words(answer.as_of)), *sentence_blocks(answer))


def quotes_reply(answer: Answer, *more: Block, notes: Sequence[str] = ()) -> Reply:
    """Make what an answer says: verdict, quotes with their sources, `notes`, the buttons that open them, and `more`.

    Sentences of a language model stand above the verdict on their sources, why there are none below it.
    """
    citations = answer.citations
    days = as_of_words(answer.as_of)
    verdict = _verdict(citations) if answer.written else "\n".join((*days, _verdict(citations)))
    notice = status_notice(citations)
    first, differing = opening(answer), differing_blocks(answer)
    whose = whose_blocks(answer) if first else ()
    lines = written_lines(answer)
    top = (*days, *lines, verdict) if answer.written else (verdict, *lines)
    noted = [paragraph(note) for note in notes]
    quotes = _fitting(answer, LONGEST_MESSAGE - AROUND_QUOTES - weigh([*first, *whose, *differing, *noted]))
    left = len(citations) - len(quotes)
    buttons = [
        _context_button(citation.number, citation.document.card.title, passage_value(citation))
        for citation in citations[: MOST_BUTTONS - len(more)]
    ]
    return Reply(
        text=_answer_text("\n".join((*top, *differing_lines(answer), *notes)), notice, answer),
        blocks=(
            *first,
            *whose,
            paragraph(verdict, bold=True),
            *(map(paragraph, lines) if not first else []),
            *([paragraph(notice)] if notice else []),
            *differing,
            *quotes,
            *([paragraph(_left_out(left))] if left else []),
            *noted,
            {"type": "actions", "elements": [*buttons, *more]},
        ),
    )


def gap_reply(gap: Gap) -> Reply:
    """Make the message of a gap: no answer, the log's reference, what is nearest. Never dressed up as an answer."""
    why = "\n".join((logged_sentence(gap), *refusal_sentences(gap, spell_date(gap.newest) if gap.newest else None)))
    nearest = [rich_text(section(*source_elements(f"{n}.", hit.passage, hit.document))) for n, hit in _numbered(gap)]
    buttons = [_context_button(n, hit.document.card.title, f"{hit.passage.id}:0:0") for n, hit in _numbered(gap)]
    if gap.logged:
        buttons.append(_human_button(gap.question_id))
        buttons.append(_dont_log_button(gap.question_id))
    lines = [source_line(f"{n}.", hit.passage, hit.document) for n, hit in _numbered(gap)]
    verdict = "\n".join((*as_of_words(gap.as_of), said(NO_ANSWER)))
    text = "\n".join([verdict, why, *([said(CLOSEST), *lines] if lines else []), said(FOOTER)])
    return Reply(
        text=clip(escape(text), LONGEST_TEXT),
        blocks=(
            paragraph(verdict, bold=True),
            paragraph(why),
            *([paragraph(said(CLOSEST)), *nearest] if lines else []),
            *([{"type": "actions", "elements": buttons}] if buttons else []),
            *_ending(gap.question_id),
        ),
    )


def outcome_reply(outcome: Answer | Gap) -> Reply:
    """Make the message of whatever came of a question."""
    return answer_reply(outcome) if isinstance(outcome, Answer) else gap_reply(outcome)


def note_reply(note: str) -> Reply:
    """Make a message of one sentence of our own."""
    return Reply(text=escape(note), blocks=(paragraph(note),))


def error_reply(error: AttacheError) -> Reply:
    """Make the message of an error: its advice and the reference the log knows it by."""
    return note_reply(said("{advice} (reference {reference})", advice=said(error.advice), reference=error.reference))


def with_share_button(reply: Reply, question_id: str) -> Reply:
    """Let the one who asked put the answer in front of the channel; stands above the footer."""
    label = said("Share this answer in this channel")
    return with_button(reply, button(said("Share in this channel"), SHARE, question_id, label=label))


def with_why_button(reply: Reply, question_id: str) -> Reply:
    """Let an admin who is the only reader see how the answer came about; stands above the footer."""
    label = said("Show why this answer was given")
    return with_button(reply, button(said("Why this answer"), WHY, question_id, label=label))


def with_button(reply: Reply, button: Block) -> Reply:
    """Put one more button right above the footer."""
    actions: Block = {"type": "actions", "elements": [button]}
    return replace(reply, blocks=(*reply.blocks[:-1], actions, reply.blocks[-1]))


def with_remark(reply: Reply, remark: str) -> Reply:
    """Put a line of our own right above the footer."""
    return replace(reply, blocks=(*reply.blocks[:-1], paragraph(remark), reply.blocks[-1]))


def question_in(blocks: Sequence[Block]) -> str | None:
    """Return the id of the question that a message of ours answers, by its feedback buttons; None where it has none."""
    elements = [element for block in blocks for element in block.get("elements", ())]
    values = [one["positive_button"]["value"] for one in elements if one.get("type") == "feedback_buttons"]
    return values[0].partition(":")[2] if values else None


def with_heading(reply: Reply, heading: str, echo: str = "") -> Reply:
    """Put a line of our own, and what was asked, above a reply."""
    lines = [heading, *([said("Asked: {question}", question=one_line(echo, LONGEST_ECHO))] if echo else [])]
    text = "\n".join([*(escape(line) for line in lines), "", reply.text])
    return Reply(text=clip(text, LONGEST_TEXT), blocks=(*(paragraph(line) for line in lines), *reply.blocks))


def passage_value(citation: Citation) -> str:
    """What a "Show in context" button carries: the passage and the span of the quote in it; it adds the language."""
    return f"{citation.passage.id}:{citation.start}:{citation.end}"


def _verdict(citations: Sequence[Citation]) -> str:
    documents = len({citation.document.id for citation in citations})
    return counted("Found in {count} document.", "Found in {count} documents.", documents)


def _fitting(answer: Answer, room: int) -> list[Block]:
    """Quotes with their translations and sources, from the first one on, as long as they fit."""
    blocks = []
    for citation in answer.citations:
        number = f"[{citation.number}]"
        block = rich_text(
            quotation(*_emphasised(citation), words(f" {number}", bold=True)),
            section(words(quote_translation(answer, citation.number))),
            section(*source_elements(number, citation.passage, citation.document)),
        )
        room -= weigh(block)
        if room < 0:
            break
        blocks.append(block)
    return blocks


def _emphasised(citation: Citation) -> tuple[Block, ...]:
    """The quote, its key sentence bold where it says more than that."""
    before, key, after = citation.parts
    if not before and not after:
        return (words(key),)
    return words(before), words(key, bold=True), words(after)


def _left_out(count: int) -> str:
    return counted(
        "{count} more in context: it does not fit into this message, press its number below.",
        "{count} more in context: they do not fit into this message, press their numbers below.",
        count,
    )


def _answer_text(verdict: str, notice: str, answer: Answer) -> str:
    """The whole answer as text, cut only between citations."""
    citations = answer.citations
    text = escape("\n".join(part for part in (verdict, notice) if part))
    for done, citation in enumerate(citations):
        label = f"[{citation.number}]"
        source = source_line(label, citation.passage, citation.document)
        translation = quote_translation(answer, citation.number)
        below = "\n".join(escape(line) for line in (translation, source) if line)
        more = f"\n\n{escape(f'“{citation.quote}” {label}')}\n{below}"
        if len(text) + len(more) + len(said(FOOTER)) + 100 > LONGEST_TEXT:
            left = len(citations) - done
            text += f"\n\n{said('Shortened: {count} more in the message itself.', count=left)}"
            break
        text += more
    return f"{text}\n\n{escape(said(FOOTER))}"


def _numbered(gap: Gap) -> list[tuple[int, Hit]]:
    return list(enumerate(gap.nearest, start=1))


def _context_button(number: int, title: str, value: str) -> Block:
    label = said("Show {number} in context: {title}", number=number, title=title)
    text = said("Show {number} in context", number=number)
    return button(text, f"{SHOW_CONTEXT}:{number}", f"{value}:{spoken()}", label=label)


def _human_button(question_id: str) -> Block:
    label = said("Ask the people who keep the library to see to it")
    return button(said("This needs a human"), NEEDS_HUMAN, question_id, label=label)


def _dont_log_button(question_id: str) -> Block:
    return button(said("Don’t log this"), DONT_LOG, question_id, label=said("Take my question out of the log"))


def button(text: str, action_id: str, value: str, *, label: str) -> Block:
    return {
        "type": "button",
        "text": plain(text, LONGEST_LABEL),
        "action_id": action_id,
        "value": value,
        "accessibility_label": plain(label, LONGEST_LABEL)["text"],
    }


def _ending(question_id: str) -> tuple[Block, ...]:
    """Feedback buttons and the footer of every reply to a question."""
    sides = {
        "positive_button": (said("Helpful"), HELPFUL, said("This reply was helpful")),
        "negative_button": (said("Not helpful"), UNHELPFUL, said("This reply was not helpful")),
    }
    feedback: Block = {"type": "feedback_buttons", "action_id": FEEDBACK}
    for side, (text, verdict, label) in sides.items():
        value = f"{verdict}:{question_id}"
        feedback[side] = {"text": plain(text, LONGEST_LABEL), "value": value, "accessibility_label": label}
    return (
        {"type": "context_actions", "elements": [feedback]},
        {"type": "context", "elements": [plain(said(FOOTER), LONGEST_TEXT)]},
    )


def buttons_below(answer: Answer) -> tuple[Block, ...]:
    """Make what stands below any form of an answer: the buttons that open its quotes, feedback and footer."""
    opens = [
        _context_button(citation.number, citation.document.card.title, passage_value(citation))
        for citation in answer.citations[: MOST_BUTTONS - 1]
    ]
    actions: Block = {"type": "actions", "elements": [*opens, _human_button(answer.question_id)]}
    return actions, *_ending(answer.question_id)
