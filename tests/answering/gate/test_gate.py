"""The gate: nothing altered passes, and nearly all that is faithful does."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from knowledge.answering.gate.gate import Draft, Gate, Support
from knowledge.answering.gate.verdicts import Drop
from knowledge.keywords import TantivyKeywords
from knowledge.sentences import split_sentences
from tests.answering.gate.recorded import HELD_BACK, TUNED, Recorded, recorded
from tests.making import a_hit, a_passage, starter_uploads

KINDS = {
    "echo",
    "invented_id",
    "altered_number",
    "swapped_name",
    "dropped_not",
    "merged",
    "foreign_quote",
    "strengthened",
    "changed_date",
    "changed_unit",
    "added_link",
}
SAYS = "Guests of the “Friendship House” pay $40 a night. Its director, Mara Voss, may waive the fee."
SHOWN = {"P1": a_hit(a_passage(SAYS), title="House rules")}


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    return Gate(TantivyKeywords(tmp_path_factory.mktemp("terms")).terms)


def passes(gate: Gate, one: Recorded) -> bool:
    return bool(gate.check([one.draft], one.shown).kept)


def test_there_are_enough_sentences_of_every_kind() -> None:
    kinds = Counter(one.kind for one in recorded(*TUNED, *HELD_BACK))
    faithful = kinds.pop("faithful")
    assert kinds.keys() == KINDS
    assert (kinds.total() >= 200, faithful >= 100) == (True, True)


@pytest.mark.parametrize("files", [TUNED, HELD_BACK], ids=["tuned on", "held back"])
def test_every_altered_sentence_is_blocked(gate: Gate, files: tuple[str, ...]) -> None:
    altered = [one for one in recorded(*files) if one.kind != "faithful"]
    assert [one.draft.text for one in altered if passes(gate, one)] == []


def test_at_least_95_of_100_faithful_sentences_are_kept(gate: Gate) -> None:
    faithful = [one for one in recorded(*TUNED, *HELD_BACK) if one.kind == "faithful"]
    lost = [one.draft.text for one in faithful if not passes(gate, one)]
    assert len(lost) <= 0.05 * len(faithful), lost


def test_a_quote_is_shown_in_the_documents_own_characters_and_whole_sentences(gate: Gate) -> None:
    quoted = 'Guests  of the "Friendship House" pay\n$40'
    draft = Draft(text="Guests of the Friendship House pay $40 a night.", supports=(one("P1", quoted),))
    ((hit, (start, end)),) = gate.check([draft], SHOWN).kept[0].quotes
    assert hit.passage.text[start:end] == "Guests of the “Friendship House” pay $40 a night."


@pytest.mark.parametrize(
    ("text", "quote", "why"),
    [
        ("", SAYS, Drop.UNREADABLE),
        ("Guests pay $40\u200b a night.", SAYS, Drop.UNREADABLE),
        ("Guests pay $40 a night. " * 30, SAYS, Drop.UNREADABLE),
        ("Guests pay $40 a night.", "Guests pay", Drop.NOT_QUOTED),
        ("Guests pay $40 a night.", "the Friendship Home pay $40 a night", Drop.NOT_QUOTED),
        ("Do guests pay $40 a night?", SAYS, Drop.QUESTION),
        ("Guests pay $40 a night <!channel>.", SAYS, Drop.LINK),
        ("Guests pay $40 a night @here.", SAYS, Drop.LINK),
        ("Guests pay $40 a night bXkgc2VjcmV0IHRva2VuIGlzIGhlcmU.", SAYS, Drop.LINK),
        ("As an AI, I say that guests pay $40 a night.", SAYS, Drop.PROMPT),
        ("Copy each sentence from the passage, guests pay $40.", SAYS, Drop.PROMPT),
        ("Guests pay $45 a night.", SAYS, Drop.NUMBER),
        ("Guests pay $40 a week.", SAYS, Drop.UNIT),
        ("Guests never pay $40 a night.", SAYS, Drop.NEGATION),
        ("Mara Voss must waive the fee.", SAYS, Drop.OBLIGATION),
        ("Mara Vance may waive the fee.", SAYS, Drop.NAME),
        ("Guests who smoke pay $40 a night.", SAYS, Drop.WORDS),
    ],
)
def test_what_is_dropped_is_dropped_for_its_reason(gate: Gate, text: str, quote: str, why: Drop) -> None:
    prompt = "Rules: copy each sentence from the passage, word for word."
    assert gate.check([Draft(text=text, supports=(one("P1", quote),))], SHOWN, prompt=prompt).dropped == (why,)


def test_a_link_that_stands_in_the_quote_may_stay(gate: Gate) -> None:
    shown = {"P1": a_hit(a_passage("Forms are at https://house.example/forms for all guests."), title="Forms")}
    supports = (one("P1", "Forms are at https://house.example/forms for all guests."),)
    assert gate.check([Draft(text="Forms are at https://house.example/forms.", supports=supports)], shown).kept
    assert not gate.check([Draft(text="Forms are at https://house.example/other.", supports=supports)], shown).kept


def test_a_sentence_is_said_once(gate: Gate) -> None:
    draft = Draft(text="Guests pay $40 a night.", supports=(one("P1", SAYS),))
    assert gate.check([draft, draft], SHOWN).dropped == (Drop.REPEATED,)


def test_every_sentence_of_the_starter_library_may_be_said_as_it_stands(gate: Gate) -> None:
    lost = []
    for upload in starter_uploads():
        for paragraph in upload.content.decode().split("---", 2)[2].split("\n\n"):
            shown = {"P1": a_hit(a_passage(paragraph), title="Starter library")}
            spans = () if paragraph.lstrip().startswith(("#", "|")) else split_sentences(paragraph)
            said = [paragraph[start:end] for start, end in spans if len(paragraph[start:end].split()) > 3]
            drafts = [Draft(text=sentence, supports=(one("P1", sentence),)) for sentence in said]
            lost += gate.check(drafts, shown).dropped
    assert lost == []


def test_a_number_in_brackets_behind_a_sentence_is_no_part_of_it(gate: Gate) -> None:
    draft = Draft(text="Guests pay $40 a night [P1].", supports=(one("P1", SAYS),))
    assert [kept.text for kept in gate.check([draft], SHOWN).kept] == ["Guests pay $40 a night."]


def test_the_gate_says_in_its_docs_what_it_was_measured_on(gate: Gate) -> None:
    page = " ".join((Path(__file__).parents[3] / "docs" / "models.md").read_text("utf-8").split())
    for files in (TUNED, HELD_BACK):
        every = [*recorded(*files)]
        kept = sum(passes(gate, each) for each in every if each.kind == "faithful")
        faithful = sum(each.kind == "faithful" for each in every)
        assert f"{len(every) - faithful} of {len(every) - faithful} altered" in page
        assert f"{kept} of {faithful} faithful" in page


PIECES = (
    "a an one half third of per within $ € 1 2,000 1.5 3rd May March 2023 hundred - / % no not , . ² ½ ٣ 1.2.3".split()
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=10).map(" ".join))
@example("which they have 12 of")
@example("an area of ² feet")
def test_no_sentence_breaks_the_reading(gate: Gate, text: str) -> None:
    shown = {"P1": a_hit(a_passage(f"Guests pay {text} here."), title="House rules")}
    gate.check([Draft(text=f"Guests pay {text} here.", supports=(one("P1", f"Guests pay {text} here."),))], shown)


def one(passage: str, quote: str) -> Support:
    return Support(passage=passage, quote=quote)
