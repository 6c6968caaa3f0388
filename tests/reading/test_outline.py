"""Headings without text: an agenda's items are its text, a lone label is none."""

from knowledge.reading.outline import Outline

AGENDA = ("1. Call to order", "2. Minutes")


def outline(*steps: str | tuple[int, str]) -> Outline:
    """Take headings, as a level and their words, and blocks of text."""
    made = Outline()
    for step in steps:
        made.add_block(step) if isinstance(step, str) else made.add_heading(*step)
    return made


def read(made: Outline) -> list[tuple[tuple[str, ...], str]]:
    """Headings and text of each section."""
    return [(section.heading, section.text) for section in made.sections()]


def test_headings_in_a_row_without_text_are_a_list_in_their_place() -> None:
    made = outline((1, "Agenda"), *((2, item) for item in AGENDA), (2, "3. Budget"), "It is read.", (2, "4. Flags"))
    assert read(made) == [(("Agenda",), "\n".join(AGENDA)), (("Agenda", "3. Budget"), "It is read.")]


def test_those_at_the_end_and_under_another_heading_are_lists_of_their_own() -> None:
    made = outline((1, "Agenda"), (2, "Public"), *((3, item) for item in AGENDA), (2, "Closed"), (2, "Lunch"))
    assert read(made) == [(("Agenda", "Public"), "\n".join(AGENDA)), (("Agenda",), "Closed\nLunch")]


def test_where_there_is_nothing_else_a_lone_heading_is_the_text() -> None:
    assert read(outline((1, "Agenda"))) == [((), "Agenda")]
    assert read(outline((1, "Agenda"), (2, "Minutes"), "They are read.")) == [(("Agenda", "Minutes"), "They are read.")]


def test_a_list_of_headings_has_the_pages_its_items_stand_on() -> None:
    made = Outline()
    for page, items in enumerate((("1. Roll call", *AGENDA), ("3. Flags", "4. Lunch")), start=1):
        made.begin_page(page)
        for item in items:
            made.add_heading(2, item)
    made.add_block("Sandwiches.")
    sections = made.sections()
    assert [(one.page, one.heading, one.text) for one in sections] == [
        (1, (), "1. Roll call\n1. Call to order\n2. Minutes"),
        (2, (), "3. Flags"),
        (2, ("4. Lunch",), "Sandwiches."),
    ]
