"""How a source is named in Slack: title, section, page, date, kind, issuer, and in words what to beware of."""

from collections.abc import Sequence
from datetime import date

from bot.slack.safe_text import Block, one_line, source_link, words
from bot.speaking import counted, listed, said, spelled_day, spelled_month
from bot.standing import answered_by, authority_words, place_words, review_note
from knowledge.domain import Card, Citation, DocumentRecord, Passage, Status

BETWEEN = " · "
LONGEST_NAME = 300
# Words, never colour or an emoji alone.
STATUS_WORDS = {
    Status.DRAFT: "draft, not adopted",
    Status.SUPERSEDED: "superseded",
    Status.HISTORICAL: "historical, kept for the record",
}


def source_words(passage: Passage, document: DocumentRecord) -> tuple[str, str]:
    """Name a source in two parts: its title, and everything else in one line."""
    card = document.card
    details = [
        one_line(" > ".join(part for part in passage.heading if part != card.title), LONGEST_NAME),
        place_words(passage),
        said(passage.caution) if passage.caution else "",
        *_origin(card),
        said(STATUS_WORDS[card.status]) if card.status in STATUS_WORDS else "",
        review_note(document),
    ]
    return one_line(card.title, LONGEST_NAME), BETWEEN.join(detail for detail in details if detail)


def _origin(card: Card) -> tuple[str, ...]:
    """When it is from, what it is and whose; an answer rests on what its author says, where that is no link."""
    answered = one_line(answered_by(card, spell_date(card.date)), LONGEST_NAME)
    if answered:
        rests_on = "" if source_link(card.source) else one_line(card.source or "", LONGEST_NAME)
        return answered, said("source: {name}", name=rests_on) if rests_on else ""
    return spell_date(card.date), authority_words(card), one_line(card.issuer or "", LONGEST_NAME)


def source_elements(label: str, passage: Passage, document: DocumentRecord) -> tuple[Block, ...]:
    """Name a source as rich_text elements, with its stored link last; `label` is the number people refer to."""
    title, details = source_words(passage, document)
    link = source_link(document.card.source)
    return (
        words(f"{label} ", bold=True),
        words(title, bold=True),
        words(f"{BETWEEN}{details}"),
        *((words(BETWEEN), link) if link else ()),
    )


def source_line(label: str, passage: Passage, document: DocumentRecord) -> str:
    """Name a source as plain text, with its address written out."""
    title, details = source_words(passage, document)
    address = document.card.source if source_link(document.card.source) else ""
    return BETWEEN.join(part for part in (f"{label} {title}", details, address) if part)


def spell_date(iso: str | None) -> str:
    """Write an ISO date of any precision the way staff read it: 2022, October 2022, October 3, 2022."""
    if not iso:
        return said("undated")
    year, *rest = iso.split("-")
    try:
        day = date(int(year), *(int(part) for part in [*rest, "1", "1"][:2]))
    except ValueError:
        return iso
    month, whole = spelled_month(day) or f"{day:%B %Y}", spelled_day(day) or f"{day:%B} {day.day}, {day:%Y}"
    written = (f"{day:%Y}", month, whole)
    return written[len(rest)] if len(rest) < len(written) else iso


def status_notice(citations: Sequence[Citation]) -> str:
    """Say in a sentence or two which quotes may not hold today; empty when all of them do."""
    sentences = []
    for status, meaning in STATUS_WORDS.items():
        numbers = [str(citation.number) for citation in citations if citation.document.card.status is status]
        if numbers:
            one = "quote {numbers} is from a document that is {standing}."
            many = "quotes {numbers} are from a document that is {standing}."
            sentences.append(counted(one, many, len(numbers), numbers=listed(numbers), standing=said(meaning)))
    return said("Please note: {what}", what=" ".join(sentences)) if sentences else ""
