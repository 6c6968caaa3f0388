"""Files that come with commands: the starter library, and conversations."""

import json
from importlib.resources import as_file, files
from pathlib import Path

from knowledge.domain import Failure, Turn, Upload
from knowledge.errors import BadQuestion, PathNotFound
from knowledge.files import read_uploads


def starter_uploads() -> list[Upload | Failure]:
    """The starter library that comes with the package; indexed by hand later, its files are the same documents."""
    with as_file(files("knowledge") / "starter") as folder:
        return list(read_uploads(sorted(folder.resolve().glob("*.md")), max_bytes=1_000_000))


def read_thread(path: Path) -> tuple[Turn, ...]:
    """Read a conversation, oldest turn first: lines of {"speaker": "user" or "agent", "text": ...}."""
    try:
        # Not splitlines(), which also cuts where JSON lets a text go on, at U+2028 for example.
        lines = path.read_text("utf-8-sig").split("\n")
    except FileNotFoundError as err:
        raise PathNotFound(f"No such file: {path}; please check the spelling.") from err
    except (OSError, UnicodeDecodeError) as err:
        raise BadQuestion("The thread file could not be read; please give JSON lines in UTF-8.") from err
    return tuple(_turn(line, number) for number, line in enumerate(lines, start=1) if line.strip())


def _turn(line: str, number: int) -> Turn:
    try:
        match json.loads(line):
            case {"speaker": "user" | "agent" as speaker, "text": str(text)}:
                text.encode()  # half a surrogate pair is valid JSON and no text
                return Turn(speaker=speaker, text=text)
    except (ValueError, RecursionError) as err:
        raise _bad_turn(number) from err
    raise _bad_turn(number)


def _bad_turn(number: int) -> BadQuestion:
    return BadQuestion(f'Line {number} of the thread file must be {{"speaker": "user" or "agent", "text": "..."}}.')
