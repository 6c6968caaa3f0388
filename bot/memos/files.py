"""The files of a memo: one for Word, one to print or send."""

import re
import unicodedata
from dataclasses import dataclass, field

from bot.memos.page import lay_out
from knowledge.domain import Answer
from knowledge.memos import Memo

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoFile:
    """A file and what it is called."""

    name: str
    title: str
    content: bytes = field(repr=False)


def word_of(answer: Answer, memo: Memo) -> MemoFile:
    """Make the Word document of a memo."""
    from bot.memos.word import word_file

    page = lay_out(answer, memo)
    return MemoFile(name=f"{_stem(memo)}.docx", title=f"{page.title} (Word)", content=word_file(page, day=memo.day))


def pdf_of(answer: Answer, memo: Memo) -> MemoFile:
    """Make the PDF of a memo."""
    from bot.memos.pdf import pdf_file

    page = lay_out(answer, memo)
    return MemoFile(name=f"{_stem(memo)}.pdf", title=f"{page.title} (PDF)", content=pdf_file(page, day=memo.day))


def _stem(memo: Memo) -> str:
    """A name any system takes: letters without accents, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", f"{memo.request.form.value} {memo.request.text}").encode("ascii", "ignore")
    words = re.findall(r"[a-z0-9]+", plain.decode().lower())
    return "-".join(words)[:LONGEST_NAME].strip("-")
