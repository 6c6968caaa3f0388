"""Whoever asks can take their question out of the log of gaps, and only they."""

import pytest

from bot.slack.blocks import DONT_LOG, FEEDBACK
from bot.slack.withdrawing import DONE, NOT_YOURS
from knowledge.domain import GapReason
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import DENVER, SALARY, Office


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
        assert "Searched: 3 documents, the newest from November 2026." in reply.words
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
def test_a_deleted_question_leaves_the_log(quiet_office: Office, small_library: KnowledgeBase) -> None:
    office = quiet_office
    with office.at_work(small_library):
        question = office.maya.mentions("C1", SALARY)
        office.reply(question)
        assert asked(small_library)
        office.maya.deletes(question)
        office.wait(lambda: not asked(small_library))


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
