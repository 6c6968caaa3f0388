"""What a model sent back, as sentences: JSON wherever it stands in the text. Believes nothing of it."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.answering.gate.gate import Draft, Support

# More than a short answer needs is not looked at.
MOST_SENTENCES = 8
MOST_SUPPORTS = 4


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, hide_input_in_errors=True)


class _Support(_Model):
    passage: str = Field(max_length=20)
    quote: str = Field(max_length=4_000)


class _Sentence(_Model):
    text: str = Field(max_length=2_000)
    support: list[_Support]


class _Reply(_Model):
    sentences: list[_Sentence]


class _Restated(_Model):
    question: str = Field(max_length=2_000)


Form = TypeVar("Form", bound=_Model)


class NotReadable(ValueError):
    """A reply that holds no JSON of the form asked for, or one that breaks off."""


def read_drafts(text: str) -> tuple[Draft, ...]:
    """Read the sentences of a reply; none where the model says that the passages do not answer. Raises NotReadable."""
    reply = _checked(_Reply, text)
    return tuple(
        Draft(
            text=sentence.text,
            supports=tuple(
                Support(passage=support.passage.strip("[]() "), quote=support.quote)
                for support in sentence.support[:MOST_SUPPORTS]
            ),
        )
        for sentence in reply.sentences[:MOST_SENTENCES]
    )


def read_restated(text: str) -> str:
    """Read the question of a reply. Raises NotReadable."""
    return " ".join(_checked(_Restated, text).question.split())


def _checked(form: type[Form], text: str) -> Form:
    for value in _objects(text):
        try:
            return form.model_validate(value)
        except ValidationError:
            continue
    raise NotReadable


def _objects(text: str) -> list[Any]:
    """Every JSON object that begins at the top level of a text: bare, fenced, or with words around it."""
    decoder = json.JSONDecoder()
    found: list[Any] = []
    at = text.find("{")
    while at >= 0 and len(found) < 5:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            found.append(value)
        at = text.find("{", end)
    return found
