"""Pictures of pages (PNG, JPEG, TIFF, WebP) to sections by text recognition. A TIFF may hold several pages.

Takes neither title nor date from what a camera or a scanner wrote into the file.
"""

import warnings
from io import BytesIO
from typing import TYPE_CHECKING

from knowledge.errors import DamagedDocument, ImageOnlyDocument, TooLarge
from knowledge.reading.layout import add_lines
from knowledge.reading.limits import Limits
from knowledge.reading.ocr import LONGEST_SIDE
from knowledge.reading.outline import Draft, OnPage, Outline
from knowledge.reading.reading_order import read_page
from knowledge.reading.running_lines import Line

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP")
# Nothing this low or narrow holds a line of text, in pixels.
LOWEST = 12


def read_picture(content: bytes, limits: Limits, on_page: OnPage = lambda *_: None) -> Draft:
    """Read a picture. Raises DamagedDocument, ImageOnlyDocument and TooLarge."""
    pages: list[tuple[Line, ...]] = []
    ocr: dict[int, float] = {}
    with _open(content) as file:
        # Of a moving picture the first one counts; only a TIFF is a document of several pages.
        frames = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
        if frames > limits.max_pages:
            raise TooLarge("This picture has too many pages; please split it and add the parts.")
        looked_at = min(frames, limits.max_ocr_pages)
        for number in range(looked_at):
            file.seek(number)
            picture = _shown(file, limits)
            lines, confidence = read_page(picture) if min(picture.size) > LOWEST else ((), 0.0)
            pages.append(lines)
            if lines:
                ocr[number] = confidence
            on_page(number + 1, looked_at)
    outline = Outline()
    add_lines(pages, outline, ocr=ocr)
    sections = outline.sections()
    if not sections:
        raise ImageOnlyDocument
    with_text = {section.page for section in sections}
    return Draft(
        sections=sections,
        first_heading=outline.first_heading,
        pages=frames,
        empty_pages=tuple(page for page in range(1, frames + 1) if page not in with_text),
        unread_pages=tuple(range(limits.max_ocr_pages + 1, frames + 1)),
    )


def _open(content: bytes) -> "ImageFile":
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit comes next
        try:
            return Image.open(BytesIO(content), formats=_FORMATS)
        except Image.DecompressionBombError as err:
            raise TooLarge(_TOO_MANY_PIXELS) from err
        except (OSError, SyntaxError) as err:
            raise DamagedDocument from err


_TOO_MANY_PIXELS = "This picture has too many pixels; please save it smaller, a page at 300 dpi is enough."


def _shown(file: "ImageFile", limits: Limits) -> "Image":
    """Return the picture in RGB as a viewer shows it, turned and on white, no larger than it is read."""
    from PIL import Image, ImageOps

    if file.width * file.height > limits.max_pixels:
        raise TooLarge(_TOO_MANY_PIXELS)
    file.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG need not be unpacked in full
    picture: Image.Image = file
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits of grey
        picture = _eight_bits(picture)
    elif picture.has_transparency_data:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    picture = picture.convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return ImageOps.exif_transpose(picture)


def _eight_bits(picture: "Image") -> "Image":
    """Bring 16 or 32 bits of grey down to 8, black and white where the picture has them."""
    import numpy as np
    from PIL import Image

    grey = np.asarray(picture, dtype=np.float32)
    low, high = float(grey.min()), float(grey.max())
    return Image.fromarray(((grey - low) * (255 / max(high - low, 1))).astype(np.uint8))
