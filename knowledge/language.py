"""Which language a text is in: a question of those offices are asked in, a file of more. Never translates."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

# What the bundled model and the word index read, and what is taken for granted where nothing says a language.
ENGLISH = "en"
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
# Characters of a document that are looked at: of 1,176 texts 3,000 told one more than these, in over twice the time.
ENOUGH = 1_000
# Words that hold sentences together, as few as can be of more than one of these languages.
SMALL_WORDS = {
    language: frozenset(words.split())
    for language, words in {
        "en": """the is are was were of and what who how which when where why does do did can could should may must with
            for from by about our we us you your this that these there it its in on at to an if not any have has been
            please tell show find thanks hello""",
        "es": """el la los las del una unos unas y en con por qué que quién quien quiénes cómo cuál cuáles cuándo cuánto
            cuánta cuántos cuántas cuantos dónde donde hay es son está están ser fue fueron puede pueden debe deben
            tiene tienen nuestra nuestro nuestros sobre desde hasta pero muy al su sus lo le les se hacer firmar si sin
            más hola gracias buenos buenas cuanto cuesta quiero necesito""",
        "pt": """o os um uma uns umas e em no na nos nas do da dos das ao aos à às com pelo pela quê quem qual quais
            quando quanto quanta quantos quantas onde há é são está estão ser foi foram pode podem deve devem tem têm
            nossa nosso nossos sobre desde até mas muito seu sua seus suas se fazer assinar sem mais não olá oi obrigado
            obrigada bom boa você vocês isso isto para quanto custa quero preciso como que""",
    }.items()
}
LETTERS = {"es": frozenset("ñ"), "pt": frozenset("ãõçâêô")}
GREETINGS = frozenset("hello hi thanks hola gracias olá oi obrigado obrigada".split())


def language_asked_in(text: str) -> str | None:
    """Return en, es or pt where the small words of a question say so; None for names, numbers and single words.

    One foreign name in a question turns nothing: words with a capital inside the sentence are not looked at.
    """
    words: list[str] = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFC", text))
    looked_at = [word.lower() for place, word in enumerate(words) if place == 0 or word.islower()]
    upside_down = bool(set("¿¡") & set(text))
    if not looked_at or not (upside_down or len(looked_at) > 1 or words[0].islower() or looked_at[0] in GREETINGS):
        return None
    votes = {language: sum(word in small for word in looked_at) for language, small in SMALL_WORDS.items()}
    votes["es"] += upside_down
    for language, letters in LETTERS.items():
        votes[language] += any(letters & set(word) for word in looked_at)
    best, second = sorted(votes, key=lambda language: -votes[language])[:2]
    if votes[best] == votes[second]:
        return "en" if votes["en"] == votes[best] > 0 else _guess(looked_at, among=[best, second])
    if best == "en" or votes[best] > 1 or len(looked_at) < 3 or _guess(looked_at, among=[best]):
        return best
    return None


def language_of_conversation(texts: Iterable[str]) -> str | None:
    """Return the language of the first of these questions that says one: the question, then those before it."""
    return next(filter(None, map(language_asked_in, texts)), None)


def _guess(words: list[str], *, among: list[str]) -> str | None:
    """What the letters say, if that is one of these."""
    guess = language_of(" ".join(words))
    return guess if guess in among and guess in SMALL_WORDS else None


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a question's language; None where its letters do not tell."""
    return _told(text, LANGUAGES)


def language_stated_or_told(stated: str, text: str) -> str | None:
    """Return the language stated for a document, or what the letters of its text say where none is."""
    return stated if stated != UNDETERMINED else language_of(text)


def language_of_document(texts: Iterable[str]) -> str:
    """Return the ISO 639-1 code of the language a document's texts begin in, or UNDETERMINED."""
    return _told("\n".join(texts)[:ENOUGH], OF_DOCUMENTS) or UNDETERMINED


def get_ready() -> None:
    """Load what tells languages, half a second's work that the first document else waits for.

    It is unpacked on the disk: who needs it hears that there is no room, and not whoever only gets ready.
    """
    with suppress(OSError):
        _identifier()


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
