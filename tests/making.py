"""What tests make: an embedding for plumbing, knowledge bases in a folder, files somebody adds."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.answerability import load_answerability
from knowledge.answering.extracting import extract
from knowledge.dates import Clock, here
from knowledge.domain import Card, Details, DocumentRecord, Hit, Passage, Status, Upload
from knowledge.embedding import Embedding, Vectors
from knowledge.judging import Judging, Verdict
from knowledge.keywords import TantivyKeywords
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import open_ledger
from knowledge.passages import ChromaPassages
from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader
from knowledge.searching import READ, Found, Reading, reread
from knowledge.splitting import embedded_text

STARTER = Path(__file__).parent.parent / "knowledge" / "starter"


class WordHashEmbedding:
    """Vectors that count hashed words: texts with equal words are near, nothing else is. `encoded` logs its work."""

    name = "word hash"
    dimension = 64
    window = 128

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, hashlib.sha256(word.encode()).digest()[0] % self.dimension] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def count_tokens(self, texts: Sequence[str]) -> tuple[int, ...]:
        return tuple(len(re.findall(r"\w+|[^\w\s]", text)) + 2 for text in texts)


class Calendar:
    """A clock that stands still until a test moves it; in the time zone of the moment it starts from."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def move(self, **by: float) -> None:
        self._now += timedelta(**by)


class Library(KnowledgeBase):
    """A knowledge base that also closes its Chroma folder, or a thousand tests run out of open files."""

    def __init__(self, folder: Path, **parts: Any) -> None:
        self._chroma = ChromaPassages(folder)
        super().__init__(passages=self._chroma, **parts)

    def close(self) -> None:
        super().close()
        self._chroma.close()


def open_in(
    folder: Path, embedding: Embedding, *, now: Clock = here, reader: IsolatedReader | None = None, **options: Any
) -> KnowledgeBase:
    """Open the knowledge base in a folder as bot/wiring.py does, with an embedding of the test's choice."""
    folder.mkdir(parents=True, exist_ok=True)
    return Library(
        folder / "chroma",
        ledger=open_ledger(folder / "ledger.sqlite3", now),
        embedding=embedding,
        keywords=TantivyKeywords(folder / "tantivy"),
        reader=reader or the_reader(),
        answerability=load_answerability(),
        release="test",
        **options,
    )


@cache
def the_reader() -> IsolatedReader:
    """The process that reads files, the same for all tests; conftest.py ends it."""
    return IsolatedReader(Limits())


def starter_uploads() -> list[Upload]:
    """The starter documents as `attache run` indexes them."""
    return [
        Upload(name=path.name, content=path.read_bytes(), place=f"starter/{path.name}")
        for path in sorted(STARTER.glob("*.md"))
    ]


def markdown(name: str, text: str, **details: str) -> Upload:
    """A markdown file somebody adds."""
    return Upload(name=f"{name}.md", content=text.encode(), place=f"folder/{name}.md", details=Details(**details))


def a_passage(text: str, *, document: str = "doc", number: int = 0, heading: tuple[str, ...] = ()) -> Passage:
    """A passage outside any library."""
    return Passage(
        id=f"{document}-{number}", document_id=document, text=text, heading=heading, end=len(text), ordinal=number
    )


def a_hit(passage: Passage, *, score: float = 1.0, successor_id: str | None = None, **card: str) -> Hit:
    """A hit on that passage; `card` states date, status or title of its document."""
    record = DocumentRecord(
        id=passage.document_id,
        card=Card(
            title=card.get("title", passage.document_id),
            date=card.get("date"),
            status=Status(card.get("status", "current")),
        ),
        place=f"folder/{passage.document_id}.md",
        version=1,
        passages=1,
        indexed_at=datetime(2026, 11, 23, tzinfo=UTC),
        successor_id=successor_id,
    )
    return Hit(passage=passage, document=record, score=score, dense=0.5, keyword=1.0)


def terms(text: str) -> tuple[str, ...]:
    """Words of three letters or more, for tests that need no stemmer."""
    return tuple(re.findall(r"\w{3,}", text.lower()))


def found(question: str, *hits: Hit) -> Found:
    """What a search would bring for a question whose words all weigh the same."""
    words = terms(question)
    reading = Reading(
        text=question,
        in_full=question,
        vector=np.zeros(4, dtype=np.float32),
        weights=dict.fromkeys(words, 1.0),
        idf=dict.fromkeys(words, 1.0),
        leans=False,
    )
    return Found(reading=reading, hits=hits)


def judged(found: Found, threshold: float | None = None) -> Verdict:
    """What the judge says to a search, its hits read together with the question, and to the quotes that would come."""
    reads = load_answerability().scores
    texts = tuple(
        embedded_text(hit.document.card.title, hit.passage.heading, hit.passage.text) for hit in found.hits[:READ]
    )
    hits = reread(found.hits, found.hits[:READ], reads(found.reading.in_full, texts))
    read = replace(found, hits=tuple(hits), read=texts)
    return Judging(terms, reads, threshold).judge(read, extract(read, terms).citations)
