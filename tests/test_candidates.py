"""Enough of what is served is found however many versions are kept, and a library without history pays nothing."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from knowledge.candidates import CANDIDATES, Gathering
from knowledge.collections import TODAY, View
from knowledge.domain import Passage, Question
from knowledge.embedding import Vectors
from knowledge.keywords import TantivyKeywords
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.library import LibraryRecord
from knowledge.passages import ChromaPassages
from tests.making import WordHashEmbedding, markdown, open_in


@pytest.fixture
def office(tmp_path: Path) -> Iterator[KnowledgeBase]:
    opened = open_in(tmp_path / "home", WordHashEmbedding())
    yield opened
    opened.close()


def pages(word: str, count: int) -> str:
    return "# Guide\n\n" + "\n".join(f"## Part {n}\n\nThe mayor greets guest {n} {word}.\n" for n in range(count))


def hits(knowledge_base: KnowledgeBase) -> list[str]:
    question = Question(id="q", text="The mayor greets guest warmly")
    return [hit.passage.text for hit in knowledge_base.search(question, 500)]


def test_old_versions_nearer_to_the_question_crowd_out_nothing_that_is_served(office: KnowledgeBase) -> None:
    office.add([markdown("guide", pages("warmly", 300))], actor="U1")
    office.add([markdown("guide", pages("tomorrow", 120))], actor="U1")
    found = hits(office)
    assert len(found) >= CANDIDATES
    assert all("tomorrow" in text for text in found)


def test_a_small_library_with_a_long_history_is_found_whole(office: KnowledgeBase) -> None:
    for number in range(5):
        office.add([markdown("guide", pages(f"warmly{number}", 50))], actor="U1")
    assert len(hits(office)) == 50
    office.remove("Guide", actor="U1")
    assert hits(office) == []


class CountingPassages(ChromaPassages):
    asked: list[int]

    def nearest(self, vector: Vectors, k: int) -> dict[str, float]:
        self.asked.append(k)
        return super().nearest(vector, k)


class CountingKeywords(TantivyKeywords):
    asked: list[int]

    def best(self, weights: Mapping[str, float], k: int) -> dict[str, float]:
        self.asked.append(k)
        return super().best(weights, k)


class CountingLibrary(LibraryRecord):
    asked: int

    def live(self, ids: Sequence[str], view: View = TODAY) -> dict[str, Passage]:
        self.asked += 1
        return super().live(ids, view)


def test_without_history_each_index_and_the_ledger_are_asked_once(office: KnowledgeBase, tmp_path: Path) -> None:
    office.add([markdown("guide", pages("warmly", 300))], actor="U1")
    passages = CountingPassages(tmp_path / "home" / "chroma")
    keywords = CountingKeywords(tmp_path / "home" / "tantivy")
    library = CountingLibrary(office._ledger.engine)
    passages.asked, keywords.asked, library.asked = [], [], 0
    vector = WordHashEmbedding().encode(["The mayor greets guest warmly"])[0]
    gathering = Gathering(library=library, passages=passages, keywords=keywords)
    found = gathering.gather(vector, dict.fromkeys(keywords.terms("mayor greets warmly"), 1.0), TODAY)
    assert len(found.dense) == len(found.passages) >= CANDIDATES
    assert (passages.asked, keywords.asked, library.asked) == ([CANDIDATES], [CANDIDATES], 1)
