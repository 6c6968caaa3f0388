"""Trains the model that reads a question and a text together, and writes knowledge/answerability.safetensors.

`python -m benchmarks.train_answerability` takes the passages of benchmarks/answerability, all in our own words. A line
holds one passage, or two on the same matter, each with questions that it answers and the other does not; where one
stands alone, also questions that it is only near to. What is learnt is a small change of the bundled embedding model's
own weights, of low rank (LoRA, Hu et al. 2021), and one linear layer.

Some questions look unanswered whatever stands in a passage ("what is the phone number of ..."). A question that comes
with both passages of a line is answered once and once not, so its words give nothing away. For the others a model of
the question's words alone learns first, and its logit is added to the reader's while that learns (product of experts,
Clark et al. 2019): what is left to learn is in the passage. Afterwards it is left out.

At the end it says how well the questions of held_out, which nothing is learnt from, are told apart; with `--epochs 0`
it only says so, of the weights named by `--start`.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.nn.utils import parametrize

from knowledge.answerability import WEIGHTS, AnswerabilityModel, pieces_of
from knowledge.embedding import Embedding, SentenceTransformerEmbedding
from knowledge.evaluating.measures import auroc
from knowledge.splitting import embedded_text

PASSAGES = Path(__file__).parent / "answerability"
HELD_OUT = PASSAGES / "held_out"
RANK = 64
LEARNING_RATE = 6e-4
WARM_UP = 0.06
BATCH_SIZE = 48
EPOCHS = 2
# Pairs put through the model at once, of about a length, so that little is padded.
PAIRS = 24
# Questions after which somebody who waits is told: half a minute's work on two cores.
MEASURED = 2400
# Of the passages nearest to a question so many may lend themselves, one each time, as what was found and is no answer.
NEAR = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A passage with questions that it answers and questions it does not.

    `field` is the file it comes from, `matter` the line of all files: two passages may be about one. It stands `alone`
    where it is the only one, so that each of its questions comes but once.
    """

    field: str
    matter: int
    alone: bool
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

    def __init__(self, weight: torch.Tensor, a: torch.Tensor | None = None, b: torch.Tensor | None = None) -> None:
        """Begin with the weight as it is, or with what was learnt before."""
        super().__init__()
        a = torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5 if a is None else a.float()
        b = torch.zeros(weight.shape[0], RANK) if b is None else b.float()
        self.a = torch.nn.Parameter(a.to(weight.device))
        self.b = torch.nn.Parameter(b.to(weight.device))

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """Return the changed weight."""
        return weight + self.b @ self.a


def read_passages(folder: Path) -> list[Passage]:
    """Read the files of a folder, one field of knowledge each."""
    lines = [
        (file.stem, json.loads(line))
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    return [
        Passage(
            field=field,
            matter=matter,
            alone=len(line["passages"]) == 1,
            title=one["title"],
            text=one["text"],
            answered=tuple(one["answered"]),
            unanswered=(
                *line.get("unanswered", ()),
                *(question for other in line["passages"] if other is not one for question in other["answered"]),
            ),
        )
        for matter, (field, line) in enumerate(lines)
        for one in line["passages"]
    ]


def titled_pieces(passage: Passage) -> tuple[str, ...]:
    """Cut a passage as it is read, its title above each piece."""
    return tuple(embedded_text(passage.title, (), passage.text[start:end]) for start, end in pieces_of(passage.text))


def question_biases(passages: Sequence[Passage]) -> dict[str, float]:
    """Say of each question of passages alone how answered it looks by its words, as a logit told from other fields."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    questions = [
        (passage.field, question, answered)
        for passage in passages
        if passage.alone
        for answered, group in ((True, passage.answered), (False, passage.unanswered))
        for question in group
    ]
    if not questions:
        return {}
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=3, lowercase=False, tokenizer=str.split, token_pattern=None)
    matrix = words.fit_transform([question for _, question, _ in questions])
    of_field = np.array([field for field, *_ in questions])
    answered = np.array([answered for *_, answered in questions])
    biases: dict[str, float] = {}
    for field in sorted(set(of_field.tolist())):
        model = LogisticRegression().fit(matrix[of_field != field], answered[of_field != field])
        here = np.flatnonzero(of_field == field)
        biases |= zip((questions[at][1] for at in here), model.decision_function(matrix[here]).tolist(), strict=True)
    return biases


def near_passages(passages: Sequence[Passage], embedding: Embedding) -> list[NDArray[np.int64]]:
    """Return the passages on other matters nearest to each one's questions: numbers, shape (answered, NEAR) each."""
    vectors = embedding.encode([embedded_text(passage.title, (), passage.text) for passage in passages])
    asked = embedding.encode([question for passage in passages for question in passage.answered])
    matters = np.array([passage.matter for passage in passages])
    ends = np.cumsum([len(passage.answered) for passage in passages])
    near: list[NDArray[np.int64]] = []
    for passage, own in zip(passages, np.split(asked, ends[:-1]), strict=True):
        others = matters != passage.matter
        ranked = np.argsort(-np.where(others, own @ vectors.T, -np.inf), axis=1)
        near.append(ranked[:, : min(NEAR, others.sum())])
    return near


def examples_of(
    passages: Sequence[Passage],
    near: Sequence[NDArray[np.int64]],
    biases: Mapping[str, float],
    rng: random.Random,
) -> list[Example]:
    """Make every question an example, and each that is answered once more with a passage that is only near.

    One in eight stands behind another question, as a follow-up does.
    """
    examples: list[Example] = []
    for passage, rows in zip(passages, near, strict=True):
        asked = [
            *((question, passage, True) for question in passage.answered),
            *((question, passage, False) for question in passage.unanswered),
            *((one, passages[rng.choice(row)], False) for one, row in zip(passage.answered, rows, strict=True)),
        ]
        for question, read, answered in asked:
            before = f"{rng.choice(read.answered)} " if rng.random() < 1 / 8 else ""
            examples.append(
                Example(
                    question=before + question,
                    pieces=titled_pieces(read),
                    answered=answered,
                    bias=biases.get(question, 0.0),
                )
            )
    return examples


def best_of_each(model: AnswerabilityModel, examples: Sequence[Example]) -> torch.Tensor:
    """Score every piece; an example's score is its best piece's, shape (examples,)."""
    pairs = sorted(
        ((number, example.question, piece) for number, example in enumerate(examples) for piece in example.pieces),
        key=lambda pair: len(pair[1]) + len(pair[2]),
    )
    scores = torch.cat(
        [
            model([(question, piece) for _, question, piece in pairs[start : start + PAIRS]])
            for start in range(0, len(pairs), PAIRS)
        ]
    )
    owners = torch.tensor([number for number, *_ in pairs], device=scores.device)
    return scores.new_full((len(examples),), -torch.inf).scatter_reduce(0, owners, scores, "amax")


def prepare(model: AnswerabilityModel, start: "Mapping[str, torch.Tensor]") -> list[torch.nn.Parameter]:
    """Freeze the encoder, lay a change of low rank over its linear layers, and return what is to be learnt.

    `start` is what was learnt before, as `changes` returns it, or empty.
    """
    for parameter in model.encoder.parameters():
        parameter.requires_grad_(False)
    for name, linear in model.linears().items():
        change = LowRank(linear.weight, start.get(f"{name}.a"), start.get(f"{name}.b"))
        parametrize.register_parametrization(linear, "weight", change)
    if start:
        model.head.load_state_dict({name: start[f"head.{name}"].float() for name in ("weight", "bias")})
    return [one for one in (*model.encoder.parameters(), *model.head.parameters()) if one.requires_grad]


def train(
    model: AnswerabilityModel,
    epochs: Sequence[Sequence[Example]],
    rng: random.Random,
    *,
    start: Mapping[str, torch.Tensor],
    learning_rate: float = LEARNING_RATE,
) -> None:
    """Change the model's weights until its best piece says whether a question is answered."""
    parameters = prepare(model, start)
    optimizer = torch.optim.AdamW(parameters, lr=learning_rate, weight_decay=0.01)
    steps = sum(-(-len(examples) // BATCH_SIZE) for examples in epochs)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, learning_rate, total_steps=steps, pct_start=WARM_UP, anneal_strategy="linear", cycle_momentum=False
    )
    losses: list[torch.Tensor] = []
    began = time.monotonic()
    for batch in (batch for examples in epochs for batch in batches(examples, rng)):
        scores = best_of_each(model, batch)
        biases = scores.new_tensor([example.bias for example in batch])
        answered = scores.new_tensor([float(example.answered) for example in batch])
        loss = binary_cross_entropy_with_logits(scores + biases, answered)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.detach())
        if len(losses) % 50 == 0:
            recent = float(torch.stack(losses[-50:]).mean())
            took = time.monotonic() - began
            print(f"{len(losses)} of {steps} steps, loss {recent:.3f}, {took:.0f} s", file=sys.stderr, flush=True)


def measure(model: AnswerabilityModel, passages: Sequence[Passage]) -> dict[str, float]:
    """Return by field the AUROC of a model on all questions of these passages, each answered or not by one of them."""
    asked = [
        (passage.field, Example(question=question, pieces=titled_pieces(passage), answered=answered, bias=0.0))
        for passage in passages
        for answered, group in ((True, passage.answered), (False, passage.unanswered))
        for question in group
    ]
    scores: list[torch.Tensor] = []
    for start in range(0, len(asked), MEASURED):
        with torch.inference_mode():
            scores.append(best_of_each(model, [one for _, one in asked[start : start + MEASURED]]))
        read = min(start + MEASURED, len(asked))
        print(f"{read} of {len(asked)} questions held out are read", file=sys.stderr, flush=True)
    fields = np.array([field for field, _ in asked])
    answered, logits = np.array([one.answered for _, one in asked]), torch.cat(scores).cpu().numpy()
    return {field: auroc(answered[fields == field], logits[fields == field]) for field in sorted({*map(str, fields)})}


def changes(model: AnswerabilityModel) -> dict[str, torch.Tensor]:
    """Return what was learnt, in half the precision it was learnt in."""
    learnt = {f"head.{name}": parameter for name, parameter in model.head.named_parameters()}
    for name, linear in model.linears().items():
        (low_rank,) = linear.parametrizations.weight
        learnt |= {f"{name}.a": low_rank.a, f"{name}.b": low_rank.b}
    return {name: tensor.detach().half().cpu().contiguous() for name, tensor in learnt.items()}


def batches(examples: Sequence[Example], rng: random.Random) -> list[list[Example]]:
    """Put examples of about the same length together, in another order each time."""
    order = sorted(examples, key=lambda one: sum(map(len, one.pieces)) + rng.random() * 200)
    together = [order[start : start + BATCH_SIZE] for start in range(0, len(order), BATCH_SIZE)]
    rng.shuffle(together)
    return together


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=Path, default=PASSAGES, help="the folder with the lines to learn from")
    parser.add_argument("--start", type=Path, help="weights to go on from, such as those that ship")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--examples", type=int, help="learn from so many of each round only, drawn at random")
    parser.add_argument("--learning-rate", type=float, default=LEARNING_RATE)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="where the weights are written")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    model = AnswerabilityModel(options.device)
    start = load_file(options.start) if options.start else {}
    if options.epochs:
        passages = read_passages(options.passages)
        near = near_passages(passages, SentenceTransformerEmbedding(threads=options.threads))
        biases = question_biases(passages)
        rounds = [examples_of(passages, near, biases, rng) for _ in range(options.epochs)]
        if options.examples:
            rounds = [rng.sample(one, min(options.examples, len(one))) for one in rounds]
        train(model, rounds, rng, start=start, learning_rate=options.learning_rate)
        save_file(changes(model), options.output)
    elif start:
        model.change(start)
    for field, figure in measure(model, read_passages(HELD_OUT)).items():
        print(f"AUROC on {field}, held out: {figure:.3f}")


if __name__ == "__main__":
    main()
