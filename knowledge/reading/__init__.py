"""Files to documents: picks the reader by the name, holds the content against it, and makes the card.

Never opens a file or a link itself, and lets no library's exception out: what cannot be read is an UnreadableDocument.
"""

from pathlib import PurePath

from knowledge.domain import Document, Upload
from knowledge.errors import AttacheError, BadName, DamagedDocument, EmptyDocument, TooLarge, UnknownFormat
from knowledge.reading.card import make_card
from knowledge.reading.csv import read_csv
from knowledge.reading.docx import read_docx
from knowledge.reading.html import read_html
from knowledge.reading.limits import Limits
from knowledge.reading.mail import read_eml, read_msg
from knowledge.reading.markdown import read_markdown
from knowledge.reading.odt import read_odt
from knowledge.reading.outline import Draft, OnPage, without_title
from knowledge.reading.pdf import read_pdf
from knowledge.reading.pictures import read_picture
from knowledge.reading.plain_text import read_plain_text
from knowledge.reading.pptx import read_pptx
from knowledge.reading.rtf import read_rtf
from knowledge.reading.xlsx import read_xlsx

__all__ = ["Limits", "check_upload", "known_format", "read_upload", "unknown_format"]

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"})
TEXTS = frozenset({".md", ".markdown", ".txt", ".text", ".html", ".htm", ".pdf", ".docx", ".odt", ".rtf"})
FORMATS = TEXTS | {".pptx", ".xlsx", ".csv", ".tsv", ".eml", ".msg"} | PICTURES
# What stands in the way of these is only that they are older, hold macros or come from another office program.
SAVED_AS = {
    **dict.fromkeys((".doc", ".docm", ".dot", ".dotx", ".wps", ".wpd", ".pages"), "DOCX"),
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".numbers"), "XLSX"),
    **dict.fromkeys((".ppt", ".pptm", ".pps", ".ppsx", ".potx", ".odp", ".key"), "PPTX"),
}


def known_format(name: str) -> bool:
    """Whether a file of this name can be read, going by its ending."""
    return PurePath(name).suffix.lower() in FORMATS


def unknown_format(name: str) -> UnknownFormat:
    """Say of a file of an unknown format what to save it as, going by its ending."""
    better = SAVED_AS.get(PurePath(name).suffix.lower())
    return UnknownFormat(f"This kind of file is not supported; please save it as {better}." if better else None)


def check_upload(upload: Upload, limits: Limits) -> None:
    """Raise the UnreadableDocument for what can be told without reading: name, size, nothing but white space."""
    if any("\ud800" <= character <= "\udfff" for character in upload.name):  # bytes that were no text
        raise BadName
    if not known_format(upload.name):
        raise unknown_format(upload.name)
    if len(upload.content) > limits.max_bytes:
        raise TooLarge
    if not upload.content.strip():
        raise EmptyDocument


def read_upload(upload: Upload, limits: Limits, on_page: OnPage = lambda *_: None) -> Document:
    """Read a file into a document; `on_page` is called for each page that is read, in formats that have pages.

    Raises an UnreadableDocument whose advice says what to do about the file.
    """
    check_upload(upload, limits)
    try:
        draft = _read(upload, limits, on_page)
    except (AttacheError, MemoryError):
        raise
    except Exception as err:  # readers raise anything at all over bytes nobody foresaw
        raise DamagedDocument from err
    if not draft.sections:
        raise EmptyDocument
    if sum(len(section.text) for section in draft.sections) > limits.max_characters:
        raise TooLarge
    card = make_card(draft.stated, upload.details, first_heading=draft.first_heading, file_name=upload.name)
    return Document(
        card=card,
        sections=without_title(draft.sections, card.title),
        pages=draft.pages,
        empty_pages=draft.empty_pages,
        unread_pages=draft.unread_pages,
    )


def _read(upload: Upload, limits: Limits, on_page: OnPage) -> Draft:  # noqa: C901, PLR0911, PLR0912
    match PurePath(upload.name).suffix.lower():
        case ".md" | ".markdown":
            return read_markdown(upload.content)
        case ".html" | ".htm":
            return read_html(upload.content)
        case ".pdf":
            return read_pdf(upload.content, limits, on_page)
        case ending if ending in PICTURES:
            return read_picture(upload.content, limits, on_page)
        case ".docx":
            return read_docx(upload.content, limits)
        case ".odt":
            return read_odt(upload.content, limits)
        case ".rtf":
            return read_rtf(upload.content)
        case ".pptx":
            return read_pptx(upload.content, limits)
        case ".xlsx":
            return read_xlsx(upload.content, limits)
        case ".csv" | ".tsv":
            return read_csv(upload.content, limits)
        case ".eml":
            return read_eml(upload.content)
        case ".msg":
            return read_msg(upload.content)
        case _:
            return read_plain_text(upload.content)
