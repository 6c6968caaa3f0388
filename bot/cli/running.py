"""Commands that start Attaché or look whether it could start: `run`, `desk`, `serve`, `check`."""

import sys
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from bot.cli.opening import AsJson, prepare, serving, working
from bot.desk import answer_piped, open_desk
from bot.files import starter_uploads
from bot.screen import Screen, printable
from knowledge.errors import BadSettings

if TYPE_CHECKING:
    from bot.checking import Finding
    from bot.settings import Settings
    from knowledge.knowledge_base import KnowledgeBase


def run() -> None:
    """Serve Slack, or open the desk where no tokens are set.

    An empty library is filled with the starter documents first.
    """
    settings = prepare()
    with serving(settings) if settings.has_slack else working(settings, stays=True) as (screen, knowledge_base):
        if not knowledge_base.documents():
            _add_starter_library(knowledge_base, screen)
        if settings.has_slack:
            _answer_in_slack(settings, knowledge_base, screen)
        else:
            _answer_here(knowledge_base, screen)


def desk() -> None:
    """Ask in the terminal.

    A question that is piped in is answered once.
    """
    with working(prepare(), stays=True) as (screen, knowledge_base):
        _answer_here(knowledge_base, screen)


def serve() -> None:
    """Answer in Slack until stopped."""
    settings = prepare()
    if not settings.has_slack:
        raise BadSettings("SLACK_BOT_TOKEN and SLACK_APP_TOKEN must be set to serve Slack; .env.example explains both.")
    with serving(settings) as (screen, knowledge_base):
        _answer_in_slack(settings, knowledge_base, screen)


def check(as_json: AsJson = False) -> None:
    """Say of each part whether it is in order.

    Configuration, data folder, ledger, model, indexes and Slack get one line each; one that fails makes exit code 1.
    """
    from bot.checking import check_everything, misconfigured

    with Screen(as_json=as_json).guarded() as screen:
        try:
            findings = tuple(check_everything(prepare()))
        except BadSettings as err:
            findings = (misconfigured(err),)
        shape = {"checks": [{"name": found.name, "ok": found.ok, "says": found.says} for found in findings]}
        screen.show(shape, *map(_line, findings))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _add_starter_library(knowledge_base: "KnowledgeBase", screen: Screen) -> None:
    uploads = starter_uploads()
    with screen.progress("Indexing the starter library") as on_progress:
        receipt = knowledge_base.add(uploads, actor="starter", total=len(uploads), on_progress=on_progress)
    screen.notes.print(Text(f"Indexed the starter library: {len(receipt.added)} documents, {receipt.seconds:.0f} s."))


def _answer_in_slack(settings: "Settings", knowledge_base: "KnowledgeBase", screen: Screen) -> None:
    from bot.slack.serving import serve as serve_slack

    def announce(address: str) -> None:
        screen.notes.print(Text(f"Answering in Slack over {address}. Ctrl-C stops."))

    serve_slack(settings, knowledge_base, announce)


def _answer_here(knowledge_base: "KnowledgeBase", screen: Screen) -> None:
    if sys.stdin.isatty():
        open_desk(knowledge_base.ask, screen)
    else:
        answer_piped(knowledge_base.ask, sys.stdin, screen)


def _line(finding: "Finding") -> Text:
    mark = ("ok    ", "green") if finding.ok else ("failed", "bold red")
    return Text.assemble(mark, f"  {finding.name:<14} {printable(finding.says)}")
