"""Facts laid out as a memo of one page: which of them is what is known, which a figure, which a date."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.briefing.facts import Fact
from knowledge.briefing.numbering import Numbering
from knowledge.briefing.readings import dated, figure
from knowledge.domain import Citation
from knowledge.memos import Dated, Figure, Form, MemoRequest
from knowledge.near_duplicates import nearly_alike

# One page: words of what is known, and quotes of each kind.
KNOWN_WORDS = 130
MOST_KNOWN = 5
MOST_FIGURES = 6
MOST_DATES = 6
# Talking points are mostly figures.
POINTS_WORDS = 90
MOST_POINTS = 3
MOST_FIGURES_TO_TELL = 8
# A fact is shown when it scores no further below the best one than this, in standard deviations.
WORTH_SHOWING = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The parts of a memo that quote, and what they quote, numbered."""

    know: tuple[int, ...]
    figures: tuple[Figure, ...]
    dates: tuple[Dated, ...]
    citations: tuple[Citation, ...]


def compose(
    facts: Sequence[Fact], request: MemoRequest, today: date, given: tuple[Citation, ...] | None = None
) -> Composed:
    """Lay out facts, best first, each in one place; `given` are the citations of sentences that say what is known.

    The best fact without a figure opens the memo. Then figures, then dates take theirs; the rest is known.
    """
    to_tell = request.form is Form.TALKING_POINTS
    if to_tell:  # nobody tells voters what holds no more, as long as there is something else
        facts = [fact for fact in facts if fact.hit.document.card.status.in_force] or facts
    all_facts = facts
    facts = [fact for fact in facts if fact.score >= facts[0].score - WORTH_SHOWING]
    lead = next((fact for fact in facts if not fact.reading.figures), None)
    left = [fact for fact in facts if fact is not lead]
    figures = _take(left, (f for f in left if f.reading.figures), MOST_FIGURES_TO_TELL if to_tell else MOST_FIGURES)
    precise = (f for f in left if any(len(iso) > len("2026") for iso, _ in f.reading.dates))
    dates = [] if to_tell else _take(left, precise, MOST_DATES)
    known = [] if given else [lead] if lead else []
    words, most = (POINTS_WORDS, MOST_POINTS) if to_tell else (KNOWN_WORDS, MOST_KNOWN)
    # A checklist is nothing to say to voters.
    for fact in () if given else [fact for fact in left if not (to_tell and "\n" in fact.text)]:
        if len(known) < most and sum(one.words for one in known) + fact.words <= words:
            known.append(fact)
    if not known and not given and not to_tell:  # each figure that is told stands with its source and its age
        known = figures[:1] or dates[:1]
        figures, dates = (figures[1:], dates) if figures else (figures, dates[1:])
    numbering = Numbering(given or ())
    in_order = [figures, known] if to_tell else [known, sorted(dates, key=_day), figures]
    for fact in (fact for some in in_order for fact in some):
        numbering.cite(fact)
    told = tuple(
        figure(
            numbering.cite(fact),
            fact.reading,
            elsewhere=_dates_beside(fact, all_facts),
            document_date=fact.hit.document.card.date,
            today=today,
        )
        for fact in figures
    )
    return Composed(
        know=tuple(numbering.cite(fact) for fact in known),
        figures=told,
        dates=tuple(dated(numbering.cite(fact), fact.reading) for fact in sorted(dates, key=_day)),
        citations=numbering.citations,
    )


def _day(fact: Fact) -> str:
    return dated(0, fact.reading).day


def _dates_beside(fact: Fact, facts: Iterable[Fact]) -> Iterable[str]:
    """The dates that the same document states in sentences with one of the same figures."""
    beside = (one for one in facts if fact.figures & one.figures)
    return [iso for one in beside for iso, _ in one.reading.dates]


def _take(left: list[Fact], wanted: Iterable[Fact], most: int) -> list[Fact]:
    """Take up to `most` of what is left, and out of it what tells nothing more than those do."""
    taken: list[Fact] = []
    spare: list[Fact] = []
    for fact in tuple(wanted):
        told = {one for other in taken for one in other.told}
        if fact.told <= told or any(nearly_alike(fact.text, one.text) for one in taken):
            spare.append(fact)
        elif len(taken) < most:
            taken.append(fact)
    left[:] = [fact for fact in left if fact not in taken and fact not in spare]
    return taken
