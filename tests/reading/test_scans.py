"""Pictures of pages, as files of their own and inside PDFs, read by the real engine and its bundled models."""

import random
import subprocess
import sys
from collections import Counter
from ctypes import c_ushort
from io import BytesIO

import pytest
from PIL import Image, ImageFilter
from pypdfium2 import PdfDocument, raw

from knowledge.domain import Document
from knowledge.errors import DamagedDocument, ImageOnlyDocument, TooLarge
from knowledge.reading import Limits
from knowledge.reading.scans import is_useless
from tests.reading.making_pdfs import Print, make_pdf, paragraph
from tests.reading.making_pictures import draw_page, join_pdfs, save, scan_to_pdf
from tests.reading.uploading import read

PROSE = (
    "The office keeps a list of every tie the city has with a partner abroad and renews it each year in spring, when "
    "the council sets the budget for travel and for visitors."
)
SIGNING = "A city may sign an agreement with a city abroad after counsel has read the text and the council has voted."


def letter() -> Image.Image:
    """A third of a page with two paragraphs."""
    return draw_page([*paragraph(PROSE, y=230, measure=72), *paragraph(SIGNING, y=130, measure=72)], height=260)


def texts(document: Document) -> list[str]:
    return [section.text for section in document.sections]


@pytest.mark.parametrize(("ending", "kind"), [("png", "PNG"), ("jpg", "JPEG"), ("tif", "TIFF"), ("webp", "WEBP")])
def test_a_picture_is_read_with_its_confidence(ending: str, kind: str) -> None:
    document = read(f"letter.{ending}", save(letter(), kind))
    (section,) = document.sections
    assert section.text == f"{PROSE}\n\n{SIGNING}"
    assert section.page == 1
    assert section.ocr is not None
    assert 0.9 < section.ocr <= 1
    assert (document.pages, document.empty_pages) == (1, ())


@pytest.mark.parametrize("angle", [90, 180, 270, 2, -1.5])
def test_a_page_that_lies_on_its_side_or_hangs_askew_is_read_in_order(angle: float) -> None:
    turned = letter().rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
    (text,) = texts(read("letter.png", save(turned, "PNG")))
    assert text.startswith("The office keeps a list of every tie the city has")
    assert text.endswith("after counsel has read the text and the council has voted.")


def test_the_turn_a_camera_noted_is_followed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown a quarter turn to the right
    photo = save(letter().rotate(90, expand=True), "JPEG", exif=exif)
    assert texts(read("photo.jpg", photo)) == [f"{PROSE}\n\n{SIGNING}"]


def test_two_columns_are_read_one_after_the_other() -> None:
    page = draw_page(
        [
            Print(text="The whole width of the page holds this first line of it", y=350, x=60, size=12),
            *paragraph(PROSE, y=310, x=60, measure=38),
            *paragraph(SIGNING, y=310, x=330, measure=38),
            Print(text="The whole width of the page also holds the last line of it", y=180, x=60, size=12),
        ],
        height=400,
    )
    (text,) = texts(read("columns.png", save(page, "PNG")))
    assert PROSE in text
    assert SIGNING in text
    assert text.index("first line") < text.index(PROSE) < text.index(SIGNING) < text.index("last line")


def test_rows_of_a_table_stay_rows() -> None:
    rows = [("City", "Partner", "Since"), ("Denver", "Brest", "1948"), ("Tempe", "Skopje", "1971")]
    page = draw_page(
        [
            Print(text=cell, x=72 + 160 * column, y=150 - 24 * row, size=12)
            for row, cells in enumerate(rows)
            for column, cell in enumerate(cells)
        ],
        height=200,
    )
    lines = [" | ".join(row) for row in rows]
    assert texts(read("table.png", save(page, "PNG"))) == ["\n".join(lines)]


def test_larger_print_is_a_heading() -> None:
    page = draw_page(
        [
            *paragraph(PROSE, y=330, measure=72),
            Print(text="Who may sign", y=250, size=20),
            *paragraph(SIGNING, y=210, measure=72),
        ],
        height=360,
    )
    document = read("rules.png", save(page, "PNG"))
    assert [section.text for section in document.sections] == [PROSE, SIGNING]
    assert document.sections[1].heading == ("Who may sign",) or document.card.title == "Who may sign"


@pytest.mark.parametrize("blur", [3.2, 6], ids=["read with doubt", "not even found"])
def test_a_paragraph_with_a_line_nobody_can_read_is_left_out_whole(blur: float) -> None:
    page = draw_page([*paragraph(SIGNING, y=330, measure=72), *paragraph(PROSE, y=260, measure=60)], height=360)
    scale = 150 / 72
    second = (0, round((360 - 256) * scale), page.width, round((360 - 242) * scale))
    page.paste(page.crop(second).filter(ImageFilter.GaussianBlur(blur)), second)
    assert texts(read("spoilt.png", save(page, "PNG"))) == [SIGNING]


def test_noise_blur_and_white_paper_are_no_text() -> None:
    noise = Image.frombytes("L", (600, 500), random.Random(5).randbytes(300_000))
    for picture in (noise, letter().filter(ImageFilter.GaussianBlur(5)), Image.new("L", (600, 500), 255)):
        with pytest.raises(ImageOnlyDocument):
            read("nothing.png", save(picture, "PNG"))


def test_a_tiff_of_several_pages_keeps_their_numbers() -> None:
    pages = [letter(), Image.new("L", (600, 500), 255), letter()]
    document = read("fax.tiff", save(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert [section.page for section in document.sections] == [1, 3]
    assert (document.pages, document.empty_pages) == (3, (2,))


def test_a_picture_of_too_many_pixels_is_refused_unopened() -> None:
    with pytest.raises(TooLarge):
        read("bomb.png", save(Image.new("1", (20_000, 20_000)), "PNG"))
    with pytest.raises(TooLarge):
        read("large.png", save(letter(), "PNG"), limits=Limits(max_pixels=10_000))


@pytest.mark.parametrize("ending", ["png", "jpg", "tif", "webp"])
def test_a_torn_picture_is_damaged(ending: str) -> None:
    kind = {"jpg": "JPEG", "tif": "TIFF"}.get(ending, ending.upper())
    with pytest.raises(DamagedDocument):
        read(f"torn.{ending}", save(letter(), kind)[:200])


def test_only_the_scanned_page_of_a_pdf_is_read_by_ocr() -> None:
    content = join_pdfs(make_pdf([paragraph(PROSE, y=700)]), scan_to_pdf([letter()]), make_pdf([[]]))
    document = read("mixed.pdf", content)
    own, scanned = document.sections
    assert (own.page, own.ocr, own.text) == (1, None, PROSE)
    assert (scanned.page, scanned.text) == (2, f"{PROSE}\n\n{SIGNING}")
    assert scanned.ocr is not None
    assert (document.pages, document.empty_pages, document.unread_pages) == (3, (3,), ())


def test_a_stamp_on_a_scanned_page_is_not_taken_for_its_text() -> None:
    document = read("stamped.pdf", stamped(scan_to_pdf([letter()]), "Received 4 May, page 1 of 1"))
    (section,) = document.sections
    assert SIGNING in section.text
    assert section.ocr is not None


@pytest.mark.parametrize(
    ("layer", "useless"),
    [
        ("The office writes to every partner.", False),
        ("", False),
        ("\ue012\ue034\ue056 \ue078\ue09a", True),
        ("\x01\x07\x15 \x03\x1b The", True),
        ("Ties \ue012 of the city with partners abroad", False),
    ],
)
def test_a_text_layer_whose_characters_stand_for_nothing_is_useless(layer: str, useless: bool) -> None:
    assert is_useless(Counter(map(ord, layer))) is useless


def test_own_text_beside_a_large_picture_stays_as_it_is() -> None:
    photo = draw_page([], height=260)
    document = read("cover.pdf", stamped(scan_to_pdf([photo]), "Annual report of the office"))
    (section,) = document.sections
    assert (section.text, section.ocr) == ("Annual report of the office", None)


def test_pages_beyond_the_limit_on_ocr_are_listed_and_the_rest_stays() -> None:
    content = join_pdfs(scan_to_pdf([letter(), letter()]), make_pdf([paragraph(PROSE, y=700)]))
    document = read("long.pdf", content, limits=Limits(max_ocr_pages=1))
    assert [section.page for section in document.sections] == [1, 3]
    assert (document.empty_pages, document.unread_pages) == ((2,), (2,))


@pytest.mark.parametrize("size", [(20_000, 20), (14_400, 14_400), (3, 14_400)])
def test_a_page_of_any_size_is_drawn_small_enough(size: tuple[int, int]) -> None:
    sized = make_pdf([[]]).replace(b"[0 0 612 792]", f"[0 0 {size[0]} {size[1]}]".encode())
    with pytest.raises(ImageOnlyDocument):
        read("poster.pdf", sized)


def test_reading_a_picture_opens_no_connection() -> None:
    program = (
        "import sys\n"
        "def no_network(event, _):\n"
        "    if event in {'socket.connect', 'socket.getaddrinfo', 'socket.sendto'}: raise SystemExit(event)\n"
        "sys.addaudithook(no_network)\n"
        "from tests.reading.test_scans import SIGNING, letter, read, save\n"
        "assert SIGNING in read('letter.png', save(letter(), 'PNG')).sections[0].text\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def stamped(content: bytes, words: str) -> bytes:
    """Print words of a text layer near the upper edge of a PDF's only page."""
    document = PdfDocument(content)
    page = document[0]
    stamp = raw.FPDFPageObj_NewTextObj(document, b"Helvetica", 9.0)
    raw.FPDFText_SetText(stamp, (c_ushort * (len(words) + 1))(*map(ord, words), 0))
    raw.FPDFPageObj_Transform(stamp, 1, 0, 0, 1, 40, page.get_height() - 12)
    raw.FPDFPage_InsertObject(page, stamp)
    page.gen_content()
    file = BytesIO()
    document.save(file)
    page.close()
    document.close()
    return file.getvalue()
