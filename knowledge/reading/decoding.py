"""Bytes to text, and what kind of file bytes look like. Binary junk is never taken for text."""

import codecs
import re

from knowledge.errors import DamagedDocument

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (bytes.fromhex("d0cf11e0a1b11ae1"), "ole"),
    (b"\x89PNG", "other"),
    (b"\xff\xd8\xff", "other"),
    (b"GIF8", "other"),
    (b"\x1f\x8b", "other"),
    (b"7z\xbc\xaf", "other"),
    (b"Rar!", "other"),
    (b"\x7fELF", "other"),
    (b"MZ\x90", "other"),
    (b"{\\rtf", "other"),
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = frozenset({"cp1252", "latin_1", "iso8859_15"})
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x80-\x84\x86-\x9f]")
# A stray control character happens in old exports; more than this share is no text.
_MOST_CONTROLS = 0.005


def sniff(content: bytes) -> str | None:
    """Name the binary format the first bytes show: "pdf", "zip", "ole" or "other"; None when they show none."""
    return next((name for magic, name in _MAGIC if content.startswith(magic)), None)


def decode(content: bytes) -> str:
    """Decode UTF-8, then by byte order mark, then UTF-16 by its zeros, then by the characters themselves.

    Raises DamagedDocument for what is no text in any encoding.
    """
    if sniff(content) is not None:
        raise DamagedDocument
    try:
        text = _decode(content)
    except (UnicodeError, LookupError) as err:
        raise DamagedDocument from err
    if len(_CONTROLS.findall(text)) > max(2, _MOST_CONTROLS * len(text)):
        raise DamagedDocument
    return text


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    zeros = content[:4096].count(0)
    if zeros > len(content[:4096]) // 4:
        return content.decode("utf-16-le" if content[1:4096:2].count(0) * 2 > zeros else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(content)


def _guess(content: bytes) -> str:
    """Tell the encoding by the characters it gives; Western European before others that fit no better."""
    from charset_normalizer import from_bytes

    found = from_bytes(content)
    western = (match for match in found if match.encoding in _WESTERN)
    best = found.best()
    if best is None:
        raise DamagedDocument
    return str(next((match for match in western if match.chaos <= best.chaos), best))
