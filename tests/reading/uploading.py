"""Reads a file as an upload would be read."""

from knowledge.domain import Details, Document, Upload
from knowledge.reading import Limits, read_upload

STATED_NOTHING = Details()
USUAL = Limits()


def read(name: str, content: bytes | str, *, details: Details = STATED_NOTHING, limits: Limits = USUAL) -> Document:
    """Read a file somebody adds, with the usual limits unless told otherwise."""
    encoded = content.encode() if isinstance(content, str) else content
    return read_upload(Upload(name=name, content=encoded, place=f"files/{name}", details=details), limits)


def text_of(document: Document) -> str:
    """Return all that would become passages: headings and text."""
    return "\n".join("\n".join([*section.heading, section.text]) for section in document.sections)
