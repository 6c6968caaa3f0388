"""A bot on a disk of its own that fills up and empties again: a program for test_full_disk.py to run, no test.

Its argument is a folder where a small disk is mounted. Prints one JSON object a line.
"""

import faulthandler
import json
import os
import sys
from pathlib import Path

from bot.acting.calling import reach_running
from bot.settings import Settings
from knowledge.domain import Question
from knowledge.errors import AttacheError
from knowledge.passages import ROOM
from tests.cli.running_bot import running, titles
from tests.making import WordHashEmbedding, markdown

HANGS = 120.0


def main(disk: Path) -> None:
    """Add, fill the disk, add and ask, leave hardly a byte, free it again, add and ask."""
    faulthandler.dump_traceback_later(HANGS, exit=True)
    settings = Settings(_env_file=None, attache_home=disk / "home")
    filler = disk / "filler"
    with running(settings, WordHashEmbedding()) as bot:
        calling = reach_running(settings, to_rebuild=False)

        def attempt(what: str, document: str) -> None:
            said = {"when": what}
            try:
                receipt = calling.add(
                    [markdown(document, f"# {document}\n\nThe {document} opens at nine.")], actor="test", total=1
                )
                said["add"] = " ".join(receipt.added)
            except AttacheError as err:
                said["add"] = err.name
            try:
                hits = calling.search(Question(id=what, text="When does the harbour open?"), 1)
                said["search"] = hits[0].passage.text
                answer = calling.ask(Question(id=what, text="When does the harbour open at nine?"))
                said["ask"] = type(answer).__name__
            except AttacheError as err:
                said["ask"] = err.name
            said["titles"] = titles(bot)
            sys.stdout.write(f"{json.dumps(said)}\n")
            sys.stdout.flush()

        attempt("at first", "harbour")
        fill(filler, ROOM // 2)
        attempt("little room", "museum")
        fill(filler, 0)
        attempt("none", "library")
        filler.unlink()
        attempt("room again", "museum")
        attempt("and again", "library")


def fill(file: Path, leaving: int) -> None:
    """Fill the disk that the file is on, but for so many bytes."""
    with file.open("ab", buffering=0) as filler:
        while (room := os.statvfs(file).f_bavail * os.statvfs(file).f_frsize - leaving) > 0:
            filler.write(bytes(min(room, 2**20)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
