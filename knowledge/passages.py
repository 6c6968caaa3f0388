"""The dense index: passage vectors in Chroma. A copy the ledger can rebuild; it holds ids and vectors, no text."""

import logging
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np

from knowledge.embedding import Vectors
from knowledge.errors import DiskFull, LibraryDamaged, ModelMismatch

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

log = logging.getLogger(__name__)

COLLECTION = "passages"
# Chroma's default of 100 found 97% of the true top 50 among 50,000 vectors; 200 costs about 1 ms more.
EF_SEARCH = 200
# Chroma writes its graph of vectors to disk after so many changes, over the one that is there: killed in between it
# leaves one that cannot be read or that ends the process (chroma-core/chroma issues 7678 and 7238). Never written, the
# graph is made anew at each start from Chroma's SQLite file, in 2 s for 10,000 passages.
NEVER = 10**9
# Bytes left free on the disk: what is added stops before the ledger has no room for what people ask.
ROOM = 32_000_000

T = TypeVar("T")


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

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`, or make one. Raises LibraryDamaged."""
        self._folder = folder
        self._opening = Lock()
        self._stuck = False
        self._open()

    def close(self) -> None:
        """Let go of the folder."""
        self._client.close()

    def _open(self) -> None:
        self._client = open_chroma(self._folder)
        self._collection: Any = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "ef_search": EF_SEARCH, "sync_threshold": NEVER}},
        )

    def _write(self, write: Callable[[], object]) -> None:
        """Write, with room to spare. Raises DiskFull."""
        self._make_way()
        try:
            write()
        except BaseException:
            self._stuck = True
            with suppress(DiskFull, LibraryDamaged):
                self._make_way()
            raise

    def _make_way(self) -> None:
        """See that there is room, for Chroma cannot even open without; then open it anew if its last write failed.

        It keeps the lock of a write that failed, and its next one, or after some errors any query, waits for ever.
        """
        if shutil.disk_usage(self._folder).free < ROOM:
            raise DiskFull
        if self._stuck:
            with self._opening:
                self._client.close()
                self._open()
            self._stuck = False

    def _read(self, read: Callable[[Any], T]) -> T:
        """Read, once more where the index was opened anew meanwhile."""
        collection = self._collection
        try:
            return read(collection)
        except Exception:
            with self._opening:
                if collection is self._collection:
                    raise
            return read(self._collection)

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Store unit vectors, shape (len(ids), dimension); an id that is there already is overwritten.

        Raises ModelMismatch when the index holds vectors of another dimension, and DiskFull.
        """
        from chromadb.errors import InvalidArgumentError

        step = self._client.get_max_batch_size()
        try:
            for start in range(0, len(ids), step):
                given = {"ids": list(ids[start : start + step]), "embeddings": vectors[start : start + step]}
                self._write(lambda given=given: self._collection.upsert(**given))  # type: ignore[misc]
        except InvalidArgumentError as err:
            raise ModelMismatch from err

    def copy(self, ids: Mapping[str, str]) -> None:
        """Store the vectors of passages held under other ids too; what is not held is passed over."""
        held = self._get(ids)
        if held["ids"]:
            self.add([ids[id_] for id_ in held["ids"]], np.asarray(held["embeddings"], dtype=np.float32))

    def remove(self, ids: Sequence[str]) -> None:
        """Forget these passages; ids that are not there are passed over. Raises DiskFull."""
        step = self._client.get_max_batch_size()
        for start in range(0, len(ids), step):
            part = list(ids[start : start + step])
            self._write(lambda part=part: self._collection.delete(ids=part))  # type: ignore[misc]

    def nearest(self, vector: Vectors, k: int) -> dict[str, float]:
        """Return up to `k` passage ids with their cosine similarity to a unit vector, nearest first."""
        from chromadb.errors import InvalidArgumentError

        try:
            found = self._read(lambda held: held.query(query_embeddings=[vector], n_results=k, include=["distances"]))
        except InvalidArgumentError as err:
            raise ModelMismatch from err
        return {id_: 1.0 - distance for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True)}

    def similarities(self, vector: Vectors, ids: Sequence[str]) -> dict[str, float]:
        """Return the exact cosine similarity of the named passages to a unit vector."""
        if not ids:
            return {}
        found = self._get(ids)
        if not found["ids"]:
            return {}
        scores: Vectors = np.asarray(found["embeddings"], dtype=np.float32) @ vector
        return {id_: float(score) for id_, score in zip(found["ids"], scores, strict=True)}

    def neighbours(self, ids: Sequence[str], k: int) -> dict[str, tuple[str, ...]]:
        """Return for each of the named passages the ids of up to `k` that are nearest, itself among them."""
        if not ids:
            return {}
        held = self._get(ids)
        if not held["ids"]:
            return {}
        near = self._read(lambda c: c.query(query_embeddings=held["embeddings"], n_results=k, include=["distances"]))
        return {id_: tuple(found) for id_, found in zip(held["ids"], near["ids"], strict=True)}

    def holding(self, ids: Sequence[str]) -> frozenset[str]:
        """Return those of the named passages that are held."""
        if not ids:
            return frozenset()
        return frozenset(cast("list[str]", self._read(lambda held: held.get(ids=list(ids), include=[])["ids"])))

    def ids(self) -> frozenset[str]:
        """Return every id held."""
        return frozenset(cast("list[str]", self._read(lambda held: held.get(include=[])["ids"])))

    def count(self) -> int:
        """Count the passages held."""
        return int(self._read(lambda held: held.count()))

    def clear(self) -> None:
        """Forget everything, the dimension included."""
        self._client.delete_collection(COLLECTION)
        self._open()

    def _get(self, ids: Collection[str]) -> Any:
        return self._read(lambda held: held.get(ids=list(ids), include=["embeddings"]))
