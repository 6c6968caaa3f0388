"""A memo as a PDF: tagged for screen readers (PDF/UA), its title and language set, its fonts inside.

The words go to Typst as data beside the template, so nothing that stands in a document can become markup.
"""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from pathlib import Path

from bot.memos.page import FOOTER, SOURCES, Page
from bot.speaking import said, spoken

TEMPLATE = Path(__file__).parent / "memo.typ"


def pdf_file(page: Page, *, day: date) -> bytes:
    """Return the bytes of the file.

    A character no font has keeps it from being PDF/UA; it is tagged all the same, and that character shows as a box.
    """
    import typst

    memo = {**asdict(page), "sources_heading": said(SOURCES), "footer": said(FOOTER), "language": spoken()}
    made_at = datetime.combine(day, time(), UTC)
    inputs = {"memo": json.dumps(memo)}
    try:
        return typst.compile(TEMPLATE, sys_inputs=inputs, pdf_standards="ua-1", timestamp=made_at)
    except typst.TypstError:
        return typst.compile(TEMPLATE, sys_inputs=inputs, timestamp=made_at)
