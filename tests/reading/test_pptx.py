"""PowerPoint files: slide by slide, titles as headings, notes apart, and packages made to do harm."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from knowledge.domain import Unit
from knowledge.errors import DamagedDocument, EmptyDocument, EncryptedDocument, TooLarge
from knowledge.reading import Limits
from knowledge.splitting import split_document
from tests.making import WordHashEmbedding
from tests.reading.making_docx import with_part
from tests.reading.uploading import read, text_of

TITLE_SLIDE, TITLE_AND_CONTENT, TWO_CONTENT, TITLE_ONLY, BLANK = 0, 1, 3, 5, 6


def make_pptx(write: Callable[[Any], None]) -> bytes:
    """Return a presentation whose slides `write` adds."""
    presentation = Presentation()
    write(presentation)
    file = BytesIO()
    presentation.save(file)
    return file.getvalue()


def a_slide(presentation: Any, layout: int, title: str = "", *bodies: str) -> Any:
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    for placeholder, body in zip(list(slide.placeholders)[1:], bodies, strict=False):
        placeholder.text = body
    return slide


def briefing(presentation: Any) -> None:
    presentation.core_properties.title = "PowerPoint Presentation"
    a_slide(presentation, TITLE_SLIDE, "Summit briefing", "Office of International Affairs")
    slide = a_slide(presentation, TITLE_AND_CONTENT, "Before the visit", "Write a letter.\nAsk counsel.")
    slide.notes_slide.notes_text_frame.text = "Thank the hosts first.\nThen read the letter."
    a_slide(presentation, BLANK)
    a_slide(presentation, TITLE_ONLY, "Thank you")


def test_slides_are_read_in_their_order_under_their_titles() -> None:
    document = read("x.pptx", make_pptx(briefing))
    assert [(section.page, section.heading, section.text) for section in document.sections] == [
        (1, (), "Office of International Affairs"),
        (2, ("Before the visit",), "- Write a letter.\n- Ask counsel."),
        (2, ("Before the visit", "Notes"), "Thank the hosts first.\n\nThen read the letter."),
        (4, (), "Thank you"),
    ]
    assert {section.unit for section in document.sections} == {Unit.SLIDE}
    assert (document.card.title, document.pages, document.empty_pages) == ("Summit briefing", 4, (3,))


def test_a_citation_names_the_slide() -> None:
    passages = split_document(read("x.pptx", make_pptx(briefing)), "x", WordHashEmbedding().count_tokens, 256)
    assert [passage.where for passage in passages] == ["slide 1", "slide 2", "slide 2", "slide 4"]


def test_what_stands_side_by_side_is_read_from_the_left_and_a_group_together() -> None:
    def write(presentation: Any) -> None:
        slide = a_slide(presentation, TITLE_ONLY, "Places")
        group = slide.shapes.add_group_shape()
        for text, left, top in (("Third", 1, 4.0), ("Second", 6, 2.0), ("First", 1, 2.1)):
            slide.shapes.add_textbox(Inches(left), Inches(top), Inches(3), Inches(1)).text_frame.text = text
        for text, top in (("Inner one", 5.0), ("Inner two", 6.0)):
            group.shapes.add_textbox(Inches(1), Inches(top), Inches(3), Inches(0.5)).text_frame.text = text

    (section,) = read("x.pptx", make_pptx(write)).sections
    assert section.text.split("\n\n") == ["First", "Second", "Third", "Inner one", "Inner two"]


def test_numbered_and_indented_paragraphs_keep_their_places() -> None:
    def write(presentation: Any) -> None:
        slide = a_slide(presentation, TITLE_AND_CONTENT, "Steps", "Write\nIn plain words\nAsk\nAbout money\nWho signs")
        paragraphs = slide.placeholders[1].text_frame.paragraphs
        paragraphs[1].level = 1
        for number in (0, 2):
            paragraphs[number]._p.get_or_add_pPr().append(
                parse_xml(f'<a:buAutoNum {nsdecls("a")} type="arabicPeriod"/>')
            )
        paragraphs[3]._p.get_or_add_pPr().append(parse_xml(f"<a:buNone {nsdecls('a')}/>"))

    (section,) = read("x.pptx", make_pptx(write)).sections
    assert section.text == "1. Write\n  - In plain words\n2. Ask\n\nAbout money\n\n- Who signs"


def test_tables_keep_their_header_and_merged_cells() -> None:
    def write(presentation: Any) -> None:
        slide = a_slide(presentation, TITLE_ONLY, "Costs")
        table = slide.shapes.add_table(3, 3, Inches(1), Inches(3), Inches(5), Inches(2)).table
        for row, texts in enumerate([("Region", "City", "Cost"), ("West", "Phoenix", "1"), ("", "Reno", "2")]):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
        table.cell(1, 0).merge(table.cell(2, 0))
        table.cell(0, 1).merge(table.cell(0, 2))

    (section,) = read("x.pptx", make_pptx(write)).sections
    assert section.is_table
    assert section.text.split("\n")[1:] == ["West | Phoenix | 1", "West | Reno | 2"]


def test_hidden_slides_footers_and_slide_numbers_are_not_read() -> None:
    def write(presentation: Any) -> None:
        slide = a_slide(presentation, TITLE_AND_CONTENT, "Shown", "What holds.")
        for kind, text in (("dt", "3 May 2024"), ("ftr", "Confidential"), ("sldNum", "7")):
            slide.shapes._spTree.append(
                parse_xml(
                    f"<p:sp {nsdecls('p', 'a')}><p:nvSpPr><p:cNvPr id='9{len(kind)}' name='x'/><p:cNvSpPr/>"
                    f"<p:nvPr><p:ph type='{kind}'/></p:nvPr></p:nvSpPr><p:spPr/>"
                    f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
                )
            )
        a_slide(presentation, TITLE_AND_CONTENT, "Hidden", "What is kept back.")._element.set("show", "0")
        a_slide(presentation, TITLE_AND_CONTENT, "Third", "What follows.")

    document = read("x.pptx", make_pptx(write))
    assert [(section.page, section.text) for section in document.sections] == [
        (1, "- What holds."),
        (3, "- What follows."),
    ]
    assert "Confidential" not in text_of(document)


def test_presentations_without_words_are_empty() -> None:
    with pytest.raises(EmptyDocument):
        read("x.pptx", make_pptx(lambda presentation: a_slide(presentation, BLANK)))
    with pytest.raises(EmptyDocument):
        read("x.pptx", make_pptx(lambda presentation: presentation.core_properties))


def test_presentations_made_to_do_harm_are_refused() -> None:
    with pytest.raises(TooLarge):
        read("bomb.pptx", with_part(make_pptx(briefing), "ppt/media/image.bin", b"\0" * (60 * 2**20)))
    with pytest.raises(TooLarge, match="too many slides"):
        read("x.pptx", make_pptx(briefing), limits=Limits(max_pages=3))
    entities = '<!DOCTYPE p [<!ENTITY a "ha">]><p/>'
    for part in (entities.encode(), entities.encode("utf-16"), b"<broken"):
        with pytest.raises(DamagedDocument):
            read("x.pptx", with_part(make_pptx(briefing), "ppt/slides/slide1.xml", part))


def test_a_locked_or_older_presentation_says_so() -> None:
    container = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    with pytest.raises(EncryptedDocument):
        read("locked.pptx", container + "EncryptedPackage".encode("utf-16-le") + bytes(500))
    with pytest.raises(DamagedDocument):
        read("old.pptx", container + bytes(500))
