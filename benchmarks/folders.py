"""A mixed folder such as an office keeps: half PDF and Word files, the rest of six other formats, the same everywhere.

Sentences are those of the starter library; each file has a title, three headings and nine paragraphs.
"""

import random
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from benchmarks.pages import sentences
from tests.reading.making_docx import make_docx
from tests.reading.making_pdfs import Print, make_pdf, paragraph

Part = tuple[str, Sequence[str]]
# Of ten files, in this order again and again: half PDF and Word.
TURNS = ("pdf", "md", "docx", "html", "pdf", "xlsx", "pdf", "pptx", "docx", "eml")


def write_folder(folder: Path, count: int, *, seed: int = 7) -> list[Path]:
    """Write `count` files and return where they lie."""
    draw, source = random.Random(seed), sentences()
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(count):
        title = f"Office paper {number}"
        parts = [
            (f"Part {part + 1} of paper {number}", [" ".join(draw.sample(source, 4)) for _ in range(3)])
            for part in range(3)
        ]
        ending = TURNS[number % len(TURNS)]
        file = folder / f"paper-{number:05}.{ending}"
        file.write_bytes(WRITERS[ending](title, parts))
        files.append(file)
    return files


def write_notes(folder: Path, count: int) -> list[Path]:
    """Write `count` short text files of one passage each."""
    draw, source = random.Random(7), sentences()
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(count):
        file = folder / f"note-{number:05}.txt"
        file.write_text(f"Note {number}\n\nEntry {number}. {draw.choice(source)}\n", "utf-8")
        files.append(file)
    return files


def _pdf(title: str, parts: Sequence[Part]) -> bytes:
    pages = []
    for number, (heading, paragraphs) in enumerate(parts):
        lines = [Print(text=title, y=740, size=18, bold=True)] if number == 0 else []
        lines.append(Print(text=heading, y=700, size=14, bold=True))
        y = 670.0
        for text in paragraphs:
            printed = paragraph(text.encode("cp1252", "ignore").decode("cp1252"), y=y)
            lines += printed
            y = printed[-1].y - 24
        pages.append(lines)
    return make_pdf(pages, title=title)


def _docx(title: str, parts: Sequence[Part]) -> bytes:
    def write(document: Any) -> None:
        document.add_heading(title, 0)
        for heading, paragraphs in parts:
            document.add_heading(heading, 1)
            for text in paragraphs:
                document.add_paragraph(text)

    return make_docx(write)


def _md(title: str, parts: Sequence[Part]) -> bytes:
    lines = [f"# {title}", *(line for heading, texts in parts for line in (f"## {heading}", *texts))]
    return "\n\n".join(lines).encode()


def _html(title: str, parts: Sequence[Part]) -> bytes:
    page = StringIO()
    page.write(f"<html><head><title>{title}</title></head><body><nav>Home About</nav><main><h1>{title}</h1>")
    for heading, paragraphs in parts:
        page.write(f"<h2>{heading}</h2>{''.join(f'<p>{text}</p>' for text in paragraphs)}")
    page.write("</main></body></html>")
    return page.getvalue().encode()


def _xlsx(title: str, parts: Sequence[Part]) -> bytes:
    from openpyxl import Workbook

    book, file = Workbook(), BytesIO()
    sheet: Any = book.active
    sheet.title = title
    sheet.append(["Part", "Entry", "Text"])
    for heading, paragraphs in parts:
        for number, text in enumerate(paragraphs):
            sheet.append([heading, number, text])
    book.save(file)
    return file.getvalue()


def _pptx(title: str, parts: Sequence[Part]) -> bytes:
    from pptx import Presentation

    show, file = Presentation(), BytesIO()
    show.core_properties.title = title
    for heading, paragraphs in parts:
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = heading
        slide.placeholders[1].text = "\n".join(paragraphs)
    show.save(file)
    return file.getvalue()


def _eml(title: str, parts: Sequence[Part]) -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = title, "office@example.org", "mayor@example.org"
    mail["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    mail.set_content("\n\n".join(text for _, paragraphs in parts for text in paragraphs))
    return mail.as_bytes()


WRITERS: dict[str, Callable[[str, Sequence[Part]], bytes]] = {
    "pdf": _pdf,
    "docx": _docx,
    "md": _md,
    "html": _html,
    "xlsx": _xlsx,
    "pptx": _pptx,
    "eml": _eml,
}
