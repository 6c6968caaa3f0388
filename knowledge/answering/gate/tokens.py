"""A sentence as words, figures and marks, contractions spelled out. Knows nothing of what any of them means."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Terms = Callable[[str], Sequence[str]]

TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*(?:(?:st|nd|rd|th)\b|(?:[kKmM]|bn)\b)?"  # 4,200  1.5  21st  3M
    r"|(?:[^\W\d_]\.){2,}"  # U.S.  H.R.
    r"|[^\W_]+(?:'[^\W_]+)?"
    r"|[^\w\s]"
)
ACRONYM = re.compile(r"[A-Z]{2,}|(?:[A-Z]\.){2,}")
TYPOGRAPHIC = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": ";", "\u00a0": " "})
CONTRACTION = re.compile(r"\b(?:can(?:not|'t)|won't|shan't)\b|n't\b", re.IGNORECASE)
IN_FULL = {"cannot": "can not", "can't": "can not", "won't": "will not", "shan't": "shall not", "n't": " not"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word or mark; `stem` is empty for function words and marks.

    `opens` is set for a sentence's first word, `owns` for one with an apostrophe and s.
    """

    text: str
    low: str
    stem: str
    opens: bool = False
    owns: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is made of letters."""
        return self.text[0].isalpha()

    @property
    def is_figure(self) -> bool:
        """Whether it begins with a digit."""
        return self.text[0].isdecimal()

    @property
    def is_capital(self) -> bool:
        """Whether it is written like a name."""
        return self.text[0].isupper()


class Tokens:
    """Cuts texts into tokens; `terms` stems one word, or returns nothing for a function word."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._stems: dict[str, str] = {}

    def cut(self, text: str) -> tuple[Token, ...]:
        """Return the tokens of a sentence."""
        found: list[Token] = []
        opens = True
        for match in TOKEN.finditer(spelled_out(text)):
            piece = match.group().removesuffix("'s")
            owns = piece != match.group()
            found.append(Token(text=piece, low=piece.lower(), stem=self.stem(piece), opens=opens, owns=owns))
            opens = (opens and not piece[0].isalnum()) or piece in {":", '"'}
        return tuple(found)

    def stem(self, word: str) -> str:
        """Return the stem of a word; empty for a mark, a figure or a function word."""
        low = word.lower()
        if not low[0].isalpha():
            return ""
        if ACRONYM.fullmatch(word):  # "US" is no "us"
            return f"{low.replace('.', '')}."
        if low not in self._stems:
            self._stems[low] = "".join(self._terms(low))
        return self._stems[low]


def spelled_out(text: str) -> str:
    """Write typographic quotes and dashes plainly and contractions in full."""
    return CONTRACTION.sub(lambda found: IN_FULL[found.group().lower()], text.translate(TYPOGRAPHIC))
