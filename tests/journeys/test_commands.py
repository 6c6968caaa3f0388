"""/ask: for one person's eyes, then shared once."""

from bot.slack.blocks import SHARE
from bot.slack.events import HINT
from bot.slack.questions import LOOKING
from bot.slack.sharing import ALREADY, INVITE, NOT_FOR_ALL, NOT_YOURS, SHARED
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import DENVER, SALARY, Office
from tests.workspace import Message, Workspace


def ask(office: Office, text: str = DENVER, channel: str = "C1") -> Message:
    """Type /ask and wait for the answer only the asker sees."""
    before = {message.ts for message in office.workspace.ephemerals("U1")}
    office.maya.command("/ask", text, channel).wait()
    return office.wait(lambda: [m for m in office.answers_for("U1") if m.ts not in before])[0]


def test_the_command_is_acknowledged_at_once_and_answered_for_one_person(office: Office) -> None:
    answer = ask(office)
    looking = next(message for message in office.workspace.ephemerals("U1") if message is not answer)
    assert looking.words == LOOKING
    assert answer.words.startswith("Found in ")
    assert "Share in this channel" in answer.buttons
    assert office.workspace.posts() == []
    assert office.workspace.ephemerals("U2") == []


def test_sharing_puts_the_same_answer_before_the_channel_with_a_name_and_no_ping(office: Office) -> None:
    answer = ask(office)
    whole = answer.words
    office.maya.clicks(answer, SHARE)
    (shared,) = office.wait(office.workspace.posts)
    lines = shared.words.splitlines()
    assert lines[:2] == ["Shared by maya", f"Asked: {DENVER}"]
    assert "\n".join(lines[2:]) == whole.replace("Share in this channel\n", "")
    office.wait(lambda: answer.words.startswith(SHARED))
    assert "Share in this channel" not in answer.buttons
    assert office.workspace.pings == []


def test_a_second_press_says_that_it_is_shared_already(
    workspace: Workspace, quiet_office: Office, starter_library: KnowledgeBase
) -> None:
    with quiet_office.at_work(starter_library):
        answer = ask(quiet_office)
        presses = [quiet_office.maya.clicks(answer, SHARE) for _ in range(2)]
        quiet_office.wait(lambda: [m for m in workspace.ephemerals("U1") if m.words == ALREADY])
        assert [press.wait().outcome for press in presses] == ["acknowledged"] * 2
    assert len(workspace.posts()) == 1
    quiet_office.check_manners()


def test_only_the_one_who_asked_can_share(office: Office) -> None:
    answer = ask(office)
    office.forges_click("U2", answer, SHARE)
    assert office.whispers("U2")[0].words == NOT_YOURS
    assert office.workspace.posts() == []


def test_a_gap_can_be_shared_too(office: Office) -> None:
    office.maya.clicks(ask(office, SALARY), SHARE)
    (shared,) = office.wait(office.workspace.posts)
    assert "The library holds no answer to this question." in shared.words


def test_where_the_app_is_no_member_it_answers_and_asks_to_be_invited_before_it_shares(
    workspace: Workspace, quiet_office: Office, starter_library: KnowledgeBase
) -> None:
    with quiet_office.at_work(starter_library):
        for number, channel in enumerate(("C2", "G2"), start=1):
            quiet_office.maya.clicks(ask(quiet_office, channel=channel), SHARE)
            quiet_office.wait(lambda n=number: [m.words for m in workspace.ephemerals("U1")].count(INVITE) == n)
    assert workspace.posts() == []
    assert workspace.unanswered == []


def test_nothing_of_the_office_is_shared_into_a_channel_of_another_organization(office: Office) -> None:
    office.maya.clicks(ask(office, channel="CSHARED"), SHARE)
    office.wait(lambda: [m for m in office.workspace.ephemerals("U1") if m.words == NOT_FOR_ALL])
    assert office.workspace.posts() == []


def test_in_the_apps_own_messages_sharing_works_as_well(office: Office) -> None:
    answer = ask(office, channel=office.workspace.im("U1"))
    office.maya.clicks(answer, SHARE)
    (shared,) = office.wait(office.workspace.posts)
    assert shared.channel == office.workspace.im("U1")


def test_a_command_without_a_question_gets_a_hint(office: Office) -> None:
    office.maya.command("/ask", "  ")
    assert office.whispers("U1")[0].words == HINT


def test_a_command_with_a_question_that_is_too_long_gets_advice(office: Office) -> None:
    office.maya.command("/ask", "why " * 1_100).wait()
    assert office.whispers("U1")[0].words.startswith("Please ask a question of a few words")


def test_an_answer_that_comes_after_half_an_hour_still_arrives(
    workspace: Workspace, quiet_office: Office, starter_library: KnowledgeBase
) -> None:
    with quiet_office.taking_questions(starter_library):
        quiet_office.maya.command("/ask", DENVER, "C1").wait()
        quiet_office.omar.command("/ask", DENVER, "C2").wait()
    workspace.let_time_pass(31 * 60)
    with quiet_office.at_work(starter_library):
        (in_channel,) = quiet_office.answers_for("U1")
        (direct,) = quiet_office.wait(workspace.posts)
    assert in_channel.words.startswith("Found in ")
    assert direct.channel == workspace.im("U2")
    assert starter_library.conversations.release() == 0
