"""Which of the languages offices are asked in a text is in. A guess from its letters; never translates anything."""

from functools import cache
from typing import Any

# Fewer candidates make fewer mistakes on the few words of a question.
LANGUAGES = ("en", "es", "fr", "pt")
# Below this share of the probability nobody could tell: "halal?", a name, a number.
SURE = 0.7


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's language; None where its letters do not tell."""
    language, probability = _identifier().classify(text)
    return str(language) if probability >= SURE else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
