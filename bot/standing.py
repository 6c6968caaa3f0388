"""How a document stands, in words for the terminal and for Slack. Pure; decides nothing."""

from datetime import date, datetime

from bot.past import spell_moment
from knowledge.catalogue import Entry, Standing
from knowledge.domain import Card, DocumentRecord, Kind, Status

# In words: never by colour or an emoji alone.
STANDING_WORDS = {
    Standing.CURRENT: "in force",
    Standing.DRAFT: "draft, not adopted",
    Standing.SUPERSEDED: "superseded",
    Standing.HISTORICAL: "historical, kept for the record",
    Standing.WAITING: "waiting to be published",
    Standing.REMOVED: "removed",
}
# What a document is to those who go by it, where that is not its kind's own name.
AUTHORITY = {Kind.LAW: "binding", Kind.POLICY: "city policy"}


def authority(card: Card) -> str:
    """Say how much a document binds, as a script may read it: binding, city_policy, guidance, best_practice, draft."""
    if card.status is Status.DRAFT:
        return "draft"
    in_force = AUTHORITY.get(card.kind, card.kind.value) if card.status.in_force else card.kind.value
    return in_force.replace(" ", "_")


def authority_words(card: Card) -> str:
    """Say the same for people; empty for a draft, whose status says so, and for what nobody said anything of."""
    word = authority(card)
    return "" if word in {"draft", Kind.OTHER.value} else word.replace("_", " ")


def standing_line(entry: Entry, now: datetime) -> str:
    """Say how a document stands, by what or from when; moments in the time zone of `now`."""
    words, document = STANDING_WORDS[entry.standing], entry.document
    match entry.standing:
        case Standing.SUPERSEDED if document.card.superseded_by:
            return f"{words} by {document.card.superseded_by}"
        case Standing.WAITING if document.publish_at:
            return f"{words} on {spell_moment(document.publish_at, now)}"
        case Standing.REMOVED if entry.left_at:
            return f"{words} on {spell_moment(entry.left_at, now)}"
    return words


def review_note(document: DocumentRecord) -> str:
    """Say that a document should have been looked at again; empty for one that need not be."""
    return f"review date passed on {spell_day(document.review_passed)}" if document.review_passed else ""


def answered_by(card: Card, day: str) -> str:
    """Say whose answer a document is, dated as the caller spells it; empty for one that is no answer."""
    if card.kind is not Kind.ANSWER:
        return ""
    return ", ".join(part for part in (f"Answered by {card.issuer}" if card.issuer else "Answered", day) if part)


def spell_day(day: date) -> str:
    """Write a day for people: 3 March 2026."""
    return f"{day.day} {day:%B} {day:%Y}"
