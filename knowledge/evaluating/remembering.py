"""Vectors kept by content and model from one run to the next; a copy that can be deleted at any time."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from knowledge.domain import content_id
from knowledge.embedding import Embedding, Vectors

Encode = Callable[[Sequence[str]], Vectors]

FILE = "vectors.sqlite3"
# Texts that are encoded and written together: a run that is stopped loses no more than these.
GROUP = 256
# SQLite takes 999 parameters a statement in its oldest builds.
MOST_PARAMETERS = 900


class RememberedVectors:
    """A table of vectors in one SQLite file. One process at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the file in `folder`, or make both."""
        folder.mkdir(parents=True, exist_ok=True)
        # Documents are encoded in a thread of their own; SQLite itself lets one thread at a time into a connection.
        self._file = sqlite3.connect(folder / FILE, check_same_thread=False)
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB) WITHOUT ROWID")

    def of(self, model: str, texts: Sequence[str], encode: Encode) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension); those not known are encoded and kept."""
        keys = [content_id(model, text) for text in texts]
        known = self._known(keys)
        missing = [(key, text) for key, text in dict(zip(keys, texts, strict=True)).items() if key not in known]
        for start in range(0, len(missing), GROUP):
            group = missing[start : start + GROUP]
            fresh = dict(zip((key for key, _ in group), encode([text for _, text in group]), strict=True))
            with self._file:
                self._file.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, np.asarray(vector, dtype=np.float32).tobytes()) for key, vector in fresh.items()],
                )
            known |= fresh
        return np.array([known[key] for key in keys], dtype=np.float32)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _known(self, keys: Sequence[str]) -> dict[str, Vectors]:
        known: dict[str, Vectors] = {}
        for start in range(0, len(keys), MOST_PARAMETERS):
            some = keys[start : start + MOST_PARAMETERS]
            marks = ", ".join("?" * len(some))
            query = f"SELECT key, vector FROM vectors WHERE key IN ({marks})"  # noqa: S608  (question marks only)
            known |= {key: np.frombuffer(blob, dtype=np.float32) for key, blob in self._file.execute(query, some)}
        return known


class RememberingEmbedding:
    """An embedding that looks texts up while documents are indexed; questions are encoded, for they are timed."""

    def __init__(self, embedding: Embedding, vectors: RememberedVectors) -> None:
        self._embedding = embedding
        self._vectors = vectors
        self._remembers = False

    @property
    def name(self) -> str:
        """What the vectors depend on."""
        return self._embedding.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._embedding.dimension

    @property
    def window(self) -> int:
        """Tokens the model reads of a text."""
        return self._embedding.window

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Look vectors up, and keep what is encoded, until the block ends."""
        self._remembers = True
        try:
            yield
        finally:
            self._remembers = False

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension), float32."""
        if not self._remembers or not texts:
            return self._embedding.encode(texts)
        return self._vectors.of(self._embedding.name, texts, self._embedding.encode)

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Count each text's tokens with the model's own tokenizer."""
        return self._embedding.count_tokens(texts)
