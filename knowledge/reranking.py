"""Scores the best candidates by reading the question and each passage together: a cross-encoder, off unless named.

Never downloads anything. Only says how well a text suits a question; what is in force is searching.py's matter.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from knowledge.embedding import Vectors, has_bf16, on_one_thread
from knowledge.errors import RerankerUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class Reranker:
    """A sentence-transformers cross-encoder held in memory; safe to call from several threads."""

    def __init__(self, model: str, *, threads: int = 2) -> None:
        """Load the model or folder named by `model`.

        Raises RerankerUnavailable when it is not on this machine or was not trained to score a question and a text.
        """
        self._name = model
        self._model = on_one_thread(lambda: _load(model, threads))
        self._bf16 = has_bf16(self._model.device.type)

    @property
    def name(self) -> str:
        """The model's name or folder."""
        return self._name

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """Return how well each text answers the question, shape (len(texts),), to be compared within one call only.

        The scores are logits: after a sigmoid the best ones would all be 1. What exceeds the model's own window is cut.
        """
        return on_one_thread(lambda: self._scores([(question, text) for text in texts]))

    def _scores(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        import torch

        with (
            torch.inference_mode(),
            torch.autocast(self._model.device.type, torch.bfloat16, enabled=self._bf16),
        ):
            scores = self._model.predict(
                list(pairs), batch_size=max(len(pairs), 1), activation_fn=torch.nn.Identity(), show_progress_bar=False
            )
        return np.asarray(scores, dtype=np.float32)


def _load(model: str, threads: int) -> "CrossEncoder":
    try:
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(threads)
        loaded = CrossEncoder(model, local_files_only=True)
    except Exception as err:
        raise RerankerUnavailable from err
    if not _scores_pairs(loaded):
        raise RerankerUnavailable("RERANKER_MODEL must name a cross-encoder that gives one score; please name another.")
    return loaded


def _scores_pairs(model: "CrossEncoder") -> bool:
    """Whether the model learnt to give one score; an embedding model is loaded too, with a head of random weights."""
    architecture = (getattr(model.config, "architectures", None) or ("",))[0]
    has_own_head = architecture.endswith("ForSequenceClassification") or len(model) > 1
    return bool(model.num_labels == 1 and has_own_head)
