"""Sources in Slack: the people in ADMINS hear once when pages went missing, whatever these are called."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.news import MOST_NAMED
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.source import NewSource, SourceKind
from tests.journeys.office import Office
from tests.making import WordHashEmbedding, open_in
from tests.workspace import Message, Workspace

pytestmark = pytest.mark.parametrize("transport", ["socket mode"], indirect=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with admins, one of whom Slack does not know; UADMIN is one by being in the group."""
    return settings.model_copy(update={"admins": ("UNOBODY", "U1"), "admin_group": "S1"})


@pytest.fixture
def library(tmp_path: Path, word_hash: WordHashEmbedding) -> Iterator[KnowledgeBase]:
    opened = open_in(tmp_path / "home", word_hash)
    yield opened
    opened.close()


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder of twelve documents, one with a name that would be a mention in Slack."""
    folder = tmp_path / "share"
    folder.mkdir()
    for name in ("<!channel>", *(f"page-{number}" for number in range(MOST_NAMED + 1))):
        (folder / f"{name}.md").write_text(f"# Gifts {name}\n\nThe mayor gives honey to guests.\n", "utf-8")
    return folder


def told(workspace: Workspace, user: str) -> list[Message]:
    return [m for m in workspace.messages(workspace.im(user)) if m.user == workspace.bot_user_id]


def home_of(office: Office, user: str) -> str:
    """What the Home tab says once somebody has opened it anew."""
    before = len(office.workspace.calls("views.publish"))
    office.workspace.user(user).opens_home()
    office.wait(lambda: len(office.workspace.calls("views.publish")) > before)
    view = office.workspace.home(user)
    return view.words if view else ""


def test_admins_hear_once_of_pages_that_went_missing_and_of_a_source_that_fails(
    quiet_office: Office, library: KnowledgeBase, share: Path
) -> None:
    workspace = quiet_office.workspace
    library.sources.add(NewSource(kind=SourceKind.FOLDER, address=str(share)), actor="U1")
    with quiet_office.at_work(library):
        for page in sorted(share.iterdir())[:-1]:
            page.rename(page.with_suffix(".gone"))
        library.sources.keep_fresh("S1")
        library.sources.keep_fresh("S1")
        (flagged,) = told(workspace, "U1")
        assert "11 pages gone and still quoted" in home_of(quiet_office, "UADMIN")
        share.rename(share.with_name("away"))
        library.sources.keep_fresh("S1")
        library.sources.keep_fresh("S1")
        _, failing = told(workspace, "U1")
        assert "could not be refreshed" in home_of(quiet_office, "UADMIN")
        assert "refreshed" not in home_of(quiet_office, "U2")
    assert "11 pages are gone from it and still quoted" in flagged.words
    assert "and 1 more" in flagged.words
    assert "could not be refreshed" in failing.words
    assert told(workspace, "U2") == []
    assert len(library.documents()) == MOST_NAMED + 2
    assert workspace.pings == []
