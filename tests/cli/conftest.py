"""The command line as people call it: in this process through `main`, and as a process of its own."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import Settings
from knowledge.knowledge_base import KnowledgeBase
from tests.cli.calling import COMMAND, Attache, Result, environment
from tests.cli.running_bot import PausingEmbedding, running


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A working folder without .env, an environment without our settings, a data folder of its own."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("ATTACHE_HOME", str(tmp_path / "home"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The data folder."""
    return tmp_path / "home"


@pytest.fixture
def attache(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Attache:
    """Run a command in this process, through the edge that the installed script enters by."""

    def run(*arguments: object, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", StringIO(stdin))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Result(code=code, out=out, err=err)

    return run


@pytest.fixture
def process(home: Path) -> Attache:
    """Run the installed command as a process of its own."""

    def run(*arguments: object, stdin: str = "", env: Mapping[str, str] | None = None) -> Result:
        done = subprocess.run(
            [COMMAND, *map(str, arguments)],
            env=environment(home, env),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        return Result(code=done.returncode, out=done.stdout, err=done.stderr)

    return run


@pytest.fixture(scope="session")
def starter_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the starter library, made once by `attache run` as `make run` calls it."""
    made = tmp_path_factory.mktemp("starter") / "home"
    subprocess.run([COMMAND, "run"], env=environment(made), stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return made


@pytest.fixture
def stocked(starter_home: Path, home: Path) -> Path:
    """The data folder, with the starter library in it."""
    shutil.copytree(starter_home, home)
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with three documents about three matters, one of them further down."""
    made = tmp_path / "share"
    (made / "visits").mkdir(parents=True)
    (made / "gifts.md").write_text("# Gifts\n\nThe mayor gives every delegation a jar of local honey.\n", "utf-8")
    (made / "flags.txt").write_text("The guest's flag stands to the left of our own flag.\n", "utf-8")
    (made / "visits" / "lunch.md").write_text("# Lunch\n\nLunch for delegations starts at noon sharp.\n", "utf-8")
    return made


@pytest.fixture
def settings(home: Path) -> Settings:
    """The settings of a bot on the data folder."""
    return Settings(_env_file=None, attache_home=home)


@pytest.fixture
def embedding() -> PausingEmbedding:
    """What that bot embeds with."""
    return PausingEmbedding()


@pytest.fixture
def bot(settings: Settings, embedding: PausingEmbedding) -> Iterator[KnowledgeBase]:
    """A bot that runs and takes calls."""
    with running(settings, embedding) as knowledge_base:
        yield knowledge_base
