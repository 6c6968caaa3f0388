"""What most commands begin with: settings, the log, and the library opened for reading or for work."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from bot.screen import Screen

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.knowledge_base import KnowledgeBase
    from knowledge.ledger import Ledger

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def prepare() -> "Settings":
    """Read the settings and start the log. Raises BadSettings."""
    from bot.logs import start_logging
    from bot.settings import load_settings

    settings = load_settings()
    start_logging(settings.attache_home, settings.log_level)
    return settings


@contextmanager
def reading(settings: "Settings", *, as_json: bool) -> Iterator[tuple[Screen, "Ledger"]]:
    """Open the ledger alone: it can be read while the bot runs, and no model is loaded for it."""
    with Screen(as_json=as_json).guarded() as screen:
        from bot.wiring import open_ledger_only

        with open_ledger_only(settings) as ledger:
            yield screen, ledger


@contextmanager
def working(
    settings: "Settings",
    *,
    as_json: bool = False,
    to_add: bool = False,
    to_rebuild: bool = False,
    stays: bool = False,
) -> Iterator[tuple[Screen, "KnowledgeBase"]]:
    """Open the whole library, or act through the process that has it open: only one can.

    `to_add` files, `to_rebuild` with empty indexes; who `stays` open acts for the commands that come meanwhile.
    """
    with Screen(as_json=as_json).guarded() as screen:
        from bot.wiring import reach_library

        with reach_library(settings, to_add=to_add, to_rebuild=to_rebuild, stays=stays) as knowledge_base:
            yield screen, knowledge_base


@contextmanager
def serving(settings: "Settings") -> Iterator[tuple[Screen, "KnowledgeBase"]]:
    """Open the whole library for Slack. Raises LibraryInUse beside another process, for two bots would both answer."""
    with Screen().guarded() as screen:
        from bot.wiring import serve_library

        with serve_library(settings) as knowledge_base:
            yield screen, knowledge_base
