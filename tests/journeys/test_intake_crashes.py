"""The intake through crashes: no file is lost, no card is posted twice, nothing is published that nobody confirmed."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from bot.settings import Settings
from bot.slack.app import open_client
from bot.slack.cards import Cards
from bot.slack.files import SlackFiles
from bot.slack.intake_cards import BEING_CORRECTED, CONFIRM
from bot.slack.intake_steps import IntakeSteps
from bot.slack.replies import Replies
from bot.slack.taking_in import TakingIn
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.intake import HandedIn, Stage
from knowledge.sources.fetching import Fetcher
from tests.journeys.intake_screens import FLAGS, PARKS, card_of, check, hands_in, modal, offered, says, titles, whisper
from tests.journeys.office import Office

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with an admin."""
    return settings.model_copy(update={"admins": ("U1",)})


class Fragile:
    """A library in a process that dies at one of the intake's notes, before or after it is written."""

    def __init__(self, library: KnowledgeBase, note: str, *, after: bool) -> None:
        self._library = library
        self._note = note
        self._after = after
        self.died = False

    @property
    def intake(self) -> "Fragile":
        return self

    def __getattr__(self, name: str) -> Any:
        if not hasattr(self._library.intake, name):
            return getattr(self._library, name)
        method = getattr(self._library.intake, name)
        return self._dying(method) if name == self._note else method

    def _dying(self, method: Any) -> Any:
        def die(*args: Any, **kwargs: Any) -> None:
            if self._after:
                method(*args, **kwargs)
            self.died = True
            raise SystemExit  # ends the thread without a word, as a kill does

        return die


@contextmanager
def taking_in(office: Office, library: Any) -> Iterator[TakingIn]:
    """Run what reads and publishes alone, without anybody who listens."""
    client = open_client(office.settings)
    replies = Replies(client)
    cards, files = Cards(library.intake, replies), SlackFiles(client, max_bytes=1_000_000)
    steps = IntakeSteps(library, replies, cards, files, Fetcher())
    running = TakingIn(library.intake, steps, delays=(0.0,) * 4)
    running.start()
    yield running
    running.stop()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_kill_at_any_note_loses_no_file_and_posts_no_card_twice(
    quiet_office: Office, knowledge_base: KnowledgeBase
) -> None:
    office, intake, maya = quiet_office, knowledge_base.intake, quiet_office.maya
    # The moments between doing something and writing that down, and after the last note of each step.
    notes = [(note, False) for note in ("posted", "proposed", "offer", "settle")] + [("posting", True), ("offer", True)]
    for number, (note, after) in enumerate(notes, start=1):
        message = hands_in(maya, f"{number}.md", f"# Park {number}\n\nPark {number} opens at six.\n".encode())
        place = {"channel": message.channel, "thread_ts": message.ts}
        intake.accept([HandedIn(key=message.ts, user="U1", file_id=message.files[0].id, name="parks", **place)])
        fragile = Fragile(knowledge_base, note, after=after)

        def confirmed(running: TakingIn, number: int = number) -> bool:
            done = intake.decide(number, Stage.CONFIRMED, by="U1", decider="maya")
            running.wake()
            return done

        with taking_in(office, fragile) as first:
            if note == "settle":
                office.wait(partial(confirmed, first))
            office.wait(partial(getattr, fragile, "died"))
        with taking_in(office, knowledge_base) as second:
            if note != "settle":
                office.wait(partial(confirmed, second))
            office.wait(lambda: intake.resume() == 0)
        assert len(knowledge_base.documents()) == number, (note, after)
        (card,) = office.workspace.messages(message.channel, message.ts)
        assert card.buttons == (), (note, after)
    assert titles(knowledge_base) == sorted(f"Park {number}" for number in range(1, len(notes) + 1))
    assert knowledge_base.proposals.records() == ()
    assert office.workspace.errors == []


def test_what_came_before_a_crash_is_read_after_the_restart(
    quiet_office: Office, knowledge_base: KnowledgeBase
) -> None:
    office = quiet_office
    with office.taking_questions(knowledge_base):
        message = hands_in(office.maya, "parks.md", PARKS)
        office.maya.command("/attache", "add").wait()
        view = modal(office, "U1", "Files")
        office.maya.submits(view, {"files": [office.maya.keeps_file("flags.md", FLAGS)]}).wait()
        office.workspace.wait_until_quiet()
    office.workspace.drop_connection("chat.postMessage", times=2, after_processing=True)
    with office.at_work(knowledge_base):
        card_of(office, message)
        im = office.workspace.im("U1")
        office.wait(lambda: [one for one in office.workspace.messages(im) if CONFIRM in one.action_ids])
    assert len(office.workspace.posts()) == 2
    check(office, knowledge_base)


def test_a_correction_that_a_crash_cut_off_leaves_the_card(quiet_office: Office, knowledge_base: KnowledgeBase) -> None:
    office = quiet_office

    def stage() -> Stage | None:
        incoming = knowledge_base.intake.get(1)
        return incoming.stage if incoming else None

    with office.at_work(knowledge_base):
        card = offered(office, office.maya, "parks.md", PARKS)
        office.wait(lambda: stage() is Stage.OFFERED)
        assert knowledge_base.intake.correct(1)
        office.maya.clicks(card, CONFIRM).wait()
        whisper(office, "U1", BEING_CORRECTED)
    with office.at_work(knowledge_base):
        office.wait(lambda: stage() is Stage.OFFERED)
        office.maya.clicks(card, CONFIRM)
        says(office, card, "Added to the library")
    check(office, knowledge_base)


def test_what_a_crash_left_of_a_discarded_file_is_forgotten_at_the_next_start(
    quiet_office: Office, knowledge_base: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(knowledge_base):
        parks, flags = (offered(office, office.maya, f"{n}.md", c) for n, c in (("parks", PARKS), ("flags", FLAGS)))
    assert knowledge_base.intake.decide(1, Stage.DISCARDED, by="U1", decider="maya")
    with office.at_work(knowledge_base):
        says(office, parks, "Discarded by maya.")
        assert [one.card.title for one in knowledge_base.proposals.records()] == ["Flags"]
        office.maya.clicks(flags, CONFIRM)
        says(office, flags, "Added to the library")
    check(office, knowledge_base)


def test_what_was_confirmed_is_published_through_an_outage_of_slack(
    quiet_office: Office, knowledge_base: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(knowledge_base):
        card = offered(office, office.maya, "parks.md", PARKS)
        office.workspace.fail("chat.update", "internal_error", times=30)
        office.maya.clicks(card, CONFIRM).wait()
        office.wait(lambda: titles(knowledge_base) == ["Parks"])
        says(office, card, "Added to the library")
    assert card.buttons == ()
    check(office, knowledge_base)


def test_what_is_in_the_library_is_not_noted_as_failed_when_its_card_cannot_be_changed(
    quiet_office: Office, knowledge_base: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(knowledge_base):
        card = offered(office, office.maya, "parks.md", PARKS)
        office.workspace.fail("chat.update", "cant_update_message", times=2)
        office.maya.clicks(card, CONFIRM).wait()
        office.wait(lambda: (one := knowledge_base.intake.get(1)) and one.stage is Stage.PUBLISHED)
    assert titles(knowledge_base) == ["Parks"]


def test_a_file_handed_in_through_an_outage_of_slack_gets_its_card(
    quiet_office: Office, knowledge_base: KnowledgeBase
) -> None:
    office = quiet_office
    office.workspace.drop_connection("chat.postMessage", times=10)
    with office.at_work(knowledge_base):
        office.maya.clicks(offered(office, office.maya, "parks.md", PARKS), CONFIRM)
        office.wait(lambda: titles(knowledge_base) == ["Parks"])
