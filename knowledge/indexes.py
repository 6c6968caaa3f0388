"""Both indexes, filled with what the ledger keeps, no more and no less. Knows nothing of files and of who is served."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np

from knowledge.domain import OnProgress, Progress
from knowledge.embedding import Embedding
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
TOLD = 64

# Of 0 to 19, so that a question comes before the documents that are embedded; `make bench-library` measures both.
NICENESS = 10

OnEmbedded = Callable[[int, int], None]


def _nobody(_done: int, _of: int) -> None:
    """For who wants to hear of no progress."""


class Indexes:
    """Puts vectors and terms in place and takes them away."""

    def __init__(self, *, embedding: Embedding, passages: ChromaPassages, keywords: TantivyKeywords) -> None:
        self._embedding = embedding
        self._passages = passages
        self._keywords = keywords
        self._background = ThreadPoolExecutor(1, "embedding", initializer=_step_back)

    @property
    def model(self) -> str:
        """What the vectors depend on."""
        return model_name(self._embedding)

    def place(self, passages: Sequence[KeptPassage], on_embedded: OnEmbedded = _nobody) -> int:
        """Embed and index those that are not held yet. Returns how many.

        Where they take a while `on_embedded` hears how many of how many are done.
        """
        by_id = {passage.id: passage for passage in passages}
        held, in_words = self._passages.holding([*by_id]), self._keywords.holding([*by_id])
        new = [passage for id_, passage in by_id.items() if id_ not in held]
        # The longest first: texts of like length are embedded together, and what is left goes ever faster.
        new.sort(key=lambda passage: -len(passage.text))
        self._place_vectors(new, on_embedded)
        # Apart from the vectors: what broke off between the two left one without the other.
        self._place_terms([passage for id_, passage in by_id.items() if id_ not in in_words])
        return len(new)

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

    def _place_vectors(self, passages: Sequence[KeptPassage], on_embedded: OnEmbedded = _nobody) -> None:
        texts, vectors = [embedded_text(p.title, p.heading, p.text) for p in passages], []
        for start in range(0, len(texts), TOLD):
            if len(texts) > TOLD:
                on_embedded(start, len(texts))
            batch = self._background.submit(self._embedding.encode, texts[start : start + TOLD])
            vectors.append(batch.result())
        if vectors:
            self._passages.add([p.id for p in passages], np.concatenate(vectors))

    def _place_terms(self, passages: Sequence[KeptPassage]) -> None:
        if passages:
            self._keywords.add((p.id, " ".join((p.title, *p.heading)), p.text) for p in passages)


def _step_back() -> None:
    """Let whoever asks have the processor before this thread; on systems that know no such order, beside it."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def model_name(embedding: Embedding) -> str:
    """Name what the vectors of an index depend on."""
    return f"{embedding.name} ({embedding.dimension})"


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), GROUP):
        yield ids[start : start + GROUP]
