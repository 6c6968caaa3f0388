"""What askers are told once the library answers them, and what they can say to it. Pure.

Buttons carry the number of the notice; who may press them is asked when they do.
"""

from bot.slack.blocks import FOOTER, LONGEST_TEXT, Reply, button, note_reply, quotes_reply, with_heading
from bot.slack.safe_text import Block, clip, context, escape, paragraph, plain
from bot.slack.sources import spell_date
from bot.slack.views import modal
from bot.speaking import said as translated
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
    day = spell_date(told.asked_at.date().isoformat())
    asked = translated("You asked this on {day}. The library answers it now:", day=day)
    answer = quotes_reply(told.answer)
    verdict = "" if said is None else THANKS if said else SORRY
    notes = [translated(note) for note in (verdict, NO_MORE if hushed else "") if note]
    actions: Block = {"type": "actions", "elements": _buttons(str(notice_id), is_open=said is None, hushed=hushed)}
    text = "\n\n".join((answer.text, *map(escape, notes)))
    blocks = (*answer.blocks, *map(paragraph, notes), actions, context(translated(FOOTER)))
    return with_heading(Reply(text=clip(text, LONGEST_TEXT), blocks=blocks), asked, told.question)


def not_quite_view(notice_id: int) -> Block:
    """Ask what is missing; nobody has to say."""
    element = {"type": "plain_text_input", "action_id": REASON, "multiline": True, "max_length": LONGEST_REASON}
    asked = {
        "type": "input",
        "block_id": REASON,
        "optional": True,
        "label": plain(translated("What is missing or wrong?"), 75),
        "hint": plain(translated("Whoever looks after this reads it; numbers of persons are masked."), 300),
        "element": element,
    }
    return modal(
        translated("Not quite"),
        paragraph(translated("The gap is opened again, and you hear once there is another answer.")),
        asked,
        callback_id=NOT_QUITE_SAID,
        submit=plain(translated("Send"), 24),
        private_metadata=str(notice_id),
    )


def gone_reply() -> Reply:
    """What stands where an answer was told that holds no more."""
    return note_reply(translated("What I told you here holds no more; please ask again."))


def _buttons(value: str, *, is_open: bool, hushed: bool) -> list[Block]:
    say = [
        button(translated("Yes, that answers it"), YES, value, label=translated("Yes, that answers my question")),
        button(translated("Not quite"), NOT_QUITE, value, label=translated("This does not quite answer my question")),
    ]
    if hushed:
        again = translated("Tell me about answers again")
        quiet = button(again, TELL_AGAIN, value, label=again)
    else:
        label = translated("Do not write to me about answers any more")
        quiet = button(translated("Don’t tell me about answers"), HUSH, value, label=label)
    return [*(say if is_open else ()), quiet]
