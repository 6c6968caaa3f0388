"""What a sentence is about beyond its own words: the names in its headings, its document's title and its issuer's."""

import re
from dataclasses import dataclass

from knowledge.answering.gate.obliging import WORDS
from knowledge.answering.gate.statements import Statements, is_actor
from knowledge.domain import Hit

# Words of titles that only say what kind of paper it is, or which edition.
PAPERS = frozenset(
    """guide guidance guidelines rules rule policy policies handbook manual sheet memo checklist faq edition version
    summary overview notice procedure procedures primer playbook toolkit note notes leaflet brochure report update
    revised new old annual current staff employees internal general standard quick short reference basics""".split()
)
PLACE = re.compile(r"\b(?:City|County|State|Port|Town|Village|Borough|Province|Republic) of ((?:[A-Z][\w’'-]+ ?){1,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What stands around a sentence: `stems` of its passage, headings, title and issuer, and what each of these names.

    `is_name` says whether the heading may be one: a few words that all begin with a capital.
    """

    stems: frozenset[str]
    title: frozenset[str]
    heading: frozenset[str]
    is_name: bool
    places: frozenset[str]


def scope_of(hit: Hit, stems: frozenset[str], reading: Statements) -> Scope:
    """Read what stands around the sentences of a passage; `stems` are its own words'."""
    card, passage = hit.document.card, hit.passage
    own = [part for part in passage.heading if part != card.title]
    around = "\n".join((card.title, *own, card.issuer or ""))
    last = own[-1] if own else ""
    words = last.split()
    return Scope(
        stems=stems | reading.stems(around),
        title=_telling(card.title, reading),
        heading=_telling(last, reading),
        is_name=0 < len(words) <= 3 and all(word[:1].isupper() for word in words),
        places=frozenset(stem for found in PLACE.findall(around) for stem in reading.stems(found)),
    )


def is_elsewhere(one: Scope, other: Scope, said: frozenset[str]) -> bool:
    """Whether two passages are about two places or cases; `said` are the words of both sentences.

    "Denver fees" and "Phoenix fees" are, and so are passages under the headings "Denver" and "Phoenix"; a "Gift policy"
    and an "Ethics handbook" may both be about gifts.
    """
    if one.places and other.places and not one.places & other.places:
        return True
    if one.title & other.title and one.title - other.title and other.title - one.title:
        return True
    if one.heading & other.heading:
        return bool(one.heading - other.heading) and bool(other.heading - one.heading)
    here, there = one.heading - said, other.heading - said
    return bool(here and there) and one.is_name and other.is_name and not here & there


def _telling(title: str, reading: Statements) -> frozenset[str]:
    """The words that say what a title is about: no figures, no kinds of paper, no offices."""
    return frozenset(
        token.stem
        for token in reading.cut(title)
        if token.stem and token.low not in PAPERS and token.low not in WORDS and not is_actor(token)
    )
