"""Files made to do harm, through the process that reads: each is one failed file at most, and the next one is read."""

import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from io import BytesIO

import pytest

from knowledge.domain import Document, Upload
from knowledge.errors import DamagedDocument, TooLarge, TooMuchMemory, TooSlow, UnreadableDocument
from knowledge.reading import FORMATS, Limits
from knowledge.reading.isolated import IsolatedReader
from tests.fuzzing.fuzzing import Tally, fuzz, read_file
from tests.fuzzing.mutating import Unsound
from tests.fuzzing.seeds import an_odt, an_xlsx, seeds, write_docx
from tests.reading.making_docx import make_docx, with_part
from tests.reading.making_pdfs import make_pdf
from tests.reading.uploading import text_of

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = (
    "<!DOCTYPE a [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "<!ENTITY file SYSTEM 'file:///etc/passwd'>]>"
)


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    with closing(IsolatedReader(Limits())) as opened:
        yield opened


@pytest.fixture(autouse=True)
def the_next_one_is_read(reader: IsolatedReader) -> Iterator[None]:
    yield
    assert read(reader, "note.md", b"The office is open on Mondays.").card.title == "Note"


def read(reader: IsolatedReader, name: str, content: bytes) -> Document:
    return reader.read(Upload(name=name, content=content, place=name))


def a_docx(body: str, declaration: str = "") -> bytes:
    xml = f'<?xml version="1.0"?>{declaration}<w:document {W}><w:body>{body}</w:body></w:document>'
    return with_part(make_docx(write_docx), "word/document.xml", xml.encode())


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.docx", with_part(make_docx(write_docx), "word/media/image1.png", bytes(500 * 2**20))),
        ("bomb.docx", a_docx("<w:p/>" * 20_000_000)),
        ("bomb.xlsx", with_part(an_xlsx(), "xl/worksheets/sheet1.xml", b" " * (300 * 2**20))),
        ("bomb.odt", with_part(an_odt(), "content.xml", b"<a>" * (100 * 2**20))),
    ],
    ids=["unpacks to 500 MB", "20 million paragraphs", "blank sheet of 300 MB", "300 MB of open tags"],
)
def test_a_file_that_unpacks_to_far_more_than_it_is_large_is_refused(
    reader: IsolatedReader, name: str, content: bytes
) -> None:
    with pytest.raises(TooLarge):
        read(reader, name, content)


def test_a_package_that_lies_about_its_sizes_is_damaged(reader: IsolatedReader) -> None:
    honest = with_part(make_docx(write_docx), "word/document.xml", b"<a>" + b" " * 10_000_000)
    with zipfile.ZipFile(BytesIO(honest)) as package:
        size = package.getinfo("word/document.xml").file_size.to_bytes(4, "little")
    with pytest.raises(DamagedDocument):
        read(reader, "lie.docx", honest.replace(size, (1_000).to_bytes(4, "little")))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("laughs.docx", a_docx("<w:p><w:r><w:t>&a9;&file;</w:t></w:r></w:p>", LAUGHS)),
        ("laughs.xlsx", with_part(an_xlsx(), "xl/sharedStrings.xml", f"{LAUGHS}<sst><si>&a9;</si></sst>".encode())),
        ("laughs.odt", with_part(an_odt(), "content.xml", f"{LAUGHS}<a>&a9;&file;</a>".encode())),
    ],
)
def test_entities_that_multiply_are_refused(reader: IsolatedReader, name: str, content: bytes) -> None:
    with pytest.raises(DamagedDocument):
        read(reader, name, content)


@pytest.mark.parametrize("name", ["laughs.html", "laughs.md"])
def test_entities_of_a_page_stay_words(reader: IsolatedReader, name: str) -> None:
    page = f"{LAUGHS}<p>The office laughs: &a9; &file;</p>"
    with suppress(UnreadableDocument):
        text = text_of(read(reader, name, page.encode()))
        assert "haha" not in text
        assert "root:" not in text


def test_a_pdf_of_ten_thousand_pages_is_refused(reader: IsolatedReader) -> None:
    with pytest.raises(TooLarge, match="too many pages"):
        read(reader, "long.pdf", make_pdf([[]] * 10_000))


def test_a_pdf_whose_pages_hold_each_other_ends(reader: IsolatedReader) -> None:
    circle = make_pdf([[]]).replace(b"/Kids [7 0 R]", b"/Kids [2 0 R]")
    assert b"/Kids [2 0 R]" in circle
    with pytest.raises(UnreadableDocument):
        read(reader, "circle.pdf", circle)


def test_half_a_character_in_front_matter_is_left_out(reader: IsolatedReader) -> None:
    half = rb"\ud800"
    card = read(
        reader, "half.md", b'---\ntitle: "A%s"\nsource: "https://a.example/%s"\n---\nWords.' % (half, half)
    ).card
    assert (card.title, card.source) == ("A", "https://a.example/")


DEEP = 100_000


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.md", b"> " * DEEP + b"words"),
        ("deep.md", b"".join(b"  " * n + b"- words\n" for n in range(1_500))),
        ("deep.md", b"[" * DEEP + b"words" + b"](u)" * DEEP),
        ("deep.md", b"*_" * DEEP + b"words"),
        ("deep.md", b"---\ntitle: " + b"[" * DEEP + b"\n---\nwords"),
        ("deep.html", b"<div>" * DEEP + b"words"),
        ("deep.html", b"<table><tr><td>" * DEEP + b"words"),
        ("deep.html", b"<ul><li>words" * DEEP),
        ("deep.docx", a_docx("<w:tbl><w:tr><w:tc>" * 2_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 2_000)),
        ("deep.docx", a_docx("<w:sdt><w:sdtContent>" * 2_000 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 2_000)),
        ("deep.rtf", b"{\\rtf1 " + b"{" * DEEP + b"words" + b"}" * DEEP + b"}"),
        (
            "deep.eml",
            b"From: a\n"
            + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)),
        ),
    ],
)
def test_what_is_nested_without_end_ends(reader: IsolatedReader, name: str, content: bytes) -> None:
    with suppress(UnreadableDocument):
        read(reader, name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "wide.html",
            b"<table><tr>" + b"<td rowspan=9999 colspan=9999>words</td>" * 500 + b"</tr>" + b"<tr></tr>" * 9_999,
        ),
        ("long.html", b"<table>" + b"<tr><td>words<td>words" * 20_000),
        ("wide.md", b"|" + b" words |" * 20_000 + b"\n|" + b"---|" * 20_000 + b"\n" + b"| words |\n" * 200),
        ("wide.csv", b",".join([b"words"] * 1_000_000)),
        ("long.csv", b"a,b\n" * 2_000_000),
        ("quote.csv", b'"' + b"words,\n" * 1_000_000),
        (
            "wide.docx",
            a_docx(
                "<w:tbl>"
                + ("<w:tr>" + '<w:tc><w:tcPr><w:gridSpan w:val="63"/></w:tcPr></w:tc>' * 60 + "</w:tr>") * 500
                + "</w:tbl>"
            ),
        ),
    ],
)
def test_a_table_without_end_ends(reader: IsolatedReader, name: str, content: bytes) -> None:
    with suppress(UnreadableDocument):
        read(reader, name, content)


def test_a_file_that_takes_too_long_is_told(reader: IsolatedReader) -> None:
    page = b"<html><body>" + b"<p>The office keeps a list of its partners and of the visits they made.</p>" * 200_000
    with closing(IsolatedReader(Limits(max_quiet_seconds=1))) as impatient:
        impatient.start()
        with pytest.raises(TooSlow, match="takes too long to read"):
            read(impatient, "page.html", page)
        assert read(impatient, "note.md", b"The office is open on Mondays.").sections


def test_a_file_that_takes_too_much_memory_is_told(reader: IsolatedReader) -> None:
    page = b"<html><body>" + b"<p><b><i>x</i></b></p>" * 2_000_000
    with closing(IsolatedReader(Limits(max_memory_bytes=400 * 2**20))) as frugal:
        with pytest.raises(TooMuchMemory, match="takes too much memory to read"):
            read(frugal, "page.html", page)
        assert read(frugal, "note.md", b"The office is open on Mondays.").sections


def test_every_format_has_a_sound_document_that_is_read(reader: IsolatedReader) -> None:
    assert seeds().keys() == FORMATS
    for ending, contents in seeds().items():
        for content in contents:
            assert read(reader, f"sound{ending}", content).sections, ending


def test_three_hundred_unsound_files_stop_nobody(reader: IsolatedReader) -> None:
    tally = Tally()
    fuzz(lambda file: read_file(file, reader, tally), files=300, number=0)
    assert tally.crashes == []
    assert tally.outcomes.total() == 300
    # All sorts of harm was done, and not all of it in vain.
    assert {"read", "DamagedDocument", "EmptyDocument"} <= {outcome for _, outcome in tally.outcomes}


def test_the_same_seed_makes_the_same_unsound_files() -> None:
    runs: list[list[Unsound]] = [[], [], []]
    for made, number in zip(runs, (3, 3, 4), strict=True):
        fuzz(made.append, files=50, number=number)
    assert (runs[0] == runs[1], runs[0] == runs[2]) == (True, False)
    assert len({file.name for file in runs[0]}) > 45
