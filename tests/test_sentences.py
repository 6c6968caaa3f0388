"""Sentences as a reader of offices' documents would mark them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sentences import split_sentences

CASES = [
    "See Gov. Code ch. 795 for Texas. | It closed in 2025. | 12 cities joined.",
    "He works at the U.S. State Dept. in Washington. | H.R. 4526 (July 19, 2021) was introduced.",
    "The act is at 18 U.S.C. 953 today. | See 22 CFR sec. 181.",
    "In Dec. 2021 it cost $185,270.50 a year. | Use light ties, e.g. a letter.",
    "She said “We will go.” | Then she left.",
    'He wrote "No." | They went on.',
    "What?! | No way... | Really.",
    "Wait… then go on. | It works.",
    "See p. 12, vol. 3, no. 5, art. II and sec. 4. | Nobody did.",
    "Amb. Hachigian met Gov. Hochul. | Ft. Collins agreed.",
    "La Sra. López vino a EE. UU. en 2022. | ¿Qué pasó? | ¡Nada!",
    "El Sr. García firmó el art. 5 y la pág. 3. | Luego salió.",
    "Zschernig v. Miller (1968) came first. | Crosby v. National Foreign Trade Council followed.",
    "S. 710, S. 1184 and S. 1351 (April 8, 2025) are pending.",
    "1. Ask the mayor first. | Then ask counsel.",
    "It is open from 8 a.m. to 5 p.m. Monday through Friday. | Ask in Room 101.",
    "The hearing begins at 5:30 p.m. Wednesday, Nov. 18, in Room 12. | It ends at 7 p.m. Eastern time.",
    "It closes at 5 p.m. | Nobody works later. | It opens at 8 a.m. | Staff come at 7 a.m. Central.",
    "😀 It is open. | 🏛️ It is closed.",
]


@pytest.mark.parametrize("marked", CASES)
def test_sentences_end_where_a_reader_would_end_them(marked: str) -> None:
    text = marked.replace(" | ", " ")
    assert " | ".join(text[start:end] for start, end in split_sentences(text)) == marked


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def test_a_wrapped_line_goes_on_and_a_new_paragraph_does_not() -> None:
    assert sentences("The office keeps\nthe letters\n\nof every partner") == [
        "The office keeps\nthe letters",
        "of every partner",
    ]


def test_list_items_and_table_rows_are_sentences_of_their_own() -> None:
    assert sentences("The steps:\n- ask\n- wait\n1. sign\n2. file") == [
        "The steps:",
        "- ask",
        "- wait",
        "1. sign",
        "2. file",
    ]
    assert sentences("place | cost\nphoenix | high") == ["place | cost", "phoenix | high"]


def test_an_abbreviation_at_the_end_of_a_line_does_not_bind_the_next_block() -> None:
    assert sentences("See ch.\n\n795 is a number.") == ["See ch.", "795 is a number."]


def test_nothing_but_space_has_no_sentences() -> None:
    assert split_sentences(" \n\t\n ") == ()


@given(st.text(alphabet=st.sampled_from("ab AZ.!?,;:\n\r\t -–|()[]“”'\"0159éñ中😀\u0301\u2028\xa0\x0b"), max_size=80))
def test_spans_hold_all_that_is_not_space_in_order(text: str) -> None:
    reached = 0
    for start, end in split_sentences(text):
        assert reached <= start < end
        assert not text[reached:start].strip()
        assert text[start:end] == text[start:end].strip()
        reached = end
    assert not text[reached:].strip()
