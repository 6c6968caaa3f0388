"""Why this answer: admins see it, everybody else gets a friendly no, and nobody meets a button that is not theirs."""

from collections.abc import Iterator

import pytest

from bot.reasons import CHANGED
from bot.settings import Settings
from bot.slack.admins import NOT_YOU
from bot.slack.blocks import WHY
from bot.slack.explanations import LOOKING
from bot.slack.why import NO_ANSWER_THERE
from knowledge.errors import QuestionNotFound
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import DENVER, SALARY, Office
from tests.making import markdown
from tests.workspace import Message, View, Workspace
from tests.workspace.people import Person

# Who is an admin by name, and who by being in the workspace's group S1.
NAMED, MEMBER = "U1", "UADMIN"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The same with admins."""
    return settings.model_copy(update={"admins": (NAMED,), "admin_group": "S1"})


@pytest.fixture
def ada(workspace: Workspace) -> Person:
    """Somebody of the group."""
    return workspace.user(MEMBER)


def explanation(office: Office, user: str) -> View:
    """Wait for the modal with the explanation in it."""

    def done() -> list[View]:
        return [view for view in office.workspace.views(user) if LOOKING not in view.words]

    return office.wait(done)[-1]


def whisper(office: Office, user: str, words: str) -> Message:
    """Wait for a sentence only this person sees."""
    return office.wait(lambda: [one for one in office.workspace.ephemerals(user) if one.words == words])[0]


def ask_alone(office: Office, person: Person, text: str = DENVER) -> Message:
    person.command("/ask", text).wait()
    return office.answers_for(person.id)[0]


@pytest.mark.parametrize("admin", [NAMED, MEMBER])
def test_an_admin_finds_it_in_the_menu_of_an_answer_in_a_channel(office: Office, admin: str) -> None:
    reply = office.reply(office.omar.mentions("C1", DENVER))
    assert office.workspace.user(admin).uses_shortcut("why", reply).wait().acknowledged
    view = explanation(office, admin)
    assert view.title == "Why this answer"
    assert view.words.startswith("Answered: no stage is to blame")
    assert DENVER in view.words
    assert " · quoted" in view.words


def test_an_answer_in_a_channel_has_no_button_for_admins(office: Office) -> None:
    reply = office.reply(office.maya.mentions("C1", DENVER))
    assert WHY not in reply.action_ids


def test_a_gap_names_the_stage_that_stopped_it(office: Office) -> None:
    reply = office.reply(office.omar.mentions("C1", SALARY))
    office.maya.uses_shortcut("why", reply)
    assert explanation(office, NAMED).words.startswith("The judge: probability ")


def test_everybody_else_gets_a_friendly_no_beside_the_answer(office: Office) -> None:
    reply = office.reply(office.omar.mentions("C1", DENVER))
    assert office.omar.uses_shortcut("why", reply).wait().acknowledged
    assert whisper(office, "U2", NOT_YOU).thread_ts == reply.thread_ts
    assert office.workspace.views("U2") == []


def test_where_only_an_admin_reads_there_is_a_button(office: Office, ada: Person) -> None:
    direct = office.reply(office.maya.direct_message(DENVER))
    for person, answer in ((office.maya, direct), (ada, ask_alone(office, ada))):
        assert answer.action_ids.count(WHY) == 1
        person.clicks(answer, WHY).wait()
        assert explanation(office, person.id).words.startswith("Answered: ")


def test_nobody_else_sees_the_button(office: Office) -> None:
    direct = office.reply(office.omar.direct_message(DENVER))
    assert WHY not in direct.action_ids
    assert WHY not in ask_alone(office, office.omar).action_ids


def test_a_press_by_somebody_who_is_no_admin_any_more_is_refused(
    workspace: Workspace, quiet_office: Office, starter_library: KnowledgeBase, ada: Person
) -> None:
    with quiet_office.at_work(starter_library):
        answer = ask_alone(quiet_office, ada)
    assert WHY in answer.action_ids
    workspace.add_usergroup("S1", "library-admins", [])
    with quiet_office.at_work(starter_library):
        ada.clicks(answer, WHY).wait()
        whisper(quiet_office, MEMBER, NOT_YOU)
    assert workspace.views(MEMBER) == []
    quiet_office.check_manners()


def test_a_forged_press_is_refused(office: Office) -> None:
    direct = office.reply(office.maya.direct_message(DENVER))
    question_id = next(
        element["value"]
        for block in direct.blocks
        for element in block.get("elements", ())
        if element.get("action_id") == WHY
    )
    office.forges_click("U2", direct, WHY, question_id)
    whisper(office, "U2", NOT_YOU)
    assert office.workspace.views("U2") == []


def test_when_slack_cannot_list_the_group_its_members_are_refused(office: Office, ada: Person) -> None:
    # From the first on: an answer is followed by a look at who may see why, and what that finds is remembered.
    office.workspace.fail("usergroups.users.list", "plan_upgrade_required", times=2)
    reply = office.reply(office.omar.mentions("C1", DENVER))
    ada.uses_shortcut("why", reply).wait()
    whisper(office, MEMBER, NOT_YOU)
    office.maya.uses_shortcut("why", reply)
    assert explanation(office, NAMED)


def test_a_message_that_is_no_answer_has_nothing_to_explain(office: Office) -> None:
    message = office.omar.says("C1", "Lunch?")
    office.maya.uses_shortcut("why", message).wait()
    whisper(office, NAMED, NO_ANSWER_THERE)
    assert office.workspace.views(NAMED) == []


def test_a_question_the_ledger_does_not_know_gets_advice_in_the_modal(office: Office) -> None:
    answer = office.reply(office.maya.direct_message(DENVER))
    office.forges_click(NAMED, answer, WHY, "C1:0.0")
    assert explanation(office, NAMED).words.startswith(QuestionNotFound.advice)


def test_an_answer_from_a_library_that_has_changed_says_so(quiet_office: Office, small_library: KnowledgeBase) -> None:
    with quiet_office.at_work(small_library):
        reply = quiet_office.reply(quiet_office.omar.mentions("C1", DENVER))
        small_library.add([markdown("flags", "# Flags\n\nOur flag stands on the right.\n")], actor="test")
        quiet_office.maya.uses_shortcut("why", reply)
        assert CHANGED in explanation(quiet_office, NAMED).words
    assert len(small_library.gaps.records()) == 0
    quiet_office.check_manners()


@pytest.fixture(autouse=True)
def nothing_was_posted_for_an_explanation(workspace: Workspace) -> Iterator[None]:
    """What admins look at stays with them: the app's messages are answers and whispers only."""
    yield
    assert not any("stage" in message.words for message in workspace.posts())
