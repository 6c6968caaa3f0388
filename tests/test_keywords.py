"""The keyword index finds passages by stemmed words and forgets what it is told to."""

from pathlib import Path

import pytest

from knowledge.keywords import TantivyKeywords

ENTRIES = [
    ("denver", "Cities Summit", "Mayors signed the Denver Declaration on April 28, 2023."),
    ("phoenix", "Trade offices", "Phoenix pays up to $185,270 for its trade representation."),
    ("act", "City and State Diplomacy Act", "H.R. 4526 was introduced and never enacted."),
]


@pytest.fixture
def keywords(tmp_path: Path) -> TantivyKeywords:
    index = TantivyKeywords(tmp_path / "tantivy")
    index.add(ENTRIES)
    return index


def best(keywords: TantivyKeywords, text: str) -> list[str]:
    return list(keywords.best(dict.fromkeys(keywords.terms(text), 1.0), 10))


def test_words_are_found_in_any_form(keywords: TantivyKeywords) -> None:
    assert best(keywords, "which mayor was signing declarations?") == ["denver"]


def test_headings_count(keywords: TantivyKeywords) -> None:
    assert best(keywords, "diplomacy") == ["act"]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("H.R. 4526", ("h.r.", "4526")),
        ("$185,270", ("185,270",)),
        ("COP26 in São Paulo", ("cop26", "sao", "paulo")),
        ("the mayor's offices", ("mayor", "offic")),
        ("what is it?", ()),
    ],
)
def test_terms_keep_numbers_initials_and_names_whole(
    keywords: TantivyKeywords, text: str, terms: tuple[str, ...]
) -> None:
    assert keywords.terms(text) == terms


def test_a_question_of_function_words_finds_nothing(keywords: TantivyKeywords) -> None:
    assert best(keywords, "who is it?") == []


def test_weights_decide_which_word_counts_more(keywords: TantivyKeywords) -> None:
    assert list(keywords.best({"phoenix": 1.0, "denver": 0.1}, 2)) == ["phoenix", "denver"]
    assert list(keywords.best({"phoenix": 0.1, "denver": 1.0}, 2)) == ["denver", "phoenix"]


def test_rare_words_weigh_more_and_unknown_ones_most(keywords: TantivyKeywords) -> None:
    keywords.add([("other", "", "Phoenix again")])
    idf = keywords.idf(["phoenix", "denver", "ecuador"])
    assert idf["phoenix"] < idf["denver"] < idf["ecuador"]


def test_an_entry_added_again_is_replaced(keywords: TantivyKeywords) -> None:
    keywords.add([("denver", "", "Nothing of the kind.")])
    assert keywords.count() == 3
    assert best(keywords, "declaration") == []


def test_removed_entries_are_found_no_more_also_after_opening_again(keywords: TantivyKeywords, tmp_path: Path) -> None:
    keywords.remove(["denver", "never there"])
    assert TantivyKeywords(tmp_path / "tantivy").ids() == {"phoenix", "act"}
    assert best(keywords, "declaration") == []


def test_cleared_it_is_empty_and_takes_new_entries(keywords: TantivyKeywords) -> None:
    keywords.clear()
    assert keywords.count() == 0
    keywords.add(ENTRIES[:1])
    assert best(keywords, "denver") == ["denver"]


def test_what_a_process_left_that_was_killed_in_a_commit_is_in_nobodys_way(tmp_path: Path) -> None:
    """The last step of a commit puts another meta.json in place; killed before, its other files lie there already."""
    keywords = TantivyKeywords(tmp_path)
    keywords.add([("a", "", "gifts of honey"), ("b", "", "flags in the hall")])
    before = (tmp_path / "meta.json").read_bytes()
    keywords.remove(["a"])
    (tmp_path / "meta.json").write_bytes(before)
    again = TantivyKeywords(tmp_path)
    assert again.ids() == {"a", "b"}
    again.remove(["a"])
    assert again.ids() == {"b"}
