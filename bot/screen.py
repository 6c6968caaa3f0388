"""Where a command's words go: the result to standard output, everything else to standard error."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any, TextIO

from rich.console import Console, RenderableType
from rich.text import Text

from knowledge.domain import OnProgress, Progress

# In a pipe there is no terminal to ask for its width; 100 columns read well in a log and in a mail.
PIPED_WIDTH = 100


class Screen:
    """One command's output: for people, or with `as_json` exactly one JSON object and nothing else."""

    def __init__(self, *, as_json: bool = False) -> None:
        self._as_json = as_json
        self._stdout: TextIO = sys.stdout
        self.out = _console(sys.stdout)
        self.notes = _console(sys.stderr)

    @contextmanager
    def guarded(self) -> Iterator["Screen"]:
        """With `as_json`, send what libraries print to standard error while the command works."""
        if not self._as_json:
            yield self
            return
        with redirect_stdout(sys.stderr):
            yield self

    def show(self, shape: dict[str, Any], *parts: RenderableType) -> None:
        """Print the result: `shape` for scripts, `parts` for people."""
        if self._as_json:
            write_json(shape, self._stdout)
            return
        for part in parts:
            # A line of its own stays one line, which `grep` and a terminal of any width can do more with.
            self.out.print(part, soft_wrap=isinstance(part, Text))

    @contextmanager
    def progress(self, doing: str) -> Iterator[OnProgress]:
        """Draw a bar while files are worked on; in a pipe or a log there is none."""
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[name]}"),
        )
        with Bar(*columns, console=self.notes, transient=True, disable=not self.notes.is_terminal) as bar:
            task = bar.add_task(doing, total=None, name="")

            def advance(progress: Progress) -> None:
                far = f", embedded {progress.embedded} of {progress.to_embed}" if progress.to_embed else ""
                if progress.to_recognise:
                    far = f", page {progress.recognised} of {progress.to_recognise} by OCR"
                name = f"{printable(progress.name)}{far}"
                bar.update(task, completed=progress.done, total=progress.total, name=name)

            yield advance


def write_json(shape: dict[str, Any], stream: TextIO) -> None:
    """Write one JSON object and a line break."""
    stream.write(json.dumps(shape, ensure_ascii=False, indent=2) + "\n")
    stream.flush()


def printable(text: str) -> str:
    """Leave out what would steer a terminal: control characters and marks that reverse the reading direction."""
    return "".join(char for char in text if char in "\n\t" or not _steers(char))


def _steers(char: str) -> bool:
    point = ord(char)
    return point < 0x20 or 0x7F <= point < 0xA0 or 0x202A <= point <= 0x202E or 0x2066 <= point <= 0x2069


def _console(stream: TextIO) -> Console:
    terminal = stream.isatty()
    return Console(file=stream, width=None if terminal else PIPED_WIDTH, highlight=False, emoji=False, markup=False)
