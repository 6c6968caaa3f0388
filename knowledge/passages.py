"""The dense index: passage vectors in Chroma. A copy the ledger can rebuild; it holds ids and vectors, no text."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from knowledge.embedding import Vectors
from knowledge.errors import LibraryDamaged, ModelMismatch

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

log = logging.getLogger(__name__)

COLLECTION = "passages"
# Chroma's default of 100 found 97% of the true top 50 among 50,000 vectors; 200 costs about 1 ms more.
EF_SEARCH = 200


def open_chroma(folder: Path) -> "ClientAPI":
    """Open a local Chroma folder, which takes one process at a time. Raises LibraryDamaged."""
    import chromadb
    from chromadb.config import Settings

    # Chroma reports usage to its makers unless told otherwise.
    try:
        return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    except Exception as err:
        raise LibraryDamaged from err


class ChromaPassages:
    """Vectors by passage id, searched by cosine similarity. No filters: on 50,000 vectors one costs 125 ms."""

    def __init__(self, client: "ClientAPI") -> None:
        self._client = client
        self._collection = self._open()

    def _open(self) -> Any:
        return self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH}},
        )

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Store unit vectors, shape (len(ids), dimension); an id that is there already is overwritten.

        Raises ModelMismatch when the index holds vectors of another dimension.
        """
        from chromadb.errors import InvalidArgumentError

        step = self._client.get_max_batch_size()
        try:
            for start in range(0, len(ids), step):
                part = slice(start, start + step)
                self._collection.upsert(ids=list(ids[part]), embeddings=vectors[part])
        except InvalidArgumentError as err:
            raise ModelMismatch from err

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these passages; ids that are not there are passed over."""
        step = self._client.get_max_batch_size()
        for start in range(0, len(ids), step):
            self._collection.delete(ids=list(ids[start : start + step]))

    def nearest(self, vector: Vectors, k: int) -> dict[str, float]:
        """Return up to `k` passage ids with their cosine similarity to a unit vector, nearest first."""
        from chromadb.errors import InvalidArgumentError

        k = min(k, self.count())
        if k == 0:
            return {}
        try:
            found = self._collection.query(query_embeddings=[vector], n_results=k, include=["distances"])
        except InvalidArgumentError as err:
            raise ModelMismatch from err
        return {id_: 1.0 - distance for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def similarities(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Return the exact cosine similarity of the named passages to a unit vector."""
        if not ids:
            return {}
        found = self._collection.get(ids=list(ids), include=["embeddings"])
        if not found["ids"]:
            return {}
        scores: Vectors = np.asarray(found["embeddings"], dtype=np.float32) @ vector
        return {id_: float(score) for id_, score in zip(found["ids"], scores, strict=True)}

    def holding(self, ids: Sequence[str]) -> frozenset[str]:
        """Return those of the named passages that are held."""
        return (
            frozenset(cast("list[str]", self._collection.get(ids=list(ids), include=[])["ids"])) if ids else frozenset()
        )

    def ids(self) -> frozenset[str]:
        """Return every id held."""
        return frozenset(cast("list[str]", self._collection.get(include=[])["ids"]))

    def count(self) -> int:
        """Count the passages held."""
        return int(self._collection.count())

    def clear(self) -> None:
        """Forget everything, the dimension included."""
        self._client.delete_collection(COLLECTION)
        self._collection = self._open()
