"""How long it takes to put thousands of gaps into groups, and one more question into thousands.

`python -m benchmarks.gaps` runs it and writes the figures into benchmarks/README.md. Nothing here is asserted.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from benchmarks.pages import sentences
from benchmarks.speed import open_in, report, seconds
from knowledge.domain import GapReason, Question
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.gaps.grouping import Likeness
from knowledge.gaps.missing import Missed
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.tables import gap_questions, gaps, questions
from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader

MARK = "<!-- gaps -->"
# The same need in other words, as staff ask it.
WORDINGS = (
    "What is known about {}?",
    "Where is it written that {}?",
    "Can somebody tell me more about {}?",
    "Do we have guidance on {}?",
)


def asked(count: int) -> list[str]:
    """Make so many questions out of sentences and pairs of them, each need in the four wordings."""
    source = [sentence.rstrip(".").lower() for sentence in sentences()]
    needs = (count + len(WORDINGS) - 1) // len(WORDINGS)
    about = [
        source[n % len(source)]
        if n < len(source)
        else f"{source[n % len(source)][:90]}, and {source[(31 * n + n // len(source)) % len(source)][:90]}"
        for n in range(needs)
    ]
    return [wording.format(need) for wording in WORDINGS for need in about][:count]


def both(work: Callable[[], object]) -> tuple[float, float]:
    """Time one call by the clock and by the processor, which a shared machine slows down less."""
    start = time.process_time()
    clock = seconds(work)
    return clock, time.process_time() - start


def put_ungrouped(library: KnowledgeBase, texts: Sequence[str]) -> None:
    """Log questions as a ledger from before grouping has them: each a gap of its own, without a vector."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows = list(enumerate(texts, start=1))
    with library._ledger.engine.begin() as connection:
        connection.execute(
            insert(questions),
            [
                {
                    "id": f"C1:{number}",
                    "text": text,
                    "asker": f"U{number % 300}",
                    "channel": "C1",
                    "thread": [],
                    "asked_at": start + timedelta(minutes=number),
                }
                for number, text in rows
            ],
        )
        connection.execute(insert(gaps), [{"id": number, "status": "new"} for number, _ in rows])
        connection.execute(
            insert(gap_questions),
            [
                {"question_id": f"C1:{number}", "gap_id": number, "part": number, "reason": "not_supported"}
                for number, _ in rows
            ],
        )


def put_one(library: KnowledgeBase, model: SentenceTransformerEmbedding, number: int, text: str) -> float:
    """Log one more question, its vector made beforehand as asking makes it; returns milliseconds."""
    (vector,) = model.encode([text])
    question = Question(id=f"C2:{number}", text=text, asker="U1", channel="C2")
    missed = Missed(
        reason=GapReason.NOT_SUPPORTED,
        probability=0.1,
        nearest=(),
        milliseconds=0,
        likeness=Likeness(text=text, before="", vector=vector),
        language="en",
        documents=0,
        collections=(),
        newest=None,
        unknown=(),
    )
    return 1_000 * seconds(lambda: library._ledger.gaps.record(question, missed, "bench"))


def main() -> None:
    """Measure everything in one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gaps", type=int, default=10_000, help="gaps to be put into groups")
    parser.add_argument("--questions", type=int, default=100, help="questions a figure is the median of")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    texts = asked(options.gaps + options.questions)
    reader = IsolatedReader(Limits())
    model = SentenceTransformerEmbedding()
    with tempfile.TemporaryDirectory() as folder:
        library = open_in(Path(folder) / "home", model, reader)
        put_ungrouped(library, texts[: options.gaps])
        vectors, busy_with_vectors = both(library._make_ready)
        grouping, busy_grouping = both(lambda: library.gaps.regroup(actor="bench"))
        left = len([gap for gap in library.gaps.records() if gap.status.is_open])
        put_one(library, model, 0, "What was never asked before?")
        took = [put_one(library, model, number + 1, text) for number, text in enumerate(texts[options.gaps :])]
        library.close()
    reader.close()
    rows = [
        ("load of the machine before", f"{load:.1f} of {os.cpu_count()}", ""),
        ("gaps, each of one question without a vector", f"{options.gaps:,}", "10,000"),
        ("their vectors; processor time of it", f"{vectors:.1f} s; {busy_with_vectors:.1f} s", ""),
        (
            "grouping them, with the ledger's writes; processor time",
            f"{grouping:.1f} s; {busy_grouping:.1f} s",
            "under 60 s",
        ),
        ("gaps after that", f"{left:,}", ""),
        ("one more question, median", f"{statistics.median(took):.1f} ms", "under 50 ms"),
        ("the same, 95th percentile", f"{statistics.quantiles(took, n=20)[-1]:.1f} ms", "under 50 ms"),
    ]
    report(rows, MARK)


if __name__ == "__main__":
    main()
