"""An office asked in Spanish and Portuguese over rules in English, and a model that translates as it is told."""

import json
from typing import Any

from tests.answering.writing.models import quoting

GIFTS = """# Gift rules

Gifts worth more than $50 must be reported to the Ethics Commission within 30 days. Staff shall not accept cash.
"""
RULE = "Gifts worth more than $50 must be reported to the Ethics Commission within 30 days."
IN_ENGLISH = "Which gifts must be reported to the Ethics Commission?"
ASKED = {
    "es": "¿Qué regalos deben declararse ante la Ethics Commission?",
    "pt": "Quais presentes devem ser declarados à Ethics Commission?",
}
SAID = {
    "es": "Los regalos de más de 50 dólares deben declararse ante la Ethics Commission en un plazo de 30 días.",
    "pt": "Os presentes de mais de 50 dólares devem ser declarados à Ethics Commission no prazo de 30 dias.",
}
CASH = {
    "es": "El personal no puede aceptar dinero en efectivo.",
    "pt": "Os funcionários não podem aceitar dinheiro em espécie.",
}
LANGUAGES = {"Spanish": "es", "Portuguese": "pt"}


class Translator:
    """Writes as `write` does; translates questions into `question`, and texts into `answer`, or as they should be.

    Each may be a function that makes the whole reply.
    """

    def __init__(self, *, question: Any = IN_ENGLISH, answer: Any = None, write: Any = quoting) -> None:
        self.question, self.answer, self.write = question, answer, write

    def __call__(self, rules: str, material: dict[str, Any]) -> Any:
        if "follow_up" in material:
            return json.dumps({"question": material["follow_up"]})
        if "texts" not in material:
            return self.write(rules, material)
        wanted = self.question if material["language"] == "English" else self.answer
        if callable(wanted):
            return wanted(rules, material)
        texts = [one["text"] for one in material["texts"]]
        return translations(*(rightly(text, material["language"]) if wanted is None else wanted for text in texts))


def rightly(text: str, language: str) -> str:
    """What a good translator makes of the rules, or of one of them."""
    to = LANGUAGES[language]
    both = ((RULE, SAID[to]), ("Staff shall not accept cash.", CASH[to]))
    return " ".join(said for rule, said in both if rule in text)


def translations(*texts: str) -> str:
    """The JSON of a well-behaved model."""
    found = [{"id": f"T{place}", "text": text} for place, text in enumerate(texts, start=1)]
    return json.dumps({"translations": found})


def nothing(*_: Any) -> str:
    """A model that writes no answer, so that the quotes are shown."""
    return '{"sentences": []}'


def failing(*_: Any) -> str:
    """A model that does not answer in time."""
    raise TimeoutError
