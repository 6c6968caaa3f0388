"""Whatever an admin does in whatever order: what is served is what each act said, and nothing is embedded twice."""

import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from knowledge.domain import Details, Question
from knowledge.errors import AttacheError
from knowledge.receipts import Change
from tests.making import Calendar, WordHashEmbedding, markdown, open_in

PLACES = ("gifts", "flags")
WORDS = ("honey", "tea", "books")
places = st.sampled_from(PLACES)


def sentence(place: str, word: str) -> str:
    return f"The mayor gives {place} {word}."


class Office(RuleBasedStateMachine):
    """`served` is the word each document should be served with, `versions` the word of each version there was."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.embedding = WordHashEmbedding()
        self.calendar = Calendar(datetime(2026, 11, 2, 9, tzinfo=UTC))
        self.base = open_in(Path(self.folder.name), self.embedding, now=self.calendar)
        self.served: dict[str, str] = {}
        self.versions: dict[str, dict[int, str]] = {place: {} for place in PLACES}
        self.corrected: set[tuple[str, int]] = set()
        self.snapshots: dict[str, dict[str, str]] = {}

    def teardown(self) -> None:
        self.base.close()
        self.folder.cleanup()

    @rule(place=places, word=st.sampled_from(WORDS))
    def add(self, place: str, word: str) -> None:
        receipt = self.base.add([markdown(place, f"# {place}\n\n{sentence(place, word)}\n")], actor="U1")
        if receipt.held_back:
            assert self.served.get(place) != word
            return
        assert bool(receipt.unchanged) == (self.served.get(place) == word)
        assert bool(receipt.added) == (place not in self.served)
        self.served[place] = word
        (record,) = (record for record in self.base.documents() if record.card.title == place)
        assert self.versions[place].setdefault(record.version, word) == word

    @rule(place=places, words=st.permutations(WORDS))
    def add_one_after_another(self, place: str, words: list[str]) -> None:
        for word in words:
            self.add(place, word)

    @rule(place=places)
    def remove(self, place: str) -> None:
        if self.did(lambda: self.base.remove(place, actor="U1")):
            del self.served[place]

    @rule(place=places, issuer=st.sampled_from(("Clerk", "Mayor")))
    def correct(self, place: str, issuer: str) -> None:
        change = self.did(lambda: self.base.correct(place, Details(issuer=issuer), actor="U1"))
        if change:
            assert change.document.card.issuer == issuer
            self.versions[place][change.document.version] = self.served[place]
            self.corrected.add((place, change.document.version))

    @rule(place=places)
    def roll_back(self, place: str) -> None:
        change = self.did(lambda: self.base.roll_back(place, actor="U1"))
        if change:
            before, self.served[place] = self.served[place], self.versions[place][change.document.version]
            newer = [edition for edition in self.base.history(place) if edition.undone]
            assert self.served[place] != before or any((place, one.version) in self.corrected for one in newer)
            assert before in {self.versions[place][edition.version] for edition in newer}
            self.stays_out(place, before)

    @rule(place=places)
    def roll_back_to_the_first(self, place: str) -> None:
        left, before = len(self.base.history(place)) if place in self.served else 0, self.served.get(place)
        while change := self.did(lambda: self.base.roll_back(place, actor="U1")):
            self.served[place] = self.versions[place][change.document.version]
            left -= 1
            assert left > 0
        if before is not None:
            self.stays_out(place, before)

    @rule(place=places)
    def restore(self, place: str) -> None:
        change = self.did(lambda: self.base.restore(place, actor="U1"))
        if change:
            self.served[place] = self.versions[place][change.document.version]
        elif self.versions[place]:
            assert place in self.served  # what was removed can always be restored

    @rule(name=st.sampled_from(("one", "two")))
    def snapshot(self, name: str) -> None:
        if name not in self.snapshots:
            self.base.take_snapshot(name, actor="U1")
            self.snapshots[name] = dict(self.served)

    @precondition(lambda self: self.snapshots)
    @rule(data=st.data())
    def go_back(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.snapshots)))
        gone_back, _ = self.base.go_back(name, actor="U1")
        then = self.snapshots[name]
        assert len(gone_back.removed) == len(self.served.keys() - then.keys())
        assert len(gone_back.restored) == len(then.keys() - self.served.keys())
        self.served = dict(then)

    @rule()
    def time_passes(self) -> None:
        self.calendar.move(hours=1)

    @rule()
    def start_again(self) -> None:
        self.base.close()
        self.base = open_in(Path(self.folder.name), self.embedding, now=self.calendar)

    @invariant()
    def what_is_served_is_what_should_be(self) -> None:
        wanted = {sentence(place, word) for place, word in self.served.items()}
        question = Question(id="q", text=f"The mayor gives {' '.join((*PLACES, *WORDS))}")
        assert {hit.passage.text for hit in self.base.search(question, 50)} == wanted
        assert {record.card.title for record in self.base.documents()} == set(self.served)
        assert self.base.manifest().passages == len(wanted)

    @invariant()
    def nothing_was_embedded_twice(self) -> None:
        embedded = Counter(text for text in self.embedding.encoded if "\n" in text)
        assert max(embedded.values(), default=1) == 1

    @invariant()
    def the_indexes_hold_every_version_and_the_trail_every_act(self) -> None:
        kept = self.base._ledger.library.kept_ids()
        assert self.base._indexes._passages.ids() == self.base._indexes._keywords.ids() == kept
        assert self.base.verify_audit().broken is None

    def stays_out(self, place: str, word: str) -> None:
        """A file that somebody went back behind is not served again because it still lies there."""
        self.calendar.move(minutes=1)
        receipt = self.base.add([markdown(place, f"# {place}\n\n{sentence(place, word)}\n")], actor="U1")
        assert receipt.held_back or (receipt.unchanged and self.served[place] == word)

    def did(self, act: Callable[[], Change]) -> Change | None:
        """What an act did; None where it was refused with advice."""
        self.calendar.move(minutes=1)
        try:
            return act()
        except AttacheError:
            return None


TestOffice = Office.TestCase
TestOffice.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
