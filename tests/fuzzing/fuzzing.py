"""Reads and splits unsound files as indexing does, and counts what comes of them."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath

from hypothesis import HealthCheck, Phase, given, seed, settings

from knowledge.domain import Upload
from knowledge.errors import ReaderStopped, TooMuchMemory, TooSlow, UnreadableDocument
from knowledge.reading.isolated import IsolatedReader
from knowledge.splitting import split_document
from tests.fuzzing.mutating import Unsound, unsound_files
from tests.making import WordHashEmbedding

WINDOW = 256
ENDED = (ReaderStopped, TooMuchMemory, TooSlow)


def fuzz(read: Callable[[Unsound], None], *, files: int, number: int) -> None:
    """Hand over so many unsound files, one after the other; the same ones for the same `number`."""

    @seed(number)
    @settings(
        max_examples=files,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(unsound_files())
    def each(file: Unsound) -> None:
        read(file)

    each()


@dataclass(slots=True)
class Tally:
    """Files by ending and outcome; `ended` are those that ended their reader, `slowest` the longest in seconds."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    ended: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    def add(self, file: Unsound, outcome: str, seconds: float) -> None:
        self.outcomes[PurePath(file.name).suffix, outcome] += 1
        self.slowest = max(self.slowest, (seconds, file.name))


def read_file(file: Unsound, reader: IsolatedReader, tally: Tally) -> None:
    """Read one file. Whatever is no UnreadableDocument would have stopped the bot, and counts as a crash."""
    start = time.perf_counter()
    try:
        document = reader.read(Upload(name=file.name, content=file.content, place=file.name))
        split_document(document, "document", WordHashEmbedding().count_tokens, WINDOW)
        outcome = "read"
    except UnreadableDocument as err:
        outcome = err.name
        if isinstance(err, ENDED):
            tally.ended.append(f"{file.name} {outcome}")
    except Exception as err:
        outcome = "crash"
        tally.crashes.append(f"{file.name} {type(err).__name__}")
    tally.add(file, outcome, time.perf_counter() - start)
