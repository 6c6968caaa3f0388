"""What keeping a library costs: a mixed folder, memory as folders grow, questions while documents are embedded.

`make bench-library` runs it and writes the figures into benchmarks/README.md. Nothing here is asserted.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing, nullcontext
from pathlib import Path

from benchmarks.folders import write_folder, write_notes
from benchmarks.pages import write_pages
from benchmarks.speed import Recording, open_in, questions, report, seconds, uploads
from bot.heaps import share_heaps
from knowledge.domain import Question
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.knowledge_base import KnowledgeBase
from knowledge.language import get_ready
from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader

MARK = "<!-- library -->"
# People ask now and then: so long after an answer the next question comes, seconds.
PAUSE = 0.25


def mixed_folder(folder: Path, files: int) -> dict[str, float]:
    """Index a mixed folder, and embed the same passages alone, in turn before and after it."""
    papers = write_folder(folder / "papers", files)
    with closing(IsolatedReader(Limits())) as reader:
        reader.start()  # as `attache index` does, while the model loads
        get_ready()
        model = Recording()
        model.encode(questions(200))  # a model that runs is warm
        with closing(open_in(folder / "mixed", model, reader)) as library:
            library.documents()
            model.texts.clear()
            busy = os.times()
            took = seconds(lambda: library.add(uploads(papers), actor="bench"))
            used = os.times()
            embedded = list(model.texts)
            kept = library.manifest().documents
        alone = seconds(lambda: model.encode(embedded))
    return {
        "files": kept,
        "passages": len(embedded),
        "took": took,
        "alone": alone,
        "processor": used.user + used.system - busy.user - busy.system,
    }


def memory_of(folder: Path, files: int) -> tuple[float, float]:
    """Index so many short files in a process of its own; its peak and that of the process that reads, megabytes."""
    write_notes(folder / f"notes-{files}", files)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.library", "--only-index", str(folder / f"notes-{files}")],
        capture_output=True,
        text=True,
        check=True,
    )
    ours, reader = done.stdout.split()[-2:]
    return float(ours), float(reader)


def index_and_tell_memory(folder: Path) -> None:
    """Index a folder and print the peaks of this process and of the one that reads, in megabytes."""
    share_heaps()  # as `attache` does
    files = sorted(folder.iterdir())
    with tempfile.TemporaryDirectory() as home, closing(IsolatedReader(Limits())) as reader:
        with closing(open_in(Path(home) / "home", SentenceTransformerEmbedding(), reader)) as library:
            receipt = library.add(uploads(files), actor="bench")
        assert len(receipt.added) == len(files)
        child = next(process for process in Path("/proc").glob("[0-9]*") if _parent(process) == os.getpid())
        print(_peak(Path("/proc/self")), _peak(child))


def asking_meanwhile(folder: Path, rounds: int, pages: int) -> dict[str, float]:
    """Ask a library when nothing else goes on, while it is rebuilt, and while files are added, in turn."""
    with closing(IsolatedReader(Limits())) as reader:
        model = Recording()
        with closing(open_in(folder / "asked", model, reader)) as library:
            library.add(uploads(write_pages(folder / "first", pages)), actor="bench")
            more = write_pages(folder / "more", pages, seed=11)
            ask(library, rounds // 5 or 1)
            before = ask(library, rounds)
            rebuilding, rebuilt = beside(library, rounds, library.rebuild)
            adding, added = beside(library, rounds, lambda: library.add(uploads(more), actor="bench"))
            after = ask(library, rounds)
    quiet = statistics.median(before + after)
    return {
        "quiet": quiet,
        "quiet_p95": quantile(before + after),
        "rebuilding": statistics.median(rebuilding) / quiet,
        "rebuilding_p95": quantile(rebuilding) / quantile(before + after),
        "adding": statistics.median(adding) / quiet,
        "adding_p95": quantile(adding) / quantile(before + after),
        "asked": min(rebuilt, added),
    }


def ask(library: KnowledgeBase, rounds: int, until: threading.Event | None = None) -> list[float]:
    """Ask one question after another with a pause between, and return what each took, milliseconds."""
    took = []
    for text in questions(rounds):
        if until is not None and until.is_set():
            break
        question = Question(id=f"bench:{time.monotonic_ns()}", text=text)
        took.append(1000 * seconds(lambda question=question: library.ask(question)))
        time.sleep(PAUSE)
    return took


def beside(library: KnowledgeBase, rounds: int, work: Callable[[], object]) -> tuple[list[float], int]:
    """Ask while the work goes on, until it is done or the questions are asked; returns also how many it were."""
    done = threading.Event()

    def run() -> None:
        try:
            work()
        finally:
            done.set()

    worker = threading.Thread(target=run)
    worker.start()
    took = ask(library, rounds, done)
    worker.join()
    return took, len(took)


def quantile(took: Sequence[float]) -> float:
    """Return the 95th percentile."""
    return statistics.quantiles(took, n=20)[-1] if len(took) > 1 else took[0]


def load() -> str:
    """How much else the machine had to do: processes that wanted one, in the last minute."""
    return f"{os.getloadavg()[0]:.1f} of {os.cpu_count()}"


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0


def _peak(process: Path) -> float:
    lines = (process / "status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Measure everything in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500, help="files in the mixed folder")
    parser.add_argument("--few", type=int, default=500, help="short files in the smaller folder")
    parser.add_argument("--many", type=int, default=5_000, help="short files in the larger folder")
    parser.add_argument("--questions", type=int, default=100, help="questions a figure is the median of")
    parser.add_argument("--pages", type=int, default=300, help="pages in the library that is asked meanwhile")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work there, and leave it")
    parser.add_argument("--only-index", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_index:
        index_and_tell_memory(options.only_index)
        return
    with nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory() as name:
        folder, began = Path(name), load()
        mixed = mixed_folder(folder, options.files)
        few, many = memory_of(folder, options.few), memory_of(folder, options.many)
        asked = asking_meanwhile(folder, options.questions, options.pages)
    report(rows(mixed, (options.few, few), (options.many, many), asked, began), MARK)


def rows(
    mixed: dict[str, float],
    few: tuple[int, tuple[float, float]],
    many: tuple[int, tuple[float, float]],
    asked: dict[str, float],
    began: str,
) -> list[tuple[str, str, str]]:
    """Return the rows of the table: what was measured, the figure, and the bound it has to keep."""
    peaks = [
        (f"peak memory, {files} short files: ours + the reading process", f"{ours:.0f} + {reader:.0f} MB", "stated")
        for files, (ours, reader) in (few, many)
    ]
    growth = sum(many[1]) / sum(few[1])
    return [
        ("load of the machine before", began, ""),
        ("mixed folder: files, passages", f"{mixed['files']:.0f}, {mixed['passages']:.0f}", "500 files"),
        ("indexing it / embedding its passages alone", f"{mixed['took']:.1f} / {mixed['alone']:.1f} s", ""),
        ("the ratio of the two", f"{mixed['took'] / mixed['alone']:.2f}", "at most 1.15"),
        ("processor time of indexing, without the reading process", f"{mixed['processor']:.1f} s", ""),
        *peaks,
        ("memory, many files / few", f"{growth:.2f}", "flat"),
        ("warm ask when nothing else goes on, median / p95", f"{asked['quiet']:.1f} / {asked['quiet_p95']:.1f} ms", ""),
        ("while the library is rebuilt, median", f"{asked['rebuilding']:.2f} times", "at most 1.5 times"),
        ("while files are added, median", f"{asked['adding']:.2f} times", "at most 1.5 times"),
        ("the same, 95th percentiles", f"{asked['rebuilding_p95']:.2f} and {asked['adding_p95']:.2f} times", ""),
        ("questions asked meanwhile, at least", f"{asked['asked']:.0f}", ""),
    ]


if __name__ == "__main__":
    main()
