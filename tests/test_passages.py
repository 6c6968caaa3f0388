"""The dense index finds passages by cosine and refuses vectors of another model."""

import resource
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import Vectors
from knowledge.errors import ModelMismatch
from knowledge.passages import ChromaPassages


@pytest.fixture
def passages(tmp_path: Path) -> ChromaPassages:
    return ChromaPassages(tmp_path / "chroma")


def axis(*numbers: int) -> Vectors:
    return np.eye(8, dtype=np.float32)[list(numbers)]


def test_the_nearest_come_first_with_their_cosine(passages: ChromaPassages) -> None:
    passages.add(["a", "b"], axis(0, 1))
    query = np.asarray([0.6, 0.8, 0, 0, 0, 0, 0, 0], dtype=np.float32)
    assert passages.nearest(query, 5) == pytest.approx({"b": 0.8, "a": 0.6})
    assert list(passages.nearest(query, 5)) == ["b", "a"]


def test_an_empty_index_finds_nothing(passages: ChromaPassages) -> None:
    assert passages.nearest(axis(0)[0], 5) == {}
    assert passages.similarities(axis(0)[0], []) == {}
    assert passages.holding([]) == frozenset()


def test_similarities_of_named_passages_are_exact(passages: ChromaPassages) -> None:
    passages.add(["a", "b"], axis(0, 1))
    assert passages.similarities(axis(1)[0], ["b", "a", "never there"]) == pytest.approx({"b": 1.0, "a": 0.0})


def test_a_vector_added_again_replaces_the_old_one(passages: ChromaPassages) -> None:
    passages.add(["a"], axis(0))
    passages.add(["a"], axis(3))
    assert passages.count() == 1
    assert passages.similarities(axis(3)[0], ["a"]) == pytest.approx({"a": 1.0})


def test_removed_passages_are_gone(passages: ChromaPassages) -> None:
    passages.add(["a", "b"], axis(0, 1))
    passages.remove(["a", "never there"])
    assert passages.ids() == passages.holding(["a", "b"]) == {"b"}


def test_another_dimension_asks_for_a_rebuild_and_clearing_allows_it(passages: ChromaPassages) -> None:
    passages.add(["a"], axis(0))
    other = np.ones((1, 4), dtype=np.float32)
    for use in (lambda: passages.add(["b"], other), lambda: passages.nearest(other[0], 1)):
        with pytest.raises(ModelMismatch, match="attache rebuild"):
            use()
    passages.clear()
    passages.add(["b"], other)
    assert passages.ids() == {"b"}


def test_after_a_write_that_found_no_room_the_next_one_does_not_wait_for_ever(
    passages: ChromaPassages, tmp_path: Path
) -> None:
    """As after a full disk, Chroma keeps the lock of the write that failed; the file size limit is its stand-in."""
    passages.add(["a"], axis(0))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "chroma" / "chroma.sqlite3").stat().st_size, limits[1]))
    try:
        for _ in range(3):
            with pytest.raises(Exception, match="disk"):
                passages.add([f"b{number}" for number in range(500)], np.repeat(axis(1), 500, axis=0))
            assert passages.nearest(axis(0)[0], 5) == pytest.approx({"a": 1.0})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    passages.add(["c"], axis(2))
    assert passages.ids() == {"a", "c"}
    passages.remove(["a"])
    assert passages.nearest(axis(2)[0], 5) == pytest.approx({"c": 1.0})
