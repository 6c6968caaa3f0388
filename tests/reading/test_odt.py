"""OpenDocument texts: the order of the body, lists with their numbers, tables, notes, and packages made to do harm."""

import zipfile
from io import BytesIO

import odfdo
import pytest

from knowledge.errors import DamagedDocument, EmptyDocument, EncryptedDocument, TooLarge
from tests.reading.making_docx import with_part
from tests.reading.uploading import read, text_of


def make_odt(*parts: odfdo.Element, language: str | None = None, title: str = "") -> bytes:
    """Return a text document with these parts as its body."""
    document = odfdo.Document("text")
    document.body.clear()
    for part in parts:
        document.body.append(part)
    document.meta.title = title
    if language:
        document.meta.language = language
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def a_table(*rows: tuple[str, ...]) -> odfdo.Table:
    table = odfdo.Table("Costs", width=len(rows[0]), height=len(rows))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.set_value((column, row), text)
    return table


def raw(markup: str) -> odfdo.Element:
    return odfdo.Element.from_tag(markup)


def guide() -> bytes:
    return make_odt(
        odfdo.Paragraph("Guide for visitors", style="Title"),
        odfdo.Paragraph("The office receives visitors on Mondays."),
        odfdo.Header(1, "Before the visit"),
        odfdo.Paragraph("Do this:"),
        odfdo.List(["Write a letter.", "Ask counsel."]),
        odfdo.Header(2, "Costs"),
        a_table(("City", "Cost"), ("Phoenix", "$185,270.50"), ("Denver", "none")),
        odfdo.Paragraph("Costs are per year."),
        language="es-MX",
    )


def test_the_body_is_read_in_its_order_under_its_headings() -> None:
    document = read("guide.odt", guide())
    assert [(section.heading, section.text, section.is_table) for section in document.sections] == [
        ((), "The office receives visitors on Mondays.", False),
        (("Before the visit",), "Do this:\n\n- Write a letter.\n- Ask counsel.", False),
        (("Before the visit", "Costs"), "City | Cost\nPhoenix | $185,270.50\nDenver | none", True),
        (("Before the visit", "Costs"), "Costs are per year.", False),
    ]
    assert (document.card.title, document.card.language, document.card.date) == ("Guide for visitors", "es", None)


def test_the_title_property_serves_where_no_paragraph_is_the_title() -> None:
    assert read("x.odt", make_odt(odfdo.Paragraph("Words."), title="Letters abroad")).card.title == "Letters abroad"


def test_numbered_lists_keep_their_numbers_and_depth() -> None:
    content = make_odt(
        raw(
            '<text:list text:style-name="N"><text:list-item><text:p>Write</text:p><text:list><text:list-item>'
            "<text:p>In plain words</text:p></text:list-item></text:list></text:list-item><text:list-item>"
            "<text:p>Ask</text:p></text:list-item></text:list>"
        )
    )
    levels = (
        '<text:list-style style:name="N"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" '
        'style:num-suffix=")"/></text:list-style></office:automatic-styles>'
    )
    with zipfile.ZipFile(BytesIO(content)) as package:
        body = package.read("content.xml").decode()
    body = body.replace("<office:automatic-styles/>", "<office:automatic-styles></office:automatic-styles>")
    changed = body.replace("</office:automatic-styles>", levels)
    assert changed != body
    (section,) = read("x.odt", with_part(content, "content.xml", changed.encode())).sections
    assert section.text == "1. Write\n  (a) In plain words\n2. Ask"


def test_a_cell_over_rows_is_repeated_and_one_over_columns_is_not() -> None:
    table = raw(
        "<table:table><table:table-row><table:table-cell><text:p>Region</text:p></table:table-cell><table:table-cell "
        'table:number-columns-spanned="2"><text:p>City</text:p></table:table-cell><table:covered-table-cell/>'
        '</table:table-row><table:table-row><table:table-cell table:number-rows-spanned="2"><text:p>West</text:p>'
        "</table:table-cell><table:table-cell><text:p>Phoenix</text:p></table:table-cell><table:table-cell><text:p>1"
        "</text:p></table:table-cell></table:table-row><table:table-row><table:covered-table-cell/><table:table-cell>"
        "<text:p>Reno</text:p></table:table-cell><table:table-cell><text:p>2</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    (section,) = read("x.odt", make_odt(table)).sections
    assert section.text == "Region | City | \nWest | Phoenix | 1\nWest | Reno | 2"


def test_footnotes_and_boxes_follow_their_paragraph_and_comments_and_deleted_text_are_not_read() -> None:
    content = make_odt(
        raw(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>What was deleted.</text:p>"
            "</text:deletion></text:changed-region></text:tracked-changes>"
        ),
        raw(
            "<text:p>Costs are<text:s/>per year<text:note><text:note-citation>1</text:note-citation><text:note-body>"
            "<text:p>Without tax.</text:p></text:note-body></text:note>.<office:annotation><text:p>What I think."
            "</text:p></office:annotation><draw:frame><draw:text-box><text:p>In a box.</text:p></draw:text-box>"
            "</draw:frame></text:p>"
        ),
        raw("<text:section><text:p>In a section.</text:p></text:section>"),
    )
    assert text_of(read("x.odt", content)).strip().split("\n\n") == [
        "Costs are per year.",
        "1 Without tax.",
        "In a box.",
        "In a section.",
    ]


def test_texts_made_to_do_harm_or_locked_are_refused() -> None:
    with pytest.raises(TooLarge):
        read("bomb.odt", with_part(guide(), "Pictures/image.bin", b"\0" * (60 * 2**20)))
    for part in (b'<!DOCTYPE d [<!ENTITY a "ha">]><d/>', b"<broken", b"<d/>"):
        with pytest.raises(DamagedDocument):
            read("x.odt", with_part(guide(), "content.xml", part))
    locked = (
        b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:encryption-data/></m:manifest>'
    )
    with pytest.raises(EncryptedDocument):
        read("x.odt", with_part(guide(), "META-INF/manifest.xml", locked))


def test_a_text_without_words_is_empty_and_another_package_is_damaged() -> None:
    with pytest.raises(EmptyDocument):
        read("x.odt", make_odt(odfdo.Paragraph(" ")))
    file = BytesIO()
    odfdo.Document("spreadsheet").save(file)
    with pytest.raises(DamagedDocument):
        read("x.odt", file.getvalue())
