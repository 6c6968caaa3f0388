"""Commands that write memos: `brief`, `talking-points`, `compare`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.gaps import write_file
from bot.cli.opening import AsJson, prepare, working
from bot.desk import desk_question
from bot.speaking import speaking
from knowledge.domain import Answer
from knowledge.language import language_asked_in
from knowledge.memos import Form, Memo, MemoRequest

Topic = Annotated[list[str], typer.Argument(metavar="TOPIC", help="The topic; quotation marks are optional.")]
Subjects = Annotated[
    list[str], typer.Argument(metavar="NAME...", help="Two to eight networks or cities, each in quotation marks.")
]
Word = Annotated[Path | None, typer.Option("--docx", metavar="FILE", help="Write it as a Word document, too.")]
Pdf = Annotated[Path | None, typer.Option("--pdf", metavar="FILE", help="Write it as a PDF, too.")]


def brief(topic: Topic, docx: Word = None, pdf: Pdf = None, as_json: AsJson = False) -> None:
    """Write a one-page memo on a topic: what is known, dates, numbers with their source, open points."""
    _write(MemoRequest(form=Form.BRIEF, topics=(" ".join(topic),)), docx, pdf, as_json=as_json)


def talking_points(topic: Topic, docx: Word = None, pdf: Pdf = None, as_json: AsJson = False) -> None:
    """Write points for voters: each figure with its source, and a warning where it is older than three years."""
    _write(MemoRequest(form=Form.TALKING_POINTS, topics=(" ".join(topic),)), docx, pdf, as_json=as_json)


def compare(
    names: Subjects,
    on: Annotated[list[str], typer.Option("--on", metavar="TOPIC", help="What to compare; up to four times.")],
    docx: Word = None,
    pdf: Pdf = None,
    as_json: AsJson = False,
) -> None:
    """Compare networks or cities in a table of quotes; where the library has none a cell says so."""
    _write(MemoRequest(form=Form.COMPARISON, topics=tuple(on), subjects=tuple(names)), docx, pdf, as_json=as_json)


def _write(request: MemoRequest, docx: Path | None, pdf: Path | None, *, as_json: bool) -> None:
    """Ask for a memo, show it and write the files wanted; a refusal writes none."""
    spoken = speaking(language_asked_in(request.text))
    with working(prepare(), as_json=as_json) as (screen, knowledge_base), spoken:
        from bot.memos.files import MemoFile, pdf_of, word_of
        from bot.memos.showing import memo_shape, memo_view

        outcome = knowledge_base.ask(desk_question(request.text, memo=request))
        makers: tuple[tuple[Path | None, Callable[[Answer, Memo], MemoFile]], ...] = ((docx, word_of), (pdf, pdf_of))
        written = []
        for file, make in makers:
            if file and isinstance(outcome, Answer) and outcome.memo:
                write_file(file, make(outcome, outcome.memo).content)
                written.append(str(file))
        shape = {**memo_shape(outcome), "files": written}
        screen.show(shape, memo_view(outcome), *(f"Written: {file}" for file in written))
