"""Trains the model that reads a question and a quote together, and writes knowledge/answerability.safetensors.

`python -m benchmarks.train_answerability` takes the passages of benchmarks/answerability, each with questions that it
answers and questions that it is only near to, all in our own words. What it learns is a small change of the bundled
embedding model's own weights, of rank 16 (LoRA, Hu et al. 2021), and one linear layer.

Some questions look unanswered whatever stands in a passage ("what is the phone number of ..."). So a model of the
question's words alone learns first, and its logit is added to the reader's while that learns (product of experts, Clark
et al. 2019): what is left to learn is in the passage. Afterwards it is left out.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.utils import parametrize

from knowledge.answerability import WEIGHTS, AnswerabilityModel
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.sentences import split_sentences
from knowledge.splitting import embedded_text

PASSAGES = Path(__file__).parent / "answerability"
RANK = 16
LEARNING_RATE = 8e-4
WARM_UP = 0.06
BATCH_SIZE = 16
# Words of the pieces a passage is read in: about what is quoted of one.
PIECE = 45
# Of the passages nearest to one, so many may lend themselves as what does not answer its questions.
NEAR = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage with questions that it answers and questions it does not."""

    title: str
    text: str
    answered: tuple[str, ...]
    unanswered: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question and what was found for it: answered if one of the pieces does. `bias` is the question's own logit."""

    question: str
    pieces: tuple[str, ...]
    answered: bool
    bias: float


class LowRank(torch.nn.Module):
    """A change of a weight, shape (out, in), by the product of (out, rank) and (rank, in); nothing at first."""

    def __init__(self, weight: torch.Tensor) -> None:
        """Begin with the weight as it is."""
        super().__init__()
        self.a = torch.nn.Parameter(torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5)
        self.b = torch.nn.Parameter(torch.zeros(weight.shape[0], RANK))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight."""
        return weight + self.b @ self.a


def read_passages(folder: Path) -> list[list[Passage]]:
    """Read the files of a folder, one field of knowledge each."""
    return [
        [
            Passage(
                title=line["title"],
                text=line["passage"],
                answered=tuple(line["answered"]),
                unanswered=tuple(line["unanswered"]),
            )
            for line in map(json.loads, file.read_text("utf-8").splitlines())
        ]
        for file in sorted(folder.glob("*.jsonl"))
    ]


def pieces_of(passage: Passage) -> tuple[str, ...]:
    """Cut a passage between sentences, its title above each piece."""
    pieces: list[str] = []
    start = 0
    spans = split_sentences(passage.text)
    for (_, end), following in zip(spans, [*spans[1:], None], strict=True):
        if following is None or len(passage.text[start : following[1]].split()) > PIECE:
            pieces.append(embedded_text(passage.title, (), passage.text[start:end]))
            start = following[0] if following else end
    return tuple(pieces)


def question_biases(fields: Sequence[Sequence[Passage]]) -> dict[str, float]:
    """Say of each question how answered it looks by its own words, as a logit, told from the other fields."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    questions = [
        (field, question, answered)
        for field, passages in enumerate(fields)
        for passage in passages
        for answered, group in ((True, passage.answered), (False, passage.unanswered))
        for question in group
    ]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=3, lowercase=False, tokenizer=str.split)
    matrix = words.fit_transform([question for _, question, _ in questions])
    of_field = np.array([field for field, *_ in questions])
    answered = np.array([answered for *_, answered in questions])
    biases: dict[str, float] = {}
    for field in range(len(fields)):
        model = LogisticRegression().fit(matrix[of_field != field], answered[of_field != field])
        here = np.flatnonzero(of_field == field)
        biases |= zip((questions[at][1] for at in here), model.decision_function(matrix[here]).tolist(), strict=True)
    return biases


def examples_of(fields: Sequence[Sequence[Passage]], nearest: NDArray[np.int64], rng: random.Random) -> list[Example]:
    """Make every question an example, and some answered ones once more with a passage that is only near.

    One in eight stands behind another question, as a follow-up does.
    """
    biases = question_biases(fields)
    passages = [passage for field in fields for passage in field]
    pieces = [pieces_of(passage) for passage in passages]
    examples: list[Example] = []
    for number, passage in enumerate(passages):
        pairs = [
            *((question, number, True) for question in passage.answered),
            *((question, number, False) for question in passage.unanswered),
            *((question, int(rng.choice(nearest[number])), False) for question in rng.sample(passage.answered, 2)),
        ]
        for question, read, answered in pairs:
            before = f"{rng.choice(passage.answered)} " if rng.random() < 1 / 8 else ""
            examples.append(
                Example(question=before + question, pieces=pieces[read], answered=answered, bias=biases[question])
            )
    return examples


def nearest_passages(passages: Sequence[Passage]) -> NDArray[np.int64]:
    """Return the numbers of the passages nearest to each, shape (passages, NEAR)."""
    vectors = SentenceTransformerEmbedding().encode(
        [embedded_text(passage.title, (), passage.text) for passage in passages]
    )
    return np.argsort(-(vectors @ vectors.T), axis=1)[:, 1 : NEAR + 1]


def best_of_each(model: AnswerabilityModel, examples: Sequence[Example]) -> torch.Tensor:
    """Score every piece; an example's score is its best piece's, shape (examples,)."""
    pairs = [(example.question, piece) for example in examples for piece in example.pieces]
    owners = torch.tensor([number for number, example in enumerate(examples) for _ in example.pieces])
    lowest = torch.full((len(examples),), -torch.inf)
    return lowest.scatter_reduce(0, owners, model(pairs), "amax")


def train(model: AnswerabilityModel, examples: Sequence[Example], epochs: int, rng: random.Random) -> None:
    """Change the model's weights until its best piece says whether a question is answered."""
    for parameter in model.encoder.parameters():
        parameter.requires_grad_(False)
    for linear in model.linears().values():
        parametrize.register_parametrization(linear, "weight", LowRank(linear.weight))
    parameters = [one for one in (*model.encoder.parameters(), *model.head.parameters()) if one.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.01)
    steps = epochs * -(-len(examples) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, total_steps=steps, pct_start=WARM_UP, anneal_strategy="linear", cycle_momentum=False
    )
    losses: list[float] = []
    start = time.monotonic()
    for _ in range(epochs):
        for batch in batches(examples, rng):
            scores = best_of_each(model, batch)
            biases = torch.tensor([example.bias for example in batch])
            answered = torch.tensor([float(example.answered) for example in batch])
            loss = binary_cross_entropy_with_logits(scores + biases, answered)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            if len(losses) % 50 == 0:
                print(
                    f"{len(losses)} of {steps} steps, loss {np.mean(losses[-50:]):.3f}, "
                    f"{time.monotonic() - start:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )


def changes(model: AnswerabilityModel) -> dict[str, torch.Tensor]:
    """Return what was learnt, in half the precision it was learnt in."""
    learnt = {f"head.{name}": parameter for name, parameter in model.head.named_parameters()}
    for name, linear in model.linears().items():
        (low_rank,) = linear.parametrizations.weight
        learnt |= {f"{name}.a": low_rank.a, f"{name}.b": low_rank.b}
    return {name: tensor.detach().half().contiguous() for name, tensor in learnt.items()}


def batches(examples: Sequence[Example], rng: random.Random) -> list[list[Example]]:
    """Put examples of about the same length together, in another order each time."""
    order = sorted(examples, key=lambda one: sum(map(len, one.pieces)) + rng.random() * 200)
    together = [order[start : start + BATCH_SIZE] for start in range(0, len(order), BATCH_SIZE)]
    rng.shuffle(together)
    return together


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="where the weights are written")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    fields = read_passages(PASSAGES)
    examples = examples_of(fields, nearest_passages([one for field in fields for one in field]), rng)
    model = AnswerabilityModel()
    train(model, examples, options.epochs, rng)
    save_file(changes(model), options.output)


if __name__ == "__main__":
    main()
