"""Files to documents: picks the reader by the name, holds the content against it, and makes the card.

Never opens a file or a link itself, and lets no library's exception out: what cannot be read is an UnreadableDocument.
"""

from pathlib import PurePath

from knowledge.domain import Document, Upload
from knowledge.errors import AttacheError, DamagedDocument, EmptyDocument, TooLarge, UnknownFormat
from knowledge.reading.card import make_card
from knowledge.reading.docx import read_docx
from knowledge.reading.html import read_html
from knowledge.reading.limits import Limits
from knowledge.reading.markdown import read_markdown
from knowledge.reading.outline import Draft, without_title
from knowledge.reading.pdf import read_pdf
from knowledge.reading.plain_text import read_plain_text

__all__ = ["Limits", "known_format", "read_upload"]

FORMATS = frozenset({".md", ".markdown", ".txt", ".text", ".html", ".htm", ".pdf", ".docx"})


def known_format(name: str) -> bool:
    """Whether a file of this name can be read, going by its ending."""
    return PurePath(name).suffix.lower() in FORMATS


def read_upload(upload: Upload, limits: Limits) -> Document:
    """Read a file into a document. Raises an UnreadableDocument whose advice says what to do about the file."""
    if not known_format(upload.name):
        raise UnknownFormat
    if len(upload.content) > limits.max_bytes:
        raise TooLarge
    if not upload.content.strip():
        raise EmptyDocument
    try:
        draft = _read(upload, limits)
    except AttacheError:
        raise
    except Exception as err:  # readers raise anything at all over bytes nobody foresaw
        raise DamagedDocument from err
    if not draft.sections:
        raise EmptyDocument
    if sum(len(section.text) for section in draft.sections) > limits.max_characters:
        raise TooLarge
    card = make_card(draft.stated, upload.details, first_heading=draft.first_heading, file_name=upload.name)
    return Document(card=card, sections=without_title(draft.sections, card.title), empty_pages=draft.empty_pages)


def _read(upload: Upload, limits: Limits) -> Draft:
    match PurePath(upload.name).suffix.lower():
        case ".md" | ".markdown":
            return read_markdown(upload.content)
        case ".html" | ".htm":
            return read_html(upload.content)
        case ".pdf":
            return read_pdf(upload.content, limits)
        case ".docx":
            return read_docx(upload.content, limits)
        case _:
            return read_plain_text(upload.content)
