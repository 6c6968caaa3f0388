"""How a document stands, in words for the terminal and for Slack. Pure; decides nothing."""

from datetime import date, datetime

from bot.past import spell_moment
from bot.speaking import said, spelled_day
from knowledge.catalogue import Entry, Standing
from knowledge.domain import Card, DocumentRecord, Kind, Passage, Status, Unit

# In words: never by colour or an emoji alone.
STANDING_WORDS = {
    Standing.CURRENT: "in force",
    Standing.DRAFT: "draft, not adopted",
    Standing.SUPERSEDED: "superseded",
    Standing.HISTORICAL: "historical, kept for the record",
    Standing.WAITING: "waiting to be published",
    Standing.REMOVED: "removed",
}
PLACES = {Unit.PAGE: "page {number}", Unit.SLIDE: "slide {number}", Unit.ROW: "row {number}"}
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
    return "" if word in {"draft", Kind.OTHER.value} else said(word.replace("_", " "))


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
    if document.review_passed is None:
        return ""
    return said("review date passed on {day}", day=spell_day(document.review_passed))


def answered_by(card: Card, day: str) -> str:
    """Say whose answer a document is, dated as the caller spells it; empty for one that is no answer."""
    if card.kind is not Kind.ANSWER:
        return ""
    by = said("Answered by {name}", name=card.issuer) if card.issuer else said("Answered")
    return ", ".join(part for part in (by, day) if part)


def spell_day(day: date) -> str:
    """Write a day for people: 3 March 2026."""
    return spelled_day(day) or f"{day.day} {day:%B} {day:%Y}"


def place_words(passage: Passage) -> str:
    """Say where in its document a passage stands, "page 3"; empty where the format counts nothing."""
    return "" if passage.page is None else said(PLACES[passage.unit], number=passage.page)


def as_of_words(day: date | None) -> tuple[str, ...]:
    """Say which day's library answered, "As of 1 March 2023"; nothing for today's."""
    return (said("As of {day}", day=spell_day(day)),) if day else ()
