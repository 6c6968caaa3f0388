"""The command that measures: `evaluate`."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.opening import prepare
from bot.measured import gold_lines, gold_shape, report_shape, report_view, restating_lines, writing_key, writing_lines
from bot.screen import Screen
from knowledge.errors import BadCase, FolderNotWritable

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.embedding import Embedding

CACHE = "vectors"


def evaluate(
    cases: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[CASE]...",
            help="Folders with corpus.jsonl and tasks.jsonl; without one, the starter library's gold questions.",
        ),
    ] = None,
    *,
    baseline: Annotated[bool, typer.Option("--baseline", help="Run the plain LangChain recipe beside it.")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the figures there.")] = None,
    cache: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Keep vectors there; by default in the data folder.")
    ] = None,
) -> None:
    """Measure search, refusals and quotes on questions with known answers.

    Each case is indexed in a library of its own that goes away again. Figures stand with their 95% intervals.
    """
    settings = prepare()
    screen = Screen()
    where = cache or settings.attache_home / CACHE
    shape = (
        _evaluate(cases, settings, where, screen, baseline=baseline) if cases else _ask_gold(settings, where, screen)
    )
    if json_file:
        _write(shape, json_file)


def _evaluate(
    folders: Sequence[Path], settings: "Settings", cache: Path, screen: Screen, *, baseline: bool
) -> dict[str, Any]:
    from bot.wiring import open_writing
    from knowledge.evaluating.baseline import RememberingEmbeddings, plain_embeddings
    from knowledge.evaluating.cases import read_case
    from knowledge.evaluating.evaluating import check_installed, evaluate_case
    from knowledge.evaluating.remembering import RememberedVectors, RememberingEmbedding

    check_installed(baseline=baseline)
    cases = [read_case(folder) for folder in folders]
    if len({case.name for case in cases}) < len(cases):
        raise BadCase("Two of the cases have the same folder name; please rename one.")
    shape = {}
    model = _model(settings)
    embeddings = plain_embeddings(settings.embedding_model) if baseline else None
    with closing(RememberedVectors(cache)) as vectors:
        plain = RememberingEmbeddings(model.name, embeddings, vectors) if embeddings else None
        for case in cases:
            writing = partial(open_writing, settings)
            report = evaluate_case(case, RememberingEmbedding(model, vectors), plain, screen.progress, writing)
            screen.out.print(report_view(report))
            for line in (*restating_lines(report), *writing_lines(report.writing)):
                screen.out.print(line, soft_wrap=True)
            shape[case.name] = report_shape(report)
    return shape


def _ask_gold(settings: "Settings", cache: Path, screen: Screen) -> dict[str, Any]:
    from bot.files import starter_uploads
    from bot.wiring import open_writing
    from knowledge.evaluating.gold import run_gold, starter_gold
    from knowledge.evaluating.remembering import RememberedVectors, RememberingEmbedding
    from knowledge.evaluating.trial import open_trial

    uploads = starter_uploads()
    with closing(RememberedVectors(cache)) as vectors:
        embedding = RememberingEmbedding(_model(settings), vectors)
        with open_trial(embedding, partial(open_writing, settings)) as trial:
            with screen.progress("Indexing the starter library") as on_progress, embedding.remembering():
                trial.knowledge_base.add(uploads, actor="evaluate", total=len(uploads), on_progress=on_progress)
            result = run_gold(trial.knowledge_base, starter_gold())
            written = trial.knowledge_base.writing.report()
    for line in (*gold_lines(result), *writing_lines(written)):
        screen.out.print(line, soft_wrap=True)
    return {"starter": gold_shape(result) | writing_key(written)}


def _model(settings: "Settings") -> "Embedding":
    from knowledge.embedding import SentenceTransformerEmbedding

    return SentenceTransformerEmbedding(settings.embedding_model, threads=settings.torch_threads)


def _write(shape: Mapping[str, Any], file: Path) -> None:
    try:
        file.write_text(json.dumps(shape, ensure_ascii=False, indent=2) + "\n", "utf-8")
    except OSError as err:
        raise FolderNotWritable(f"{file} could not be written; please check the folder and its permissions.") from err
