"""A case: a corpus and questions about it, read from two JSON-lines files and checked line by line."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from knowledge.answering.asking import LONGEST_QUESTION
from knowledge.domain import Turn
from knowledge.errors import BadCase

Parsed = TypeVar("Parsed", "Row", "Task")


class Answerability(StrEnum):
    """Whether the corpus answers a question, as the case's makers labelled it."""

    ANSWERABLE = "ANSWERABLE"
    PARTIAL = "PARTIAL"
    UNANSWERABLE = "UNANSWERABLE"
    UNDERSPECIFIED = "UNDERSPECIFIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One document of the corpus."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One question in its thread and what is known about its answer.

    `standalone` is the question as a person restated it, so that it needs no thread. `relevant` grades documents.
    """

    id: str
    text: str
    thread: tuple[Turn, ...]
    standalone: str | None
    relevant: Mapping[str, int]
    answerability: Answerability | None
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A corpus and the questions about it; named for its folder."""

    name: str
    rows: tuple[Row, ...]
    tasks: tuple[Task, ...]


def read_case(folder: Path) -> Case:
    """Read corpus.jsonl and tasks.jsonl. Raises BadCase naming the line and what is wrong with it."""
    return Case(
        name=folder.resolve().name,
        rows=_read(folder / "corpus.jsonl", _row),
        tasks=_read(folder / "tasks.jsonl", _task),
    )


def _read(path: Path, parse: Callable[[dict[str, Any]], Parsed]) -> tuple[Parsed, ...]:
    found: dict[str, Parsed] = {}
    for number, line in _lines(path):
        where = f"Line {number} of {path.parent.name}/{path.name}"
        try:
            one = parse(_an_object(line))
        except ValueError as err:
            raise BadCase(f"{where} cannot be used: {err}.") from err
        if one.id in found:
            raise BadCase(f"{where} has the id {one.id}, which stands on an earlier line too.")
        found[one.id] = one
    if not found:
        raise BadCase(f"{path.parent.name}/{path.name} holds no lines; please check that it is the right file.")
    return tuple(found.values())


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        # Not splitlines(): a text may hold other line separators than "\n" (U+2028).
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
            if line.strip():
                yield number, line
    except (OSError, UnicodeDecodeError) as err:
        raise BadCase(f"{path} could not be read; a case is a folder with corpus.jsonl and tasks.jsonl.") from err


def _an_object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as err:
        raise ValueError("it is not JSON") from err
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004  (a wrong line, not a wrong call)
    return value


def _row(line: dict[str, Any]) -> Row:
    return Row(id=_text(line, "id"), title=_text(line, "title", missing=""), text=_text(line, "text"))


def _task(line: dict[str, Any]) -> Task:
    turns = _turns(line.get("turns"))
    relevant = line.get("relevant")
    if not isinstance(relevant, dict) or not all(type(grade) is int for grade in relevant.values()):
        raise ValueError('"relevant" must map document ids to whole numbers')
    label = line.get("answerability")
    if label is not None and label not in list(Answerability):
        raise ValueError(f'"answerability" must be one of {", ".join(Answerability)}')
    return Task(
        id=_text(line, "id"),
        text=turns[-1].text,
        thread=turns[:-1],
        standalone=_text(line, "standalone", missing="").strip() or None,
        relevant=relevant,
        answerability=Answerability(label) if label else None,
        reference=_text(line, "reference", missing="").strip() or None,
    )


def _turns(value: object) -> tuple[Turn, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('"turns" must be a list of {"speaker", "text"} with the question last')
    turns = []
    for turn in value:
        match turn:
            case {"speaker": "user" | "agent" as speaker, "text": str(text)}:
                turns.append(Turn(speaker=speaker, text=text))
            case _:
                raise ValueError('each of "turns" must be {"speaker": "user" or "agent", "text": "..."}')
    if turns[-1].speaker != "user" or not 0 < len(turns[-1].text.strip()) <= LONGEST_QUESTION:
        raise ValueError(f"the last turn must be a user's, of 1 to {LONGEST_QUESTION} characters")
    return tuple(turns)


def _text(line: dict[str, Any], key: str, missing: str | None = None) -> str:
    value = line.get(key)
    if value is None and missing is not None:
        return missing
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be a text')  # noqa: TRY004  (a wrong line, not a wrong call)
    return value
