"""Word files by python-docx, and packages no program would write."""

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

from docx import Document


def make_docx(write: Callable[[Any], None]) -> bytes:
    """Return a Word file whose body `write` fills."""
    document = Document()
    write(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """Return a copy of a package in which one part holds something else."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info))
        new.writestr(name, part)
    return file.getvalue()
