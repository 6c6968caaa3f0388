"""Memos from the command line, on the starter library and the bundled model."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from docx import Document

from tests.cli.calling import Attache
from tests.cli.test_asking import OUTCOME

MEMO = {"form", "topics", "subjects", "day", "know", "dates", "figures", "rows", "open_points"}


def test_a_brief_is_shown_and_written_as_word_and_pdf(attache: Attache, stocked: Path, tmp_path: Path) -> None:
    word, pdf = tmp_path / "memo.docx", tmp_path / "memo.pdf"
    shown = attache("brief", "Race", "to", "Zero", "--docx", word, "--pdf", pdf).out
    for words in ("Brief: Race to Zero", "What we know", "Numbers, with year and source", "Open points", "Sources"):
        assert words in shown
    assert "Older than three years (November 2021)" in " ".join(shown.split())
    assert all(len(line) <= 100 for line in shown.splitlines() if not line.startswith("Written: "))
    assert Document(BytesIO(word.read_bytes())).paragraphs[0].text == "Brief: Race to Zero"
    assert len(pypdfium2.PdfDocument(pdf.read_bytes())) == 1


def test_talking_points_as_json_point_to_verified_quotes(attache: Attache, stocked: Path) -> None:
    shape = attache("talking-points", "economic benefits", "--json").json
    assert shape.keys() == OUTCOME | {"memo", "files"}
    assert shape["memo"].keys() == MEMO
    quotes = {citation["number"]: citation for citation in shape["citations"]}
    assert shape["memo"]["figures"]
    for figure in shape["memo"]["figures"]:
        citation = quotes[figure["citation"]]
        assert citation["passage"][citation["start"] : citation["end"]] == citation["quote"]
        assert all(any(map(str.isdigit, citation["quote"][start:end])) for start, end in figure["spans"])
    assert {figure["doubt"] for figure in shape["memo"]["figures"]} == {None, "old"}


def test_a_comparison_says_nothing_found_where_there_is_nothing(attache: Attache, stocked: Path) -> None:
    compared = ("compare", "C40", "Sister Cities International", "--on", "climate", "--on", "members")
    assert "nothing found" in attache(*compared).out
    shape = attache(*compared, "--json").json
    cells = {row["subject"]: [len(cell) for cell in row["cells"]] for row in shape["memo"]["rows"]}
    assert cells == {"C40": [1, 0], "Sister Cities International": [0, 1]}


def test_a_refusal_is_logged_and_writes_no_file(attache: Attache, stocked: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "memo.pdf"
    shape = attache("brief", "snow removal", "--pdf", pdf, "--json").json
    assert (shape["outcome"], shape["memo"], shape["files"]) == ("gap", None, [])
    assert not pdf.exists()
    (gap,) = attache("gaps", "list", "--json").json["gaps"]
    assert gap["question"] == "snow removal"
    assert "The library holds no answer to this." in attache("brief", "snow removal").out


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("brief", " "), "BadQuestion"),
        (("compare", "C40", "--on", "climate"), "BadQuestion"),
        (("compare", "C40", "ICLEI"), "BadCommand"),
        (("brief", "Race to Zero", "--pdf", "/nowhere/at/all.pdf"), "FileNotWritable"),
    ],
)
def test_what_cannot_be_done_says_why(attache: Attache, stocked: Path, arguments: tuple[str, ...], name: str) -> None:
    assert attache(*arguments, "--json").error["name"] == name
