"""Every command that the README and the docs show is run here, so that none of them is only a claim."""

import html
import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from bot.settings import Settings
from docs.render_blocks import page as drawn
from knowledge.embedding import SentenceTransformerEmbedding
from knowledge.reading import FORMATS, SAVED_AS
from tests.cli.running_bot import running
from tests.journeys.week import NAMES, PICTURES, a_week

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
BLOCK = re.compile(r"^```(?:console|sh|bash)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What cannot run in a test: what fetches, what runs these tests, what installs and what never ends.
NOT_HERE = re.compile(
    r"\bmake (?:run|test|lint|bench|evaluate|fuzz|kill-test|lock)\b"
    r"|^git clone\b|^cd\b|^cp \.env\.example\b|\battache serve\b"
)


def commands(page: Path) -> list[str]:
    """The lines that start with "$ ", a backslash at the end joining the next one to it."""
    blocks = [re.sub(r"\\\n(?:> ?)?", " ", block) for block in BLOCK.findall(page.read_text("utf-8"))]
    shown = [line[2:].strip() for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    return [command for command in shown if not NOT_HERE.search(command)]


@pytest.fixture(scope="session")
def first_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the first `make run` leaves behind: the starter library, indexed."""
    library = tmp_path_factory.mktemp("library") / "home"
    subprocess.run(["attache", "run"], env=machine(library), cwd=ROOT, stdin=subprocess.DEVNULL, check=True)
    return library


def said_in(text: str) -> list[str]:
    """What a page quotes, in quotation marks, and the buttons that it names, in bold."""
    found = re.findall(r'"([^"]+)"|\*\*([^*]+)\*\*', text)
    return [" ".join((quote or name).split()) for quote, name in found]


def machine(library: Path) -> dict[str, str]:
    """The environment of somebody who has set nothing."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(library.parent), "ATTACHE_HOME": str(library)}


def test_the_pages_show_commands() -> None:
    assert sum(len(commands(page)) for page in PAGES) >= 5


@pytest.mark.timeout(900)  # dozens of processes
@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda page: page.name)
def test_every_command_on_the_page_works(
    page: Path, first_library: Path, tmp_path: Path, model: SentenceTransformerEmbedding
) -> None:
    """The README's by themselves, as a newcomer; the others beside a running bot, as those who keep the library."""
    library = tmp_path / "home"
    shutil.copytree(first_library, library)
    with ExitStack() as stack:
        if page.name != "README.md":
            stack.enter_context(running(Settings(_env_file=None, attache_home=library), model))
        for command in commands(page):
            done = subprocess.run(
                ["bash", "-c", command], env=machine(library), cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda page: page.name)
def test_every_make_target_on_the_page_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", page.read_text("utf-8"))) <= targets


@pytest.mark.parametrize("page", [page for page in PAGES if page.exists()], ids=lambda page: page.name)
def test_every_file_the_page_links_to_exists(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_page_on_formats_names_every_format_that_is_read_and_no_other() -> None:
    named = set(re.findall(r"`(\.[a-z]+)`", (ROOT / "docs" / "formats.md").read_text("utf-8")))
    assert named >= FORMATS
    assert named - FORMATS <= SAVED_AS.keys()


def test_the_week_says_what_stands_in_slack_and_has_its_pictures(
    tmp_path: Path, model: SentenceTransformerEmbedding
) -> None:
    page = (ROOT / "docs" / "admin.md").read_text("utf-8")
    told = BLOCK.sub("", page.partition("## A week\n")[2].partition("\n## ")[0])
    pictures = {name: seen for seen, name in re.findall(r"!\[([^]]+)]\(([\w-]+)\.png\)", told)}
    assert sorted(pictures) == sorted(PICTURES)
    assert min(len(seen) for seen in pictures.values()) > 80
    assert [name for name in pictures if (ROOT / "docs" / f"{name}.png").stat().st_size > 150_000] == []
    with a_week(tmp_path / "home", model) as week:
        scenes = week.play()
    stood = {name: html.unescape(re.sub("<[^>]+>", "", drawn(parts, NAMES))) for name, parts in scenes.items()}
    quoted = said_in(told)
    assert len(quoted) > 20
    assert [words for words in quoted if not any(words in text for text in stood.values())] == []
    for name, seen in pictures.items():
        assert [words for words in said_in(seen) if words not in stood[name]] == [], name
