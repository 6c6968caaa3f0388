"""The characters a reader sees, and nothing that hides between them. Never normalizes what it keeps."""

import re
from collections.abc import Container

# Control and format characters: zero-width, bidirectional, soft hyphens, tags. The Arabic signs among them show.
_HIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LONGEST_WORD = 60
_SPACES = re.compile(r"\s+")
_BROKEN_WORD = re.compile(r"([^\W\d_]+)-$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def clean_text(text: str) -> str:
    """Drop hidden characters, turn every kind of space but tabs into a plain one, every line break into "\\n"."""
    return _BLANK.sub(" ", _HIDDEN.sub("", _LINE_BREAK.sub("\n", text)))


def clean_line(text: str) -> str:
    """Clean a text that reads as one line: white space runs become single spaces."""
    return _SPACES.sub(" ", clean_text(text)).strip()


def words_of(text: str) -> frozenset[str]:
    """Return the words of a document in lower case, hyphenated ones whole, for `join_lines`."""
    return frozenset(word.lower() for word in _WORD.findall(text))


def join_lines(before: str, after: str, words: Container[str]) -> str:
    """Join two lines of a paragraph. A word broken by a hyphen is made whole unless the document hyphenates it."""
    broken = _BROKEN_WORD.search(before[-_LONGEST_WORD:])
    rest = _WORD.match(after)
    if not broken or not rest or not after[0].islower():
        return f"{before} {after}"
    head, tail = broken.group(1).lower(), rest.group().lower()
    keeps_hyphen = f"{head}-{tail}" in words and f"{head}{tail}" not in words
    return f"{before if keeps_hyphen else before[:-1]}{after}"
