"""Both indexes, filled with what the ledger keeps, no more and no less. Knows nothing of files and of who is served."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from knowledge.domain import OnProgress, Progress
from knowledge.embedding import Embedding, Vectors
from knowledge.errors import DiskFull
from knowledge.keywords import TantivyKeywords
from knowledge.ledger.keeping import KeptPassage
from knowledge.ledger.library import LibraryRecord
from knowledge.passages import ChromaPassages
from knowledge.receipts import Receipt
from knowledge.splitting import embedded_text

log = logging.getLogger(__name__)

# Passages that are embedded together: enough to sort by length and for one commit.
GROUP = 512
# Passages after which somebody who waits is told: some seconds' work of the model on two cores.
TOLD = 32

OnEmbedded = Callable[[int, int], None]


def _nobody(_done: int, _of: int) -> None:
    """For who wants to hear of no progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """Passages ready to be placed in both indexes: the ids of those that need a vector, and these vectors."""

    passages: tuple[KeptPassage, ...]
    new: tuple[str, ...]
    vectors: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """Passages whose vectors are being made, TOLD of them at a time: the ids of those that need one, and the parts."""

    passages: tuple[KeptPassage, ...]
    new: tuple[str, ...]
    parts: tuple[Future[Vectors], ...]
    dimension: int

    def finish(self, on_embedded: OnEmbedded = _nobody) -> Embedded:
        """Wait for the vectors. Where it takes a while `on_embedded` hears how many of how many are done."""
        vectors = np.empty((len(self.new), self.dimension), dtype=np.float32)
        try:
            for start, part in zip(range(0, len(self.new), TOLD), self.parts, strict=True):
                if len(self.new) > TOLD:
                    on_embedded(start, len(self.new))
                vectors[start : start + TOLD] = part.result()
        finally:
            self.cancel()
        return Embedded(passages=self.passages, new=self.new, vectors=vectors)

    def cancel(self) -> None:
        """Make no more of them than are being made."""
        for part in self.parts:
            part.cancel()


class Indexes:
    """Puts vectors and terms in place and takes them away."""

    def __init__(self, *, embedding: Embedding, passages: ChromaPassages, keywords: TantivyKeywords) -> None:
        self._embedding = embedding
        self._passages = passages
        self._keywords = keywords
        # Two requests, so that the model has the next while we take in one.
        self._requests = ThreadPoolExecutor(2, "requests")

    @property
    def model(self) -> str:
        """What the vectors depend on."""
        return model_name(self._embedding)

    def begin(self, passages: Sequence[KeptPassage], *, coming: Collection[str] = ()) -> Underway:
        """Begin to make the vectors that the dense index does not hold yet; `coming` are about to be placed there."""
        by_id = {passage.id: passage for passage in passages}
        held = self._passages.holding([*by_id]).union(coming)
        return self._send([*by_id.values()], [passage for id_, passage in by_id.items() if id_ not in held])

    def place(self, embedded: Embedded) -> None:
        """Put vectors and terms in place, as far as they are not there."""
        self._passages.add(embedded.new, embedded.vectors)
        # Apart from the vectors: what broke off between the two left one without the other.
        in_words = self._keywords.holding([passage.id for passage in embedded.passages])
        self._place_terms([passage for passage in embedded.passages if passage.id not in in_words])

    def take_over(self, passages: Mapping[str, KeptPassage]) -> None:
        """Index passages that read in full as others, by the ids of those: their vectors are not computed again."""
        self._passages.copy({old: passage.id for old, passage in passages.items()})
        self._place_terms([*passages.values()])

    def remove(self, ids: Iterable[str]) -> None:
        """Forget these passages."""
        gone = sorted(ids)
        self._passages.remove(gone)
        self._keywords.remove(gone)

    def settle_if_needed(self, library: LibraryRecord) -> None:
        """Settle after a crash, or when an index does not count what the ledger counts."""
        kept = library.count_kept()
        if not library.is_settled() or self._passages.count() != kept or self._keywords.count() != kept:
            log.warning("the indexes differ from the ledger; embedded %d passages again", self.settle(library))

    def settle(self, library: LibraryRecord) -> int:
        """Bring both indexes to exactly the passages the ledger keeps. Returns how many were embedded."""
        library.set_settled(settled=False)
        kept = library.kept_ids()
        dense, keyword = self._passages.ids(), self._keywords.ids()
        missing = sorted(kept - dense)
        for ids in _batches(missing):
            self._place_vectors(library.kept(ids))
        for ids in _batches(sorted(kept - keyword)):
            self._place_terms(library.kept(ids))
        # Last: what is too much is never served, so that want of room to take it away costs nobody an answer.
        with suppress(DiskFull):
            self._passages.remove(sorted(dense - kept))
            self._keywords.remove(sorted(keyword - kept))
            library.set_settled(settled=True)
        return len(missing)

    def rebuild(self, library: LibraryRecord, on_progress: OnProgress) -> Receipt:
        """Make both indexes anew from the ledger with the present model; stopped half-way, the next start goes on.

        Entries of the same model are replaced where they are, so that questions asked meanwhile find all of them.
        """
        start = time.perf_counter()
        library.set_settled(settled=False)
        if library.model() != self.model:
            self._passages.clear()
            self._keywords.clear()
            library.set_model(self.model)
        kept, embedded = sorted(library.kept_ids()), 0
        for ids in _batches(kept):
            passages = library.kept(ids)
            self._place_vectors(passages)
            self._place_terms(passages)
            embedded += len(passages)
            on_progress(Progress(done=embedded, total=len(kept), name="passages"))
        self._passages.remove(sorted(self._passages.ids().difference(kept)))
        self._keywords.remove(sorted(self._keywords.ids().difference(kept)))
        library.set_settled(settled=True)
        return Receipt(passages=len(kept), embedded=embedded, seconds=round(time.perf_counter() - start, 3))

    def _send(self, passages: Sequence[KeptPassage], new: Sequence[KeptPassage]) -> Underway:
        """Give the model those of some passages that are new."""
        texts = [embedded_text(p.title, p.heading, p.text) for p in new]
        # The longest first: texts of like length are embedded together, and what is left goes ever faster.
        tokens = self._embedding.count_tokens(texts)
        order = sorted(range(len(texts)), key=lambda place: -tokens[place])
        new, texts = [new[place] for place in order], [texts[place] for place in order]
        starts = range(0, len(texts), TOLD)
        return Underway(
            passages=tuple(passages),
            new=tuple(passage.id for passage in new),
            parts=tuple(self._requests.submit(self._embedding.encode, texts[at : at + TOLD]) for at in starts),
            dimension=self._embedding.dimension,
        )

    def _place_vectors(self, passages: Sequence[KeptPassage]) -> None:
        embedded = self._send(passages, passages).finish()
        self._passages.add(embedded.new, embedded.vectors)

    def _place_terms(self, passages: Sequence[KeptPassage]) -> None:
        if passages:
            self._keywords.add((p.id, " ".join((p.title, *p.heading)), p.text) for p in passages)


def model_name(embedding: Embedding) -> str:
    """Name what the vectors of an index depend on."""
    return f"{embedding.name} ({embedding.dimension})"


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), GROUP):
        yield ids[start : start + GROUP]
