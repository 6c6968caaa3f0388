"""Small real PDFs, byte by byte: text in two fonts at given places, bookmarks, a locked one, one of pictures."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, WIDTH = 792, 612
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A line of print: `y` counts points from the lower edge of the page."""

    text: str
    y: float
    x: float = 72
    size: float = 11
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A bookmark on a page counted from 0."""

    title: str
    page: int


def paragraph(text: str, *, y: float, x: float = 72, size: float = 11, measure: int = 88) -> list[Print]:
    """Set a text in lines of `measure` characters, 14 points apart, downwards from `y`."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > measure:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return [Print(text=line, y=y - 14 * number, x=x, size=size) for number, line in enumerate(lines)]


def make_pdf(
    pages: Sequence[Sequence[Print]], *, title: str | None = None, bookmarks: Sequence[Mark] = (), rotation: int = 0
) -> bytes:
    """Return a PDF with a page for each list of lines; an empty list is a page with a picture."""
    objects = ["<< /Type /Catalog /Pages 2 0 R /Outlines 5 0 R >>", "", _font("Helvetica"), _font("Helvetica-Bold"), ""]
    kids = []
    for page in pages:
        content = (
            "\n".join(map(_shown, page)) if page else "q 300 0 0 300 100 200 cm BI /W 1 /H 1 /CS /G /BPC 8 ID 0 EI Q"
        )
        objects.append(f"<< /Length {len(content.encode('cp1252'))} >>\nstream\n{content}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {rotation} "
            f"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(len(objects))
    first = len(objects) + 1
    last = first + len(bookmarks) - 1
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] /Count {len(kids)} >>"
    objects[4] = f"<< /Type /Outlines /First {first} 0 R /Last {last} 0 R >>" if bookmarks else "<< /Type /Outlines >>"
    for number, mark in enumerate(bookmarks, start=first):
        beside = (f"/Prev {number - 1} 0 R " if number > first else "") + (
            f"/Next {number + 1} 0 R" if number < last else ""
        )
        objects.append(f"<< /Title ({mark.title}) /Parent 5 0 R /Dest [{kids[mark.page]} 0 R /Fit] {beside} >>")
    objects.append(f"<< /Title ({title or ''}) /CreationDate (D:20200102030405Z) /Author (Somebody) >>")
    return _file(objects, f"/Root 1 0 R /Info {len(objects)} 0 R")


def make_locked_pdf(password: str) -> bytes:
    """Return a PDF that asks for a password: RC4 of 40 bits, revision 2 of the standard security handler."""
    padded = (password.encode() + _PADDING)[:32]
    owner = _rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    number = b"0123456789abcdef"
    rights = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + rights + number, usedforsecurity=False).digest()[:5]
    lock = f"<< /Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{_rc4(key, _PADDING).hex()}> /P -4 >>"
    pages = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>"
    trailer = f"/Root 1 0 R /Encrypt 4 0 R /ID [<{number.hex()}> <{number.hex()}>]"
    return _file(["<< /Type /Catalog /Pages 2 0 R >>", pages, page, lock], trailer)


def _file(objects: Sequence[str], trailer: str) -> bytes:
    content = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{body}\nendobj\n".encode("cp1252")
    start = len(content)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    content += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode()
    return content + f"trailer\n<< /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


def _font(name: str) -> str:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"


def _shown(line: Print) -> str:
    text = line.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F{2 if line.bold else 1} {line.size} Tf {line.x} {line.y} Td ({text}) Tj ET"


def _rc4(key: bytes, content: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    i = j = 0
    out = bytearray()
    for byte in content:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
