"""The rules of docs/architecture.md that a machine can hold: who may import whom, who reads the environment."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((*(ROOT / "bot").rglob("*.py"), *(ROOT / "knowledge").rglob("*.py")))
# One heavy library, one room.
NOUNS = ("domain", "errors", "collections", "differences", "memos", "written", "unanswered")
ROOMS = {
    "chromadb": "knowledge/passages.py",
    "tantivy": "knowledge/keywords.py",
    "sqlalchemy": "knowledge/ledger/",
    "alembic": "knowledge/ledger/",
    # What makes vectors, what reads a question with a text, and what scores a passage where an office names it.
    "sentence_transformers": ("knowledge/embedding.py", "knowledge/reranking.py"),
    "torch": ("knowledge/embedding.py", "knowledge/reranking.py", "knowledge/answerability.py"),
    "openpyxl": "knowledge/reading/xlsx.py",
    "pptx": "knowledge/reading/pptx.py",
    "oxmsg": "knowledge/reading/mail.py",
    "striprtf": "knowledge/reading/rtf.py",
    "matplotlib": "knowledge/gaps/plotting.py",
    "typst": "bot/memos/pdf.py",
    "phonenumbers": "knowledge/gaps/masking.py",
    "py3langid": "knowledge/language.py",
    "babel": "bot/speaking.py",
    "slack_bolt": "bot/slack/",
    "slack_sdk": "bot/slack/",
    "rapidocr": "knowledge/reading/ocr.py",
    "cv2": "knowledge/reading/ocr.py",
    "httpx": "knowledge/sources/",
    "httpcore": "knowledge/sources/",
    "protego": "knowledge/sources/manners.py",
    "apscheduler": "knowledge/sources/",
    "watchfiles": "knowledge/sources/watching.py",
    "langchain": "knowledge/answering/writing/chat_model.py",
    "langsmith": "knowledge/answering/writing/chat_model.py",
    "typer": "bot/cli/",
    "pydantic_settings": "bot/settings.py",
}
# Only bot may know that there is a terminal, a Slack or an environment.
NOT_FOR_KNOWLEDGE = {"bot", "rich", "typer", "slack_bolt", "slack_sdk", "uvicorn", "pydantic_settings"}


def name_of(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


def imported(module: Path) -> Iterator[str]:
    """Every module imported anywhere in the file, by its full name; imports for type checking count too."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(module)} imports relatively"
            yield node.module or ""


def packages(module: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(module)}


def reads_environment(module: Path) -> bool:
    tree = ast.parse(module.read_text("utf-8"))
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv", "putenv"}
        for node in ast.walk(tree)
    )


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_heavy_library_is_imported_in_its_own_room_only(module: Path) -> None:
    for package in packages(module) & ROOMS.keys():
        assert name_of(module).startswith(ROOMS[package]), f"{package} belongs into {ROOMS[package]}"


@pytest.mark.parametrize("module", [m for m in MODULES if name_of(m).startswith("knowledge/")], ids=name_of)
def test_knowledge_knows_nothing_of_the_bot_or_the_environment(module: Path) -> None:
    assert not packages(module) & NOT_FOR_KNOWLEDGE
    assert not reads_environment(module)


@pytest.mark.parametrize("name", [f"knowledge/{name}.py" for name in NOUNS])
def test_nouns_and_errors_need_the_standard_library_and_each_other_only(name: str) -> None:
    needed = set(imported(ROOT / name)) - {f"knowledge.{noun}" for noun in NOUNS[2:]}
    assert {module.split(".")[0] for module in needed} <= sys.stdlib_module_names


def test_only_the_settings_and_the_log_touch_the_environment() -> None:
    touching = {name_of(module) for module in MODULES if reads_environment(module)}
    assert touching <= {"bot/logs.py", "bot/settings.py"}


@pytest.mark.parametrize("module", [m for m in MODULES if name_of(m).startswith("bot/")], ids=name_of)
def test_slack_is_not_reached_from_the_rest_of_the_bot_when_a_module_is_imported(module: Path) -> None:
    if name_of(module).startswith("bot/slack/"):
        return
    top = ast.parse(module.read_text("utf-8")).body
    outer = {name.module for name in top if isinstance(name, ast.ImportFrom)}
    assert not any((name or "").startswith("bot.slack") for name in outer)


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_no_module_is_longer_than_400_lines(module: Path) -> None:
    assert len(module.read_text("utf-8").splitlines()) <= 400
