"""Cuts a case down for a slow machine: the documents that its questions want, and as many others as are named, seeded.

`python -m benchmarks.cut_case CASE FOLDER --others 900` writes a case of the same questions over fewer documents. Near
misses are rarer there, so its figures are higher than those of the whole case: compare them with each other only.
"""

import argparse
import json
import random
import shutil
from pathlib import Path

from knowledge.evaluating.cases import read_case

SEED = 20261126


def main() -> None:
    """Cut and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", type=Path, help="a folder with corpus.jsonl and tasks.jsonl")
    parser.add_argument("folder", type=Path, help="where the smaller case is written")
    parser.add_argument("--others", type=int, default=900, help="documents that no question wants")
    options = parser.parse_args()
    case = read_case(options.case)
    wanted = {id_ for task in case.tasks for id_ in task.relevant}
    others = [row.id for row in case.rows if row.id not in wanted]
    kept = wanted.union(random.Random(SEED).sample(others, min(options.others, len(others))))
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus:
        for row in case.rows:
            if row.id in kept:
                corpus.write(json.dumps({"id": row.id, "title": row.title, "text": row.text}) + "\n")
    shutil.copyfile(options.case / "tasks.jsonl", options.folder / "tasks.jsonl")
    print(f"{options.folder}: {len(kept)} of {len(case.rows)} documents, {len(case.tasks)} questions")


if __name__ == "__main__":
    main()
