"""Parts the tests share: the real bundled model once a session, a word hash where only plumbing matters."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge.domain import Details, Upload
from knowledge.embedding import Embedding, SentenceTransformerEmbedding, Vectors
from knowledge.keywords import TantivyKeywords
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import Ledger, open_ledger
from knowledge.passages import ChromaPassages, open_chroma
from knowledge.reading import Limits

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


@pytest.fixture(scope="session")
def model() -> SentenceTransformerEmbedding:
    """The bundled model."""
    return SentenceTransformerEmbedding()


@pytest.fixture
def word_hash() -> WordHashEmbedding:
    """An embedding for plumbing."""
    return WordHashEmbedding()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger of its own."""
    opened = open_ledger(tmp_path / "ledger.sqlite3")
    yield opened
    opened.close()


OpenKnowledgeBase = Callable[..., KnowledgeBase]


def open_in(folder: Path, embedding: Embedding, **options: float) -> KnowledgeBase:
    """Open the knowledge base in a folder as bot/wiring.py does, with an embedding of the test's choice."""
    folder.mkdir(parents=True, exist_ok=True)
    return KnowledgeBase(
        ledger=open_ledger(folder / "ledger.sqlite3"),
        embedding=embedding,
        passages=ChromaPassages(open_chroma(folder / "chroma")),
        keywords=TantivyKeywords(folder / "tantivy"),
        limits=Limits(),
        release="test",
        **options,
    )


@pytest.fixture
def knowledge_base(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    """An empty knowledge base on the word hash."""
    opened = open_in(tmp_path / "home", word_hash)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def starter_library(
    tmp_path_factory: pytest.TempPathFactory, model: SentenceTransformerEmbedding
) -> Iterator[KnowledgeBase]:
    """The starter library on the bundled model. Shared by the session: ask it, do not change it."""
    opened = open_in(tmp_path_factory.mktemp("starter"), model)
    receipt = opened.add(starter_uploads(), actor="test")
    assert receipt.failed == ()
    yield opened
    opened.close()


def starter_uploads() -> list[Upload]:
    """The starter documents as `attache run` indexes them."""
    return [
        Upload(name=path.name, content=path.read_bytes(), place=f"starter/{path.name}")
        for path in sorted(STARTER.glob("*.md"))
    ]


def markdown(name: str, text: str, **details: str) -> Upload:
    """A markdown file somebody adds."""
    return Upload(name=f"{name}.md", content=text.encode(), place=f"folder/{name}.md", details=Details(**details))
