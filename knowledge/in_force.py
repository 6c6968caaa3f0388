"""What a document's status and year do to its rank. Never hides a document and never changes what it is labelled."""

import re
from functools import lru_cache

from knowledge.domain import Card, DocumentRecord, Status
from knowledge.fiscal_years import YEAR, fiscal_years_in, spell_fiscal_years

# What a passage loses, in standard deviations of the ranking, when its document is not in force.
PENALTY = {Status.CURRENT: 0.0, Status.DRAFT: 0.5, Status.HISTORICAL: 0.5, Status.SUPERSEDED: 2.0}
# What it gains when its document is of the year that the question is about: it comes before as good a passage of
# another year. At 1.0 passages of that year on other matters began to push out pages written later that answer.
YEAR_GAIN = 0.5

MENTIONED = re.compile(rf"\b{YEAR}\b")
RANGE = re.compile(rf"\b({YEAR})\s*(?:-|–|—|/|to|through|until)\s*({YEAR})\b")
# "As of 2022" and "the 2022 contact sheet" are about what a document of that year says; "the 2019 agreement", "since
# 2019" and "of 2019" name something that a later page may tell of.
OF_THE_YEAR = re.compile(
    rf"\bas\s+of\s+(?:\w+\s+){{0,2}}?({YEAR})\b"
    rf"|\b({YEAR})\s+(?:\w+\s+)?(?:sheet|version|edition|guide|guidance|guidelines?|handbook|manual|memo|list|checklist|"
    r"directory|copy|page|document|policy|rules?|plan|report|strategy)\b",
    re.IGNORECASE,
)
# "In June 2022" is when it held, where the question asks for nothing that holds today.
IN_THE_YEAR = re.compile(
    rf"\b(?:in|during|for)\s+(?:(?:the\s+year|early|mid|late|spring|summer|fall|autumn|winter|[a-z]{{3,9}}\.?)[\s-]+)?({YEAR})\b",
    re.IGNORECASE,
)
TODAY = re.compile(
    r"\b(?:is|are|am|do|does|can|may|must|should|shall|will|has|have|now|today|still|currently)\b", re.IGNORECASE
)


def penalty(document: DocumentRecord, question: str) -> float:
    """What a document loses of its rank, in standard deviations; less than 0 is a gain.

    One not in force loses by its status, but nothing where the question names its year. One of the year that the
    question is about gains, in force or not.
    """
    if is_about_year_of(document, question):
        return -YEAR_GAIN
    if not _years_of(document.card).isdisjoint(_years_named(question)):
        return 0.0
    return PENALTY[document.card.status]


def is_about_year_of(document: DocumentRecord, question: str) -> bool:
    """Whether a question is about the year of this document: its date's, or one in or between those of its title."""
    return not _years_of(document.card).isdisjoint(_years_asked_about(question))


@lru_cache(maxsize=8)  # one question is held against every candidate
def _years_named(question: str) -> frozenset[str]:
    return frozenset(MENTIONED.findall(question))


@lru_cache(maxsize=8)
def _years_asked_about(question: str) -> frozenset[str]:
    asked = [match[1] or match[2] for match in OF_THE_YEAR.finditer(question)] + [*fiscal_years_in(question)]
    if not TODAY.search(question):
        asked += IN_THE_YEAR.findall(question)
    return frozenset(asked)


def _years_of(card: Card) -> frozenset[str]:
    return _years_between(spell_fiscal_years(card.title)) | {(card.date or "")[:4]}


@lru_cache(maxsize=1024)
def _years_between(title: str) -> frozenset[str]:
    spans = (range(int(start), int(end) + 1) for start, end in RANGE.findall(title))
    return frozenset([*MENTIONED.findall(title), *(str(year) for span in spans for year in span)])
