"""What a refusal says beside "no answer", the same in Slack and in a terminal: what was searched, what is unknown."""

import re
from collections.abc import Sequence

from bot.speaking import counted, is_english, said
from knowledge.domain import Gap
from knowledge.unanswered import Unanswered

# Nobody is addressed by an id, and a mention in a channel would ping them.
SLACK_ID = re.compile(r"[UW][A-Z0-9]{6,}")
MOST_COLLECTIONS = 6


def refusal_sentences(gap: Gap, newest: str | None) -> tuple[str, ...]:
    """Say what was searched, with the `newest` document's date, which words the library never uses, and whom to ask."""
    searched = counted("{count} document", "{count} documents", gap.documents) + _places(gap.collections)
    words = ", ".join(f"“{word}”" for word in gap.unknown)
    sentences = []
    if gap.documents:
        dated = said("Searched: {searched}, the newest from {newest}.", searched=searched, newest=newest)
        sentences.append(dated if newest else said("Searched: {searched}.", searched=searched))
    if words and is_english():  # that an English library lacks a word of another language says nothing
        sentences.append(said("Nowhere in the library: {words}.", words=words))
    if gap.ask:
        nameless = SLACK_ID.fullmatch(gap.ask)
        looked_after = said("{name} looks after this.", name=gap.ask)
        sentences.append(said("Somebody looks after this already.") if nameless else looked_after)
    return tuple(sentences)


def _places(collections: Sequence[str]) -> str:
    """Say in which collections that was; the names are people's own."""
    named = [f"“{name}”" for name in collections[:MOST_COLLECTIONS]]
    if len(collections) > MOST_COLLECTIONS:
        named.append(f"{len(collections) - MOST_COLLECTIONS} more")
    if not named:
        return ""
    *first, last = named
    return f" in the collection{'s' if first else ''} {' and '.join((', '.join(first), last)) if first else last}"


def unanswered_sentence(left: Unanswered) -> str:
    """Say that one of several questions got no answer of its own."""
    return f"Nothing in it answers “{' '.join(left.question.split())}”: that is logged as {left.gap}."


def logged_sentence(gap: Gap) -> str:
    """Say whether the question is in the log of gaps."""
    if gap.logged:
        return said("Your question is logged as {gap}, so that someone can add what is missing.", gap=gap.id)
    return said("Your question is not in the log of what is missing.")
