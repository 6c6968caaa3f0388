"""The files of a memo: what a screen reader finds in them, and that no text of a document can harm them."""

from dataclasses import replace
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pypdfium2
import pytest
from docx import Document
from hypothesis import given, settings

from bot.memos.files import MemoFile, pdf_of, word_of
from bot.memos.page import APART, FOOTER, NOTHING
from bot.speaking import TRANSLATED, speaking
from knowledge.domain import Answer
from knowledge.memos import Basis, Doubt, Figure, Form, Memo, MemoRequest, Open, OpenPoint, Row
from knowledge.written import NOT_ALL, TRANSLATED_BY, WITHHELD, Translated, Translation, Unwritten
from tests.journeys.test_pressing_languages import only_english, words_of
from tests.slack.material import answer, citation, hostile_text
from tests.slack.test_blocks import differing

TOPIC = "São Paulo’s “cumbre”, año 2022"
QUOTE = "São Paulo signed 12 agreements in 2019, mañana “más”, at 45% → done."


def a_memo(quote: str, form: Form = Form.BRIEF) -> tuple[Answer, Memo]:
    """A memo that has one of everything."""
    start = quote.find("12")
    memo = Memo(
        request=MemoRequest(form=form, topics=(TOPIC,), subjects=("C40", "ICLEI") if form is Form.COMPARISON else ()),
        day=date(2026, 11, 26),
        know=(1,),
        figures=(
            Figure(
                number=2,
                spans=((start, start + 2),) if start >= 0 else (),
                day="2019",
                basis=Basis.SENTENCE,
                doubt=Doubt.OLD,
                old="2019",
            ),
        ),
        rows=(Row(subject="C40", cells=((1,),)), Row(subject="ICLEI", cells=((),))),
        open_points=(OpenPoint(kind=Open.UNKNOWN_WORD, text=quote),),
    )
    return replace(answer(citation(1, quote), citation(2, quote)), memo=memo), memo


def text_of(pdf: MemoFile) -> tuple[str, int]:
    document = pypdfium2.PdfDocument(pdf.content)
    text = "\n".join(page.get_textpage().get_text_range() for page in document)
    return " ".join(text.split()), len(document)


def test_the_pdf_is_one_tagged_page_with_title_language_and_every_word() -> None:
    made = pdf_of(*a_memo(QUOTE))
    assert made.name == "brief-sao-paulos-cumbre-ano-2022.pdf"
    text, pages = text_of(made)
    assert pages == 1
    for words in (f"Brief: {TOPIC}", "What we know", f"“{QUOTE}” [1]", "Older than three years (2019)", FOOTER):
        assert words in text
    assert pypdfium2.PdfDocument(made.content).get_metadata_dict()["Title"] == f"Brief: {TOPIC}"
    for mark in (b"/StructTreeRoot", b"/H1", b"/H2", b"/Lang", b"pdfuaid"):
        assert mark in made.content, mark


def test_the_word_document_has_headings_lists_title_and_language() -> None:
    made = word_of(*a_memo(QUOTE))
    document = Document(BytesIO(made.content))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs]
    assert styles[0] == ("Heading 1", f"Brief: {TOPIC}")
    headings = [text for style, text in styles if style == "Heading 2"]
    assert headings == ["What we know", "Dates", "Numbers, with year and source", "Open points", "Sources"]
    assert ("List Bullet", f"“{QUOTE}” [1]") in styles
    bold = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold]
    assert "12" in bold
    assert document.core_properties.title == f"Brief: {TOPIC}"
    assert document.core_properties.language == "en-US"
    assert 'w:lang w:val="en-US"' in ZipFile(BytesIO(made.content)).read("word/styles.xml").decode()


def test_a_comparison_is_a_table_with_a_header_row_in_both() -> None:
    compared = a_memo(QUOTE, Form.COMPARISON)
    (table,) = Document(BytesIO(word_of(*compared).content)).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Network or city", TOPIC],
        ["C40", f"“{QUOTE}” [1]"],
        ["ICLEI", NOTHING],
    ]
    assert "w:tblHeader" in table.rows[0]._tr.xml
    made = pdf_of(*compared)
    assert NOTHING in text_of(made)[0]
    assert b"/TH" in made.content


def test_sources_that_differ_are_a_table_of_two_columns_in_both() -> None:
    _, memo = a_memo(QUOTE)
    made = (
        replace(differing((1, "Gifts over $50 are reported."), (2, "Gifts over $100 are reported.")), memo=memo),
        memo,
    )
    document = Document(BytesIO(word_of(*made).content))
    (table,) = document.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        [
            "Source 1, City Council, 2021-05, binding, current [1]",
            "Source 2, City Attorney, 2024, city policy, current [2]",
        ],
        ["“Gifts over $50 are reported.”", "“Gifts over $100 are reported.”"],
    ]
    headings = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Heading 2"]
    assert headings[-3:] == ["Sources differ on a number", "Open points", "Sources"]
    known, figure = (p.text for p in document.paragraphs if p.style.name == "List Bullet" and p.text.startswith("“"))
    assert known == f"“Gifts over $50 are reported.” [1] {APART}"
    assert figure.endswith(f"Older than three years (2019): say so, or look for a newer one. {APART}")
    printed = text_of(pdf_of(*made))[0]
    for words in (headings[-3], *(cell.text for row in table.rows for cell in row.cells)):
        assert words in printed


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("form", list(Form))
def test_the_words_of_the_memo_itself_are_in_the_language_spoken(language: str, form: Form) -> None:
    _, memo = a_memo(QUOTE, form)
    sources = differing((1, QUOTE), (2, f"{QUOTE} 2"))
    with speaking(language):
        word, pdf = word_of(replace(sources, memo=memo), memo), pdf_of(replace(sources, memo=memo), memo)
    document = Document(BytesIO(word.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    printed = text_of(pdf)[0]
    read = "\n".join((*(paragraph.text for paragraph in document.paragraphs), *cells, printed))
    for theirs in (QUOTE, TOPIC, "Source", "City Council", "City Attorney"):
        read = read.replace(theirs, "")
    assert words_of([read]) & only_english(language) == set()
    assert document.core_properties.language.startswith(f"{language}-")
    assert f"/Lang ({language})".encode() in pdf.content or f"/Lang({language})".encode() in pdf.content


def test_translations_stand_apart_labelled_and_a_withheld_one_says_so_in_both() -> None:
    found, memo = a_memo(QUOTE)
    texts = (Translated(number=1, text="São Paulo firmó 12 acuerdos."), Translated(number=2, withheld="number"))
    translation = Translation(language="es", texts=texts, missing=Unwritten.TOO_LONG)
    found = replace(found, translation=translation)
    word = [part.text for part in Document(BytesIO(word_of(found, memo).content)).paragraphs]
    assert word[2] == NOT_ALL
    at = word.index(TRANSLATED_BY.rstrip(":"))
    assert word[at + 1 : at + 4] == ["São Paulo firmó 12 acuerdos. [1]", f"{WITHHELD} [2]", "Open points"]
    pdf, _ = text_of(pdf_of(found, memo))
    assert " ".join(word[at : at + 2]) in pdf.replace("• ", "")
    assert WITHHELD in pdf


def test_markup_of_any_kind_stays_text() -> None:
    evil = '#eval("1+1") *b* `c` $x$ <w:p/> ]] #include("/etc/passwd") \\ 12'
    made = a_memo(evil)
    assert f"“{evil}” [1]" in text_of(pdf_of(*made))[0]
    assert f"“{evil}” [1]" in [p.text for p in Document(BytesIO(word_of(*made).content)).paragraphs]


def test_a_letter_no_font_has_leaves_a_tagged_file() -> None:
    made = pdf_of(*a_memo("12 words of \U0001f9ff and \U00012000."))
    assert b"/StructTreeRoot" in made.content


@settings(max_examples=15, deadline=None)
@given(hostile_text)
def test_no_text_keeps_a_memo_from_its_files(quote: str) -> None:
    made = a_memo(quote)
    assert text_of(pdf_of(*made))[1] >= 1
    assert Document(BytesIO(word_of(*made).content)).paragraphs
