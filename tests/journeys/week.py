"""A week of the person who keeps the library, as docs/admin.md tells it: played with the real app, kept as pictures.

What is kept of a scene stood in Slack at that moment: docs/pictures.py draws it, a test holds the page to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bot.settings import Settings
from bot.slack import serving
from bot.slack.correcting import SUPERSEDES
from bot.slack.document_view import RESTORE, ROLL_BACK
from bot.slack.intake_cards import CONFIRM, CORRECT, NEWER, PREVIEW
from bot.slack.library_view import FILTERS, OPEN, SNAPSHOTS
from bot.slack.snapshot_views import NAME
from knowledge.domain import Details, Question, Upload
from knowledge.embedding import Embedding
from knowledge.gold_questions import GoldQuestion
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.errors import GoneLink
from knowledge.sources.fetching import Fetched, Fetcher
from knowledge.sources.source import NewSource, SourceKind
from tests.journeys.office import Office
from tests.making import STARTER, Calendar, open_in
from tests.reading.making_pdfs import make_locked_pdf, make_pdf, paragraph
from tests.reading.making_pictures import draw_page, scan_to_pdf
from tests.workspace import Message, View, Workspace

Part = dict[str, Any]
# What each scene shows, from top to bottom.
Scenes = dict[str, list[Part]]

# Those of which the page has a picture, and who is named in them.
PICTURES = ("week-card", "week-preview", "week-scan", "week-library", "week-document", "week-flag", "week-home")
NAMES = {"U1": "maya"}

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
KEPT = ("federal-contacts-2022", "visiting-delegations-protocol", "tenth-summit-status", "small-city-start")
OLD_SHEET, NEW_SHEET = "federal-contacts-2022", "federal-contacts-2026"
WHOM = "Whom do we contact in the Subnational Diplomacy Unit?"
ASKED = (
    "When was the Tenth Summit postponed?",
    "How many offices did the State Department plan to cut in 2025?",
    "Who is the contact for mayors at the State Department?",
)
PAGE = "https://city.example/visits/parking"

DECLARATION = (
    "Declaration of the Harbor Cities Summit",
    "Riverton, 12 November 2026",
    "The mayors of nine harbor cities met in Riverton and agreed to share their plans for clean ports.",
    "Each city reports once a year on shore power and on jobs in its port. The next summit is held in spring 2028.",
)
TOOLKIT = (
    ("Toolkit for port visits", "The host meets the delegation at the gate of the port and hands out hard hats."),
    ("Gifts on board", "A gift from the captain goes to the city archive. The protocol officer lists it the same day."),
)


class Site(Fetcher):
    """A city's web site in this process: one page, until it is taken down."""

    is_up = True

    def check(self, url: str) -> str:
        return url

    def fetch(self, url: str, **_: Any) -> Fetched:
        if not self.is_up:
            raise GoneLink
        text = (
            "<h1>Parking for delegations</h1><p>Buses of a delegation park behind the town hall, on the north side.</p>"
        )
        return Fetched(url=url, name="parking.html", content=f"<html><body>{text}</body></html>".encode())


@contextmanager
def a_week(folder: Path, embedding: Embedding) -> Iterator["Week"]:
    """The office on Monday morning: the app at work, a small library, two gold questions."""
    clock, site = Calendar(MONDAY), Site()
    manifest = yaml.safe_load((Path(serving.__file__).parent / "manifest.yaml").read_text("utf-8"))
    library = open_in(folder, embedding, now=clock, fetcher=site)
    try:
        with Workspace(manifest=manifest) as workspace:
            settings = Settings(
                _env_file=None,
                slack_bot_token=workspace.bot_token,
                slack_app_token=workspace.app_token,
                slack_api_url=workspace.api_url,
                admins=("U1",),
            )
            office = Office(workspace, settings)
            with office.at_work(library):
                yield Week(office, library, clock, site)
            office.check_manners()
    finally:
        library.close()


class Week:
    """Plays one day after the other; `scenes` fill as it goes."""

    def __init__(self, office: Office, library: KnowledgeBase, clock: Calendar, site: Site) -> None:
        self.scenes: Scenes = {}
        self._office = office
        self._workspace = office.workspace
        self._maya = office.maya
        self._library = library
        self._clock = clock
        self._site = site

    def play(self) -> Scenes:
        """Play it all."""
        self._before()
        for day in (self._monday, self._tuesday, self._wednesday, self._thursday, self._friday):
            day()
            self._clock.move(days=1)
        self._workspace.wait_until_quiet()
        return self.scenes

    def _before(self) -> None:
        uploads = [Upload(name=f"{name}.md", content=_document(name), place=f"office/{name}.md") for name in KEPT]
        uploads[1] = replace(uploads[1], details=Details(review_by="2026-12-01"))
        self._library.add(uploads, actor="U1")
        sheet = "Federal contacts for city diplomacy, October 2022 sheet"
        self._library.add_gold(
            GoldQuestion(text=WHOM, document=sheet, words=("Subnational Diplomacy Unit",)), actor="U1"
        )
        steps = "Visiting delegations and protocol checklist"
        self._library.add_gold(GoldQuestion(text="Who owns the schedule of a visit?", document=steps), actor="U1")
        self._library.run_gold()
        for number, text in enumerate(ASKED):
            self._library.ask(Question(id=f"q{number}", text=text))
        self._library.sources.add(NewSource(kind=SourceKind.PAGE, address=PAGE, every="03:00"), actor="U1")

    def _monday(self) -> None:
        message, (card,) = self._drops({"harbor-cities-declaration.pdf": _declaration()})
        self._keep("week-card", _said(message), _answered(card))
        self._maya.clicks(card, CORRECT)
        form = self._modal("Newer version of")
        self._maya.looks_up(form, SUPERSEDES)
        self._maya.submits(form, {"issuer": "Harbor Cities Summit"}).wait()
        self._office.wait(lambda: "summit · Harbor Cities Summit · November 12, 2026" in card.words)
        self._confirms(card)
        self._keep("week-card", _answered(card))

    def _tuesday(self) -> None:
        message, (card,) = self._drops({f"{NEW_SHEET}.md": _document(NEW_SHEET)})
        self._keep("week-preview", _said(message), _answered(card))
        self._maya.clicks(card, NEWER)
        self._office.wait(lambda: "Will be version 2" in card.words and CONFIRM in card.action_ids)
        self._maya.clicks(card, PREVIEW)
        preview = self._modal("of people tried")
        self._keep("week-preview", _opened(preview))
        self._maya.submits(preview).wait()
        self._office.wait(lambda: "Version 2, updated" in card.words)

    def _wednesday(self) -> None:
        files = {"port-visits-toolkit.pdf": _scan(), "port-visits-annex.pdf": make_locked_pdf("x")}
        message, cards = self._drops(files)
        self._keep("week-scan", _said(message), *map(_answered, cards))
        self._confirms(cards[0])

    def _thursday(self) -> None:
        self._maya.command("/attache", "library").wait()
        library = self._modal("7 documents:")
        self._maya.clicks(library, FILTERS[1], "Guidance").wait()
        self._office.wait(lambda: "3 documents:" in library.words)
        self._keep("week-library", _opened(library))
        self._maya.clicks(library, SNAPSHOTS).wait()
        snapshots = self._modal("None taken so far")
        self._maya.submits(snapshots, {NAME: "before the council meeting"}).wait()
        taken = self._modal("Taken: before the council meeting")
        self._keep("week-snapshots", _opened(taken))
        self._maya.closes(taken)
        self._maya.clicks(library, FILTERS[0], "federal contacts").wait()
        self._office.wait(lambda: "1 document:" in library.words)
        self._maya.clicks(library, OPEN).wait()
        self._office.wait(lambda: ROLL_BACK in self._top().action_ids)
        self._keep("week-before-rolling-back", _opened(self._top()))
        self._press(ROLL_BACK, "Rolled back")
        self._keep("week-document", _opened(self._top()))
        self._keep("week-question", *self._omar_asks())
        self._press(RESTORE, "Restored")
        self._keep("week-question", *self._omar_asks())

    def _friday(self) -> None:
        self._site.is_up = False
        self._library.sources.keep_fresh("S1")
        im = self._workspace.im("U1")
        told = self._office.wait(
            lambda: [m for m in self._workspace.messages(im) if m.user == self._workspace.bot_user_id]
        )
        self._keep("week-flag", _answered(told[-1]))
        self._maya.opens_home()
        home = self._office.wait(lambda: self._workspace.home("U1"))
        self._keep("week-home", {"home": home.content})

    # --- What Maya and Omar do

    def _drops(self, files: Mapping[str, bytes]) -> tuple[Message, Sequence[Message]]:
        """Drop files into the direct messages, and wait until each is read or said to be unreadable."""
        message = self._maya.shares([self._maya.keeps_file(name, content) for name, content in files.items()])

        def cards() -> list[Message]:
            return self._workspace.messages(message.channel, message.ts)

        self._office.wait(lambda: len(cards()) == len(files))
        self._office.wait(lambda: all(card.action_ids or "lease" in card.words for card in cards()))
        return message, cards()

    def _confirms(self, card: Message) -> None:
        self._maya.clicks(card, CONFIRM)
        self._office.wait(lambda: "Added to the library" in card.words)

    def _omar_asks(self) -> tuple[Part, Part]:
        asked = self._office.omar.mentions("C1", WHOM)
        return {"from": "Omar", "text": f"@Attaché {WHOM}"}, _answered(self._office.reply(asked))

    def _press(self, action_id: str, words: str) -> None:
        self._maya.clicks(self._top(), action_id).wait()
        self._modal(words)

    def _modal(self, words: str) -> View:
        self._office.wait(lambda: self._workspace.views("U1") and words in self._top().words)
        return self._top()

    def _top(self) -> View:
        return self._workspace.views("U1")[-1]

    def _keep(self, scene: str, *parts: Part) -> None:
        self.scenes.setdefault(scene, []).extend(deepcopy(parts))


def _document(name: str) -> bytes:
    """A document of the starter library as an office's own; the old sheet as before there was a newer one."""
    text, _, _ = (STARTER / f"{name}.md").read_text("utf-8").partition("## About this sample")
    for said, instead in (
        ("issuer: Attaché starter library", "issuer: Office of International Affairs"),
        ("status: superseded\n", ""),
        (f"superseded_by: {NEW_SHEET}\n", ""),
    ):
        text = text.replace(said, instead)
    return text.encode()


def _declaration() -> bytes:
    title, day, first, second = DECLARATION
    front = paragraph(title, y=720, size=18) + paragraph(day, y=690) + paragraph(first, y=660)
    return make_pdf([front, paragraph(second, y=720)], title=title)


def _scan() -> bytes:
    pages = [paragraph(head, y=150, size=20) + paragraph(text, y=110, measure=70) for head, text in TOOLKIT]
    return scan_to_pdf([draw_page(page, height=190, ink=120) for page in pages])


def _said(message: Message) -> Part:
    return {"from": "Maya", "text": message.text, "files": [file.name for file in message.files]}


def _answered(message: Message) -> Part:
    return {"from": "Attaché", "text": message.text, "blocks": message.blocks}


def _opened(view: View) -> Part:
    return {"modal": view.content}
