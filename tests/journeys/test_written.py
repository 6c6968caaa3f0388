"""An office with a language model: sentences above their sources, and a line where there was no model to ask."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.knowledge_base import KnowledgeBase
from knowledge.written import WRITTEN_BY, Unwritten
from tests.answering.writing.models import Scripted, open_with_model, quoting
from tests.journeys.office import Office


@pytest.fixture
def scripted() -> Scripted:
    return Scripted(say=quoting)


@pytest.fixture
def library(
    small_home: Path, tmp_path: Path, model: SentenceTransformerEmbedding, scripted: Scripted
) -> Iterator[KnowledgeBase]:
    home = tmp_path / "written"
    shutil.copytree(small_home, home)
    opened = open_with_model(home, model, scripted)
    yield opened
    opened.close()


@pytest.mark.parametrize("transport", ["socket mode"], indirect=True)
def test_sentences_stand_above_their_sources_and_quotes_where_the_model_fails(
    quiet_office: Office, library: KnowledgeBase, scripted: Scripted
) -> None:
    def fail(*_: Any) -> str:
        raise TimeoutError

    with quiet_office.at_work(library):
        asked = quiet_office.maya.mentions("C1", "What is the ceiling of the Phoenix trade contract?")
        (answer,) = quiet_office.replies(asked)
        quiet_office.wait(lambda: answer.is_whole)
        sentence, _, sources = answer.words.partition(WRITTEN_BY)
        assert "ceiling of the Phoenix trade contract" in sentence
        assert "[1]" in sentence
        assert "ceiling of the Phoenix trade contract" in sources
        scripted.say = fail
        again = quiet_office.maya.mentions("C1", "Who pays for the Phoenix trade contract in Mexico?")
        (quoted,) = quiet_office.replies(again)
        assert Unwritten.TIMEOUT.says in quoted.words
        assert WRITTEN_BY not in quoted.words
    quiet_office.check_manners()
