"""What a proposal resembles in the library: by the words of its passages, by its title and by its file name.

Vectors bring the passages near each of its own; whether two say the same is decided by their words.
"""

import re
from calendar import month_abbr, month_name
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import PurePath

from knowledge.domain import DocumentRecord, Passage
from knowledge.ledger.library import LibraryRecord
from knowledge.near_duplicates import STAMPS, nearly_alike, words_of
from knowledge.passages import ChromaPassages
from knowledge.proposals.proposal import Resemblance

# Passages that are compared, evenly spread over the document: enough for a share, and quick for a long report.
COMPARED = 300
# Passages looked at beside each; its own and those of earlier versions are among them.
NEAREST = 20
# A document that shares less is not worth mentioning, and one that shares this much is taken for an earlier version.
WORTH_MENTIONING = 0.1
MUCH = 0.5
MOST = 3

# What a title or a file name says of a version of its document, and names that programs give to any file.
MONTHS = (*month_name[1:], *month_abbr[1:], "Sept")
OF_A_VERSION = frozenset(
    (
        *(*STAMPS, *(month.casefold() for month in MONTHS), "final", "new", "old", "of", "v"),
        *("document", "doc", "scan", "image", "img", "page", "presentation", "slides", "book", "untitled"),
    )
)


class Order(Enum):
    """How a date stands to another."""

    BEFORE = "before"
    SAME = "same"
    AFTER = "after"


def shares_of(proposed: Sequence[Passage], passages: ChromaPassages, library: LibraryRecord) -> dict[str, float]:
    """Return by id the documents served that say what a proposal says, and the share of its passages they say."""
    step = max(1, -(-len(proposed) // COMPARED))
    compared = {passage.id: passage for passage in proposed[::step]}
    near = passages.neighbours([*compared], NEAREST)
    live = library.live(sorted({id_ for found in near.values() for id_ in found}))
    said: Counter[str] = Counter()
    for id_, found in near.items():
        candidates = [live[other] for other in found if other in live]
        said.update({c.document_id for c in candidates if nearly_alike(compared[id_].text, c.text)})
    return {document: round(count / len(compared), 3) for document, count in said.items()}


def resemblances(
    name: str, title: str, date: str | None, shares: Mapping[str, float], documents: Mapping[str, DocumentRecord]
) -> tuple[Resemblance, ...]:
    """Return what a file of this name, title and date resembles of the documents served, the most alike first."""
    found = []
    for id_, record in documents.items():
        share = shares.get(id_, 0.0)
        alike = _is_named_alike(name, title, record)
        if not alike and share < WORTH_MENTIONING:
            continue
        order = _in_time(date, record.card.date)
        looks_newer = order is not Order.BEFORE and (share >= MUCH or (alike and order is not Order.SAME))
        found.append(Resemblance(document=record, share=share, looks_newer=looks_newer))
    found.sort(key=lambda one: (not one.looks_newer, -one.share, one.document.id))
    return tuple(found[:MOST])


def _is_named_alike(name: str, title: str, record: DocumentRecord) -> bool:
    titles, files = (title, record.card.title), (PurePath(name).stem, PurePath(record.place).stem)
    return any(_stem(one) and _stem(one) == _stem(other) for one, other in (titles, files))


def _stem(name: str) -> tuple[str, ...]:
    """The words of a title or file name without numbers and what else tells versions apart."""
    words = words_of(re.sub(r"[\W_]+|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", name.casefold()))
    return tuple(word for word in words if word.isalpha() and word not in OF_A_VERSION)


def _in_time(date: str | None, other: str | None) -> Order | None:
    """Compare two dates as far as both are stated; None where one is not."""
    if not date or not other:
        return None
    length = min(len(date), len(other))
    if date[:length] == other[:length]:
        return Order.SAME
    return Order.BEFORE if date < other else Order.AFTER
