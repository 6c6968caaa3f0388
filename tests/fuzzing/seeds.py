"""A small sound document of every format that is read, made by the libraries that programs make such files with."""

from email.message import EmailMessage
from functools import cache
from io import BytesIO
from typing import Any

import odfdo
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

from tests.reading.making_docx import make_docx
from tests.reading.making_msg import make_msg
from tests.reading.making_pdfs import Mark, Print, make_pdf, paragraph
from tests.reading.making_pictures import draw_page, save, scan_to_pdf

TEXT = "The office keeps a list of its partners. Visits are written down within 12 days, gifts above $50 are returned."
MARKDOWN = f"""---
title: Partners
kind: guidance
issuer: Office of International Affairs
date: 2026-11
---
# Partners

{TEXT} See the note.[^1]

## Visits

1. Write a letter.
   - Ask counsel.
2. Book the room.

| City | Since |
| ---- | ----- |
| Ulm  | 1987  |
| Pau  | 1990  |

> {TEXT}

```text
code = 1
```

<div><p>{TEXT}</p></div>

[^1]: A note.
"""
HTML = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Partners</title>
<meta name="dc.date" content="2026-11-03"><script>document.write("never")</script></head><body>
<nav><a href="/">Home</a></nav>
<main><h1>Partners</h1><p>{TEXT * 12}</p><h2>Visits</h2><ul><li>Letter<ol><li>Counsel</li></ol></li><li>Room</li></ul>
<table><caption>Cities</caption><tr><th colspan="2">City</th></tr><tr><td rowspan="2">Ulm</td><td>1987</td></tr>
<tr><td>1990</td></tr></table><p>{TEXT}</p></main></body></html>"""
RTF = (
    r"{\rtf1\ansi{\info{\title Partners}}{\outlinelevel0 Partners\par}\pard The office keeps a list.\par "
    r"\trowd\cellx1\cellx2 City\cell Since\cell\row Ulm\cell 1987\cell\row\pard Gifts above \'8050 are returned.\par}"
)
CSV = 'City,Country,Since\nUlm,Germany,1987\n"Pau, Béarn",France,1990\nChengdu,China,=1+1\n'
# Text recognition takes a hundred times as long as anything else, so the pictures are small.
PICTURE = {"width": 120, "height": 48, "dpi": 100}


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return documents by the ending of their names."""
    picture = draw_page([Print(text="Office list", x=8, y=20, size=14)], **PICTURE)
    tiff = save(picture, "TIFF", save_all=True, append_images=[picture])
    return {
        **dict.fromkeys((".md", ".markdown"), (MARKDOWN.encode(),)),
        **dict.fromkeys((".txt", ".text"), (f"PARTNERS\n\n{TEXT}\n\nVisits\n\n- One\n- Two\n".encode() * 3,)),
        **dict.fromkeys((".html", ".htm"), (HTML.encode(),)),
        **dict.fromkeys((".csv", ".tsv"), (CSV.encode(),)),
        ".pdf": (a_pdf(), scan_to_pdf([picture], dpi=100)),
        ".docx": (make_docx(write_docx),),
        ".odt": (an_odt(),),
        ".rtf": (RTF.encode(),),
        ".pptx": (a_pptx(),),
        ".xlsx": (an_xlsx(),),
        ".eml": (an_eml(),),
        ".msg": (make_msg(subject="Visit", body=TEXT, sender="Maria", html=HTML.encode(), attachments=("a.pdf",)),),
        ".png": (save(picture, "PNG"),),
        **dict.fromkeys((".jpg", ".jpeg"), (save(picture, "JPEG"),)),
        **dict.fromkeys((".tif", ".tiff"), (tiff,)),
        ".webp": (save(picture, "WEBP", lossless=True),),
    }


def a_pdf() -> bytes:
    pages = [
        [Print(text=f"Partners {number}", y=740, size=20, bold=True), *paragraph(TEXT * 3, y=700)]
        for number in range(3)
    ]
    return make_pdf(pages, title="Partners of the city", bookmarks=[Mark(title="Partners 1", page=1)])


def write_docx(document: Any) -> None:
    document.core_properties.title = "Partners"
    document.add_heading("Partners", 1)
    document.add_paragraph(TEXT)
    document.add_paragraph("Letter", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), "ABCD", strict=True):
        cell.text = text


def an_odt() -> bytes:
    document = odfdo.Document("text")
    document.body.clear()
    table = odfdo.Table("Cities", width=2, height=2)
    table.set_value((0, 0), "Ulm")
    for element in (odfdo.Header(1, "Partners"), odfdo.Paragraph(TEXT), odfdo.List(["One", "Two"]), table):
        document.body.append(element)
    return saved(document)


def a_pptx() -> bytes:
    presentation = Presentation()
    slide = presentation.slides.add_slide(presentation.slide_layouts[1])
    slide.shapes.title.text = "Partners"
    slide.placeholders[1].text = TEXT
    slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(3), Inches(1)).table.cell(0, 0).text = "Ulm"
    slide.notes_slide.notes_text_frame.text = "Thank the hosts."
    return saved(presentation)


def an_xlsx() -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    for row in (["City", "Since", "Age"], ["Ulm", 1987, "=2026-B2"], ["Pau", 1990, '=HYPERLINK("http://a.example")']):
        sheet.append(row)
    sheet.merge_cells("A5:B6")
    sheet["A5"] = "Merged"
    return saved(workbook)


def an_eml() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "María <maria@example.org>", "mayor@example.org", "Visit"
    mail["Date"] = "Tue, 03 Nov 2026 23:05:00 -0700"
    mail.set_content(f"{TEXT}\n\nOn Mon, Nov 2, 2026 at 9:00 AM John wrote:\n> When?\n", charset="utf-8")
    mail.add_alternative(f"<p>{TEXT}</p><blockquote type='cite'>When?</blockquote>", subtype="html")
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="plan.pdf")
    return mail.as_bytes()


def saved(document: Any) -> bytes:
    file = BytesIO()
    document.save(file)
    return file.getvalue()
