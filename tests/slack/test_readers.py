"""Who may read what: every sort of document at every sort of place, and nothing of the others shows anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from slack_sdk import WebClient

from bot.slack.admins import Admins
from bot.slack.people import FEW, REMEMBERED, People
from bot.slack.readers import GUEST, GUESTS, PARTNERS, UNKNOWN, Readers, Readership
from knowledge.collections import Access, Audience
from knowledge.domain import Answer, Question
from knowledge.errors import NotForReaders, PassageNotFound
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase
from tests.making import Calendar, WordHashEmbedding, markdown, open_in
from tests.workspace import Workspace

ASKED = "Which gift does the mayor give to a delegation?"
# A document by its readers: where it is put, and a word that only it holds.
WORDS = {"public": "honey", "office": "tea", "channel": "maps", "group": "pens", "embargoed": "coins"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A workspace and a library with one document for each sort of reader."""

    workspace: Workspace
    library: KnowledgeBase
    readers: Readers
    passages: dict[str, str]

    def at(self, user: str, channel: str, *, alone: bool = False) -> Readership:
        return self.readers.of(ReplyTo(channel=channel, user=user, ephemeral=alone))


def client_of(workspace: Workspace) -> WebClient:
    return WebClient(workspace.bot_token, base_url=workspace.api_url)


def readers_in(workspace: Workspace, library: KnowledgeBase, *, admins: tuple[str, ...] = ()) -> Readers:
    client = client_of(workspace)
    return Readers(People(client), Admins(client, users=admins), library.collections.records)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Shared by the places of the matrix, which only ask."""
    library = open_in(
        tmp_path_factory.mktemp("town"),
        WordHashEmbedding(),
        now=Calendar(datetime(2026, 11, 23, 9, tzinfo=UTC)),
        threshold=0.0,
    )
    library.collections.add("public", Access.PUBLIC, actor="U1")
    library.collections.add("channel", Access.LIMITED, channels=["G1"], actor="U1")
    library.collections.add("group", Access.LIMITED, groups=["S9"], actor="U1")
    library.add(
        [
            markdown(
                sort,
                f"# Gifts, {sort}\n\nThe mayor gives a delegation {word} as a gift.\n",
                collections="office" if sort == "embargoed" else sort,
                **({"publish_at": "2030-01-01"} if sort == "embargoed" else {}),
            )
            for sort, word in WORDS.items()
        ],
        actor="U1",
    )
    kept = library._ledger.library.kept(sorted(library._ledger.library.kept_ids()))
    passages = {sort: passage.id for sort, word in WORDS.items() for passage in kept if word in passage.text}
    with Workspace() as workspace:
        workspace.add_user("U3", "hana")
        workspace.add_usergroup("S9", "protocol", ["U3", "UGUEST"])
        readers = readers_in(workspace, library, admins=("UADMIN",))
        yield Town(workspace=workspace, library=library, readers=readers, passages=passages)
    library.close()


@pytest.mark.parametrize(
    ("user", "channel", "alone", "expected", "note"),
    [
        pytest.param("U1", "G1", False, {"public", "office", "channel"}, "", id="that channel"),
        pytest.param("U1", "C1", False, {"public", "office"}, "", id="another channel"),
        pytest.param("UADMIN", "C1", False, {"public", "office"}, "", id="an admin in another channel"),
        pytest.param("U1", "CGUEST", False, {"public"}, GUESTS, id="a channel with a guest"),
        pytest.param("U1", "CSHARED", False, {"public"}, PARTNERS, id="a Connect channel"),
        pytest.param("UGUEST", "CGUEST", True, {"public"}, GUEST, id="a guest alone"),
        pytest.param("UOUTSIDE", "DOUTSIDE", False, {"public"}, GUEST, id="a stranger alone"),
        pytest.param("U2", "D2", False, {"public", "office"}, "", id="a member alone"),
        pytest.param("U1", "C1", True, {"public", "office", "channel"}, "", id="a member of that channel alone"),
        pytest.param("U3", "D3", False, {"public", "office", "group"}, "", id="a member of the group alone"),
        pytest.param("UADMIN", "DADMIN", False, {"public", "office", "channel", "group"}, "", id="an admin alone"),
        pytest.param("U1", "CNOWHERE", False, {"public"}, UNKNOWN, id="where Slack does not say"),
    ],
)
def test_nothing_leaks(  # noqa: PLR0917  (a row of the matrix)
    town: Town, user: str, channel: str, alone: bool, expected: set[str], note: str
) -> None:
    reading = town.at(user, channel, alone=alone)
    assert reading.note == note
    library, audience = town.library, reading.audience

    def sorts(text: str) -> set[str]:
        return {sort for sort, word in WORDS.items() if word in text or f"Gifts, {sort}" in text}

    question = Question(id=f"{user}:{channel}:{alone}", text=ASKED, thread_id="T", audience=audience)
    # Somebody who reads everything has asked in this thread before.
    library.ask(Question(id="first", text=f"{ASKED} {' '.join(WORDS.values())}", thread_id="T"))
    considered = library.try_question(question)
    # Found is what is quoted, offered as nearest and weighed by the judge.
    assert sorts(repr(considered.found.candidates)) == expected
    assert sorts(repr(considered.citations)) <= expected
    assert sorts(repr([turn for turn in considered.question.thread if turn.speaker == "agent"])) <= expected
    assert sorts(repr(library.search(question))) == expected
    assert library.manifest(audience).documents == len(expected)
    for sort, id_ in town.passages.items():
        if sort in expected:
            assert sorts(repr(library.passage(id_, audience))) == {sort}
        else:
            with pytest.raises(PassageNotFound):
                library.passage(id_, audience)
    # What somebody got who reads everything is shared, or comes again, only where all of it may be read.
    whole = library.conversations.outcome("first")
    assert isinstance(whole, Answer)
    for citation in whole.citations:
        one = replace(whole, citations=(citation,))
        (sort,) = sorts(citation.document.card.title)
        if sort in expected:
            assert library.collections.for_readers(one, audience) == one
        else:
            with pytest.raises(NotForReaders):
                library.collections.for_readers(one, audience)


def test_the_matrix_knows_every_sort_of_document(town: Town) -> None:
    assert town.passages.keys() == WORDS.keys()
    first = town.library.try_question(Question(id="all", text=ASKED))
    assert {hit.document.card.title for hit in first.found.hits} == {
        f"Gifts, {sort}" for sort in WORDS if sort != "embargoed"
    }
    assert [record.card.title for record in town.library.waiting()] == ["Gifts, embargoed"]


def test_a_press_shows_what_the_channel_reads_and_what_the_presser_reads_alone(town: Town) -> None:
    def opens(user: str, channel: str) -> set[str]:
        audience = town.readers.of_press(user, channel)
        return {
            name.name
            for name in town.library.collections.records()
            if audience is None or name.id in audience.collections
        }

    assert opens("UGUEST", "G1") == {"public", "channel"}
    assert opens("U3", "C1") == {"public", "office", "group"}
    assert opens("UADMIN", "C1") == {"public", "office", "channel", "group"}


@pytest.mark.parametrize("method", ["conversations.info", "conversations.members", "users.info"])
@pytest.mark.parametrize("error", ["internal_error", "missing_scope"])
def test_what_slack_does_not_say_is_never_more_than_public(town: Town, method: str, error: str) -> None:
    fresh = readers_in(town.workspace, town.library)
    town.workspace.fail(method, error, times=20)
    try:
        reading = fresh.of_channel("C1")
    finally:
        town.workspace.faults = type(town.workspace.faults)()
    assert reading.note == UNKNOWN
    assert town.library.manifest(reading.audience).documents == 1


def test_a_group_that_is_gone_holds_up_nobody_and_one_that_is_unknown_opens_nothing(town: Town) -> None:
    town.workspace.fail("usergroups.users.list", "no_such_subteam")
    gone = readers_in(town.workspace, town.library).of_person("U3")
    town.workspace.fail("usergroups.users.list", "internal_error")
    unknown = readers_in(town.workspace, town.library).of_person("U3")
    assert (town.library.manifest(gone.audience).documents, gone.note) == (2, "")
    assert (town.library.manifest(unknown.audience).documents, unknown.note) == (1, UNKNOWN)


def test_slack_is_asked_once_in_three_minutes_and_about_many_people_at_once() -> None:
    with Workspace() as workspace:
        crowd = [workspace.add_user(f"UX{number}", f"x{number}").id for number in range(FEW + 1)]
        workspace.add_channel("CX", "crowd", crowd)
        now = [0.0]
        people = People(client_of(workspace), clock=lambda: now[0])
        for _ in range(3):
            assert people.are_members(people.in_channel("CX"))
        asked = [call.method for call in workspace.calls()]
        assert asked == ["conversations.members", "users.list", "auth.test"]
        workspace.add_user("UNEW", "new", is_ultra_restricted=True)
        workspace.roster.channel("CX").members.append("UNEW")
        now[0] = REMEMBERED + 1
        assert not people.are_members(people.in_channel("CX"))


def test_audiences_know_who_reads_more() -> None:
    everything, office, public = (
        Readership(audience=None),
        Readership(audience=Audience(collections=frozenset({1, 2}))),
        Readership(audience=Audience(collections=frozenset({2}))),
    )
    more = [
        (one, other)
        for one in (everything, office, public)
        for other in (everything, office, public)
        if one.reads_more_than(other)
    ]
    assert more == [(everything, office), (everything, public), (office, public)]
