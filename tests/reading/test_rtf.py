"""RTF files: paragraphs, lists, tables and marked headings; what striprtf drops stays out."""

import pytest

from knowledge.errors import DamagedDocument, EmptyDocument
from tests.reading.uploading import read

GUIDE = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}{\stylesheet{\s1\outlinelevel0 heading 1;}}
{\info{\title Guide for visitors}{\author Somebody}}{\header Office\par}
\pard\plain\s1\outlinelevel0 Before the visit\par
\pard\plain The office re\'e7oit visitors \u8212?see \b here\b0 .\par
{\listtext\tab \'b7\tab}Write a letter.\par
\pard{\listtext 2.\tab}Ask counsel.\par
\pard{\field{\*\fldinst HYPERLINK "http://example.org"}{\fldrslt Our site}} tells more.\par
\pard\plain\outlinelevel1 Costs\par
\trowd\cellx100\cellx200\pard\intbl City\cell Cost\cell\row
\trowd\cellx100\cellx200\pard\intbl Phoenix\cell 185\par a year\cell\row
\pard After the table.{\footnote A note.}{\v Hidden.}\par
{\pict\pngblip 89504e470d0a} \uc1\u-10179?\u-8704? end\par}"""


def test_the_text_is_read_in_its_order_under_its_headings() -> None:
    document = read("x.rtf", GUIDE)
    assert [(section.heading, section.text, section.is_table) for section in document.sections] == [
        (
            ("Before the visit",),
            "The office reçoit visitors —see here.\n\n- Write a letter.\n2. Ask counsel.\n\nOur site tells more.",
            False,
        ),
        (("Before the visit", "Costs"), "City | Cost\nPhoenix | 185 a year", True),
        (("Before the visit", "Costs"), "After the table.\n\n😀 end", False),
    ]
    assert (document.card.title, document.card.issuer) == ("Guide for visitors", None)


def test_a_large_picture_takes_no_time_and_leaves_no_trace() -> None:
    picture = b"{\\pict\\pngblip " + b"89504e47" * 2_000_000 + b"}"
    (section,) = read("x.rtf", b"{\\rtf1\\ansi Before. " + picture + b"After.\\par}").sections
    assert section.text == "Before. After."


@pytest.mark.parametrize("content", [GUIDE[:600], b"plain words", b"{\\rtf1 no end", b"PK\x03\x04"])
def test_a_damaged_file_is_told(content: bytes) -> None:
    with pytest.raises(DamagedDocument):
        read("x.rtf", content)


def test_a_file_without_words_is_empty() -> None:
    with pytest.raises(EmptyDocument):
        read("x.rtf", b"{\\rtf1\\ansi\\pard\\par}")
