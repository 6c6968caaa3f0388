"""Whoever asks can take their question out of the log of gaps, and only they."""

from threading import Event

import pytest

from bot.settings import Settings
from bot.slack.blocks import DONT_LOG, FEEDBACK, NEEDS_HUMAN
from bot.slack.buttons import HUMAN, WHY_NOT
from bot.slack.withdrawing import DONE, NOT_YOURS
from knowledge.answering.onlooker import Onlooker
from knowledge.domain import Answer, Gap, GapReason, Question
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.gap_screens import card
from tests.journeys.office import DENVER, LONG, SALARY, Office
from tests.workspace import Workspace


def asked(library: KnowledgeBase) -> list[str]:
    return [one.question_id for gap in library.gaps.records() for one in gap.questions]


def test_dont_log_this_takes_the_question_out_and_the_reply_says_so(
    quiet_office: Office, small_library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(small_library):
        question = office.maya.mentions("C1", SALARY)
        reply = office.reply(question)
        assert "logged as G1" in reply.words
        assert "Searched: 3 documents in the collection “office”, the newest from November 2026." in reply.words
        office.omar.clicks(reply, DONT_LOG).wait()
        assert office.whispers("U2")[0].words == NOT_YOURS
        assert asked(small_library) == [f"C1:{question.ts}"]
        office.maya.clicks(reply, DONT_LOG).wait()
        assert office.whispers("U1")[-1].words == DONE
        assert asked(small_library) == []
        after = office.reply(question)
        assert "not in the log" in after.words
        assert "Don’t log this" not in after.words
    office.check_manners()


@pytest.mark.parametrize("transport", ["socket mode"])
def test_a_deleted_question_leaves_the_log_with_replies_below_it_or_without(
    quiet_office: Office, small_library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(small_library):
        question = office.maya.mentions("C1", SALARY)
        office.reply(question)
        following = office.maya.says("C1", "What salary should we offer an interpreter?", question.ts)
        office.reply(question, 2)
        ids = [f"C1:{message.ts}" for message in (question, following)]
        assert sorted(asked(small_library)) == ids
        office.maya.edits(question, "What salary should we offer a chief of protocol?")
        office.workspace.wait_until_quiet()
        assert sorted(asked(small_library)) == ids
        office.maya.deletes(question)
        office.wait(lambda: asked(small_library) == ids[1:])
        office.maya.deletes(following)
        office.wait(lambda: not asked(small_library))
        subtypes = [sent.event.get("subtype") for sent in office.workspace.events("message")]
        assert [one for one in subtypes if one] == ["message_changed", "message_changed", "message_deleted"]
        office.workspace.wait_until_quiet()
    assert office.workspace.unanswered == []


@pytest.mark.parametrize("transport", ["socket mode"])
@pytest.mark.parametrize("text", [SALARY, DENVER])
def test_a_question_deleted_while_it_waits_is_not_answered(
    quiet_office: Office, small_library: KnowledgeBase, text: str
) -> None:
    office = quiet_office
    with office.taking_questions(small_library):
        question = office.maya.mentions("C1", text)
        office.workspace.wait_until_quiet()
        office.maya.deletes(question)
        office.workspace.wait_until_quiet()
    with office.at_work(small_library):
        office.reply(office.omar.mentions("C1", DENVER))
    assert office.workspace.messages("C1", question.ts) == []
    assert small_library.conversations.outcome(f"C1:{question.ts}") is None
    assert asked(small_library) == []
    office.check_manners()


@pytest.mark.parametrize("transport", ["socket mode"])
@pytest.mark.parametrize("text", [SALARY, DENVER])
def test_a_question_deleted_while_it_is_worked_on_is_in_no_list_and_nowhere_in_the_channel(
    workspace: Workspace,
    settings: Settings,
    small_library: KnowledgeBase,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
) -> None:
    office = Office(workspace, settings.model_copy(update={"gaps_channel": "C1"}))
    begun, deleted, ask = Event(), Event(), small_library.ask

    def slowly(question: Question, onlooker: Onlooker | None = None) -> Answer | Gap:
        begun.set()
        assert deleted.wait(LONG)
        return ask(question, onlooker)

    monkeypatch.setattr(small_library, "ask", slowly)
    with office.at_work(small_library):
        thread = office.omar.says("C1", "Our new colleague begins on Monday.")
        question = office.maya.mentions("C1", text, thread.ts)
        assert begun.wait(LONG)
        office.maya.deletes(question)
        office.workspace.wait_until_quiet()
        deleted.set()
        refusal = office.reply(office.omar.mentions("C1", "What salary should we offer an interpreter?"))
        assert "logged as G" in refusal.words
        card(office, "interpreter?")
        outcome = office.wait(lambda: small_library.conversations.outcome(f"C1:{question.ts}"))
    assert outcome.question_id not in asked(small_library)
    told = [message.words for message in office.workspace.posts()]
    assert len(told) == 2  # the refusal to Omar, and the card of his gap
    assert office.workspace.messages("C1", thread.ts) == []
    assert office.workspace.unanswered == []


@pytest.mark.parametrize("transport", ["http"])
def test_an_answer_that_did_not_help_is_a_gap_until_it_does(quiet_office: Office, small_library: KnowledgeBase) -> None:
    office = quiet_office
    with office.at_work(small_library):
        answer = office.reply(office.maya.mentions("C1", DENVER))
        office.omar.clicks(answer, FEEDBACK, "negative").wait()
        office.whispers("U2")
        (gap,) = small_library.gaps.records()
        assert (gap.reason, gap.questions[0].reports[0].user) == (GapReason.FEEDBACK, "U2")
        office.omar.clicks(answer, FEEDBACK, "positive").wait()
        office.whispers("U2", 2)
        assert small_library.gaps.records() == ()


def test_why_an_answer_did_not_help_and_that_it_takes_a_person_are_in_the_log(
    quiet_office: Office, small_library: KnowledgeBase
) -> None:
    office = quiet_office
    with office.at_work(small_library):
        question = office.maya.mentions("C1", DENVER)
        answer = office.reply(question)
        office.omar.clicks(answer, FEEDBACK, "negative").wait()
        (view,) = office.wait(lambda: office.workspace.views("U2"))
        office.omar.submits(view, {WHY_NOT: "It is the old text, call 202-555-0143"}).wait()
        office.wait(lambda: small_library.gaps.records()[0].questions[0].reports[0].said)
        office.maya.clicks(answer, NEEDS_HUMAN).wait()
        assert office.whispers("U1")[-1].words == HUMAN.format(gap="G1")
        refusal = office.reply(office.maya.mentions("C1", SALARY))
        office.maya.clicks(refusal, NEEDS_HUMAN).wait()
        assert "logged as G2" in office.whispers("U1", 2)[-1].words
        old, new = (small_library.gaps.story(gap).gap.questions[0].reports for gap in ("G1", "G2"))
        assert [(one.reason, one.user, one.said) for one in old] == [
            (GapReason.FEEDBACK, "U2", "It is the old text, call [phone number]"),
            (GapReason.NEEDS_HUMAN, "U1", ""),
        ]
        assert [one.reason for one in new] == [GapReason.NEEDS_HUMAN]
        office.maya.edits(question, "What is the Montreal Declaration?")
        office.workspace.wait_until_quiet()
        assert len(small_library.gaps.records()) == 2
    office.check_manners()
