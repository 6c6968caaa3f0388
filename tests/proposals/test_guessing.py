"""What is guessed of a file that says nothing of itself, and what is not."""

from datetime import date

import pytest

from knowledge.domain import Card, Details, Document, Kind, Section, Status, Upload
from knowledge.knowledge_base import KnowledgeBase
from knowledge.proposals.guessing import Guess, guesses
from knowledge.reading import Limits, read_upload
from tests.making import STARTER, markdown

TODAY = date(2026, 11, 30)


def guessed(title: str, text: str = "", name: str = "file.pdf", **stated: str) -> dict[str, str]:
    sections = tuple(Section(text=part) for part in text.split("\n\n"))
    document = Document(card=Card(title=title, **stated), sections=sections)
    return {guess.field: guess.value for guess in guesses(document, name, TODAY)}


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Declaration of the Harbor Cities Summit", "summit"),
        ("Report on the Harbor Cities Summit", "report"),
        ("Sister City Agreement Policy", "policy"),
        ("Memorandum of Understanding between Riverton and Osaka", "agreement"),
        ("City diplomacy: a handbook for mayors", "guidance"),
        ("Best practices in sister-city work", "best_practice"),
        ("Press release", "article"),
        ("What the article of 2022 asked for", None),
        ("Avoiding mixed signals with federal foreign policy", None),
        ("Parks", None),
    ],
)
def test_the_kind_is_what_the_title_names(title: str, kind: str | None) -> None:
    assert guessed(title).get("kind") == kind


@pytest.mark.parametrize(
    ("title", "text", "name", "day"),
    [
        ("Declaration", "Riverton, 12 November 2026", "x.pdf", "2026-11-12"),
        ("Declaration", "The mayors met.\n\nAdopted in Riverton on November 12th, 2026.", "x.pdf", "2026-11-12"),
        ("Guide", "Published 2024-05-01\n\nLast updated: June 2026", "x.pdf", "2026-06"),
        ("Guide", "Date: 3 May 2024", "x.pdf", "2024-05-03"),
        ("Guide", "Date of the next meeting: 3 May 2024", "x.pdf", None),
        ("Contacts, October 2022 sheet", "Call the desk.", "x.pdf", "2022-10"),
        ("Contacts", "Call the desk.", "contacts_2026-03.pdf", "2026-03"),
        ("Contacts", "Call the desk.", "contacts2025 final.pdf", None),
        # Prose about something else, a day to come, one that no calendar has, and one that may be read in two ways.
        ("Guide", "Osaka published its own guide on May 3, 2021, after its council had asked for one.", "x.pdf", None),
        ("Guide", f"Issued on May 3, 2021 by the other city {'and its partners ' * 6}", "x.pdf", None),
        ("Guide", "Published December 2030", "x.pdf", None),
        ("Guide", "Published 2026-02-30", "x.pdf", None),
        ("Guide", "Published 11/12/2026", "x.pdf", None),
        ("From 2024 to 2025", "Two years.", "x.pdf", None),
    ],
)
def test_the_date_is_the_day_of_issue_or_one_in_the_title_or_the_name(
    title: str, text: str, name: str, day: str | None
) -> None:
    assert guessed(title, text, name).get("date") == day


@pytest.mark.parametrize(
    ("text", "issuer"),
    [
        ("Issued by the Office of International Affairs, November 2026", "Office of International Affairs"),
        ("Published by: Parks, Recreation and Culture", "Parks, Recreation and Culture"),
        ("Adopted by the City Council on March 3, 2024.", "City Council"),
        ("Issuer: City of Riverton", "City of Riverton"),
        ("Published by the city.", None),
        ("It was published by Osaka in 2021.", None),
        ("Issued by Riverton\n\nPublished by Osaka", None),
    ],
)
def test_the_issuer_is_who_a_line_of_its_own_says_it_is(text: str, issuer: str | None) -> None:
    assert guessed("Gifts", text).get("issuer") == issuer


@pytest.mark.parametrize(
    ("title", "text", "name", "is_draft"),
    [
        ("Draft policy on gifts", "x", "x.pdf", True),
        ("Gifts (draft)", "x", "x.pdf", True),
        ("Gifts", "DRAFT - for discussion", "x.pdf", True),
        ("Gifts", "x", "gifts_draft_2.docx", True),
        ("How to draft an agreement", "Draft it with the city attorney.", "drafting.pdf", False),
    ],
)
def test_a_draft_says_so(title: str, text: str, name: str, is_draft: bool) -> None:
    assert guessed(title, text, name).get("status") == ("draft" if is_draft else None)


def test_what_is_stated_is_not_guessed_and_a_guess_names_its_words() -> None:
    text = "Issued by the City of Riverton, 12 November 2026"
    stated = {"kind": Kind.REPORT, "issuer": "Us", "date": "2025", "status": Status.HISTORICAL}
    assert guessed("Draft declaration 2024", text, **stated) == {}
    document = Document(card=Card(title="Declaration"), sections=(Section(text=text),))
    assert guesses(document, "x.pdf", TODAY) == (
        Guess(field="kind", value="summit", by="the title"),
        Guess(field="issuer", value="City of Riverton", by="“Issued by the City of Riverton”"),
        Guess(field="date", value="2026-11-12", by=f"“{text}”"),
    )


def test_of_the_starter_library_few_are_guessed_and_no_date_or_issuer_is_wrong() -> None:
    kinds = []
    for path in sorted(STARTER.glob("*.md")):
        told = read_upload(Upload(name=path.name, content=path.read_bytes(), place=""), Limits())
        silent = Document(card=Card(title=told.card.title), sections=told.sections)
        made = {guess.field: guess.value for guess in guesses(silent, path.name, TODAY)}
        assert (told.card.date or "").startswith(made.get("date", "")), path.name
        assert "issuer" not in made, path.name
        kinds += [made["kind"] == told.card.kind.value] if "kind" in made else []
    assert (sum(kinds), len(kinds)) == (6, 7)


def test_a_guess_is_published_once_confirmed_and_made_for_no_file_that_is_indexed(
    knowledge_base: KnowledgeBase,
) -> None:
    text = "# Declaration\n\nAdopted by the City Council on March 3, 2024.\n\nParks open at six.\n"
    made = knowledge_base.proposals.propose(markdown("one", text), actor="U1")
    assert list(made.guessed) == ["kind", "issuer", "date"]
    assert made.missing == ()
    made = knowledge_base.proposals.amend(made.id, Details(issuer="", date="2024"), actor="U1")
    assert (list(made.guessed), made.missing) == (["kind"], ("No issuer.",))
    knowledge_base.proposals.confirm(made.id, actor="U1")
    # From then on it is the admin's word, also where the same file comes again.
    assert knowledge_base.add([markdown("one", text)], actor="U1").unchanged == ("one.md",)
    knowledge_base.add([markdown("two", text.replace("six", "seven"))], actor="U1")
    cards = {record.place: record.card for record in knowledge_base.documents()}
    assert sorted(((card.kind, card.issuer, card.date) for card in cards.values()), key=str) == [
        (Kind.OTHER, None, None),
        (Kind.SUMMIT, None, "2024"),
    ]
