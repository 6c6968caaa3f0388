"""Text on its way to Slack: what nobody can see is taken out, and it travels in carriers that Slack does not read.

`rich_text` text elements and `plain_text` objects are literal: a `<!channel>`, an `@here`, a link or a `*star*` in them
stays as it is written. Only the top-level text of a message is parsed, so only there is anything escaped.
https://docs.slack.dev/messaging/formatting-message-text
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

Block = dict[str, Any]

LONGEST_URL = 3_000
# Format characters that are seen: signs written around Arabic, Syriac and Kaithi numbers.
SEEN = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
# Letters and marks that show nothing, which Unicode does not count as format characters.
BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
SLACK_ID = re.compile(r"[UW][A-Z0-9]{1,20}")
# Code points that Unicode has not given out and that show nothing: those of the tags' plane. Its variation selectors
# are marks and stay (Default_Ignorable_Code_Point in DerivedCoreProperties.txt).
UNGIVEN = range(0xE0000, 0xE1000)
LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    """Take out control, zero-width and direction-changing characters; line breaks and tabs stay."""
    text = LINE_ENDS.sub("\n", text)
    return "".join(character for character in text if not _is_unseen(character))


def _is_unseen(character: str) -> bool:
    if character in "\n\t" or character in SEEN:
        return False
    category = unicodedata.category(character)
    return character in BLANK or category in {"Cc", "Cf", "Cs"} or (category == "Cn" and ord(character) in UNGIVEN)


def escape(text: str) -> str:
    """Clean text and escape the three characters Slack reads in top-level text."""
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, most: int) -> str:
    """Shorten text to `most` characters with an ellipsis. Never for quotes."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def clip_start(text: str, most: int) -> str:
    """Keep the last `most` characters, after an ellipsis."""
    return text if len(text) <= most else f"…{text[1 - most :].lstrip()}"


def one_line(text: str, most: int) -> str:
    """Put a title or a name on one line of at most `most` characters."""
    return clip(" ".join(clean(text).split()), most)


def plain(text: str, most: int) -> Block:
    """Make a plain_text object; `:smile:` in it stays text."""
    return {"type": "plain_text", "text": clip(clean(text), most), "emoji": False}


def words(text: str, *, bold: bool = False) -> Block:
    """Make a rich_text text element."""
    element: Block = {"type": "text", "text": clean(text)}
    return element | ({"style": {"bold": True}} if bold else {})


def person(actor: str) -> Block:
    """Name who did something: by their Slack id, which a view shows as their name; else as the text it is.

    For views only, which notify nobody: in a message the one named would be called.
    """
    return {"type": "user", "user_id": actor} if SLACK_ID.fullmatch(actor) else words(actor)


def header(text: str) -> Block:
    """Make a header block."""
    return {"type": "header", "text": plain(text, 150)}


def context(text: str) -> Block:
    """Make a context block of one text."""
    return {"type": "context", "elements": [plain(text, 3_000)]}


def source_link(url: str | None) -> Block | None:
    """Make a link labelled with the very host it opens; None unless it is a plain http or https address.

    Browsers take a backslash for a slash, urlsplit does not; a user's name before the host only looks like a host.
    """
    if not url or len(url) > LONGEST_URL or url != clean(url) or re.search(r"[\s<>|\\]", url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        return None
    return {"type": "link", "url": url, "text": host}


def section(*elements: Block) -> Block:
    """Make a rich_text paragraph."""
    return {"type": "rich_text_section", "elements": _filled(elements)}


def paragraph(text: str, *, bold: bool = False) -> Block:
    """Make a rich_text block of one paragraph."""
    return rich_text(section(words(text, bold=bold)))


def bullets(lines: Iterable[str]) -> Block:
    """Make a rich_text block of a list; none of its lines may be empty."""
    return listing(section(words(line)) for line in lines)


def listing(items: Iterable[Block]) -> Block:
    """Make a rich_text block of a list of sections."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": list(items)}]}


def quotation(*elements: Block) -> Block:
    """Make a rich_text quote."""
    return {"type": "rich_text_quote", "elements": _filled(elements)}


def table(rows: Sequence[Sequence[str]]) -> Block:
    """Make a table block, its first row bold; no cell may be empty. Slack takes 100 rows of 20 cells."""
    cells = [[rich_text(section(words(cell, bold=place == 0))) for cell in row] for place, row in enumerate(rows)]
    return {"type": "table", "rows": cells, "column_settings": [{"is_wrapped": True} for _ in rows[0]]}


def preformatted(text: str) -> Block:
    """Make a rich_text paragraph in letters of one width."""
    return {"type": "rich_text_preformatted", "elements": _filled([words(text)])}


def rich_text(*parents: Block) -> Block:
    """Make a rich_text block; Slack takes no empty paragraph, so those are left out."""
    return {"type": "rich_text", "elements": [parent for parent in parents if parent["elements"]]}


def _filled(elements: Sequence[Block]) -> list[Block]:
    return [element for element in elements if element.get("text") != ""]


def weigh(value: Any) -> int:
    """Count the characters of every text in blocks, as Slack's limit on whole messages does."""
    if isinstance(value, list):
        return sum(weigh(item) for item in value)
    if isinstance(value, dict):
        return sum(len(item) if key == "text" and isinstance(item, str) else weigh(item) for key, item in value.items())
    return 0
