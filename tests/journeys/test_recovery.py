"""Crashes, restarts and Slack in trouble: every accepted question is answered, and answered once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from bot.slack.admins import Admins
from bot.slack.answering import AnsweringPool
from bot.slack.app import open_client, open_readers
from bot.slack.languages import Languages
from bot.slack.people import People
from bot.slack.replies import Replies
from bot.slack.stopping import Stopping
from bot.slack.streaming import Streams
from knowledge.domain import Question
from knowledge.errors import DiskFull
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger.tables import jobs
from tests.journeys.office import DENVER, SALARY, Office
from tests.making import WordHashEmbedding, open_in
from tests.workspace import Workspace


def test_questions_taken_in_before_a_crash_are_answered_after_the_restart(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    with quiet_office.taking_questions(small_library):
        mention = quiet_office.maya.mentions("C1", DENVER)
        direct = quiet_office.omar.direct_message(SALARY)
        workspace.wait_until_quiet()
    assert workspace.posts() == []
    with quiet_office.at_work(small_library):
        quiet_office.replies(mention)
        quiet_office.replies(direct)
        workspace.wait_until_quiet()  # Slack tells of our own messages, too
    with quiet_office.at_work(small_library):
        workspace.redeliver(mention)
        workspace.wait_until_quiet()
    assert len(workspace.posts()) == 2
    assert small_library.conversations.release() == 0
    quiet_office.check_manners()


class FullOnce:
    """A library whose disk is full the first time a question is to be stored."""

    def __init__(self, library: KnowledgeBase) -> None:
        self.library = library
        self.conversations = self
        self.was_full = False

    def __getattr__(self, name: str) -> object:
        conversations = self.library.conversations
        return getattr(conversations if hasattr(conversations, name) else self.library, name)

    def accept(self, question: Question, reply_to: ReplyTo) -> bool:
        if not self.was_full:
            self.was_full = True
            raise DiskFull
        return self.library.conversations.accept(question, reply_to)


def test_a_question_that_could_not_be_stored_is_told_so_and_taken_in_when_slack_sends_it_again(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    with quiet_office.taking_questions(FullOnce(small_library)):  # type: ignore[arg-type]
        mention = quiet_office.maya.mentions("C1", DENVER)
        workspace.wait_until_quiet()
    assert [delivery.outcome for delivery in workspace.events("app_mention")] == ["acknowledged"]
    with quiet_office.at_work(small_library):
        advice, answer = quiet_office.replies(mention, 2)
    assert advice.words.startswith("The disk is full")
    assert answer.words.startswith("Found in ")
    assert len(workspace.posts()) == 2


def test_a_command_that_could_not_be_stored_is_told_so_at_once(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    with quiet_office.taking_questions(FullOnce(small_library)):  # type: ignore[arg-type]
        assert quiet_office.maya.command("/ask", DENVER).wait().outcome == "acknowledged"
    assert workspace.ephemerals("U1")[0].words.startswith("The disk is full")


def test_a_crash_after_posting_does_not_post_again(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    with quiet_office.taking_questions(small_library):
        mention = quiet_office.maya.mentions("C1", DENVER)
        workspace.wait_until_quiet()
    workspace.drop_connection("chat.postMessage", after_processing=True)
    # The first pool is stopped while the second try is minutes away: Slack holds the answer, the ledger does not know.
    client = open_client(quiet_office.settings)
    admins = Admins(client)
    readers = open_readers(client, admins, small_library)
    replies = Replies(client)
    languages = Languages(small_library.conversations, People(client))
    pool = AnsweringPool(
        small_library,
        replies,
        admins,
        readers,
        languages,
        streams=Streams(client, replies, small_library.conversations),
        stopping=Stopping(replies),
        workers=1,
        delays=(600.0,),
    )
    pool.start()
    quiet_office.replies(mention)
    quiet_office.wait(lambda: workspace.calls("chat.postMessage"))
    pool.stop()
    assert small_library.conversations.release() == 1
    with quiet_office.at_work(small_library):
        quiet_office.wait(lambda: workspace.calls("conversations.replies"))
    assert len(workspace.posts()) == 1
    assert len(workspace.calls("chat.postMessage")) == 1
    assert small_library.conversations.release() == 0


def test_an_answer_for_one_persons_eyes_that_may_have_been_seen_says_so_when_it_comes_again(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    with quiet_office.taking_questions(small_library):
        quiet_office.maya.command("/ask", DENVER).wait()
    job = small_library.conversations.claim()
    assert job
    small_library.conversations.delivering(job)
    with quiet_office.at_work(small_library):
        (answer,) = quiet_office.answers_for("U1")
    assert answer.words.startswith("You may have seen this reply already")
    assert "Found in " in answer.words
    assert small_library.conversations.release() == 0


def test_a_connection_that_breaks_after_posting_leaves_one_answer(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    workspace.drop_connection("chat.postMessage", after_processing=True)
    with quiet_office.at_work(small_library):
        for question in (quiet_office.maya.mentions("C1", DENVER), quiet_office.maya.direct_message(DENVER)):
            quiet_office.replies(question)
        quiet_office.wait(lambda: workspace.calls("conversations.replies"))
    assert len(workspace.posts()) == 2
    assert small_library.conversations.release() == 0


def test_a_connection_that_breaks_before_posting_is_tried_again(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    workspace.drop_connection("chat.postMessage", times=2)
    with quiet_office.at_work(small_library):
        quiet_office.replies(quiet_office.maya.mentions("C1", DENVER))
    assert len(workspace.posts()) == 1
    assert len(workspace.calls("chat.postMessage")) == 3


def test_rate_limits_are_waited_out(workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase) -> None:
    workspace.rate_limit("chat.postMessage", times=2, retry_after=0)
    with quiet_office.at_work(small_library):
        quiet_office.replies(quiet_office.maya.mentions("C1", DENVER))
    assert [call.status for call in workspace.calls("chat.postMessage")] == [429, 429, 200]
    assert len(workspace.posts()) == 1


def test_a_rate_limit_that_outlasts_the_client_is_taken_up_again_by_the_pool(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    workspace.rate_limit("chat.postMessage", times=5, retry_after=0)
    with quiet_office.at_work(small_library):
        quiet_office.replies(quiet_office.maya.mentions("C1", DENVER))
    assert len(workspace.posts()) == 1
    assert small_library.conversations.release() == 0


def test_an_outage_of_slack_is_outlasted_by_what_was_asked(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    workspace.fail("chat.postMessage", "internal_error", times=10)
    workspace.drop_connection("chat.postMessage", times=10)
    with quiet_office.at_work(small_library):
        quiet_office.replies(quiet_office.maya.mentions("C1", DENVER))
    assert len(workspace.calls("chat.postMessage")) == 21
    assert len(workspace.posts()) == 1
    assert small_library.conversations.release() == 0


def test_what_was_asked_two_days_ago_is_tried_five_times_and_others_are_served_meanwhile(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    with quiet_office.taking_questions(small_library):
        quiet_office.maya.mentions("C1", DENVER)
        workspace.wait_until_quiet()
    with small_library.conversations._engine.begin() as connection:
        connection.execute(update(jobs).values(accepted_at=datetime.now(UTC) - timedelta(days=2)))
    workspace.fail("chat.postMessage", "internal_error", times=5)
    with quiet_office.at_work(small_library):
        quiet_office.wait(lambda: len(workspace.calls("chat.postMessage")) == 5)
        quiet_office.replies(quiet_office.omar.direct_message(DENVER))
    assert len(workspace.calls("chat.postMessage")) == 6
    assert len(workspace.posts()) == 1
    assert small_library.conversations.release() == 0


def test_a_channel_that_is_gone_is_given_up_at_once(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    with quiet_office.taking_questions(small_library):
        quiet_office.maya.mentions("C1", DENVER)
        workspace.wait_until_quiet()
    workspace.roster.channel("C1").is_archived = True
    with quiet_office.at_work(small_library):
        quiet_office.replies(quiet_office.omar.direct_message(DENVER))
        quiet_office.wait(lambda: len(workspace.calls("chat.postMessage")) == 2)
    assert small_library.conversations.release() == 0
    assert [error.error for error in workspace.errors] == ["is_archived"]


def test_blocks_that_slack_refuses_still_arrive_as_text(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    workspace.fail("chat.postMessage", "msg_blocks_too_long")
    with quiet_office.at_work(small_library):
        answer = quiet_office.reply(quiet_office.maya.mentions("C1", DENVER))
    assert answer.blocks == []
    assert answer.text.startswith("Found in ")


def test_an_outage_of_the_library_is_told_with_advice_and_a_reference(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase, tmp_path: Path
) -> None:
    small_library.close()
    other_model = open_in(tmp_path / "small", WordHashEmbedding())
    with quiet_office.at_work(other_model):
        mention = quiet_office.reply(quiet_office.maya.mentions("C1", DENVER))
        quiet_office.maya.command("/ask", DENVER)
        (whispered,) = quiet_office.answers_for("U1")
    for told in (mention, whispered):
        assert told.words.startswith("The index was made with another embedding model; please run `attache rebuild`.")
        assert "(reference " in told.words
    assert other_model.conversations.release() == 0
    other_model.close()


def test_a_status_that_slack_refuses_is_no_reason_to_keep_an_answer_back(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    workspace.fail("agents.sessions.setStatus", "feature_not_enabled", times=2)
    with quiet_office.at_work(small_library):
        quiet_office.replies(quiet_office.maya.direct_message(DENVER))
    assert len(workspace.posts()) == 1


def test_forty_questions_at_once_are_each_answered_once(
    workspace: Workspace, quiet_office: Office, small_library: KnowledgeBase
) -> None:
    people = [workspace.add_user(f"U{number}", f"person{number}") for number in range(100, 120)]
    with quiet_office.at_work(small_library):
        questions = [person.direct_message(text) for person in people for text in (DENVER, SALARY)]
        for question in questions:
            quiet_office.replies(question)
    assert len(workspace.posts()) == 40
    assert small_library.conversations.release() == 0
    quiet_office.check_manners()
