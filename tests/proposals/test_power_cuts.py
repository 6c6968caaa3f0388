"""The power goes between any two steps of an act on proposals: what is served is as it was, or as it should be."""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from knowledge.domain import Details, Question
from knowledge.errors import AttacheError
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.copying import COPY
from tests.making import markdown, open_in
from tests.proposals.cutting import Embedding, PowerCut

OLD = "# Gifts\n\nThe mayor gives honey.\n\n## Guests\n\nGuests get tea.\n"
NEW = "# Gifts\n\nThe mayor gives jam.\n\n## Guests\n\nGuests get tea.\n"
FLAGS = "# Flags\n\nFlags are raised at nine.\n"

# What was only tried on a copy is swept after a crash, and embedded anew when it is tried again.
TRIED = "index with --strict"

Act = Callable[[KnowledgeBase], object]
ACTS: dict[str, Act] = {
    "propose": lambda base: base.proposals.propose(markdown("new flags", FLAGS), actor="U1"),
    "amend": lambda base: base.proposals.amend("P1", Details(title="Presents"), supersedes="Gifts", actor="U1"),
    "merge": lambda base: base.proposals.amend("P1", Details(), replaces="Gifts", actor="U1"),
    "confirm": lambda base: base.proposals.confirm("P1", actor="U1"),
    "discard": lambda base: base.proposals.discard("P1", actor="U1"),
    TRIED: lambda base: base.proposals.rehearse(
        [markdown("flags", FLAGS), markdown("gifts", OLD)], actor="U1", mirrored=["folder"], publish_unless_worse=True
    ),
}


def served(base: KnowledgeBase) -> set[str]:
    return {hit.passage.text for hit in base.search(Question(id="q", text="mayor honey jam tea guests flags"), 50)}


def waiting(base: KnowledgeBase) -> list[tuple[str, str, int]]:
    return [(one.id, one.card.title, one.passages) for one in base.proposals.records()]


def state(base: KnowledgeBase) -> tuple[object, ...]:
    return served(base), waiting(base), [record.card.title for record in base.documents()]


def check(base: KnowledgeBase, folder: Path) -> None:
    """Nothing is half there: no orphan and no hole in either index, no copy of the ledger, an unbroken trail."""
    kept = base._ledger.library.kept_ids()
    assert base._indexes._passages.ids() == base._indexes._keywords.ids() == kept
    assert base._ledger.library.is_settled()
    assert base.verify_audit().broken is None
    assert not (folder / COPY).exists()
    for one in base.proposals.records():
        assert one.passages == len(base._ledger.proposals.passages(one.id)) > 0


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a document and a proposal, made once."""
    folder = tmp_path_factory.mktemp("stock") / "home"
    with closing(open_in(folder, Embedding())) as base:
        base.add([markdown("gifts", OLD)], actor="U1")
        base.proposals.propose(markdown("new gifts", NEW), actor="U1")
    return folder


@pytest.mark.parametrize("name", ACTS)
def test_the_power_goes_between_two_steps(tmp_path: Path, stock: Path, name: str) -> None:
    act = ACTS[name]
    whole = shutil.copytree(stock, tmp_path / "whole")
    with closing(open_in(whole, Embedding())) as base:
        before = state(base)
        act(base)
        after = state(base)
    for steps in count():
        folder, embedding = shutil.copytree(stock, tmp_path / str(steps)), Embedding()
        with closing(open_in(folder, embedding)) as base, embedding.cut_after(steps, base._ledger):
            try:
                act(base)
            except PowerCut:
                done = False
            else:
                done = True
        if done:
            assert steps > 0
            break
        with closing(open_in(folder, embedding)) as again:
            assert state(again) in (before, after)
            check(again, folder)
            try:
                act(again)
            except AttacheError:  # it is done already
                assert state(again) == after
            assert state(again) == after
            check(again, folder)
        embedded = Counter(text for text in embedding.encoded if "\n" in text)
        assert max(embedded.values(), default=1) == 1 or name == TRIED


def test_what_a_killed_preview_left_goes_away_with_the_next_start(tmp_path: Path, stock: Path) -> None:
    folder = shutil.copytree(stock, tmp_path / "home")
    (folder / COPY).write_bytes(b"what people asked")
    with closing(open_in(folder, Embedding())) as base:
        assert waiting(base) == [("P1", "Gifts", 2)]
    assert not list(folder.glob(f"{COPY}*"))
