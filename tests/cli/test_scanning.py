"""A scan from the file to the quote: what people and scripts are told about text that was read by OCR."""

from pathlib import Path

from tests.cli.calling import Attache
from tests.reading.making_pdfs import make_pdf, paragraph
from tests.reading.making_pictures import join_pdfs, scan_to_pdf
from tests.reading.test_scans import PROSE, SIGNING, letter

CAUTION = "read by OCR, please check against the original"


def index_scan(attache: Attache, folder: Path) -> Path:
    """Index a PDF with a page of text, a scanned page and a page without text."""
    file = folder / "ties.pdf"
    file.write_bytes(join_pdfs(make_pdf([paragraph(PROSE, y=700)]), scan_to_pdf([letter()]), make_pdf([[]])))
    return file


def test_the_receipt_tells_page_by_page(attache: Attache, tmp_path: Path) -> None:
    (report,) = attache("index", index_scan(attache, tmp_path), "--json").json["pages"]
    assert (report["name"], report["pages"], report["empty"], report["unread"]) == ("ties.pdf", 3, [3], [])
    (page,) = report["ocr"]
    assert page["page"] == 2
    assert 0.9 < page["confidence"] <= 1


def test_the_receipt_tells_people_page_by_page(attache: Attache, tmp_path: Path) -> None:
    shown = " ".join(attache("index", index_scan(attache, tmp_path)).out.split())
    assert "ties.pdf, 3 pages; read by OCR: 2 (" in shown
    assert "% sure); without text: 3" in shown


def test_a_quote_from_a_scan_says_so_and_another_does_not(attache: Attache, tmp_path: Path) -> None:
    attache("index", index_scan(attache, tmp_path))
    hits = {hit["text"]: hit for hit in attache("search", "agreement with a city abroad", "--json").json["hits"]}
    assert {(hit["page"], hit["ocr"] is None) for hit in hits.values()} == {(1, True), (2, False)}
    shown = " ".join(attache("search", "agreement with a city abroad").out.split())
    assert f"page 2, {CAUTION}" in shown
    assert f"page 1, {CAUTION}" not in shown


def test_an_answer_from_a_scan_says_so(attache: Attache, tmp_path: Path) -> None:
    attache("index", index_scan(attache, tmp_path))
    asked = "When may a city sign an agreement with a city abroad?"
    cited = {citation["page"]: citation for citation in attache("ask", asked, "--json").json["citations"]}
    assert SIGNING in cited[2]["quote"]
    assert cited[2]["ocr"] > 0.9
    assert CAUTION in " ".join(attache("ask", asked).out.split())
