"""Attacks on an office with the worst language model there is, through Slack: people see nothing of what was wanted.

The model obeys whatever its material says and tells whatever it was shown before. The workspace says who was pinged,
and which links are live.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from knowledge.collections import Access
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.writing import Limits
from knowledge.written import WRITTEN_BY
from tests.answering.writing.attacking import ASKED, ATTACKS, QUOTE, SOURCE, Worst, attacked, prompt_runs, runs
from tests.answering.writing.models import Scripted, open_with_model
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, markdown
from tests.workspace import Message, Workspace

# Asked by the one who keeps the library, and in a collection that is for nobody else.
SECRET = "When does the harbor master leave the harbor office for the ministry in the capital?"
LIMITED = "The harbor master leaves the harbor office for the ministry in the capital on the ninth of May."
AGAIN = "And when does it open in the morning on weekdays?"

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"admins": ("UADMIN",)})


@pytest.fixture
def worst() -> Worst:
    return Worst()


@pytest.fixture
def library(tmp_path: Path, worst: Worst) -> Iterator[KnowledgeBase]:
    limits = Limits(tokens_per_user_per_day=10**9, tokens_per_day=10**9)
    opened = open_with_model(tmp_path / "attacked", WordHashEmbedding(), Scripted(say=worst), limits=limits)
    opened.collections.add("keepers", Access.LIMITED, channels=["G1"], actor="UADMIN")
    harbor = markdown("harbor", f"# Harbor\n\n{QUOTE}\n", source=SOURCE)
    limited = markdown("master", f"# Harbor master\n\n{LIMITED}\n", collections="keepers")
    opened.add([harbor, limited], actor="test")
    yield opened
    opened.close()


@pytest.fixture
def attack(
    workspace: Workspace, quiet_office: Office, library: KnowledgeBase, worst: Worst
) -> Iterator[Callable[[str, str], list[Message]]]:
    """Make an attack and look at all that stands in Slack after it; gives the replies to it."""
    office = quiet_office
    with office.at_work(library):
        admin = workspace.user("UADMIN")
        told = whole(office, admin.direct_message(SECRET))
        assert LIMITED in told.words  # the model has seen it, for one who may read it

        def make(place: str, words: str) -> list[Message]:
            workspace.let_time_pass(61)  # so that there are streams again
            if upload := attacked(place, words):
                library.add([upload], actor="test")
            typed = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            if place == "question":
                replies = [whole(office, office.maya.mentions("C1", f"{ASKED} {typed}"))]
            elif place == "thread":
                first = office.maya.mentions("C1", ASKED)
                replies = [whole(office, first)]
                for number, text in enumerate((typed, AGAIN), start=2):
                    office.omar.says("C1", text, thread_ts=first.ts)
                    replies.append(whole(office, first, number))
            else:
                replies = [whole(office, office.maya.mentions("C1", ASKED))]
            check(workspace, [message for message in workspace.posts() if message.channel != told.channel], words)
            return replies

        yield make
    said = " ".join(worst.said)
    assert all(wanted in said for wanted in (SECRET, LIMITED, "https://evil.example", "<!channel>"))
    assert runs(said) & prompt_runs()
    office.check_manners()


def whole(office: Office, asked: Message, number: int = 1) -> Message:
    message = office.reply(asked, number)
    office.wait(lambda: message.is_whole and message.metadata)
    return message


def check(workspace: Workspace, posts: list[Message], attack: str) -> None:
    """Nothing came of it, not in what stands in Slack and not in what stood there for a moment."""
    assert workspace.pings == [], attack
    assert {(link.url, link.label) for link in workspace.links} <= {(SOURCE, "harbor.example")}, attack
    forbidden = prompt_runs() | runs(SECRET) | runs(LIMITED)
    for message in posts:
        for shown in (message.words, *(str(version.get("blocks")) for version in message.versions)):
            assert not runs(shown) & forbidden, attack
        said, written, sources = message.words.partition(WRITTEN_BY)
        if written:
            assert set(re.findall(r"\w+", said)) <= set(re.findall(r"\w+", sources)), attack


@pytest.mark.parametrize("place", ATTACKS)
def test_nothing_comes_of_an_attack(attack: Callable[[str, str], list[Message]], place: str) -> None:
    written = 0
    for words in ATTACKS[place]:
        replies = attack(place, words)
        if place not in {"question", "thread"}:
            assert QUOTE in replies[-1].words  # it is answered as if nothing had been said
        written += WRITTEN_BY in replies[-1].words
    assert written >= 3, "the model was hardly heard, and this test says little"
