"""How much one file may hold, and how much reading it may take, so that no upload can take the machine down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Beyond any of the first five a file is TooLarge; the characters are those of all its sections together.

    The others hold for the process that reads. A file may be quiet, without one page more, for `max_quiet_seconds`:
    the slowest page of text recognition on a busy machine takes a tenth of it. All of a file may take `max_seconds`:
    a scan of some hundred pages, a page every few seconds. `max_memory_bytes` leaves room for text recognition and for
    an XML part of `max_unpacked_bytes`; `max_answer_bytes` for `max_characters` in any script with their headings.

    Beyond `max_pixels`, an A3 page at 600 dpi, a picture is TooLarge. Beyond `max_ocr_pages` all else is read, and the
    pictures of pages that nobody looked at are listed.
    """

    max_bytes: int = 100 * 2**20
    max_unpacked_bytes: int = 400 * 2**20
    max_characters: int = 20_000_000
    max_pages: int = 5_000
    max_ocr_pages: int = 500
    max_pixels: int = 70_000_000
    max_rows: int = 20_000
    max_quiet_seconds: float = 180
    max_seconds: float = 7_200
    max_memory_bytes: int = 4 * 2**30
    max_answer_bytes: int = 128 * 2**20
