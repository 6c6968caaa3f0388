"""The ways of the intake in Slack: what is handed in, its card, and what is said below it."""

from bot.slack.intake_cards import CONFIRM
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.workspace import Message, View
from tests.workspace.people import Person

PARKS = b"---\ntitle: Parks\nissuer: Parks Department\ndate: '2026'\n---\n\nEvery park opens at six in the morning.\n"
FLAGS = b"# Flags\n\nOur own flag stands on the right of the guest's.\n"


def check(office: Office, library: KnowledgeBase) -> None:
    """Nothing is left to do, nobody was pinged, and Slack had nothing to complain of."""
    assert library.intake.resume() == 0
    office.check_manners()


def hands_in(person: Person, name: str, content: bytes, text: str = "") -> Message:
    return person.uploads(None, name, content, text=text)


def card_of(office: Office, message: Message, number: int = 0) -> Message:
    """Wait for a card with buttons below what somebody sent."""

    def cards() -> list[Message]:
        return [one for one in office.workspace.messages(message.channel, message.ts) if CONFIRM in one.action_ids]

    return office.wait(lambda: cards()[number:])[0]


def offered(office: Office, person: Person, name: str, content: bytes) -> Message:
    return card_of(office, hands_in(person, name, content))


def says(office: Office, message: Message, words: str) -> str:
    """Wait until a message says something."""
    office.wait(lambda: words in message.words)
    return message.words


def whisper(office: Office, user: str, words: str) -> None:
    office.wait(lambda: [one for one in office.workspace.ephemerals(user) if words in one.words])


def modal(office: Office, user: str, words: str) -> View:
    """Wait for a modal that says something."""
    return office.wait(lambda: [one for one in office.workspace.views(user) if words in one.words])[-1]


def titles(library: KnowledgeBase) -> list[str]:
    return [document.card.title for document in library.documents()]
