"""Fixtures the tests share: the real bundled model once a session, a word hash where only plumbing matters."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import QUIET
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import Ledger, open_ledger
from tests.making import WordHashEmbedding, open_in, starter_uploads, the_reader


def pytest_configure() -> None:
    """Quiet the libraries before any file of tests loads a model, as start_logging does in a process of its own."""
    os.environ.update(QUIET)


@pytest.fixture(scope="session", autouse=True)
def reader_ends() -> Iterator[None]:
    """The process that reads files for the tests ends with them."""
    yield
    the_reader().close()


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
