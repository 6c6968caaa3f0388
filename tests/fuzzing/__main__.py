"""`make fuzz`: thousands of unsound files through the process that reads. Ends with 1 on a crash or a hang."""

import argparse
import faulthandler
import sys
import time
from contextlib import closing
from pathlib import Path

from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader
from tests.fuzzing.fuzzing import Tally, read_file
from tests.fuzzing.mutating import unsound_file

# Short, so that a file that would keep its reader busy for minutes shows as one that was ended.
LIMITS = Limits(max_quiet_seconds=60, max_seconds=120, max_memory_bytes=2 * 2**30)
# A file that takes the parent longer than its limits allow, the start of a process included, hangs it.
HANG_SECONDS = 300.0


def main() -> int:
    """Read the files and print what came of them."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="read one file of the run again")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="write the files of --only there")
    options = parser.parse_args()
    numbers = range(options.files) if options.only is None else [options.only]
    tally, start = Tally(), time.perf_counter()
    with closing(IsolatedReader(LIMITS)) as reader:
        for number in numbers:
            file = unsound_file(options.seed, number)
            if options.keep:
                (options.keep / file.name).write_bytes(file.content)
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)  # ends with 1
            read_file(file, reader, tally)
            faulthandler.cancel_dump_traceback_later()
            if sys.stderr.isatty() and number % 100 == 0:
                sys.stderr.write(f"\r{number:,} files")
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
