"""`make kill-test`: kills a process at 200 random moments and checks each time that nothing is lost or half there."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.killing.acts import ACTS
from tests.killing.killing import Killing, points


def main() -> int:
    """Kill, check and print what came of it; 1 when anything was wrong."""
    parser = argparse.ArgumentParser(prog="make kill-test", description=__doc__)
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="one point of the run again")
    options = parser.parse_args()
    start, killed, wrong = time.perf_counter(), Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        killing = Killing(Path(folder))
        run = killing.measure()
        drawn = points(run, options.points, options.seed)
        for number, point in enumerate(drawn):
            if options.only not in (None, number):
                continue
            outcome = killing.kill(run, point)
            killed[ACTS[point.act].name] += 1
            wrong += bool(outcome.complaints)
            for complaint in outcome.complaints:
                sys.stdout.write(f"point {number}, {ACTS[point.act].name} + {point.after:.3f} s: {complaint}\n")
            sys.stdout.flush()
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{killed.total()} of {len(drawn)} kills")
    twice = sum(point.twice is not None for point in drawn)
    sys.stdout.write(
        f"{killed.total()} kills over a run of {run.took:.1f} s, {twice} of them killed again at the start, in "
        f"{time.perf_counter() - start:.0f} s: {wrong} with something wrong\n"
        f"{', '.join(f'{name} {count}' for name, count in killed.most_common())}\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
