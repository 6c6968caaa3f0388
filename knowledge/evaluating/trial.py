"""A library made for one run, in a folder that goes away with it: the product itself, on a case's corpus."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from knowledge.answerability import load_answerability
from knowledge.answering.writing.writing import Terms, Writing
from knowledge.domain import Details, Question, Upload
from knowledge.embedding import Embedding
from knowledge.evaluating.cases import Row
from knowledge.judging import Signals
from knowledge.keywords import TantivyKeywords
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import Ledger, open_ledger
from knowledge.passages import ChromaPassages
from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader

OpenWriting = Callable[[Ledger, Terms], Writing | None]

# What a row without a title is called; the same for all, so that it tells search nothing.
UNTITLED = "document.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A knowledge base at the shipped threshold, the judge's signals as `ask` would see them, and a language model."""

    knowledge_base: KnowledgeBase
    signals: Callable[[Question], Signals]
    writing: Writing | None = None


@contextmanager
def open_trial(embedding: Embedding, open_writing: OpenWriting = lambda *_: None) -> Iterator[Trial]:
    """Open an empty library in a temporary folder; `open_writing` brings the office's language model, if it has one."""
    with TemporaryDirectory(prefix="attache-trial-") as folder:
        home = Path(folder)
        with (
            closing(open_ledger(home / "ledger.sqlite3")) as ledger,
            closing(ChromaPassages(home / "chroma")) as passages,
            closing(IsolatedReader(Limits())) as reader,
        ):
            keywords = TantivyKeywords(home / "tantivy")
            writing = open_writing(ledger, keywords.terms)
            knowledge_base = KnowledgeBase(
                ledger=ledger,
                embedding=embedding,
                passages=passages,
                keywords=keywords,
                reader=reader,
                answerability=load_answerability(),
                writing=writing,
            )
            yield Trial(
                knowledge_base=knowledge_base,
                writing=writing,
                signals=lambda question: knowledge_base.try_question(question).verdict.signals,
            )


def row_upload(row: Row) -> Upload:
    """Make a file of a row: its text word for word in a fence, its title stated, its id the place."""
    fence = "`" * (2 + max((len(run) for run in re.findall("`+", row.text)), default=1))
    return Upload(
        name=UNTITLED,
        content=f"{fence}\n{row.text}\n{fence}\n".encode("utf-8", "surrogatepass"),
        place=row.id,
        details=Details(title=row.title.strip() or None),
    )
