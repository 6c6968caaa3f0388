"""Does this text answer this question? Reads both together, as the vectors of one and of the other cannot.

The bundled embedding model with a small change of its weights, which benchmarks/train_answerability.py learnt and
answerability.safetensors holds. Says nothing of whether the text is true, in force or for these readers.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.embedding import Vectors, bundled_folder, has_bf16, keep_in_bf16, on_one_thread
from knowledge.errors import ModelUnavailable
from knowledge.sentences import Span, split_sentences

if TYPE_CHECKING:
    import torch

WEIGHTS = Path(__file__).parent / "answerability.safetensors"
# Tokens read of a question and a text together; of a longer one the end is cut.
WINDOW = 192
# Words of the pieces a passage is read in: about what is quoted of one.
PIECE = 45

Reads = Callable[[str, Sequence[str]], Vectors]


class AnswerabilityModel:
    """The encoder and what is made of its output: one logit of the first token's and the mean vector."""

    def __init__(self, device: str = "cpu") -> None:
        """Load the bundled model as it came. Raises ModelUnavailable."""
        import torch

        folder = bundled_folder()
        try:
            from transformers import AutoModel, AutoTokenizer

            self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self.encoder: Any = AutoModel.from_pretrained(folder, local_files_only=True).to(device).eval()
        except Exception as err:
            raise ModelUnavailable from err
        self.head = torch.nn.Linear(2 * self.encoder.config.hidden_size, 1).to(device)
        self.device = device
        self.bf16 = device != "cpu" or has_bf16(device)

    def linears(self) -> "dict[str, torch.nn.Linear]":
        """Return the layers whose weights are changed, by name."""
        import torch

        return {
            name: module for name, module in self.encoder.encoder.named_modules() if isinstance(module, torch.nn.Linear)
        }

    def change(self, tensors: "Mapping[str, torch.Tensor]") -> None:
        """Change the weights by what was learnt: low-rank factors for each of `linears`, and the head."""
        import torch

        with torch.no_grad():
            for name, linear in self.linears().items():
                linear.weight += tensors[f"{name}.b"].float() @ tensors[f"{name}.a"].float()
            self.head.weight.copy_(tensors["head.weight"])
            self.head.bias.copy_(tensors["head.bias"])

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> "torch.Tensor":
        """Return a logit for each question and text, shape (len(pairs),)."""
        import torch

        questions, texts = zip(*pairs, strict=True)
        tokens = self.tokenizer(
            list(questions),
            list(texts),
            truncation="longest_first",
            max_length=WINDOW,
            padding=True,
            return_tensors="pt",
        ).to(self.device)
        with torch.autocast(self.device, torch.bfloat16, enabled=self.bf16):
            states = self.encoder(**tokens).last_hidden_state
            mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1)
            logits: torch.Tensor = self.head(torch.cat((states[:, 0], mean), dim=-1)).squeeze(-1)
        return logits.float()


class Answerability:
    """The trained model held in memory; safe to call from several threads."""

    def __init__(self) -> None:
        """Load it. Raises ModelUnavailable."""
        self._model = on_one_thread(_load)

    def scores(self, question: str, texts: Sequence[str]) -> Vectors:
        """Return how well each text answers the question, shape (len(texts),): a logit, 0 where it may or may not."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        return on_one_thread(lambda: self._scores([(question, text) for text in texts]))

    def _scores(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        import torch

        with torch.inference_mode():
            return np.asarray(self._model(pairs), dtype=np.float32)


def _load() -> AnswerabilityModel:
    from safetensors.torch import load_file

    model = AnswerabilityModel()
    try:
        model.change(load_file(WEIGHTS))
    except Exception as err:
        raise ModelUnavailable("A model that comes with Attaché is damaged; please install Attaché anew.") from err
    if model.bf16:
        keep_in_bf16(model.encoder)
    return model


def pieces_of(text: str) -> list[Span]:
    """Cut a text between sentences into pieces of PIECE words at most, or of one sentence."""
    pieces: list[Span] = []
    start = 0
    spans = split_sentences(text)
    for (_, end), following in zip(spans, [*spans[1:], None], strict=True):
        if following is None or len(text[start : following[1]].split()) > PIECE:
            pieces.append((start, end))
            start = following[0] if following else end
    return pieces


@cache
def load_answerability() -> Answerability:
    """Return the model of this process, loaded once: it is the same whatever the library. Raises ModelUnavailable."""
    return Answerability()
