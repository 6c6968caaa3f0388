"""Mails to sections: who wrote to whom and when, the text, and earlier messages that it quotes under their own heading.

Attachments are named and not read. The sender is no issuer: whoever writes or forwards a text need not stand for it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from knowledge.errors import DamagedDocument, EncryptedDocument
from knowledge.reading.cleaning import clean_line
from knowledge.reading.decoding import decode, sniff
from knowledge.reading.elements import add_elements, prune, straighten_tables
from knowledge.reading.outline import Draft, Outline, Stated
from knowledge.reading.plain_text import add_paragraphs

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ATTACHMENTS, EARLIER, BELOW = "Attachments", "Earlier messages", "Below the earlier messages"
_SHOWN = ("From", "To", "Cc", "Date")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
# The lines that mail programs write above what a reply quotes.
_QUOTED = re.compile(
    r"^(?:[ \t]*(?:-{2,}|_{5,})[ \t]*(?:original message|forwarded message|mensaje original|mensaje reenviado)\b"
    r"|begin forwarded message:|on [^\n]{5,200}(?:\n[^\n]{1,200})? wrote:[ \t]*$"
    r"|el [^\n]{5,200}(?:\n[^\n]{1,200})? escribi[oó]:[ \t]*$"
    r"|\*?(?:from|de):\*? [^\n]+\n\*?(?:sent|date|enviado|fecha):)",
    re.IGNORECASE | re.MULTILINE,
)
_MARKS = re.compile(r"^(?:> ?)+", re.MULTILINE)
# Elements that hold an earlier message; what stands below them is this one again.
_AROUND = ".//*[contains(@class, 'gmail_quote') or contains(@class, 'yahoo_quoted')] | .//blockquote[@type='cite']"
# Elements above one, which reaches to the end.
_ABOVE = (
    ".//*[contains(@class, 'moz-cite-prefix') or @id='divRplyFwdMsg' or @id='appendonsend'"
    " or contains(@class, 'OutlookMessageHeader')]"
    " | .//div[contains(@style, 'border-top:solid') and starts-with(normalize-space(.), 'From:')]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mail:
    """What a mail holds; `headers` are the lines a mail program shows above it."""

    subject: str
    headers: dict[str, str]
    date: datetime | None
    markup: str
    text: str
    attachments: tuple[str, ...]


def read_eml(content: bytes) -> Draft:
    """Read a mail as mail programs store it. Raises DamagedDocument and EncryptedDocument."""
    if sniff(content) is not None:
        raise DamagedDocument
    message = message_from_bytes(content.lstrip(), policy=policy.default)
    headers = {name: _header(message, name) for name in (*_SHOWN, "Subject")}
    if not any(headers.values()):
        raise DamagedDocument
    if message.get_content_type() in {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}:
        raise EncryptedDocument("This mail is encrypted; please open it and save a copy that is not.")
    names = [part.get_filename() for part in message.walk() if part.is_attachment()]
    return _draft(
        _Mail(
            subject=headers.pop("Subject"),
            headers=headers,
            date=_date(headers["Date"]),
            markup=_body(message, "html"),
            text=_body(message, "plain"),
            attachments=tuple(name for name in names if name),
        )
    )


def read_msg(content: bytes) -> Draft:
    """Read a mail as Outlook stores it. Raises DamagedDocument."""
    from oxmsg import Message
    from oxmsg.domain.constants import PID_HTML

    if sniff(content) != "ole":
        raise DamagedDocument
    message = Message.load(content)
    if not message.message_class.startswith("IPM.Note"):
        raise DamagedDocument("This is no mail but another thing of Outlook's; please save its text and add that.")
    sent = {name.title(): value for name, value in message.message_headers.items()}
    recipients = ", ".join(f"{each.name} <{each.email_address}>" for each in message.recipients)
    date = _date(sent.get("Date", "")) or message.sent_date
    html = message.properties.binary_prop_value(PID_HTML)
    return _draft(
        _Mail(
            subject=message.subject,
            headers={
                "From": message.sender or "",
                "To": sent.get("To", recipients),
                "Cc": sent.get("Cc", ""),
                "Date": sent.get("Date") or (date.isoformat(" ", "minutes") if date else ""),
            },
            date=date,
            markup=_decoded(html, message.properties.body_encoding) if html else message.html_body or "",
            text=message.body or "",
            attachments=tuple(each.file_name for each in message.attachments if each.file_name),
        )
    )


def _draft(mail: _Mail) -> Draft:
    outline = Outline()
    outline.add_block(_items(f"{name}: {clean_line(text)}" for name, text in mail.headers.items() if clean_line(text)))
    body = Outline()
    if mail.markup:
        _add_markup(mail.markup, body)
    if not body.sections():
        _add_text(mail.text, body)
    if mail.attachments:
        outline.add_heading(1, ATTACHMENTS)
        outline.add_block(_items(clean_line(name) for name in mail.attachments))
    stated = Stated(title=clean_line(mail.subject) or None, date=mail.date.date().isoformat() if mail.date else None)
    return Draft(sections=(*outline.sections(), *body.sections()), stated=stated)


def _items(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _add_markup(markup: str, outline: Outline) -> None:
    """Add a body in HTML, as a whole: a mail has no menus around its text that would have to be told from it."""
    from lxml import etree
    from lxml.html import document_fromstring

    try:
        page = document_fromstring(_DECLARATION.sub("", markup))
    except etree.ParserError:  # nothing but comments or white space
        return
    _label_quotes(page)
    prune(page)
    straighten_tables(page)
    add_elements(page, outline)


def _label_quotes(page: "HtmlElement") -> None:
    """Put a heading before the first element that holds an earlier message, and around what was written below it."""
    quotes = page.xpath(f"{_AROUND} | {_ABOVE}")
    if quotes:
        quotes[0].addprevious(_heading(page, EARLIER))
    around = page.xpath(_AROUND)
    holding = set(around)
    outer = [quote for quote in around if holding.isdisjoint(quote.iterancestors())]
    for quote, following in zip(outer, [*outer[1:], None], strict=False):
        text = next(iter(quote.xpath("following::text()[normalize-space()][1]")), None)
        if text is None or (following is not None and following in _holders(text)):
            continue
        below = _heading(page, BELOW)
        quote.tail, below.tail = None, quote.tail
        quote.addnext(below)
        if following is not None:
            following.addprevious(_heading(page, EARLIER))


def _heading(page: "HtmlElement", text: str) -> "HtmlElement":
    heading = page.makeelement("h1")
    heading.text = text
    return heading


def _holders(text: Any) -> tuple["HtmlElement", ...]:
    """Return the elements that a text node of lxml stands in."""
    beside = text.getparent()
    return (*(() if text.is_tail else (beside,)), *beside.iterancestors())


def _add_text(text: str, outline: Outline) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    place = _first_quoted(lines)
    add_paragraphs(lines[:place], outline)
    if lines[place:].strip():
        outline.add_heading(1, EARLIER)
        add_paragraphs(_MARKS.sub("", lines[place:].replace("\n>", "\n\n>", 1)), outline)


def _first_quoted(text: str) -> int:
    """Return where a reply begins to quote: below such a line, or where nothing but quoted lines follow.

    Where answers stand between or below the quoted lines nothing is moved: their marks say who wrote what.
    """
    found = next((line for line in _QUOTED.finditer(text) if not _is_answered(text[line.end() :])), None)
    place = end = len(text)
    for line in reversed(text.splitlines(keepends=True)):
        if line.strip() and not line.startswith(">"):
            break
        end -= len(line)
        place = end if line.startswith(">") else place
    return min(found.start(), place) if found else place


def _is_answered(quoted: str) -> bool:
    """Whether lines without a mark follow those with one; a signature is no answer."""
    marked = [line.startswith(">") for line in quoted.partition("\n-- \n")[0].splitlines() if line.strip()]
    return marked[:1] == [True] and not all(marked)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message[name] or "")
    except (AttributeError, IndexError, LookupError, TypeError, ValueError):  # the library stumbles over odd ones
        return ""


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    payload = part.get_payload(decode=True) if part is not None else None
    return _decoded(payload, part.get_content_charset()) if part is not None and isinstance(payload, bytes) else ""


def _decoded(content: bytes, charset: str | None) -> str:
    """Decode by the charset a mail states if that fits, and otherwise as any text."""
    try:
        return content.decode(charset) if charset else decode(content)
    except (UnicodeDecodeError, LookupError):
        return decode(content)


def _date(text: str) -> datetime | None:
    """Return the time a header states; None for what is none, or from before there was mail."""
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return date if date.year >= 1971 else None
