"""Messages about answers that quoted what holds no more: to admins, who decide, and to the places they stand in. Pure.

Quotes are shown whole or not at all; what was and what is are each the document's own characters.
"""

from bot.slack.blocks import LONGEST_MESSAGE, LONGEST_TEXT, SHOW_CONTEXT, Reply, button
from bot.slack.safe_text import Block, clip, escape, one_line, paragraph, quotation, rich_text, section, weigh, words
from bot.slack.sources import spell_date
from knowledge.recalls import Change, Correction, Decision, Recall, Was

SEND, SKIP = "recall_send", "recall_skip"
LONGEST_TITLE = 300
# The rest of a message around its quotes.
AROUND_QUOTES = 1_500
MOST_QUOTES = 5

STANDS_AGAIN = "All of it stands again, so there is nothing to correct."


def correction_reply(correction: Correction) -> Reply:
    """Make the one correcting reply of a place."""
    said = f"A correction: an answer here quoted {what_happened(correction)}"
    lines, blocks = _quotes(correction)
    return Reply(text=_text(said, *lines), blocks=(paragraph(said), *blocks))


def recall_reply(recall: Recall) -> Reply:
    """Make the message to somebody who keeps the library: what changed, who read answers with it, Send and Skip."""
    if recall.correction is None:
        return Reply(text=_text(STANDS_AGAIN), blocks=(paragraph(STANDS_AGAIN),))
    said = f"{recall.id}: {where(recall)} quoted {what_happened(recall.correction)}"
    lines, blocks = _quotes(recall.correction)
    verdict = decided(recall)
    if verdict:
        return Reply(text=_text(said, *lines, verdict), blocks=(paragraph(said), *blocks, paragraph(verdict)))
    asks = "Send puts one correcting reply into each of these places; Skip tells nobody."
    buttons: list[Block] = [
        button("Send", SEND, recall.id, label=f"Send the corrections of {recall.id}"),
        button("Skip", SKIP, recall.id, label=f"Tell nobody about {recall.id}"),
    ]
    return Reply(
        text=_text(said, *lines, asks),
        blocks=(paragraph(said), *blocks, paragraph(asks), {"type": "actions", "elements": buttons}),
    )


def what_happened(correction: Correction) -> str:
    """Say which document it is and what happened to it: “Fees”, which changed on November 23, 2026."""
    title, day = one_line(correction.title, LONGEST_TITLE), spell_date(correction.changed_on.isoformat())
    match correction.change:
        case Change.CHANGED:
            return f"“{title}”, which changed on {day}."
        case Change.REMOVED:
            return f"“{title}”, which left the library on {day}."
        case Change.SUPERSEDED if correction.successor:
            newer = one_line(correction.successor, LONGEST_TITLE)
            return f"“{title}”, which was superseded on {day} by “{newer}”."
    return f"“{title}”, which was superseded on {day}."


def where(recall: Recall) -> str:
    """Count the places: "answers in 3 threads and for 1 person alone"."""
    threads = sum(place.channel is not None for place in recall.places)
    alone = len(recall.places) - threads
    parts = [
        f"in {threads} thread{'s' if threads > 1 else ''}" if threads else "",
        f"for {alone} {'people' if alone > 1 else 'person'} alone" if alone else "",
    ]
    return f"answers {' and '.join(part for part in parts if part)}"


def decided(recall: Recall) -> str:
    """Say what was decided, without a name that would call somebody; empty before."""
    match recall.decision:
        case Decision.SENT:
            return "Sent: each place gets one reply."
        case Decision.SKIPPED:
            return "Skipped: nobody is told."
    return ""


def _quotes(correction: Correction) -> tuple[list[str], list[Block]]:
    """What was and what is, as lines and as blocks, as long as they fit; then how many are left out."""
    lines, blocks = list[str](), list[Block]()
    room, shown = LONGEST_MESSAGE - AROUND_QUOTES, 0
    for quote in correction.quotes[:MOST_QUOTES]:
        said, block = _pair(quote, correction.change)
        room -= weigh(block)
        if room < 0:
            break
        lines, blocks, shown = [*lines, *said], [*blocks, *block], shown + 1
    left = len(correction.quotes) - shown
    if left:
        more = f"{left} more in the document."
        lines, blocks = [*lines, more], [*blocks, paragraph(more)]
    return lines, blocks


def _pair(quote: Was, change: Change) -> tuple[list[str], list[Block]]:
    was = rich_text(section(words("It said:")), quotation(words(quote.was)))
    if change is not Change.CHANGED:
        return [f"It said: “{quote.was}”"], [was]
    if quote.passage is None or quote.now is None:
        gone = "That is no longer in it."
        return [f"It said: “{quote.was}”", gone], [was, paragraph(gone)]
    now = rich_text(section(words("Now it says:")), quotation(words(quote.now)))
    value = f"{quote.passage.id}:{quote.start}:{quote.end}"
    opens: Block = {
        "type": "actions",
        "elements": [button("Show in context", f"{SHOW_CONTEXT}:1", value, label="Show what it says now in context")],
    }
    return [f"It said: “{quote.was}”", f"Now it says: “{quote.now}”"], [was, now, opens]


def _text(*lines: str) -> str:
    return clip(escape("\n".join(lines)), LONGEST_TEXT)
