"""PDFs as they really come: running heads, page numbers, broken words, locked, torn, pictures."""

import pytest

from knowledge.domain import Details
from knowledge.errors import DamagedDocument, EncryptedDocument, ImageOnlyDocument, TooLarge
from knowledge.reading import Limits
from tests.reading.making_pdfs import Mark, Print, make_locked_pdf, make_pdf, paragraph
from tests.reading.uploading import read, text_of

PROSE = (
    "The office keeps a list of every tie the city has with a partner abroad and renews it each year in spring, when "
    "the council sets the budget for travel and for visitors."
)


def report(pages: int = 4) -> bytes:
    """A report with a running head that changes its number, a foot, and a heading on each page."""
    return make_pdf(
        [
            [
                Print(text=f"City of Springfield {number} Annual report", y=760, size=9),
                Print(text=f"Chapter {number} of the work", y=700, size=18, bold=True),
                *paragraph(f"On page {number} there is this. {PROSE}", y=660),
                *paragraph(f"A second paragraph of page {number}. {PROSE}", y=580),
                Print(text=f"Page {number} of {pages}", y=30, size=9),
                Print(text=str(number), y=30, x=560, size=9),
            ]
            for number in range(1, pages + 1)
        ],
        title="Annual report of the office",
    )


def test_running_heads_and_page_numbers_never_become_text() -> None:
    text = text_of(read("report.pdf", report()))
    assert "Springfield" not in text
    assert "of 4" not in text
    assert "\n3" not in text


def test_each_page_has_its_number_heading_and_whole_paragraphs() -> None:
    document = read("report.pdf", report())
    assert [section.page for section in document.sections] == [1, 2, 3, 4]
    second = document.sections[1]
    assert second.heading == ("Chapter 2 of the work",)
    assert second.text == f"On page 2 there is this. {PROSE}\n\nA second paragraph of page 2. {PROSE}"


def test_a_page_number_of_two_pages_only_is_told_by_its_counting() -> None:
    pages = [[*paragraph(PROSE, y=600), Print(text=f"- {number} -", y=30)] for number in (7, 8)]
    assert all(section.text == PROSE for section in read("two.pdf", make_pdf(pages)).sections)


def test_lines_that_repeat_in_the_middle_of_pages_stay() -> None:
    pages = [[*paragraph(PROSE, y=600), *paragraph("Signed by the mayor of the city.", y=400)] for _ in range(4)]
    assert text_of(read("letters.pdf", make_pdf(pages))).count("Signed by the mayor") == 4


def test_bookmarks_name_the_headings() -> None:
    pages = [
        [Print(text="Scope", y=700), *paragraph(PROSE, y=660)],
        [Print(text="Who may sign", y=700), *paragraph(PROSE, y=660)],
    ]
    bookmarks = [Mark(title="Scope", page=0), Mark(title="Who may sign", page=1)]
    document = read("rules.pdf", make_pdf(pages, bookmarks=bookmarks, title="Rules"))
    assert [(section.heading, section.text) for section in document.sections] == [
        (("Scope",), PROSE),
        (("Who may sign",), PROSE),
    ]


def test_a_word_broken_at_the_end_of_a_line_is_made_whole() -> None:
    lines = [
        Print(text="The council welcomed the long-term plan and the inter-", y=700),
        Print(text="national office, which is for the long-", y=686),
        Print(text="term work of the city.", y=672),
    ]
    assert (
        read("words.pdf", make_pdf([lines])).sections[0].text
        == "The council welcomed the long-term plan and the international office, "
        "which is for the long-term work of the city."
    )


def test_list_items_stand_on_lines_of_their_own() -> None:
    lines = [
        *paragraph("The office does three things:", y=700),
        Print(text="• It answers letters from partners abroad and keeps a", y=686),
        Print(text="copy of each.", y=672, x=80),
        Print(text="• It plans visits.", y=658),
        Print(text="• It reports to the mayor.", y=644),
    ]
    assert read("list.pdf", make_pdf([lines])).sections[0].text == (
        "The office does three things:\n- It answers letters from partners abroad and keeps a copy of each.\n"
        "- It plans visits.\n- It reports to the mayor."
    )


def test_a_table_of_contents_is_left_out() -> None:
    contents = [
        Print(text="Contents", y=740, size=16),
        *[Print(text=f"Chapter {n} of the work {'.' * 30} {n}", y=700 - 20 * n) for n in range(1, 9)],
    ]
    text = text_of(read("book.pdf", make_pdf([contents, paragraph(PROSE, y=700)])))
    assert "....." not in text
    assert PROSE in text


@pytest.mark.parametrize("by_row", [False, True], ids=["column by column", "row by row"])
def test_two_columns_are_read_one_after_the_other(by_row: bool) -> None:
    left = paragraph(f"Left: {PROSE}", y=640, x=60, measure=40)
    right = paragraph(f"Right: {PROSE}", y=640, x=330, measure=40)
    lines = [line for pair in zip(left, right, strict=True) for line in pair] if by_row else [*left, *right]
    text = text_of(read("columns.pdf", make_pdf([lines])))
    assert text.index(f"Left: {PROSE}") < text.index(f"Right: {PROSE}")


def test_rows_of_a_table_stay_lines_of_text() -> None:
    rows = [("City", "Partner", "Since"), ("Denver", "Brest", "1948"), ("Tempe", "Skopje", "1971")]
    cells = [
        Print(text=cell, x=72 + 150 * n, y=500 - 14 * row) for row, c in enumerate(rows) for n, cell in enumerate(c)
    ]
    text = read("table.pdf", make_pdf([[*paragraph(PROSE, y=700), *cells]])).sections[0].text
    assert text.endswith("City Partner Since\nDenver Brest 1948\nTempe Skopje 1971")


def test_a_footnote_stays_on_its_page_and_cuts_no_sentence_in_two() -> None:
    first = paragraph(f"{PROSE} The office writes to every partner of the city at the", y=700)
    second = paragraph(f"end of the year. {PROSE}", y=700)
    notes = [
        Print(text="1 See the report of the council of 2021.", y=70, size=8),
        Print(text="2 The law on travel says who may pay for it.", y=70, size=8),
    ]
    document = read("notes.pdf", make_pdf([[*first, notes[0]], [*second, notes[1]]]))
    assert [(section.page, section.text) for section in document.sections] == [
        (1, f"{PROSE} The office writes to every partner of the city at the end of the year.\n\n{notes[0].text}"),
        (2, f"{PROSE}\n\n{notes[1].text}"),
    ]


def test_a_footnote_under_the_first_column_comes_after_the_second() -> None:
    left = paragraph(f"{PROSE} The office writes to every partner of the city at the", y=640, x=60, measure=40)
    right = paragraph(f"end of the year. {PROSE}", y=640, x=330, measure=40)
    note = Print(text="1 See the report of the council.", x=60, y=left[-1].y - 30, size=8)
    (section,) = read("notes.pdf", make_pdf([[*left, note, *right]])).sections
    assert (
        section.text
        == f"{PROSE} The office writes to every partner of the city at the end of the year. {PROSE}\n\n{note.text}"
    )


def test_pages_without_text_are_listed() -> None:
    document = read("scan.pdf", make_pdf([paragraph(PROSE, y=700), [], paragraph(PROSE, y=700)]))
    assert (document.pages, document.empty_pages) == (3, (2,))


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_is_read_too(rotation: int) -> None:
    assert PROSE[:30] in text_of(read("turned.pdf", make_pdf([paragraph(PROSE, y=600)], rotation=rotation)))


@pytest.mark.parametrize("title", ["Microsoft Word - draft7.doc", "untitled", "report_final.indd", "", "Document1"])
def test_a_title_some_program_put_in_is_none(title: str) -> None:
    lines = [Print(text="The yearly report", y=720, size=20), *paragraph(PROSE, y=660)]
    assert read("yearly-report.pdf", make_pdf([lines], title=title)).card.title == "The yearly report"


def test_title_comes_from_the_properties_and_date_and_issuer_from_a_person_only() -> None:
    card = read("report.pdf", report()).card
    assert (card.title, card.date, card.issuer) == ("Annual report of the office", None, None)
    assert read("report.pdf", report(), details=Details(title="Mine", date="2024-05")).card.date == "2024-05"


def test_a_locked_pdf_asks_for_a_copy_without_password() -> None:
    with pytest.raises(EncryptedDocument):
        read("locked.pdf", make_locked_pdf("secret"))


def test_a_pdf_of_pictures_without_text_is_told() -> None:
    with pytest.raises(ImageOnlyDocument):
        read("scan.pdf", make_pdf([[], []]))


@pytest.mark.parametrize(
    "content",
    [report()[: len(report()) // 2], b"%PDF-1.4\nnothing of the kind\n%%EOF\n", b"<html>not a pdf</html>", b"%PDF-1.7"],
    ids=["torn", "empty inside", "a web page", "the first line only"],
)
def test_a_damaged_pdf_is_told(content: bytes) -> None:
    with pytest.raises(DamagedDocument):
        read("damaged.pdf", content)


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    with pytest.raises(TooLarge):
        read("report.pdf", report(pages=4), limits=Limits(max_pages=3))
