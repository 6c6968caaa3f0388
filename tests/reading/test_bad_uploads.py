"""Every file that cannot be read says in one sentence what to do, whatever is wrong with it."""

import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.domain import Details, Kind, Status
from knowledge.errors import DamagedDocument, EmptyDocument, TooLarge, UnknownFormat, UnreadableDocument
from knowledge.reading import Limits, known_format
from tests.reading.making_docx import make_docx
from tests.reading.making_msg import make_msg
from tests.reading.making_pdfs import make_pdf, paragraph
from tests.reading.test_mail import HTML, PLAIN, a_mail
from tests.reading.test_odt import guide
from tests.reading.test_pptx import briefing, make_pptx
from tests.reading.test_rows import CITIES, make_xlsx
from tests.reading.test_rtf import GUIDE
from tests.reading.uploading import read

TEXTS = ["md", "markdown", "txt", "text", "html", "htm", "csv", "tsv"]
PICTURES = ["png", "jpg", "jpeg", "tif", "tiff", "webp"]
FORMATS = [*TEXTS, *PICTURES, "pdf", "docx", "odt", "rtf", "pptx", "xlsx", "eml", "msg"]
JUNK = random.Random(8).randbytes(4_000)


@pytest.mark.parametrize("name", ["minutes.pages", "sheet.ods", "README", "old.doc", "picture.gif", "archive.zip"])
def test_an_unknown_format_is_told_by_its_name(name: str) -> None:
    assert not known_format(name)
    with pytest.raises(UnknownFormat):
        read(name, "Words.")


@pytest.mark.parametrize(
    ("name", "better"),
    [("old.doc", "DOCX"), ("old.XLS", "XLSX"), ("old.ppt", "PPTX"), ("macros.xlsm", "XLSX"), ("sheet.ods", "XLSX")],
)
def test_a_format_that_has_a_better_one_names_it(name: str, better: str) -> None:
    with pytest.raises(UnknownFormat, match=f"please save it as {better}"):
        read(name, "Words.")


@pytest.mark.parametrize("content", ["", " \n\t\r\n "])
@pytest.mark.parametrize("ending", FORMATS)
def test_an_empty_file_is_told(ending: str, content: str) -> None:
    with pytest.raises(EmptyDocument):
        read(f"x.{ending}", content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.md", "---\ntitle: Only this\n---\n"),
        ("x.md", "<!-- nothing -->"),
        ("x.md", "\u200b\u200b"),
        ("x.html", "<html><body><script>x()</script></body></html>"),
        ("x.txt", "----\n====\n"),
        ("x.docx", make_docx(lambda document: document.add_paragraph(" "))),
    ],
)
def test_a_file_without_words_is_empty(name: str, content: bytes | str) -> None:
    with pytest.raises(EmptyDocument):
        read(name, content)


@pytest.mark.parametrize("ending", FORMATS)
def test_binary_junk_is_damaged_whatever_it_is_named(ending: str) -> None:
    with pytest.raises(DamagedDocument):
        read(f"x.{ending}", JUNK)


@pytest.mark.parametrize("ending", TEXTS)
def test_other_formats_named_as_text_are_damaged(ending: str) -> None:
    for content in (
        make_pdf([paragraph("Words.", y=700)]),
        make_docx(lambda document: document.add_paragraph("Words.")),
    ):
        with pytest.raises(DamagedDocument):
            read(f"x.{ending}", content)


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(TooLarge):
        read("x.txt", bytes(300 * 2**20))
    with pytest.raises(TooLarge):
        read("x.txt", "Words. " * 100, limits=Limits(max_characters=100))


@settings(max_examples=150, deadline=None)
@given(ending=st.sampled_from(FORMATS), content=st.binary(max_size=400))
def test_no_bytes_at_all_raise_anything_but_an_unreadable_document(ending: str, content: bytes) -> None:
    with suppress(UnreadableDocument):
        assert any(section.text.strip() for section in read(f"x.{ending}", content).sections)


@settings(max_examples=150, deadline=None)
@given(
    place=st.integers(min_value=0),
    byte=st.integers(min_value=0, max_value=255),
    kind=st.sampled_from(["pdf", "docx", "pptx", "xlsx", "odt", "rtf", "eml", "msg"]),
)
def test_a_file_with_a_wrong_byte_is_read_or_told(place: int, byte: int, kind: str) -> None:
    content = bytearray(GOOD[kind])
    content[place % len(content)] = byte
    with suppress(UnreadableDocument):
        read(f"x.{kind}", bytes(content))


GOOD = {
    "pdf": make_pdf([paragraph("The office keeps a list.", y=700)]),
    "docx": make_docx(lambda document: document.add_paragraph("The office keeps a list.")),
    "pptx": make_pptx(briefing),
    "xlsx": make_xlsx(*CITIES),
    "odt": guide(),
    "rtf": GUIDE,
    "eml": a_mail("Plain words.", HTML).as_bytes(),
    "msg": make_msg(subject="Visit", body=PLAIN, attachments=("agenda.docx",)),
}


def test_what_a_person_states_beats_what_the_file_states() -> None:
    details = Details(
        title="Mine",
        kind=Kind.REPORT,
        issuer="Us",
        date="2025",
        status=Status.HISTORICAL,
        superseded_by="later",
        source="https://a.org",
    )
    stated = (
        "---\ntitle: Theirs\nkind: policy\nissuer: Them\ndate: 2020\nstatus: draft\nsource: https://b.org\n---\nWords."
    )
    card = read("x.md", stated, details=details).card
    assert (card.title, card.kind, card.issuer, card.date) == ("Mine", Kind.REPORT, "Us", "2025")
    assert (card.status, card.superseded_by, card.source) == (Status.HISTORICAL, "later", "https://a.org")
