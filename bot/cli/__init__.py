"""The command line. `main` is the edge: whatever goes wrong below becomes advice, a reference and exit code 1."""

import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import typer

from bot.cli import (
    asking,
    closing,
    collections,
    evaluating,
    gaps,
    gold,
    history,
    library,
    memos,
    proposals,
    recalls,
    running,
    sources,
)
from bot.cli.texts import take_text_only
from bot.faults import explain
from bot.screen import write_json
from bot.shapes import error_shape
from knowledge.errors import AttacheError, BadCommand

# Typer's exit code for a command line it does not understand.
TYPER_MISUSE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Arguments are the process's own unless given."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments[: arguments.index("--") if "--" in arguments else None]
    _speak_utf8()
    # Without any handler Python prints what is logged before the log file is known.
    logging.getLogger().addHandler(logging.NullHandler())
    try:
        code = _run(arguments, as_json=as_json)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:  # whoever read has left
        code = 1
    except Exception as err:
        code = _complain(explain(err), as_json=as_json)
    _let_go()
    return code


def _run(arguments: list[str], *, as_json: bool) -> int:
    try:
        typer.main.get_command(build_app())(arguments, prog_name="attache")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
        # Typer has explained the mistake on standard error by now.
        return _complain(BadCommand(), as_json=True) if as_json and code == TYPER_MISUSE else code
    return 0


def build_app() -> typer.Typer:
    """Put the commands together, in the order a newcomer needs them."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.callback()(_about)
    app.command()(running.run)
    app.command()(library.index)
    app.command()(asking.ask)
    app.command()(asking.search)
    app.command()(memos.brief)
    app.command()(memos.talking_points)
    app.command()(memos.compare)
    app.command()(library.documents)
    app.command()(library.show)
    app.command()(library.remove)
    app.command()(history.restore)
    app.command()(history.rollback)
    app.command()(history.correct)
    app.command()(history.supersede)
    app.command()(history.history)
    app.command()(history.snapshot)
    app.command()(history.snapshots)
    app.add_typer(_gap_commands(), name="gaps")
    app.command()(gaps.figures)
    app.add_typer(_recall_commands(), name="recalls")
    app.add_typer(_gold_commands(), name="gold")
    app.add_typer(_sources_commands(), name="sources")
    app.add_typer(_collection_commands(), name="collections")
    waiting = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Files that wait for a confirmation.")
    waiting.command("list")(proposals.list_proposals)
    waiting.command("confirm")(proposals.confirm_proposal)
    waiting.command("discard")(proposals.discard_proposal)
    app.add_typer(waiting, name="proposals")
    app.command()(running.desk)
    app.command()(running.serve)
    app.command()(running.check)
    app.command()(library.rebuild)
    app.command()(library.manifest)
    audit = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who changed what, and whether it holds.")
    audit.command("list")(history.list_audit)
    audit.command("verify")(history.verify_audit)
    app.add_typer(audit, name="audit")
    app.command()(evaluating.evaluate)
    take_text_only(app)
    return app


def _collection_commands() -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Who may read which documents.")
    group.command("add")(collections.add_collection)
    group.command("list")(collections.list_collections)
    group.command("change")(collections.change_collection)
    group.command("set")(collections.set_collections)
    group.command("remove")(collections.remove_collection)
    return group


def _gap_commands() -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Questions the library does not answer.")
    group.command("list")(gaps.list_gaps)
    group.command("show")(gaps.show_gap)
    group.command("assign")(gaps.assign_gap)
    group.command("wait")(gaps.wait_gap)
    group.command("note")(gaps.note_gap)
    group.command("merge")(gaps.merge_gaps)
    group.command("split")(gaps.split_gap)
    group.command("move")(gaps.move_questions)
    group.command("regroup")(gaps.regroup_gaps)
    group.command("decline")(gaps.decline_gap)
    group.command("in-scope")(gaps.in_scope)
    group.command("reopen")(gaps.reopen_gap)
    group.command("withdraw")(gaps.withdraw_question)
    group.command("answer")(closing.answer_gap)
    group.command("retest")(closing.retest_gaps)
    group.command("digest")(closing.gaps_digest)
    group.command("export")(gaps.export_gaps)
    return group


def _recall_commands() -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Answers that quoted what holds no more.")
    group.command("list")(recalls.list_recalls)
    group.command("send")(recalls.send_recall)
    group.command("skip")(recalls.skip_recall)
    return group


def _gold_commands() -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Questions whose answers are known.")
    group.command("add")(gold.add_gold)
    group.command("list")(gold.list_gold)
    group.command("remove")(gold.remove_gold)
    group.command("run")(gold.run_gold)
    return group


def _sources_commands() -> typer.Typer:
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Folders, web pages and sitemaps that refresh themselves."
    )
    group.command("add")(sources.add_source)
    group.command("list")(sources.list_sources)
    group.command("remove")(sources.remove_source)
    group.command("refresh")(sources.refresh_sources)
    return group


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"attache {version('attache')}\n")
        raise typer.Exit


def _about(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Attaché answers from your office's own documents, with the exact passage behind every sentence."""


def _complain(err: AttacheError, *, as_json: bool) -> int:
    """Say what went wrong: on standard error also with `as_json`, where standard output takes nothing."""
    if as_json and sys.stdout:
        with suppress(OSError):
            # What is left of a result that failed goes first or fails again: no object follows half of another.
            sys.stdout.flush()
            write_json(error_shape(err), sys.stdout)
            return 1
    with suppress(OSError):
        sys.stderr.write(f"{err.advice} (reference {err.reference})\n")
    return 1


def _let_go() -> None:
    """Leave nothing that Python would write as it ends, with a traceback where a stream takes nothing."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _speak_utf8() -> None:
    """Quotes hold any character, and a pipe under an old locale must not make an answer fail."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
