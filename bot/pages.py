"""What became of a file's pages, in words: for the receipt of an indexing run, wherever it is shown."""

from knowledge.receipts import PageReport, page_numbers


def page_report(report: PageReport) -> str:
    """Say which pages were read by OCR and which have no text; empty where every page holds its own text."""
    parts = []
    if report.ocr:
        surest, least = max(p.confidence for p in report.ocr), min(p.confidence for p in report.ocr)
        sure = " to ".join(dict.fromkeys(map(how_sure, (least, surest))))
        parts.append(f"read by OCR: {page_numbers(p.page for p in report.ocr)} ({sure} sure)")
    empty = page_numbers(set(report.empty) - set(report.unread))
    if empty:
        parts.append(f"without text: {empty}")
    if report.unread:
        unread = page_numbers(report.unread)
        parts.append(f"not looked at, too many pages for OCR: {unread}; please split the file and add the parts")
    pages = "1 page" if report.pages == 1 else f"{report.pages} pages"
    return f"{report.name}, {pages}; {'; '.join(parts)}" if parts else ""


def how_sure(confidence: float) -> str:
    """Write how sure OCR was; it may be mistaken where it is surest."""
    return f"{confidence:.0%}" if confidence < 0.99 else "over 99%"
