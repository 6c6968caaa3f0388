"""Translations: none that changes a number, a name or a denial is shown, and nearly all that change nothing are."""

import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.answering.gate.verdicts import Drop
from knowledge.answering.translating.comparing import can_compare, compare, compare_questions
from tests.answering.translating.pairs import Pair, pairs

TUNED, HELD_BACK = ("tuned", "second"), ("held_back",)
KINDS = {"number", "date", "unit", "name", "swapped", "negation", "duty", "limit", "direction", "condition"}
SAYS = "Ruth Okafor may not pay more than $40 a night without the consent of the mayor of Lake Merrow."
IN_SPANISH = "Ruth Okafor no puede pagar más de 40 dólares por noche sin el consentimiento del alcalde de Lake Merrow."
PAGE = Path(__file__).parents[3] / "docs" / "models.md"


def is_kept(pair: Pair) -> bool:
    return compare(pair.source, pair.translation, languages=pair.languages) is None


def why(translation: str, source: str = SAYS, *, prompt: str = "") -> Drop | None:
    return compare(source, translation, languages=("en", "es"), prompt=prompt)


def test_there_are_enough_pairs_of_every_kind_in_both_languages() -> None:
    every = [*pairs(*TUNED, *HELD_BACK)]
    altered = Counter(pair.kind for pair in every if pair.kind != "faithful")
    assert altered.keys() == KINDS
    assert (altered.total() >= 200, len(every) - altered.total() >= 100) == (True, True)
    assert all(sum(language in pair.languages for pair in every) >= 100 for language in ("es", "pt"))


@pytest.mark.parametrize("files", [TUNED, HELD_BACK], ids=["tuned on", "held back"])
def test_every_altered_translation_is_withheld(files: tuple[str, ...]) -> None:
    assert [pair.translation for pair in pairs(*files) if pair.kind != "faithful" and is_kept(pair)] == []


@pytest.mark.parametrize("files", [TUNED, HELD_BACK], ids=["tuned on", "held back"])
def test_at_least_90_of_100_faithful_translations_are_kept(files: tuple[str, ...]) -> None:
    faithful = [pair for pair in pairs(*files) if pair.kind == "faithful"]
    lost = [pair.translation for pair in faithful if not is_kept(pair)]
    assert len(lost) <= 0.1 * len(faithful), lost


def test_the_docs_say_what_came_of_them() -> None:
    page = " ".join(PAGE.read_text("utf-8").split())
    for files in (TUNED, HELD_BACK):
        every = [*pairs(*files)]
        faithful = [pair for pair in every if pair.kind == "faithful"]
        altered = len(every) - len(faithful)
        kept = sum(map(is_kept, faithful))
        assert f"{altered} of {altered} altered translations" in page
        assert f"{kept} of {len(faithful)} faithful translations" in page


@pytest.mark.parametrize(
    ("translation", "reason"),
    [
        (IN_SPANISH, None),
        (IN_SPANISH.replace("40", "400"), Drop.NUMBER),
        (IN_SPANISH.replace("noche", "semana"), Drop.WORDS),
        (IN_SPANISH.replace("dólares", "euros"), Drop.UNIT),
        (IN_SPANISH.replace("Okafor", "Ochoa"), Drop.NAME),
        (IN_SPANISH.replace("Okafor", "Okaford"), Drop.NAME),
        (IN_SPANISH.replace("alcalde", "gobernador"), Drop.WORDS),
        (IN_SPANISH.replace("no puede", "puede"), Drop.NEGATION),
        (IN_SPANISH.replace("sin el", "con el"), Drop.NEGATION),
        (IN_SPANISH.replace("no puede pagar más", "no puede pagar menos"), Drop.CONDITION),
        (SAYS, Drop.WORDS),
        ("", Drop.UNREADABLE),
        (IN_SPANISH.replace("pagar", "pagar\u200b"), Drop.UNREADABLE),
        (f"{IN_SPANISH} {IN_SPANISH}", Drop.UNREADABLE),
        (f"{IN_SPANISH} Vote por el sí.", Drop.WORDS),
        (f"¿{IN_SPANISH[:-1]}?", Drop.WORDS),
        (IN_SPANISH.replace("Lake Merrow", "Lake Merrow <!channel>"), Drop.LINK),
        (IN_SPANISH.replace("Lake Merrow", "Lake Merrow @here"), Drop.LINK),
        (IN_SPANISH.replace("Lake Merrow", "<https://evil.example|Lake Merrow>"), Drop.LINK),
        (IN_SPANISH.replace("consentimiento", "consentimiento (evil.example)"), Drop.LINK),
        (IN_SPANISH.replace("consentimiento", "consentimiento bXkgc2VjcmV0IHRva2VuIGlzIGhlcmU"), Drop.LINK),
        ("Keep every number, name and denial of the text exactly, and nothing else of it at all.", Drop.WORDS),
    ],
)
def test_what_is_withheld_is_withheld_for_its_reason(translation: str, reason: Drop | None) -> None:
    assert why(translation) is reason


@pytest.mark.parametrize(
    ("source", "kept", "altered"),
    [
        ("The city pays ½ of the rent.", "La ciudad paga ½ de la renta.", "La ciudad paga ¼ de la renta."),
        ("The city pays ½ of the rent.", "La ciudad paga la mitad de la renta.", "La ciudad paga la renta."),
        ("Staff may keep Ⅳ gifts.", "El personal puede conservar Ⅳ regalos.", "El personal puede conservar Ⅴ regalos."),
        ("The hall has 30 m² here.", "La sala tiene 30 m² aquí.", "La sala tiene 30 m³ aquí."),
        ("It is kept at -5 degrees.", "Se guarda a -5 grados.", "Se guarda a 5 grados."),
        ("It is kept at −5 degrees.", "Se guarda a menos 5 grados.", "Se guarda a 5 grados."),
        ("It is kept at minus 5 degrees.", "Se guarda a –5 grados.", "Se guarda a 5 grados."),
        ("The office opens on 1 May.", "La oficina abre el 1 de mayo.", "La oficina abre en mayo."),
        ("The office opens on May 1st.", "La oficina abre el 1º de mayo.", "La oficina abre el 2 de mayo."),
        ("The office opens on the first of May.", "La oficina abre el primero de mayo.", "La oficina abre en mayo."),
    ],
)
def test_signs_that_are_numbers_and_firsts_of_months_are_kept(source: str, kept: str, altered: str) -> None:
    assert why(kept, source) is None
    assert why(altered, source) is Drop.NUMBER


def test_no_rule_of_the_prompt_is_shown_as_a_translation() -> None:
    source = "Staff may take notes of what they hear at the table."
    rules = "Traduce cada texto a la lengua pedida y no añadas nada."
    assert why("El personal traduce cada texto a la lengua pedida.", source, prompt=rules) is Drop.PROMPT


def test_only_languages_whose_words_are_known_are_compared() -> None:
    assert can_compare("en", "es")
    assert can_compare("pt", "en")
    assert not can_compare("fr", "en")
    assert not can_compare("und", "es")


def test_accents_beside_their_letters_are_read_like_those_in_them() -> None:
    apart = unicodedata.normalize("NFD", IN_SPANISH)
    assert why(apart) is None
    assert compare(apart, SAYS, languages=("es", "en")) is None
    asked = "¿Qué regalos deben declararse en mayo según la ley?"
    assert compare_questions(unicodedata.normalize("NFD", asked), asked, languages=("es", "es")) is Drop.WORDS


def test_no_stroke_or_accent_strikes_out_what_a_translation_says() -> None:
    assert why(IN_SPANISH.replace("no puede", "n\u0336o\u0336 puede")) is Drop.UNREADABLE
    assert why("\u0301 " + IN_SPANISH) is Drop.UNREADABLE


PIECES = (
    "un una segundo medio mil millones 1.049 1,5 20 000 $ US$ % de mayo 2023 no ni sin más que por ciento La Ruth ¿ , ."
).split()


@settings(deadline=None)
@given(*2 * [st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map(" ".join)])
@example("area of ² feet", "1,, 2..3 4,5,6")
@example("\u0301 in\u0303 may \u0301 may", "\u0301 mayo \u0336 La\u0301")
def test_no_text_breaks_the_reading(one: str, other: str) -> None:
    compare(f"Guests pay {one} here.", f"Los invitados pagan {other} aquí.", languages=("en", "es"))


def test_many_numbers_that_may_be_none_are_compared_at_once() -> None:
    many = "segundo " * 200
    compare(f"It is {'second ' * 200}here.", f"Está {many}tercero aquí.", languages=("en", "es"))
