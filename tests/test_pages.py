"""What became of a file's pages, in words."""

import pytest

from bot.pages import page_report
from knowledge.receipts import OcrPage, PageReport, page_numbers


@pytest.mark.parametrize(
    ("pages", "written"),
    [([], ""), ([3], "3"), ([4, 3], "3, 4"), ([1, 2, 3, 7, 9, 10], "1-3, 7, 9, 10"), (range(1, 501), "1-500")],
)
def test_page_numbers_in_a_row_are_drawn_together(pages: list[int], written: str) -> None:
    assert page_numbers(pages) == written


def test_a_file_whose_pages_all_hold_their_own_text_needs_no_words() -> None:
    assert page_report(PageReport(name="rules.pdf", pages=12)) == ""


def test_pages_read_by_ocr_without_text_and_not_looked_at_are_told_apart() -> None:
    report = PageReport(
        name="toolkit.pdf",
        pages=503,
        empty=(2, 502, 503),
        unread=(502, 503),
        ocr=(OcrPage(page=1, confidence=0.998), OcrPage(page=3, confidence=0.874)),
    )
    assert page_report(report) == (
        "toolkit.pdf, 503 pages; read by OCR: 1, 3 (87% to over 99% sure); without text: 2; "
        "not looked at, too many pages for OCR: 502, 503; please split the file and add the parts"
    )
