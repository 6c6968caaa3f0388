"""The passages that may answer, from both indexes. The ledger says which are served; the indexes hold others too.

The indexes keep the passages of every version. Where those crowd out what is served, more are fetched until there are
enough; a filter inside Chroma would cost every question more than 100 ms. Without such passages each index is asked
once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice

from knowledge.collections import View
from knowledge.domain import Passage
from knowledge.embedding import Vectors
from knowledge.keywords import TantivyKeywords
from knowledge.ledger.library import LibraryRecord
from knowledge.passages import ChromaPassages

# Candidates taken from each index before they are ranked together.
CANDIDATES = 100

Fetch = Callable[[int], dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Passages by id, with the cosine of each and the BM25 score of those the words found."""

    passages: Mapping[str, Passage]
    dense: Mapping[str, float]
    keyword: Mapping[str, float]


class Gathering:
    """Asks both indexes and the ledger."""

    def __init__(self, *, library: LibraryRecord, passages: ChromaPassages, keywords: TantivyKeywords) -> None:
        self._library = library
        self._passages = passages
        self._keywords = keywords

    def gather(self, vector: Vectors, weights: Mapping[str, float], view: View) -> Candidates:
        """Return the nearest and the best by words of the library that is meant."""
        wanted = min(CANDIDATES, sum(record.passages for record in self._library.documents(view).values()))
        dense, keyword = self._passages.nearest(vector, CANDIDATES), self._keywords.best(weights, CANDIDATES)
        live = self._library.live([*dense, *(id_ for id_ in keyword if id_ not in dense)], view)
        dense = self._widen(dense, lambda k: self._passages.nearest(vector, k), live, wanted, view)
        keyword = self._widen(keyword, lambda k: self._keywords.best(weights, k), live, wanted, view)
        dense |= self._passages.similarities(vector, [id_ for id_ in keyword if id_ not in dense])
        return Candidates(passages={id_: live[id_] for id_ in dense}, dense=dense, keyword=keyword)

    def _widen(
        self, found: dict[str, float], fetch: Fetch, live: dict[str, Passage], wanted: int, view: View
    ) -> dict[str, float]:
        """Keep what is served; fetch more while that is too little and there is more. Adds to `live`."""
        k = CANDIDATES
        while len(found) == k and sum(id_ in live for id_ in found) < wanted:
            k *= 2
            looked_at, found = found, fetch(k)
            live |= self._library.live([id_ for id_ in found if id_ not in looked_at and id_ not in live], view)
        return dict(islice(((id_, score) for id_, score in found.items() if id_ in live), CANDIDATES))
