"""What the bot says is there in all three languages, with the same placeholders, and no catalogue holds more."""

import ast
import string
import threading
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.refusing import refusal_sentences
from bot.slack import briefs, events, hearing, readers, sharing, sources, told
from bot.slack.admins import NOT_YOU
from bot.slack.sources import spell_date
from bot.slack.views import EXAMPLES, WAYS
from bot.speaking import LANGUAGES, TRANSLATED, counted, listed, said, speaking
from bot.standing import AUTHORITY, spell_day
from knowledge import errors
from knowledge.domain import Kind, Passage
from knowledge.errors import AttacheError
from knowledge.written import Translation, Unwritten
from tests.slack.material import gap, passage

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))
SPEAKING = {"said": 1, "counted": 2}
# Errors that somebody who only asks can meet.
MET_BY_ASKERS = (
    errors.AttacheError,
    errors.BadQuestion,
    errors.NotForReaders,
    errors.PassageNotFound,
    errors.QuestionNotFound,
    errors.LibraryDamaged,
    errors.LedgerDamaged,
    errors.DiskFull,
)
ADVICE = {error.advice for error in MET_BY_ASKERS} | {
    "That day is still to come; please name one up to today.",
    "The person who asked this does not want it logged.",
    "Only the person who asked can say whether this answers it.",
    "You have said so already, thank you.",
    hearing.NOT_YOURS,
    briefs.HOW_TO,
    "Please name a topic of a few words, up to 300 characters.",
    "Please name one topic.",
    "Please name two to eight networks or cities to compare.",
    "Please compare on at most four topics at once.",
}
# Where what is said is known only as the bot runs: all that it can be, by the words of the code.
AS_IT_RUNS = {
    "err.advice": ADVICE,
    "error.advice": ADVICE,
    "shown.advice": ADVICE,
    "heard.text": {events.HINT, events.WELCOME, events.STRANGERS, NOT_YOU},
    "answer.unwritten.says": {one.says for one in Unwritten},
    "translation.says_missing": {Translation(language="es", missing=one).says_missing for one in Unwritten},
    "readers.note": {readers.PARTNERS, readers.GUESTS, readers.GUEST, readers.UNKNOWN},
    "shared": {sharing.ALREADY, sharing.INVITE, sharing.NOT_FOR_ALL},
    "passage.caution": {passage("x").caution, Passage(id="p", document_id="d", text="x", ocr=0.9).caution} - {""},
    "meaning": set(sources.STATUS_WORDS.values()),
    "note": {told.THANKS, told.SORRY, told.NO_MORE},
    "way": set(WAYS),
    "example": set(EXAMPLES),
    "word.replace('_', ' ')": {kind.value.replace("_", " ") for kind in Kind if kind is not Kind.OTHER}
    | set(AUTHORITY.values()),
}


def said_in(module: Path) -> dict[tuple[str, ...], str]:
    """What a module has said, one id or the two of a plural, with where."""
    found: dict[tuple[str, ...], str] = {}
    name = ".".join(module.relative_to(ROOT).with_suffix("").parts)
    tree = ast.parse(module.read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "bot.speaking"]
    speaking_here = {alias.asname or alias.name: alias.name for node in imports for alias in node.names}
    if name == "bot.speaking":
        speaking_here["said"] = "said"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            many = SPEAKING.get(speaking_here.get(node.func.id, ""), 0)
            messages = [ids_of(argument, name) for argument in node.args[:many]]
            plural = zip(*messages, strict=True) if many > 1 else ((one,) for one in (messages or [[]])[0])
            found |= dict.fromkeys(plural, f"{name}, line {node.lineno}")
    return found


def ids_of(node: ast.expr, module: str) -> list[str]:
    """The messages an expression can be."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp(body=one, orelse=other):
            return [*ids_of(one, module), *ids_of(other, module)]
        case ast.Subscript(value=table):
            return ids_of(table, module)
        case ast.Name(id=name) if hasattr(import_module(module), name):
            value = getattr(import_module(module), name)
            return [value] if isinstance(value, str) else list(value.values())
        case ast.Name(id="one" | "many" | "label" | "again" as name):
            return assigned(name, module)
    return sorted(AS_IT_RUNS[ast.unparse(node)])


def assigned(name: str, module: str) -> list[str]:
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    values = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    return [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]


def every_message() -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for module in MODULES:
        found |= said_in(module)
    return found


def catalogue(language: str) -> Catalog:
    with (ROOT / "bot" / "messages" / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def forms(value: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_no_catalogue_holds_more(language: str) -> None:
    told = {forms(message.id): forms(message.string) for message in catalogue(language) if message.id}
    wanted = every_message()
    assert {ids: where for ids, where in wanted.items() if ids not in told or not all(told[ids])} == {}
    assert told.keys() - wanted.keys() == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            known = set().union(*map(placeholders, forms(message.id)))
            for form, original in zip(forms(message.string), forms(message.id), strict=True):
                assert placeholders(form) == placeholders(original) <= known, message.id
                assert not message.fuzzy


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_stands_on_buttons_and_modals_fits_in_every_language(language: str) -> None:
    with speaking(language):
        titles = ("In context", "Not helpful", "Not quite", "Share this memo", "Close", "Send", "Share")
        assert [title for title in titles if len(said(title)) > 24] == []
        labels = [ids[0] for ids in every_message() if len(ids[0]) <= 50]  # labels are no longer in English
        assert [label for label in labels if len(said(label)) > 75] == []


def test_what_is_said_is_in_the_language_spoken_and_english_everywhere_else() -> None:
    assert said("Close") == "Close"
    with speaking("es"):
        assert said("Close") == "Cerrar"
        assert counted("{count} document", "{count} documents", 2) == "2 documentos"
        with speaking("pt"):
            assert said("As of {day}", day="{x}") == "Em {x}"
        assert listed(["1", "2", "3"]) == "1, 2 y 3"
        heard: list[str] = []
        other = threading.Thread(target=lambda: heard.append(said("Close")))
        other.start()
        other.join()
    assert heard == ["Close"]
    with speaking("fr"):
        assert said("Close") == "Close"


def test_days_are_written_as_the_language_writes_them() -> None:
    day = date(2022, 10, 3)
    assert (spell_day(day), spell_date("2022-10"), spell_date("2022-10-03")) == (
        "3 October 2022",
        "October 2022",
        "October 3, 2022",
    )
    for language, whole, month, undated in (
        ("es", "3 de octubre de 2022", "octubre de 2022", "sin fecha"),
        ("pt", "3 de outubro de 2022", "outubro de 2022", "sem data"),
    ):
        with speaking(language):
            assert (spell_day(day), spell_date("2022-10")) == (whole, month)
            assert (spell_date("2022-10-03"), spell_date(None)) == (whole, undated)


def test_advice_nobody_translated_is_said_as_it_is() -> None:
    with speaking("es"):
        assert said(AttacheError("Please {do} this.").advice) == "Please {do} this."


def test_a_refusal_names_unknown_words_of_english_questions_only() -> None:
    refused = replace(gap(), unknown=("salario",))
    assert any("salario" in sentence for sentence in refusal_sentences(refused, None))
    with speaking("es"):
        assert not any("salario" in sentence for sentence in refusal_sentences(refused, None))


def test_there_are_three_languages() -> None:
    assert LANGUAGES == ("en", "es", "pt")
