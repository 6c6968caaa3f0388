"""The zip packages office programs write, looked over before a reader unpacks them: locked, torn, or made to do harm.

Never opens a package inside a package and never runs or keeps what a macro holds.
"""

import zipfile
from io import BytesIO
from typing import Any

from knowledge.errors import DamagedDocument, EncryptedDocument, TooLarge
from knowledge.reading.decoding import sniff
from knowledge.reading.limits import Limits

# A locked Office file is not a zip but the container of older Office files, with this stream in it.
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# XML packs well, but a real part seldom packs better than this; a bomb packs a thousandfold.
_HIGHEST_RATIO = 200
_RATIO_MATTERS_FROM = 50 * 2**20


def check_package(content: bytes, limits: Limits) -> None:
    """Refuse what is no package, is locked or is a bomb: zipfile never reads past the sizes a package declares.

    Raises EncryptedDocument, DamagedDocument and TooLarge.
    """
    kind = sniff(content)
    if kind == "ole" and _LOCKED in content:
        raise EncryptedDocument
    if kind != "zip":
        raise DamagedDocument
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = package.infolist()
            unpacked = sum(part.file_size for part in parts)
            if unpacked > limits.max_unpacked_bytes:
                raise TooLarge
            if unpacked > _RATIO_MATTERS_FROM and unpacked > _HIGHEST_RATIO * len(content):
                raise TooLarge
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _declares_entities(package, part):
                    raise DamagedDocument
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as err:
        raise DamagedDocument from err


def parse_xml(content: bytes) -> Any:
    """Parse a part of a package that no library reads; entities stay unresolved and nothing is fetched."""
    from lxml import etree

    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


def _declares_entities(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part has a document type: office programs never write one, and entities that multiply need one."""
    with package.open(part) as stream:
        head = stream.read(65_536).replace(b"\0", b"")
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head
