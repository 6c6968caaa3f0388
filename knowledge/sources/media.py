"""Media types of the web to the formats our reader knows. Goes by what the server says, then by the link."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from knowledge.reading import known_format
from knowledge.sources.errors import WrongType

if TYPE_CHECKING:
    from httpx import URL

_OFFICE = "application/vnd.openxmlformats-officedocument."
# Media types of documents, and the ending that makes our reader know them.
DOCUMENTS: Mapping[str, str] = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/plain": ".txt",
}
# What servers say that do not know; then the ending in the link counts.
_UNTOLD = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/force-download", "text/plain"})


def file_name(address: "URL", media_type: str, types: Mapping[str, str]) -> str:
    """Name the file of a page so that our reader knows its format. Raises WrongType."""
    path = PurePosixPath(unquote(address.path))
    if media_type in _UNTOLD and types is DOCUMENTS and known_format(path.name):
        ending = path.suffix.lower()
    elif media_type in types:
        ending = types[media_type]
    else:
        raise WrongType
    stem = path.stem if known_format(path.name) else path.name
    return f"{stem or address.host}{ending}"
