"""What a refusal says beside "no answer", the same in Slack and in a terminal: what was searched, what is unknown."""

import re
from collections.abc import Sequence

from bot.speaking import counted, is_english, listed, said
from knowledge.domain import Gap, GapReason
from knowledge.unanswered import Unanswered

# Nobody is addressed by an id, and a mention in a channel would ping them.
SLACK_ID = re.compile(r"[UW][A-Z0-9]{6,}")
MOST_COLLECTIONS = 6


def refusal_sentences(gap: Gap, newest: str | None) -> tuple[str, ...]:
    """Say what was searched, with the `newest` document's date, which words the library never uses, and whom to ask."""
    searched = _searched(gap.documents, gap.collections)
    words = ", ".join(f"“{word}”" for word in gap.unknown)
    sentences = []
    if gap.reason is GapReason.OUT_OF_SCOPE:
        sentences.append(said("This question seems to be out of scope: nothing in the library comes near it."))
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


def _searched(documents: int, collections: Sequence[str]) -> str:
    """Say how many documents in which collections that was; the names are people's own."""
    count = counted("{count} document", "{count} documents", documents)
    names = [f"“{name}”" for name in collections[:MOST_COLLECTIONS]]
    if not names:
        return count
    if len(collections) > MOST_COLLECTIONS:
        names.append(said("{count} more", count=len(collections) - MOST_COLLECTIONS))
    one = "{documents} in the collection {names}"
    many = "{documents} in the collections {names}"
    return counted(one, many, len(collections), documents=count, names=listed(names))


def unanswered_sentence(left: Unanswered) -> str:
    """Say that one of several questions got no answer of its own."""
    question = " ".join(left.question.split())
    return said("Nothing in it answers “{question}”: that is logged as {gap}.", question=question, gap=left.gap)


def logged_sentence(gap: Gap) -> str:
    """Say whether the question is in the log of gaps."""
    if gap.logged:
        return said("Your question is logged as {gap}, so that someone can add what is missing.", gap=gap.id)
    return said("Your question is not in the log of what is missing.")
