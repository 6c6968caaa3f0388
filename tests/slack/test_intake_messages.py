"""What stands in the message of something handed in, whatever its file is called and says."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from bot.slack.correcting import Correction, correct_view, document_options, read_correction
from bot.slack.intake_cards import (
    card_reply,
    discarded_reply,
    progress_reply,
    receipt_reply,
    received_reply,
)
from bot.slack.intake_steps import BETWEEN_UPDATES, Pace
from bot.slack.intake_views import MOST_NAMED, add_view, preview_view
from knowledge.domain import Card, Details, DocumentRecord, Kind, Progress, Status
from knowledge.gold_questions import GoldRun
from knowledge.language import OF_DOCUMENTS, UNDETERMINED
from knowledge.proposals.preview import Affected, Effect, Preview
from knowledge.proposals.proposal import Proposal, Resemblance
from knowledge.receipts import Receipt
from tests.slack.material import document, hostile_text
from tests.slack.seeing import check, check_seen, words_of

OLD = document("Federal contacts, 2022 sheet", date="2022")


def proposal(title: str = "Federal contacts, 2026 sheet", **changes: Any) -> Proposal:
    """A proposal that was read from a PDF of twelve pages."""
    made = Proposal(
        id="P1",
        name="contacts.pdf",
        place="slack/F1/contacts.pdf",
        card=Card(title=title, kind=Kind.GUIDANCE, date="2026-11"),
        stated=Details(),
        guessed={"date": "“Riverton, 12 November 2026”"},
        document_id="contacts",
        replaces=None,
        supersedes=None,
        since=None,
        pages=12,
        empty_pages=(3,),
        unread_pages=(),
        passages=34,
        tables=1,
        ocr_share=0.21,
        ocr_confidence=0.93,
        missing=("No text on page 3 of 12.", "No issuer."),
        resembles=(Resemblance(document=OLD, share=0.62, looks_newer=True),),
        made_by="U1",
        made_at=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return replace(made, **changes)


def test_the_card_says_what_was_read_what_is_missing_and_what_it_resembles() -> None:
    card = card_reply(proposal(), 7)
    check(card)
    assert words_of(card).splitlines() == [
        "Federal contacts, 2026 sheet",
        "guidance · no issuer · November 2026 · in force",
        "Please check this before it is published.",
        "File: contacts.pdf",
        "Read: 12 pages, 34 passages, 1 table; English",
        "Guessed: date by “Riverton, 12 November 2026”",
        "No text on page 3 of 12. No issuer.",
        "Read by OCR: 21% of the passages, 93% sure; please check against the original",
        "Looks like a newer version of “Federal contacts, 2022 sheet” (2022); 62% of its passages say the same",
        "Confirm",
        "It is a newer version of that",
        "Correct…",
        "Preview",
        "Discard",
        "Nothing is published before somebody confirms it.",
    ]
    buttons = next(block for block in card.blocks if block["type"] == "actions")["elements"]
    assert {button["value"] for button in buttons} == {"7"}


def test_a_newer_version_with_a_text_of_its_own_is_recognised_by_its_name() -> None:
    said = words_of(card_reply(proposal(resembles=(Resemblance(document=OLD, share=0.0, looks_newer=True),)), 7))
    assert "Looks like a newer version of “Federal contacts, 2022 sheet” (2022); its name says so" in said


def test_once_it_replaces_a_document_the_card_says_so_and_asks_no_more() -> None:
    card = card_reply(
        proposal(
            replaces=OLD,
            supersedes=document("Leaflet"),
            since=date(2026, 12, 1),
            card=Card(title="New", publish_at="2026-12-01T09:00"),
        ),
        7,
    )
    check(card)
    said = words_of(card)
    assert "Will be version 2 of “Federal contacts, 2022 sheet”" in said
    assert "Will supersede “Leaflet” from December 1, 2026" in said
    assert "Will be published at 2026-12-01 09:00; until then only admins see it" in said
    assert "Looks like" not in said
    assert "newer version of that" not in said


def test_every_language_that_is_told_apart_has_its_name_on_the_card() -> None:
    for language in (*OF_DOCUMENTS, UNDETERMINED):
        said = words_of(card_reply(proposal(card=Card(title="Gifts", language=language)), 7))
        assert "; language " not in said.replace("language not recognized", "")


@settings(deadline=None)
@given(hostile_text, hostile_text)
def test_nobody_is_pinged_by_what_a_file_says_or_is_called(text: str, name: str) -> None:
    hostile = replace(document(text, issuer=text), id="hostile-1")
    made = proposal(
        text,
        name=name,
        card=Card(title=text, issuer=text, publish_at="2026-12-01"),
        replaces=hostile,
        supersedes=hostile,
        resembles=(Resemblance(document=hostile, share=0.5, looks_newer=False),),
    )
    for reply in (
        received_reply(name),
        progress_reply(name, Progress(done=0, total=1, name=name, embedded=3, to_embed=9), 100),
        progress_reply(name, Progress(done=0, total=1, name=name, recognised=3, to_recognise=9), 100),
        card_reply(made, 7),
        receipt_reply(made, Receipt(updated=(name,)), text),
        discarded_reply(text, name),
    ):
        check(reply)
    affected = Affected(question=text, effect=Effect.WORSE, before=(text,), after=(), gold_id="Q1", miss=text)
    check_seen(preview_view(Preview(affected=(affected,) * 15, gold=1), made, 7))
    check_seen(correct_view(made, 7))


def test_the_longest_card_still_fits() -> None:
    long = "Very long words of a document " * 40
    many = tuple(Resemblance(document=document(f"{n} {long}"), share=0.9, looks_newer=False) for n in range(9))
    check(card_reply(proposal(long, name=long, missing=(long,) * 9, resembles=many), 7))


def test_a_receipt_says_what_was_done_by_whom() -> None:
    said = words_of(receipt_reply(proposal(replaces=OLD), Receipt(updated=("contacts.pdf",), passages=34), "maya"))
    assert "Confirmed by maya." in said
    assert "Version 2, updated" in said
    unasked = words_of(receipt_reply(proposal(), Receipt(added=("contacts.pdf",), gold=GoldRun(outcomes=())), None))
    assert "AUTO_PUBLISH" in unasked
    assert "Added to the library" in unasked


def test_progress_is_told_once_in_three_seconds_with_the_time_left() -> None:
    now = 100.0
    pace = Pace(clock=lambda: now, last=now)
    told = []
    for second in range(10):
        now = 100.0 + second
        progress = Progress(done=0, total=1, name="x", embedded=10 * second, to_embed=100)
        left = pace.seconds_left(progress)
        if pace.is_due():
            told.append(words_of(progress_reply("x", progress, left)).splitlines()[1])
    assert BETWEEN_UPDATES == 3.0
    assert told == [
        "Read; embedded 30 of 100 passages, about 7 s left.",
        "Read; embedded 60 of 100 passages, about 4 s left.",
        "Read; embedded 90 of 100 passages, about 1 s left.",
    ]


def test_the_time_left_is_that_of_what_is_at_hand_and_not_of_what_was_done_before() -> None:
    now = 0.0
    pace = Pace(clock=lambda: now, last=now)
    told = []
    steps = [(page * 10.0, {"recognised": page, "to_recognise": 4}) for page in range(1, 5)]
    steps += [(41.0 + 3 * n, {"embedded": 64 * n, "to_embed": 256}) for n in range(4)]
    for moment, far in steps:
        now = moment
        progress = Progress(done=0, total=1, name="x", **far)
        told.append(words_of(progress_reply("x", progress, pace.seconds_left(progress))).splitlines()[1])
    assert told == [
        "Reading by OCR; 1 of 4 pages.",
        "Reading by OCR; 2 of 4 pages, about 20 s left.",
        "Reading by OCR; 3 of 4 pages, about 10 s left.",
        "Reading by OCR; 4 of 4 pages, about 1 s left.",
        "Read; embedded 0 of 256 passages.",
        "Read; embedded 64 of 256 passages, about 9 s left.",
        "Read; embedded 128 of 256 passages, about 6 s left.",
        "Read; embedded 192 of 256 passages, about 3 s left.",
    ]


def test_a_preview_names_the_worst_first_and_counts_what_it_leaves_out() -> None:
    def affected(effect: Effect, question: str) -> Affected:
        return Affected(question=question, effect=effect, before=("Old",), after=())

    worse = [affected(Effect.WORSE, f"Worse {n}?") for n in range(MOST_NAMED + 2)]
    view = preview_view(Preview(affected=(affected(Effect.BETTER, "Better?"), *worse), gold=20, asked=1), proposal(), 7)
    check_seen(view)
    said = str(view["blocks"])
    assert "20 gold questions and 1 question of people tried: 8 as before, 13 otherwise." in said
    assert said.index("Worse: 12") < said.index("and 2 more") < said.index("Better: 1")
    assert "Worse 0? Now: Old. Then: no answer." in said
    assert "as it is now" in str(preview_view(Preview(), proposal(), 7)["blocks"])


def test_choosing_files_is_a_modal_slack_takes() -> None:
    check_seen(add_view())


def entered(**changes: Any) -> dict[str, Any]:
    """What the modal hands over when somebody leaves everything as guessed, but for `changes`."""
    value = {
        "title": {"value": "Federal contacts, 2026 sheet"},
        "kind": {"selected_option": {"value": "guidance"}},
        "issuer": {"value": None},
        "date": {"value": "2026-11"},
        "status": {"selected_option": {"value": "current"}},
        "source": {"value": None},
        "publish_at": {"value": None},
        "review_by": {"value": None},
        "intake_replaces": {"selected_option": None},
        "intake_supersedes": {"selected_option": None},
        "since": {"selected_date": None},
    }
    return {name: {name: state} for name, state in (value | changes).items()}


def test_what_stays_as_it_was_guessed_is_not_stated() -> None:
    assert read_correction(entered(), proposal()) == Correction(details=Details())


def test_corrections_are_stated_and_what_is_emptied_is_taken_away() -> None:
    older = {"selected_option": {"value": "doc-old"}}
    correction = read_correction(
        entered(
            issuer={"value": " Our office "},
            date={"value": None},
            status={"selected_option": {"value": "draft"}},
            intake_replaces=older,
            since={"selected_date": "2026-12-01"},
        ),
        proposal(supersedes=OLD),
    )
    assert correction == Correction(
        details=Details(issuer="Our office", date="", status=Status.DRAFT),
        replaces="doc-old",
        supersedes="",
        since=date(2026, 12, 1),
    )


def test_who_may_read_it_is_asked_where_there_is_a_choice_and_stated_once_changed() -> None:
    made = proposal(card=Card(title="Gifts", collections="Protocol"))
    names = ("office", "protocol", "website")
    view = correct_view(made, 7, names)
    check_seen(view)
    (select,) = [block["element"] for block in view["blocks"] if block["block_id"] == "collections"]
    assert [option["value"] for option in select["options"]] == [*names]
    assert [option["value"] for option in select["initial_options"]] == ["protocol"]
    assert "collections" not in str(correct_view(made, 7))
    assert "Who may read it: Protocol" in words_of(card_reply(made, 7))
    for chosen, stated in ((["protocol"], None), (["office", "website"], "office, website"), ([], "")):
        said = entered(
            title={"value": "Gifts"},
            kind={"selected_option": {"value": "other"}},
            date={"value": None},
            collections={"selected_options": [{"value": name} for name in chosen]},
        )
        assert read_correction(said, made) == Correction(details=Details(collections=stated))


def test_among_more_collections_than_fit_those_it_is_in_are_there_and_too_many_of_them_are_not_asked_for() -> None:
    names = tuple(f"c{n:03}" for n in range(150))
    (select,) = [
        block["element"]
        for block in correct_view(proposal(card=Card(title="Gifts", collections="c149")), 7, names)["blocks"]
        if block["block_id"] == "collections"
    ]
    assert [option["value"] for option in select["options"]] == [*names[:99], "c149"]
    assert [option["value"] for option in select["initial_options"]] == ["c149"]
    assert "c149" not in str(correct_view(proposal(card=Card(title="Gifts", collections=", ".join(names))), 7, names))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("date", "next week"), ("date", "2026-13"), ("publish_at", "soon"), ("review_by", "in spring")],
)
def test_what_is_no_date_is_told_beside_its_field(field: str, wrong: str) -> None:
    errors = read_correction(entered(**{field: {"value": wrong}}), proposal())
    assert isinstance(errors, dict)
    assert list(errors) == [field]


def test_documents_are_found_by_words_of_their_title_a_hundred_at_most() -> None:
    documents: list[DocumentRecord] = [document(f"Sheet {n}", date="2022") for n in range(150)]
    assert len(document_options(documents, "")) == 100
    (found,) = document_options(documents, "141 sheet")
    assert (found["text"]["text"], found["value"]) == ("Sheet 141 (2022)", "doc-Sheet 141")
