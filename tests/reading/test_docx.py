"""Word files: the order of the body, lists with their numbers, tables, and packages made to do harm."""

from copy import deepcopy
from typing import Any

import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from knowledge.errors import DamagedDocument, EncryptedDocument, TooLarge
from knowledge.reading import Limits
from tests.reading.making_docx import make_docx, with_part
from tests.reading.uploading import read, text_of


def guide(document: Any) -> None:
    document.core_properties.author = "Somebody"
    document.core_properties.language = "es-MX"
    document.add_heading("Guide for visitors", level=0)
    document.add_paragraph("The office receives visitors on Mondays.")
    document.add_heading("Before the visit", level=1)
    document.add_paragraph("Do this:")
    document.add_paragraph("Write a letter.", style="List Number")
    document.add_paragraph("Ask counsel.", style="List Number")
    document.add_paragraph("A gift", style="List Bullet")
    document.add_heading("Costs", level=2)
    table = document.add_table(rows=3, cols=2)
    for row, texts in zip(table.rows, [("City", "Cost"), ("Phoenix", "$185,270.50"), ("Denver", "none")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("Costs are per year.")


def test_the_body_is_read_in_its_order_under_its_headings() -> None:
    document = read("guide.docx", make_docx(guide))
    assert [(section.heading, section.text, section.is_table) for section in document.sections] == [
        ((), "The office receives visitors on Mondays.", False),
        (("Before the visit",), "Do this:\n\n1. Write a letter.\n2. Ask counsel.\n- A gift", False),
        (("Before the visit", "Costs"), "City | Cost\nPhoenix | $185,270.50\nDenver | none", True),
        (("Before the visit", "Costs"), "Costs are per year.", False),
    ]


def test_the_title_paragraph_is_the_title_and_the_author_no_issuer() -> None:
    card = read("guide.docx", make_docx(guide)).card
    assert (card.title, card.issuer, card.date, card.language) == ("Guide for visitors", None, None, "es")


def test_the_title_property_serves_where_no_paragraph_is_the_title() -> None:
    def write(document: Any) -> None:
        document.core_properties.title = "Letters abroad"
        document.add_paragraph("Write in plain words.")

    assert read("x.docx", make_docx(write)).card.title == "Letters abroad"


def test_merged_cells_repeat_down_and_stay_blank_across() -> None:
    def write(document: Any) -> None:
        table = document.add_table(rows=3, cols=3)
        for row, texts in zip(
            table.rows, [("Region", "City", "Cost"), ("West", "Phoenix", "1"), ("", "Reno", "2")], strict=True
        ):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(0, 1).merge(table.cell(0, 2))

    (section,) = read("x.docx", make_docx(write)).sections
    assert section.text.split("\n")[1:] == ["West | Phoenix | 1", "West | Reno | 2"]
    assert section.text.startswith("Region | City Cost | ")


def test_a_box_of_one_cell_is_text_and_not_a_table() -> None:
    def write(document: Any) -> None:
        document.add_table(rows=1, cols=1).cell(0, 0).text = "Note: ask counsel first."

    (section,) = read("x.docx", make_docx(write)).sections
    assert (section.text, section.is_table) == ("Note: ask counsel first.", False)


def test_deleted_and_hidden_text_and_contents_lists_are_not_read() -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("What holds. ")
        paragraph.add_run("What is hidden.").font.hidden = True
        deleted = OxmlElement("w:del")
        deleted.append(parse_xml(f"<w:r {nsdecls('w')}><w:delText>What was deleted.</w:delText></w:r>"))
        paragraph._p.append(deleted)
        inserted = OxmlElement("w:ins")
        inserted.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>What was put in.</w:t></w:r>"))
        paragraph._p.append(inserted)
        contents = document.styles.add_style("toc 1", 1)
        document.add_paragraph("Before the visit\t3", style=contents)

    assert text_of(read("x.docx", make_docx(write))).strip() == "What holds. What was put in."


def test_text_in_content_controls_and_text_boxes_is_read_once() -> None:
    def write(document: Any) -> None:
        paragraph = document.add_paragraph("In a control.")
        control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        paragraph._p.addprevious(control)
        control.append(content)
        content.append(paragraph._p)
        holder = document.add_paragraph("Beside a box.")
        box = OxmlElement("w:txbxContent")
        box.append(deepcopy(document.add_paragraph("In a box.")._p))
        document.element.body.remove(document.paragraphs[-1]._p)
        holder.runs[0]._r.append(box)

    assert text_of(read("x.docx", make_docx(write))).split("\n\n") == ["In a control.", "Beside a box.", "In a box."]


def test_a_text_box_in_a_cell_is_read_once_though_word_writes_it_twice() -> None:
    def write(document: Any) -> None:
        table = document.add_table(rows=2, cols=2)
        for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
            cell.text = f"Cell {number}"
        box = f"<w:txbxContent {nsdecls('w')}><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent>"
        drawing = parse_xml(
            '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f'<mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>'
        )
        table.cell(0, 1).paragraphs[0].runs[0]._r.append(drawing)

    assert text_of(read("x.docx", make_docx(write))) == "Cell 0 | Cell 1 In a box\nCell 2 | Cell 3"


def test_numbers_of_many_levels_are_written_as_word_draws_them() -> None:
    def write(document: Any) -> None:
        numbering = document.part.numbering_part.element
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for level, (kind, text) in enumerate([("upperRoman", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)")])
        )
        numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
        numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
        for level, text in [(0, "Scope"), (1, "Cities"), (1, "Counties"), (2, "Large"), (0, "Terms"), (1, "Signing")]:
            properties = document.add_paragraph(text)._p.get_or_add_pPr()
            rule = properties.get_or_add_numPr()
            rule.get_or_add_ilvl().set(qn("w:val"), str(level))
            rule.get_or_add_numId().set(qn("w:val"), "77")

    (section,) = read("x.docx", make_docx(write)).sections
    assert [line.strip() for line in section.text.split("\n")] == [
        "I. Scope",
        "I.1 Cities",
        "I.2 Counties",
        "(a) Large",
        "II. Terms",
        "II.1 Signing",
    ]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = with_part(make_docx(guide), "word/media/image.bin", b"\0" * (60 * 2**20))
    assert len(bomb) < 200_000
    with pytest.raises(TooLarge):
        read("bomb.docx", bomb)
    with pytest.raises(TooLarge):
        read("large.docx", make_docx(guide), limits=Limits(max_unpacked_bytes=10_000))


def test_entities_that_multiply_are_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    document = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "ha">{entities}]>'
        f"<w:document {nsdecls('w')}><w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>"
    )
    for encoding in ("utf-8", "utf-16"):
        with pytest.raises(DamagedDocument):
            read("x.docx", with_part(make_docx(guide), "word/document.xml", document.encode(encoding)))


def test_a_locked_word_file_asks_for_a_copy_without_password() -> None:
    container = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(500)
    with pytest.raises(EncryptedDocument):
        read("locked.docx", container)


@pytest.mark.parametrize(
    "content",
    [
        make_docx(guide)[:2000],
        b"PK\x03\x04 and nothing else",
        b"plain words",
        bytes.fromhex("d0cf11e0a1b11ae1") + bytes(900),
        with_part(make_docx(guide), "word/document.xml", b"<broken"),
        with_part(make_docx(guide), "[Content_Types].xml", b"<Types/>"),
    ],
    ids=["torn", "no zip", "text", "an old .doc", "broken XML", "no content types"],
)
def test_a_damaged_word_file_is_told(content: bytes) -> None:
    with pytest.raises(DamagedDocument):
        read("damaged.docx", content)
