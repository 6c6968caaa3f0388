"""`make fuzz`: thousands of unsound files through the process that reads. Ends with 1 on a crash or a hang."""

import argparse
import faulthandler
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader
from tests.fuzzing.fuzzing import Tally, fuzz, read_file
from tests.fuzzing.mutating import Unsound

# Short, so that a file that would keep its reader busy for minutes shows as one that was ended.
LIMITS = Limits(max_quiet_seconds=60, max_seconds=120, max_memory_bytes=2 * 2**30)
# A file that takes the parent longer than its limits allow, the start of a process included, hangs it.
HANG_SECONDS = 300.0
KEPT = Path(tempfile.gettempdir()) / "attache-fuzz"


def main() -> int:
    """Read the files and print what came of them."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=KEPT, metavar="FOLDER", help="where files that do harm are kept")
    options = parser.parse_args()
    options.keep.mkdir(parents=True, exist_ok=True)
    tally, start = Tally(), time.perf_counter()
    with closing(IsolatedReader(LIMITS)) as reader:

        def read(file: Unsound) -> None:
            kept = options.keep / file.name
            kept.write_bytes(file.content)  # a hang leaves it there
            harm = len(tally.crashes) + len(tally.ended)
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)  # ends with 1
            read_file(file, reader, tally)
            faulthandler.cancel_dump_traceback_later()
            if len(tally.crashes) + len(tally.ended) == harm:
                kept.unlink()
            if sys.stderr.isatty() and tally.outcomes.total() % 100 == 0:
                sys.stderr.write(f"\r{tally.outcomes.total():,} files")

        fuzz(read, files=options.files, number=options.seed)
    sys.stdout.write(f"{report(tally, time.perf_counter() - start)}\n")
    return 1 if tally.crashes else 0


def report(tally: Tally, seconds: float) -> str:
    """Write the outcomes as a table, endings down and outcomes across."""
    endings = sorted({ending for ending, _ in tally.outcomes})
    outcomes = sorted({outcome for _, outcome in tally.outcomes}, key=lambda outcome: (outcome != "read", outcome))
    rows = [("| format |", *(f" {outcome} |" for outcome in outcomes)), ("| --- |", *(" ---: |" for _ in outcomes))]
    rows += [(f"| {ending} |", *(f" {tally.outcomes[ending, name]} |" for name in outcomes)) for ending in endings]
    # Whoever gets as far as this met no hang.
    summary = (
        f"{tally.outcomes.total():,} files in {seconds:.0f} s; crashes of the parent: {len(tally.crashes)}, hangs: 0, "
        f"readers ended: {len(tally.ended)}; slowest: {tally.slowest[1]}, {tally.slowest[0]:.1f} s"
    )
    crashes, ended = (f"crash: {crash}" for crash in tally.crashes), (f"ended: {ended}" for ended in tally.ended)
    return "\n".join([summary, *map("".join, rows), *crashes, *ended])


if __name__ == "__main__":
    sys.exit(main())
