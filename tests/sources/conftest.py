"""A web site for the tests of sources, and a library that fetches from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.knowledge_base import KnowledgeBase
from tests.making import WordHashEmbedding, open_in
from tests.sources.website import Website, a_fetcher


@pytest.fixture
def site() -> Iterator[Website]:
    """A web site without a page."""
    opened = Website()
    yield opened
    opened.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def library(home: Path, site: Website, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    opened = open_in(home, word_hash, fetcher=a_fetcher(site))
    yield opened
    opened.close()
