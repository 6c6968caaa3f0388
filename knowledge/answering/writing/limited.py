"""Asks the language model within the office's limits, notes what it cost and reads what it says. Checks none of it."""

from collections.abc import Callable, Mapping
from threading import Event
from typing import TypeVar

from knowledge.answering.writing.chat_model import ChatModel, Hear, ModelAway, estimate
from knowledge.answering.writing.drafts import NotReadable
from knowledge.answering.writing.prompts import Prompt
from knowledge.domain import Hit, Question
from knowledge.ledger.writing import Limits, WritingRecord
from knowledge.written import Unwritten

Reply = TypeVar("Reply")

# Tokens a model may write: four sentences with their quotes, and as much thinking as small budgets allow.
MOST_WRITTEN = 1_500


class Limited:
    """A language model that costs no more than it may."""

    def __init__(self, *, model: ChatModel, record: WritingRecord, limits: Limits) -> None:
        self._model = model
        self._record = record
        self._limits = limits

    def ask(
        self,
        question: Question,
        prompt: Prompt,
        values: dict[str, object],
        read: Callable[[str], Reply],
        shown: dict[str, Hit] | None = None,
        *,
        hear: Hear | None = None,
        enough: Event | None = None,
    ) -> Reply:
        """Ask within the limits and read the reply; passages that do not fit into them stay out, the last first.

        Raises ModelAway.
        """
        material = prompt.fill(values if shown is None else values | {"passages": _as_data(shown)})
        while shown and len(shown) > 1 and not self._limits.suffice(_shown(prompt, material), MOST_WRITTEN):
            shown.popitem()
            material = prompt.fill(values | {"passages": _as_data(shown)})
        call = self._record.begin(
            question_id=question.id,
            asker=question.asker,
            tokens_in=_shown(prompt, material),
            tokens_out=MOST_WRITTEN,
            limits=self._limits,
        )
        if isinstance(call, Unwritten):
            raise ModelAway(call)
        tokens, counted, trouble = None, False, None
        try:
            said = self._model.ask(prompt.rules, material, hear, enough)
            tokens, counted = (said.tokens_in, said.tokens_out), said.counted
            return read(said.text)
        except ModelAway as err:
            trouble = err.why
            raise
        except NotReadable:
            trouble = Unwritten.UNREADABLE
            raise ModelAway(trouble) from None
        finally:
            self._record.end(call, limits=self._limits, tokens=tokens, counted=counted, trouble=trouble)


def _shown(prompt: Prompt, material: str) -> int:
    return estimate(prompt.rules) + estimate(material)


def _as_data(shown: Mapping[str, Hit]) -> list[dict[str, object]]:
    """What the model is shown of each passage; the file's name and place are not part of it."""
    return [
        {
            "id": label,
            "title": hit.document.card.title,
            "headings": list(hit.passage.heading),
            "date": hit.document.card.date,
            "status": hit.document.card.status.value,
            "text": hit.passage.text,
        }
        for label, hit in shown.items()
    ]
