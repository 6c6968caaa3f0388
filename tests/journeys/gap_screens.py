"""The ways to a gap in Slack: the list, the gap itself, its forms and its card."""

from bot.slack.gap_list import OPEN
from bot.slack.gap_view import ACT
from bot.slack.gaps import LOOKING
from knowledge.domain import Question
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.workspace import Message, View
from tests.workspace.people import Person


def ask(library: KnowledgeBase, number: int, text: str, asker: str = "U2") -> None:
    library.ask(Question(id=f"C1:{number}", text=text, asker=asker, channel="C1", thread_id=f"C1:{number}"))


def top(office: Office, title: str, *words: str, user: str = "U1") -> View:
    """Wait until the modal on top has this title and shows these words."""

    def ready() -> list[View]:
        views = office.workspace.views(user)[-1:]
        return [
            v for v in views if v.title == title and all(word in v.words for word in words) and LOOKING not in v.words
        ]

    return office.wait(ready)[0]


def open_list(office: Office, words: str = "", person: Person | None = None) -> View:
    someone = person or office.maya
    assert someone.command("/attache", f"gaps {words}").wait().acknowledged
    return top(office, "Gaps", user=someone.id)


def open_gap(office: Office, gap: str, person: Person | None = None) -> View:
    someone = person or office.maya
    someone.clicks(open_list(office, gap, someone), OPEN, gap).wait()
    return top(office, "Gap", gap, user=someone.id)


def form(office: Office, under: View | Message, does: str, title: str, person: Person | None = None) -> View:
    someone = person or office.maya
    someone.clicks(under, f"{ACT}:{does}").wait()
    return top(office, title, user=someone.id)


def cards(office: Office) -> list[Message]:
    return [message for message in office.workspace.messages("C1") if message.user == office.workspace.bot_user_id]


def card(office: Office, *words: str) -> Message:
    """Wait for the card that shows these words."""
    return office.wait(lambda: [one for one in cards(office) if all(word in one.words for word in words)])[0]
