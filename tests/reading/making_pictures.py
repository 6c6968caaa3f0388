"""Pictures of pages as a scanner makes them, drawn with the font Pillow brings, and PDFs of such pictures."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont
from pypdfium2 import PdfDocument

from tests.reading.making_pdfs import Print

WHITE = 255


def draw_page(
    prints: Sequence[Print], *, width: int = 612, height: int = 792, dpi: int = 150, ink: int = 0
) -> Image.Image:
    """Draw lines of print at their places, in points from the lower left corner, black (0) or paler on white."""
    scale = dpi / 72
    picture = Image.new("L", (round(width * scale), round(height * scale)), WHITE)
    pen = ImageDraw.Draw(picture)
    for line in prints:
        font = ImageFont.load_default(line.size * scale)
        pen.text((line.x * scale, (height - line.y) * scale), line.text, fill=ink, font=font, anchor="ls")
    return picture


def save(picture: Image.Image, kind: str, **options: object) -> bytes:
    """Return the picture as a file of this kind: PNG, JPEG, TIFF, WEBP or PDF."""
    file = BytesIO()
    picture.save(file, kind, **options)  # type: ignore[arg-type]
    return file.getvalue()


def scan_to_pdf(pictures: Sequence[Image.Image], *, dpi: int = 150) -> bytes:
    """Return a PDF of pictures alone, as scanners make them."""
    first, *others = pictures
    return save(first, "PDF", resolution=dpi, save_all=True, append_images=others)


def join_pdfs(*contents: bytes) -> bytes:
    """Put the pages of several PDFs into one."""
    whole = PdfDocument.new()
    for content in contents:
        part = PdfDocument(content)
        whole.import_pages(part)
        part.close()
    file = BytesIO()
    whole.save(file)
    whole.close()
    return file.getvalue()
