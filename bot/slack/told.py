"""What askers are told once the library answers them, and what they can say to it. Pure.

Buttons carry the number of the notice; who may press them is asked when they do.
"""

from bot.slack.blocks import FOOTER, LONGEST_TEXT, Reply, button, note_reply, quotes_reply, with_heading
from bot.slack.safe_text import Block, clip, context, escape, paragraph, plain
from bot.slack.sources import spell_date
from bot.slack.views import modal
from knowledge.notices import Told

YES, NOT_QUITE, HUSH, TELL_AGAIN = "answered_yes", "answered_not_quite", "hush", "tell_again"
NOT_QUITE_SAID = "answered_not_quite_said"
REASON = "reason"
LONGEST_REASON = 3_000

THANKS = "You said: yes, that answers it. Thank you."
SORRY = "You said: not quite. Thank you, the gap is open again."
NO_MORE = "I will not write to you about answers any more. “Tell me about answers again” brings them back."
AGAIN = "I tell you about answers again."


def told_reply(told: Told, notice_id: int, *, said: bool | None = None, hushed: bool = False) -> Reply:
    """Make the message: the question, the answer with its sources, and what can be said to it.

    `said` is what the asker said of it, which takes the two buttons away; `hushed` whether they want no more of these.
    """
    asked = f"You asked this on {spell_date(told.asked_at.date().isoformat())}. The library answers it now:"
    answer = quotes_reply(told.answer)
    verdict = "" if said is None else THANKS if said else SORRY
    notes = [note for note in (verdict, NO_MORE if hushed else "") if note]
    actions: Block = {"type": "actions", "elements": _buttons(str(notice_id), is_open=said is None, hushed=hushed)}
    text = "\n\n".join((answer.text, *map(escape, notes)))
    blocks = (*answer.blocks, *map(paragraph, notes), actions, context(FOOTER))
    return with_heading(Reply(text=clip(text, LONGEST_TEXT), blocks=blocks), asked, told.question)


def not_quite_view(notice_id: int) -> Block:
    """Ask what is missing; nobody has to say."""
    element = {"type": "plain_text_input", "action_id": REASON, "multiline": True, "max_length": LONGEST_REASON}
    asked = {
        "type": "input",
        "block_id": REASON,
        "optional": True,
        "label": plain("What is missing or wrong?", 75),
        "hint": plain("Whoever looks after this reads it; numbers of persons are masked.", 300),
        "element": element,
    }
    return modal(
        "Not quite",
        paragraph("The gap is opened again, and you hear once there is another answer."),
        asked,
        callback_id=NOT_QUITE_SAID,
        submit=plain("Send", 24),
        private_metadata=str(notice_id),
    )


def gone_reply() -> Reply:
    """What stands where an answer was told that holds no more."""
    return note_reply("What I told you here holds no more; please ask again.")


def _buttons(value: str, *, is_open: bool, hushed: bool) -> list[Block]:
    say = [
        button("Yes, that answers it", YES, value, label="Yes, that answers my question"),
        button("Not quite", NOT_QUITE, value, label="This does not quite answer my question"),
    ]
    if hushed:
        quiet = button("Tell me about answers again", TELL_AGAIN, value, label="Tell me about answers again")
    else:
        quiet = button("Don’t tell me about answers", HUSH, value, label="Do not write to me about answers any more")
    return [*(say if is_open else ()), quiet]
