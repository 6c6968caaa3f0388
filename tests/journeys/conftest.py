"""The app as it runs, in a fake Slack made from the app's own manifest: over Socket Mode and over HTTP."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings
from bot.slack import serving
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import Office
from tests.making import open_in, starter_uploads
from tests.workspace import Workspace

MANIFEST = Path(serving.__file__).parent / "manifest.yaml"
# Enough to answer and to leave gaps.
SMALL = {"denver-cities-summit-2023.md", "federal-contacts-2022.md", "trade-representation-costs.md"}


@pytest.fixture(params=["socket mode", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    """Each journey is made over both."""
    return str(request.param)


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    """A workspace that allows the app what its manifest asks for, and nothing else."""
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    with Workspace(manifest=manifest, signing_secret="0123456789abcdef") as running:
        yield running


@pytest.fixture
def settings(workspace: Workspace, transport: str) -> Settings:
    """What an operator would set for this workspace."""
    way_in = (
        {"slack_app_token": workspace.app_token}
        if transport == "socket mode"
        else {"slack_signing_secret": workspace.signing_secret, "http_port": 0}
    )
    return Settings(_env_file=None, slack_bot_token=workspace.bot_token, slack_api_url=workspace.api_url, **way_in)


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory, model: SentenceTransformerEmbedding) -> Path:
    """The folder of a small library, indexed once."""
    home = tmp_path_factory.mktemp("small")
    opened = open_in(home, model)
    opened.add([upload for upload in starter_uploads() if upload.name in SMALL], actor="test")
    opened.close()
    return home


@pytest.fixture
def small_library(small_home: Path, tmp_path: Path, model: SentenceTransformerEmbedding) -> Iterator[KnowledgeBase]:
    """A library of this test's own, which it may change and restart on."""
    opened = open_in(Path(shutil.copytree(small_home, tmp_path / "small")), model)
    yield opened
    opened.close()


@pytest.fixture
def quiet_office(workspace: Workspace, settings: Settings) -> Office:
    """The workspace before anybody started the app."""
    return Office(workspace, settings)


@pytest.fixture
def office(quiet_office: Office, starter_library: KnowledgeBase) -> Iterator[Office]:
    """The app at work on the starter library. In the end nobody was pinged and Slack had nothing to complain of."""
    with quiet_office.at_work(starter_library):
        yield quiet_office
        quiet_office.workspace.wait_until_quiet()
    assert starter_library.conversations.release() == 0
    quiet_office.check_manners()
