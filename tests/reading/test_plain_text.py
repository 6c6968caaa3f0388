"""Plain text files of any age and program."""

import pytest

from tests.reading.uploading import read

ARTICLE = """Mayors are quickly becoming diplomats. The US can help.

Last month the country announced a summit. It will be held in Denver.

Metropolises matter

Cities are hubs of growth. They punch above their weight.

Jane Roe is a program assistant.

Further reading

Image: A mayor speaks at a summit.
"""


def test_a_first_paragraph_taken_for_the_title_stays_in_the_text() -> None:
    document = read("note.txt", "The council approved the budget on Monday.\n\nThe mayor signed it.\n")
    assert document.card.title == "The council approved the budget on Monday."
    assert document.sections[0].text == "The council approved the budget on Monday.\n\nThe mayor signed it."


def test_a_lone_first_line_is_the_title_and_lone_short_lines_are_headings() -> None:
    document = read("article.txt", ARTICLE)
    assert document.card.title == "Mayors are quickly becoming diplomats. The US can help."
    assert [(section.heading, section.text) for section in document.sections] == [
        (
            (),
            (
                "Mayors are quickly becoming diplomats. The US can help.\n\n"
                "Last month the country announced a summit. It will be held in Denver."
            ),
        ),
        (
            ("Metropolises matter",),
            "Cities are hubs of growth. They punch above their weight.\n\nJane Roe is a program assistant.",
        ),
        (("Further reading",), "Image: A mayor speaks at a summit."),
    ]


def test_lines_wrapped_by_hand_become_paragraphs_again() -> None:
    wrapped = (
        "Letter to the council\n\n"
        "The office keeps a list of every tie the city has with a partner\n"
        "abroad and renews it each year in spring, when the council sets\n"
        "the budget for travel and for visitors. The mayor signs the inter-\n"
        "national letters.\n\n"
        "Yours,\nJane Roe\nSpringfield\n"
    )
    (section,) = read("letter.txt", wrapped).sections
    assert section.text == (
        "The office keeps a list of every tie the city has with a partner abroad and renews it each year in spring, "
        "when the council sets the budget for travel and for visitors. The mayor signs the international letters.\n\n"
        "Yours,\nJane Roe\nSpringfield"
    )


def test_lists_verse_and_addresses_keep_their_lines() -> None:
    text = "Do this:\n- ask\n- sign\n\nSpringfield City Hall\n1 Main Street\nSpringfield"
    assert read("x.txt", text).sections[0].text == text


def test_underlined_lines_are_headings_and_rules_are_nothing() -> None:
    document = read("x.txt", "A title\n\nGoals\n=====\nWe have one.\n\n-----\n\nMeans\n-----\nWe have none.")
    assert [(section.heading, section.text) for section in document.sections] == [
        (("Goals",), "We have one."),
        (("Goals", "Means"), "We have none."),
    ]


def test_an_underlined_heading_may_stand_by_itself() -> None:
    document = read(
        "x.txt", "Snow plan\n=========\n\nPlows go out at once.\n\nRoads\n-----\n\nMain streets come first.\n"
    )
    assert [section.text for section in document.sections] == ["Plows go out at once.", "Main streets come first."]
    assert document.sections[1].heading[-1] == "Roads"


@pytest.mark.parametrize("gap", ["\t", " | "])
def test_columns_are_a_table(gap: str) -> None:
    rows = "\n".join(gap.join(row) for row in [("City", "Cost"), ("Reno", "1"), ("Phoenix", "2")])
    (section,) = read("x.txt", rows).sections
    assert (section.text, section.is_table) == ("City | Cost\nReno | 1\nPhoenix | 2", True)


def test_a_file_of_headings_only_still_has_text() -> None:
    assert read("x.txt", "Nothing but this").sections[0].text == "Nothing but this"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_text_in_any_common_encoding_is_read(encoding: str) -> None:
    text = "El señor García firmó la carta de la ciudad. La delegación visitó México en el año 2022, según dijo."
    assert read("x.txt", text.encode(encoding)).sections[0].text == text


def test_windows_line_ends_are_line_ends() -> None:
    assert read("x.txt", "A title\r\n\r\nOne.\r\n\r\nTwo.").sections[0].text == "One.\n\nTwo."
