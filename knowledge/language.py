"""Which language a text is in: a question of those offices are asked in, a file of more. A guess from its letters.

Never translates anything.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

# Fewer candidates make fewer mistakes on the few words of a question.
LANGUAGES = ("en", "es", "fr", "pt")
# Those a city's partners write in, too.
OF_DOCUMENTS = (
    *LANGUAGES,
    *("ar", "cs", "da", "de", "el", "fi", "he", "hi", "hu", "id", "it", "ja", "ko", "nl", "no", "pl", "ro", "ru", "sv"),
    *("tl", "tr", "uk", "vi", "zh"),
)
# What ISO 639-2 has for a text whose letters do not tell: a price list, a name.
UNDETERMINED = "und"
# Below this share of the probability nobody could tell: "halal?", a name, a number.
SURE = 0.7
# Characters of a document that are looked at.
ENOUGH = 3_000


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a question's language; None where its letters do not tell."""
    return _told(text, LANGUAGES)


def language_of_document(texts: Iterable[str]) -> str:
    """Return the ISO 639-1 code of the language a document's texts begin in, or UNDETERMINED."""
    return _told("\n".join(texts)[:ENOUGH], OF_DOCUMENTS) or UNDETERMINED


def _told(text: str, among: Sequence[str]) -> str | None:
    """Of all it knows the model's probabilities are asked for; those of the candidates are shared among them anew."""
    ranked = [(language, share) for language, share in _identifier().rank(text) if language in among]
    best, most = ranked[0]
    return str(best) if most >= SURE * sum(share for _, share in ranked) > 0 else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(OF_DOCUMENTS)
    return identifier
