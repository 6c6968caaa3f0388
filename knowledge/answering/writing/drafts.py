"""What a model sent back, as sentences: JSON wherever it stands in the text. Believes nothing of it."""

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from knowledge.answering.gate.gate import Draft, Support

# More than a short answer needs is not looked at.
MOST_SENTENCES = 8
MOST_SUPPORTS = 4
# Where the sentences begin, and what stands between two.
OPENING = re.compile(r'"sentences"\s*:\s*\[')
BETWEEN = re.compile(r"[\s,]*")


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


class _Translated(_Model):
    id: str = Field(max_length=20)
    text: str = Field(max_length=8_000)


class _Translations(_Model):
    translations: list[_Translated]


class _Restated(_Model):
    question: str = Field(max_length=2_000)


Form = TypeVar("Form", bound=_Model)


class NotReadable(ValueError):
    """A reply that holds no JSON of the form asked for, or one that breaks off."""


def read_drafts(text: str) -> tuple[Draft, ...]:
    """Read the sentences of a reply; none where the model says that the passages do not answer. Raises NotReadable."""
    reply = _checked(_Reply, text)
    return tuple(_draft(sentence) for sentence in reply.sentences[:MOST_SENTENCES])


class Arriving:
    """Reads the sentences of a reply while it arrives. What `read_drafts` makes of the whole is what counts."""

    def __init__(self) -> None:
        self._text = ""
        self._at: int | None = None
        self._drafts: list[Draft] = []
        self._over = False

    def read(self, piece: str) -> tuple[Draft, ...]:
        """Take a piece; returns all sentences that are complete by now, in the order in which they came."""
        self._text += piece
        opening = OPENING.search(self._text) if self._at is None else None
        if opening:
            self._at = opening.end()
        # A sentence cannot have come to its end without a bracket.
        while self._at is not None and "}" in piece and not self._over:
            value = self._next()
            if value is None:
                break
            try:
                self._drafts.append(_draft(_Sentence.model_validate(value)))
            except ValidationError:
                self._over = True
            self._over |= len(self._drafts) == MOST_SENTENCES
        return tuple(self._drafts)

    def _next(self) -> Any:
        """Return the next object of the list; None where it is not complete or none comes."""
        between = BETWEEN.match(self._text, self._at or 0)
        at = between.end() if between else 0
        if self._text[at : at + 1] != "{":
            return None
        try:
            value, self._at = json.JSONDecoder().raw_decode(self._text, at)
        except (ValueError, RecursionError):
            return None
        return value


def _draft(sentence: _Sentence) -> Draft:
    return Draft(
        text=sentence.text,
        supports=tuple(
            Support(passage=support.passage.strip("[]() "), quote=support.quote)
            for support in sentence.support[:MOST_SUPPORTS]
        ),
    )


def read_restated(text: str) -> str:
    """Read the question of a reply. Raises NotReadable."""
    return " ".join(_checked(_Restated, text).question.split())


def read_translations(text: str) -> dict[str, str]:
    """Read the translations of a reply by the ids of their texts; the first of each counts. Raises NotReadable."""
    found: dict[str, str] = {}
    for one in _checked(_Translations, text).translations:
        found.setdefault(one.id, one.text.strip())
    return found


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
