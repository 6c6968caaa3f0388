"""The knowledge base: everything people do with the library, behind one door. No logic of its own."""

from collections.abc import Iterable, Sequence
from threading import Lock

from knowledge.answering.asking import Asking
from knowledge.domain import (
    Answer,
    DocumentRecord,
    Failure,
    Gap,
    GapRecord,
    Hit,
    Manifest,
    OnProgress,
    PassageInContext,
    Question,
    Receipt,
    Upload,
)
from knowledge.embedding import Embedding
from knowledge.errors import ModelMismatch
from knowledge.indexing import Indexing, find_document, model_name
from knowledge.judging import Judging
from knowledge.keywords import TantivyKeywords
from knowledge.ledger import Ledger
from knowledge.ledger.conversations import Conversations
from knowledge.passages import ChromaPassages
from knowledge.reading import Limits
from knowledge.searching import Searching


class KnowledgeBase:
    """Ask, search, add, remove, rebuild: the one way in for Slack, command line, desk and benchmarks."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        embedding: Embedding,
        passages: ChromaPassages,
        keywords: TantivyKeywords,
        limits: Limits,
        threshold: float | None = None,
        release: str = "",
    ) -> None:
        """Put the parts together; `threshold` replaces the judge's own, `release` goes into the manifest."""
        self._ledger = ledger
        self._embedding = embedding
        self._release = release
        self._indexing = Indexing(
            library=ledger.library, embedding=embedding, passages=passages, keywords=keywords, limits=limits
        )
        self._searching = Searching(library=ledger.library, embedding=embedding, passages=passages, keywords=keywords)
        self._asking = Asking(
            ledger=ledger,
            searching=self._searching,
            judging=Judging(keywords.terms, threshold),
            keywords=keywords,
            manifest=release,
        )
        self._changing = Lock()
        self._ready = False

    @property
    def conversations(self) -> Conversations:
        """Questions, outcomes and the replies still owed."""
        return self._ledger.conversations

    def ask(self, question: Question) -> Answer | Gap:
        """Answer with verified quotes, or log a gap. Asked again with the same id, the recorded outcome returns."""
        self._make_ready()
        return self._asking.ask(question)

    def search(self, question: Question, k: int = 10) -> tuple[Hit, ...]:
        """Return up to `k` passages for a question in its thread, best first."""
        self._make_ready()
        return self._searching.find(self._asking.in_thread(question), k).hits

    def add(
        self,
        uploads: Iterable[Upload | Failure],
        *,
        actor: str,
        total: int = 0,
        mirrored: Sequence[str] = (),
        on_progress: OnProgress = lambda _: None,
    ) -> Receipt:
        """Index files; documents from the `mirrored` folders that are not among them leave the library."""
        self._make_ready()
        with self._changing:
            return self._indexing.add(uploads, actor=actor, total=total, mirrored=mirrored, on_progress=on_progress)

    def remove(self, document: str, *, actor: str) -> DocumentRecord:
        """Take a document, named by id, place or title, out of the library. Raises DocumentNotFound."""
        self._make_ready()
        record = find_document(self._ledger.library, document)
        with self._changing:
            self._indexing.remove(record, actor=actor)
        return record

    def rebuild(self, on_progress: OnProgress = lambda _: None) -> Receipt:
        """Make both indexes anew from the ledger with the present model."""
        with self._changing:
            return self._indexing.rebuild(on_progress)

    def documents(self) -> tuple[DocumentRecord, ...]:
        """Return the documents in the library by title."""
        return tuple(self._ledger.library.documents().values())

    def passage(self, passage_id: str) -> PassageInContext:
        """Return a passage between its neighbours, also after it left the library. Raises PassageNotFound."""
        return self._ledger.library.passage(passage_id)

    def gaps(self) -> tuple[GapRecord, ...]:
        """Return the logged gaps, the latest first."""
        return self._ledger.gaps.records()

    def manifest(self) -> Manifest:
        """Sum up what the library holds."""
        return self._ledger.library.manifest(self._release)

    def close(self) -> None:
        """Let go of the ledger's file."""
        self._ledger.close()

    def _make_ready(self) -> None:
        """Once: refuse vectors of another model, and finish or sweep what a crash left."""
        if self._ready:  # without the lock, so that nobody waits to ask while documents are added
            return
        with self._changing:
            if self._ready:
                return
            library, present = self._ledger.library, model_name(self._embedding)
            if library.model() is None:
                library.set_model(present)
            if library.model() != present:
                raise ModelMismatch
            self._indexing.settle_if_needed()
            self._ready = True
