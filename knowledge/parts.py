"""The parts that work on a ledger, put together in one way for the library and for a copy of it to try a change on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from knowledge.answerability import Answerability
from knowledge.answering.asking import Asking
from knowledge.embedding import Embedding
from knowledge.indexes import Indexes
from knowledge.indexing import Indexing
from knowledge.judging import Judging
from knowledge.keywords import TantivyKeywords
from knowledge.ledger import Ledger
from knowledge.passages import ChromaPassages
from knowledge.reading.isolated import IsolatedReader
from knowledge.reranking import Reranker
from knowledge.searching import Searching

if TYPE_CHECKING:
    from knowledge.answering.writing.writing import Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a library stands on beside its ledger; `threshold` replaces the judge's own."""

    embedding: Embedding
    passages: ChromaPassages
    keywords: TantivyKeywords
    reader: IsolatedReader
    reranker: Reranker | None
    answerability: Answerability
    threshold: float | None
    release: str

    def indexes(self) -> Indexes:
        """Put together what fills both indexes."""
        return Indexes(embedding=self.embedding, passages=self.passages, keywords=self.keywords)

    def indexing(self, ledger: Ledger) -> Indexing:
        """Put together what reads files into a ledger."""
        return Indexing(
            library=ledger.library,
            history=ledger.history,
            failures=ledger.failures,
            embedding=self.embedding,
            indexes=self.indexes(),
            reader=self.reader,
        )

    def searching(self, ledger: Ledger) -> Searching:
        """Put together what finds passages."""
        return Searching(
            library=ledger.library,
            embedding=self.embedding,
            passages=self.passages,
            keywords=self.keywords,
            reads=self.answerability.scores,
            reranker=self.reranker,
        )

    def asking(self, ledger: Ledger, writing: "Writing | None" = None) -> Asking:
        """Put together what answers from a ledger; in prose where there is somebody `writing`."""
        return Asking(
            ledger=ledger,
            searching=self.searching(ledger),
            judging=Judging(self.keywords.terms, self.answerability.scores, self.threshold),
            keywords=self.keywords,
            manifest=self.release,
            writing=writing,
        )
