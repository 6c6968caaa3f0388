"""Answers on their way into the library: whoever gave one hears what came of it, whatever breaks in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.gap_forms import SOURCE, TEXT
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.answer_offers import OfferState
from tests.journeys.gap_screens import ask, form, open_gap
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown, open_in
from tests.workspace import Message

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)

ZEPPELIN = "Whose zeppelin carries visiting delegations?"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with an admin."""
    return settings.model_copy(update={"admins": ("U1",), "time_zone": "UTC"})


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    """A small library with one gap."""
    opened = open_in(tmp_path / "home", word_hash, threshold=0.5)
    opened.add([markdown("gifts", "# Gifts\n\nThe mayor gives honey to guests.\n")], actor="U1")
    ask(opened, 1, ZEPPELIN)
    yield opened
    opened.close()


def direct(office: Office, words: str) -> list[Message]:
    """Wait for direct messages to Maya that show these words."""
    im = office.workspace.im("U1")
    return office.wait(lambda: [one for one in office.workspace.messages(im) if words in one.words])


def fail(*_: object, **__: object) -> None:
    raise OSError(5, "Input/output error")


def test_whoever_heard_that_publishing_failed_hears_that_it_was_published_after_all(
    quiet_office: Office, library: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"text": "The zeppelin of the mayor.", "source": "Handbook", "review_by": None, "offered_by": "U1"}
    library.gaps.offers.make("C1:1", gap="G1", colleague="U2", **said)  # type: ignore[arg-type]
    library.gaps.offers.move(1, OfferState.AGREED, only_from=OfferState.ASKED)
    with monkeypatch.context() as patched:
        patched.setattr(library.gaps, "answer", fail)
        for _ in range(2):
            with quiet_office.at_work(library):
                direct(quiet_office, "(reference ")
    with quiet_office.at_work(library):
        direct(quiet_office, "omar said yes. Published: ")
    assert len(direct(quiet_office, "(reference ")) == 1


def die(*_: object, **__: object) -> None:
    raise SystemExit  # ends what the form began without a word, as a kill does


def test_an_answer_whose_form_was_taken_is_published_by_the_next_start_and_once(
    quiet_office: Office, library: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = quiet_office
    with monkeypatch.context() as patched, office.at_work(library):
        patched.setattr(library.gaps, "answer", die)
        view = form(office, open_gap(office, "G1"), "answer", "Answer")
        said = {TEXT: "Visiting delegations fly in the zeppelin of the airport.", SOURCE: "Airport handbook"}
        assert office.maya.submits(view, said).wait().acknowledged
    assert not [one for one in library.documents() if one.card.kind == "answer"]
    for _ in range(2):
        with office.at_work(library):
            direct(office, "Published: ")
    assert len(direct(office, "Published: ")) == 1
    (document,) = [one for one in library.documents() if one.card.kind == "answer"]
    assert (document.card.issuer, document.card.source, document.version) == ("maya, Fake", "Airport handbook", 1)
    office.check_manners()


def test_what_was_written_later_is_not_covered_by_an_answer_that_failed_before(
    quiet_office: Office, library: KnowledgeBase
) -> None:
    said = {"gap": "G1", "source": "Handbook", "review_by": None, "written_by": "U1"}
    for number, text in enumerate(("The old zeppelin.", "The new zeppelin.", "The new zeppelin."), start=1):
        library.gaps.offers.keep(f"form {min(number, 2)}", text=text, **said)  # type: ignore[arg-type]
    with quiet_office.at_work(library):
        direct(quiet_office, "Published: ")
    states = [(one := library.gaps.offers.get(number)) and one.state for number in (1, 2, 3)]
    assert states == [OfferState.REFUSED, OfferState.PUBLISHED, None]
    (document,) = [one for one in library.documents() if one.card.kind == "answer"]
    assert document.version == 1
