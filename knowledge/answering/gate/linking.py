"""Links, addresses, pings and codes in a sentence: only what its quote holds may stand. Follows none of them."""

import re

LINK = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+|\b(?:mailto|tel|javascript|data):\S+"
    r"|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/\S*)?)",
    re.IGNORECASE,
)
# What Slack or Markdown would read as more than text.
MARKUP = re.compile(r"<[^>\s][^>]*>|\]\(|!\[|\B@(?:here|channel|everyone|\w+)|</?\w|:\w+:(?=\s|$)", re.IGNORECASE)
INITIALS = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?\.?|[ap]\.m\.?|etc\.?|e\.g\.?|i\.e\.?|No\.\w+", re.IGNORECASE)
# A run of letters and digits that no language has: data on its way out.
CODE = re.compile(r"[A-Za-z0-9+/_=-]{24,}")


def links_in(text: str) -> list[str]:
    """Return the links and addresses of a text, without the punctuation behind them."""
    found = (match.group().rstrip(".,;:!?)>]'\"|") for match in LINK.finditer(text))
    return [link for link in found if not INITIALS.fullmatch(link)]


def adds_link(sentence: str, sources: str) -> bool:
    """Whether a sentence holds a link, ping, markup or code that its sources do not hold as it stands."""
    return any(
        piece not in sources
        for piece in (*links_in(sentence), *(match.group() for match in MARKUP.finditer(sentence)), *codes_in(sentence))
    ) or bool(re.search(r"<[!@#]|@(?:here|channel|everyone)\b", sentence, re.IGNORECASE))


def codes_in(text: str) -> list[str]:
    """Return runs of characters too long for a word."""
    return [
        match.group() for match in CODE.finditer(text) if not re.fullmatch(r"[A-Za-z]+(?:-[A-Za-z]+)+", match.group())
    ]
