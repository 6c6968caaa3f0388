"""The ways to the library in Slack, and what it holds: the list and the document itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings
from bot.slack.documents import DOING
from bot.slack.library import LOOKING
from bot.slack.library_view import OPEN
from bot.slack.snapshots import GOING_BACK
from knowledge.domain import Failure, Kind, Status
from knowledge.embedding import Embedding
from knowledge.gold_questions import GoldQuestion
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.making import Calendar, markdown, open_in
from tests.workspace import View
from tests.workspace.people import Person

HONEY = "What does the mayor give to guests?"
WORKING = (LOOKING, DOING, GOING_BACK)


def with_admins(settings: Settings) -> Settings:
    """The same with admins: U1 by name, UADMIN by being in the group."""
    return settings.model_copy(update={"admins": ("U1",), "admin_group": "S1"})


@contextmanager
def few_documents(folder: Path, embedding: Embedding) -> Iterator[KnowledgeBase]:
    """A library of a few documents in every state, and a gold question about one of them."""
    calendar = Calendar(datetime(2026, 11, 2, 9, tzinfo=UTC))
    opened = open_in(folder, embedding, now=calendar, threshold=0.0)
    honey = "# Gifts\n\nThe mayor gives honey to guests.\n"
    opened.add([markdown("gifts", honey, kind=Kind.POLICY, issuer="Protocol office", date="2024-05")], actor="U1")
    calendar.move(days=1)
    opened.add(
        [
            markdown("gifts", honey.replace("honey", "honey and books"), date="2024-05", review_by="2026-11-02"),
            markdown("flags", "# Flags\n\nFlags stand on the left.\n", title="Flags <!channel>", status=Status.DRAFT),
            markdown("soon", "# Soon\n\nTea is served at noon.\n", publish_at="2026-12-01"),
            markdown("gone", "# Gone\n\nLunch is at noon.\n"),
            Failure(name="scan.pdf", advice="This file is damaged.", place="folder/scan.pdf"),
        ],
        actor="desk",
    )
    opened.remove("Gone", actor="UADMIN")
    opened.add_gold(GoldQuestion(text=HONEY, document="Gifts", words=("honey",)), actor="U1")
    opened.run_gold()
    yield opened
    opened.close()


def top(office: Office, title: str, *words: str, user: str = "U1") -> View:
    """Wait until the modal on top has this title and shows these words, and no longer that it is busy."""

    def ready() -> list[View]:
        views = office.workspace.views(user)[-1:]
        return [
            view
            for view in views
            if view.title == title and all(word in view.words for word in words)
            if not any(word in view.words for word in WORKING)
        ]

    return office.wait(ready)[0]


def open_library(office: Office, words: str = "", person: Person | None = None) -> View:
    someone = person or office.maya
    assert someone.command("/attache", f"library {words}").wait().acknowledged
    return top(office, "The library", user=someone.id)


def open_document(office: Office, title: str, person: Person | None = None) -> View:
    someone = person or office.maya
    view = open_library(office, title, someone)
    someone.clicks(view, OPEN).wait()
    return top(office, "Document", title, user=someone.id)


def lines(view: View) -> list[str]:
    return view.words.splitlines()
