"""What the bot says, in the language of whoever asked: gettext catalogues in bot/messages, one file a language.

A message's id is its English sentence, so English needs no catalogue. Only the bot's own words are translated: quotes,
titles and names stay as the documents have them.
"""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from importlib.resources import files
from io import BytesIO

ENGLISH = "en"
TRANSLATED = ("es", "pt")
LANGUAGES = (ENGLISH, *TRANSLATED)

_language: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Say everything inside the block in this language; in English where it is none of ours."""
    token = _language.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _language.reset(token)


def spoken() -> str:
    """Return the language spoken."""
    return _language.get()


def is_english() -> bool:
    """Whether English is spoken."""
    return spoken() == ENGLISH


def said(message: str, /, **values: object) -> str:
    """Return a message in the language spoken, its `{placeholders}` filled; as it is where nobody translated it."""
    return _filled(_catalogue(_language.get()).gettext(message), values)


def counted(one: str, many: str, /, count: int, **values: object) -> str:
    """Return the message for this many, which may name `{count}`."""
    return _filled(_catalogue(_language.get()).ngettext(one, many, count), {"count": count, **values})


def listed(words: list[str]) -> str:
    """Join words as a list: "1, 2 and 3"."""
    if len(words) < 2:
        return "".join(words)
    return said("{some} and {last}", some=", ".join(words[:-1]), last=words[-1])


def spelled_day(day: date) -> str | None:
    """Write a day as the language spoken writes it; None in English, where every place has its own way."""
    return _formatted(day, "long")


def spelled_month(day: date) -> str | None:
    """Write a month and its year likewise."""
    return _formatted(day, "MMMM 'de' y")


def _formatted(day: date, form: str) -> str | None:
    language = _language.get()
    if language == ENGLISH:
        return None
    from babel.dates import format_date

    return format_date(day, form, locale=language)


def _filled(text: str, values: dict[str, object]) -> str:
    return text.format(**values) if values else text


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """Read a catalogue; compiled in memory, so that nobody has to remember a step between editing and running."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with files("bot.messages").joinpath(f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
