"""The card of a gap in GAPS_CHANNEL, as it stands now. Pure; texts are masked already and nobody in it is pinged."""

from collections.abc import Sequence
from datetime import datetime

from bot.slack.blocks import Reply, button
from bot.slack.gap_list import OPEN, asked_by, due_words
from bot.slack.gap_view import HAS_LEFT, acts, is_closed_word, near_titles
from bot.slack.safe_text import Block, bullets, clip, escape, one_line, paragraph
from bot.slack.sources import BETWEEN
from knowledge.gaps.records import GapRecord, GapStatus, NearPassage
from knowledge.ledger.gap_posts import CardDue

CARD_ACTS = ("assign", "answer", "merge", "decline")
LONGEST_QUESTION = 1_000
LONGEST_REASON = 500
MOST_NEAR = 3
NEAREST = "Nearest in the library:"


def gap_card(
    gap: GapRecord, near: Sequence[NearPassage], now: datetime, *, owner: str | None, owner_left: bool = False
) -> Reply:
    """Make the card; `near` is what the channel may read of the nearest, `owner` how people call them."""
    question = f"{gap.id}: {clip(' '.join(gap.question.split()), LONGEST_QUESTION)}"
    stands = _standing(gap, owner, now, owner_left=owner_left)
    titles = near_titles(near)[:MOST_NEAR]
    opens = button("Open", OPEN, gap.id, label=f"Open {gap.id}")
    (buttons,) = acts(gap, CARD_ACTS if gap.status.is_open else ("reopen",))
    buttons["elements"].append(opens)
    because = f"Because: {one_line(gap.because, LONGEST_REASON)}" if gap.because else ""
    lines = [stands, *([because] if because else []), *([f"{NEAREST} {'; '.join(titles)}"] if titles else [])]
    shown: list[Block] = [paragraph(question, bold=True), paragraph(stands)]
    shown += [paragraph(because)] if because else []
    shown += [paragraph(NEAREST), bullets(titles)] if titles else []
    return Reply(text=escape("\n".join((question, *lines))), blocks=(*shown, buttons))


def gone_card(due: CardDue) -> Reply:
    """Make the card of a gap nobody asks for under its number any more: what it asked is in no message then."""
    said = (
        f"{due.gap} is part of {due.merged_into} now."
        if due.status is GapStatus.MERGED
        else f"{due.gap} {is_closed_word(due.status)}: nobody asks for it any more."
    )
    return Reply(text=escape(said), blocks=(paragraph(said),))


def _standing(gap: GapRecord, owner: str | None, now: datetime, *, owner_left: bool) -> str:
    sees = f"{owner} sees to it{f' ({HAS_LEFT})' if owner_left else ''}" if owner else "nobody sees to it yet"
    parts = [gap.status.value.capitalize(), asked_by(gap), sees if gap.status.is_open else "", due_words(gap, now)]
    return BETWEEN.join(part for part in parts if part)
