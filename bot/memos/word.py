"""A memo as a Word document: real headings, lists and a table with a header row, its title and language set."""

from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING

from bot.memos.page import FOOTER, SOURCES, Line, Page
from bot.speaking import said, spoken

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

LANGUAGES = {"en": "en-US", "es": "es-ES", "pt": "pt-BR"}
FONT = "Calibri"
# Inches of a first column that holds names.
NAMES_WIDTH = 1.4


def word_file(page: Page, *, day: date) -> bytes:
    """Return the bytes of the document."""
    from docx import Document
    from docx.shared import Inches, Pt

    document = Document()
    _describe(document, page, day)
    for section in document.sections:
        section.left_margin = section.right_margin = Inches(0.9)
        section.top_margin = section.bottom_margin = Inches(0.7)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10)
    normal.paragraph_format.space_after = Pt(3)
    document.add_heading(page.title, level=1)
    for note in page.notes:
        document.add_paragraph(note)
    for part in page.parts:
        document.add_heading(part.heading, level=2)
        if part.table:
            table = _add_table(document, part.table)
            if not part.difference:
                _narrow_names(document, table)
        for line in part.lines:
            _fill(document.add_paragraph(style="List Bullet"), line)
    document.add_heading(said(SOURCES), level=2)
    for line in page.sources:
        _fill(document.add_paragraph(), line)
    document.add_paragraph(said(FOOTER))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _describe(document: "Document", page: Page, day: date) -> None:
    """Set what a screen reader and a records office look for."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    told = document.core_properties
    told.title, told.author, told.language = page.title, "Attaché", LANGUAGES[spoken()]
    told.created = told.modified = datetime.combine(day, time())
    told.comments = ""
    defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        defaults.append(language)
    language.set(qn("w:val"), LANGUAGES[spoken()])


def _add_table(document: "Document", rows: tuple[tuple[str, ...], ...]) -> "Table":
    from docx.oxml import OxmlElement

    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for cells, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, texts, strict=True):
            cell.text = text
    for cell in table.rows[0].cells:
        for run in cell.paragraphs[0].runs:
            run.bold = True
    # Read out before each cell, and repeated on a second page.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    return table


def _narrow_names(document: "Document", table: "Table") -> None:
    """Leave to the columns of quotes what the names in the first do not need."""
    from docx.shared import Emu, Inches

    section, names = document.sections[0], Inches(NAMES_WIDTH)
    rest = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0) - names
    for number, column in enumerate(table.columns):
        column.width = Emu(rest // (len(table.columns) - 1)) if number else names
        for cell in column.cells:  # Word goes by the cells, LibreOffice by the column
            cell.width = column.width


def _fill(paragraph: "Paragraph", line: Line) -> None:
    for run in line:
        paragraph.add_run(run.text).bold = run.bold or None
