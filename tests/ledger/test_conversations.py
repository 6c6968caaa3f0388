"""Questions are kept before they are worked on, and each is answered once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.domain import Question, Turn
from knowledge.job import ReplyTo
from knowledge.ledger import Ledger

REPLY_TO = ReplyTo(channel="C1", user="U1", thread_ts="1.0")


def ask(ledger: Ledger, number: int, text: str = "Who pays?", **fields: str) -> Question:
    question = Question(id=f"C1:{number}", text=text, **fields)
    assert ledger.conversations.accept(question, REPLY_TO)
    return question


def test_a_question_delivered_twice_is_accepted_once(ledger: Ledger) -> None:
    question = ask(ledger, 1)
    assert not ledger.conversations.accept(question, REPLY_TO)
    assert ledger.conversations.claim() is not None
    assert ledger.conversations.claim() is None


def test_jobs_are_claimed_oldest_first_with_where_the_answer_goes(ledger: Ledger) -> None:
    first, second = ask(ledger, 1), ask(ledger, 2)
    claimed = [ledger.conversations.claim(), ledger.conversations.claim()]
    assert [job.question for job in claimed if job] == [first, second]
    assert [job.reply_to for job in claimed if job] == [REPLY_TO, REPLY_TO]


def test_many_workers_never_claim_the_same_job(ledger: Ledger) -> None:
    for number in range(40):
        ask(ledger, number)
    with ThreadPoolExecutor(8) as pool:
        jobs = list(pool.map(lambda _: ledger.conversations.claim(), range(48)))
    ids = [job.id for job in jobs if job]
    assert len(ids) == len(set(ids)) == 40


def test_after_a_crash_claimed_jobs_wait_again_and_remember_a_started_post(ledger: Ledger) -> None:
    ask(ledger, 1)
    ask(ledger, 2)
    first = ledger.conversations.claim()
    ledger.conversations.claim()
    assert first
    ledger.conversations.delivering(first)
    assert ledger.conversations.release() == 2
    again, other = ledger.conversations.claim(), ledger.conversations.claim()
    assert again
    assert other
    assert (again.maybe_delivered, again.attempts) == (True, 2)
    assert (other.maybe_delivered, other.attempts) == (False, 2)


@pytest.mark.parametrize("end", ["delivered", "failed"])
def test_a_job_that_ended_never_comes_back(ledger: Ledger, end: str) -> None:
    ask(ledger, 1)
    job = ledger.conversations.claim()
    assert job
    if end == "delivered":
        ledger.conversations.delivered(job, "2.0")
    else:
        ledger.conversations.fail(job)
    assert ledger.conversations.release() == 0
    assert ledger.conversations.claim() is None


def test_a_job_given_back_waits_again(ledger: Ledger) -> None:
    ask(ledger, 1)
    job = ledger.conversations.claim()
    assert job
    ledger.conversations.give_back(job)
    again = ledger.conversations.claim()
    assert again
    assert again.attempts == 2


def test_a_question_withdrawn_while_it_waits_is_never_claimed(ledger: Ledger) -> None:
    ask(ledger, 1)
    assert ledger.gaps.withdraw("C1:1", actor="U1")
    assert not ledger.gaps.withdraw("C1:1", actor="U1")
    assert ledger.conversations.claim() is None
    assert ledger.conversations.release() == 0


def test_a_job_withdrawn_while_somebody_works_on_it_posts_nothing_and_never_comes_back(ledger: Ledger) -> None:
    ask(ledger, 1)
    job = ledger.conversations.claim()
    assert job
    assert ledger.gaps.withdraw("C1:1", actor="U1")
    assert not ledger.conversations.delivering(job)
    ledger.conversations.give_back(job)
    assert ledger.conversations.release() == 0
    assert ledger.conversations.claim() is None


def test_a_reply_that_may_stand_is_noted_whatever_is_withdrawn(ledger: Ledger) -> None:
    ask(ledger, 1)
    job = ledger.conversations.claim()
    assert job
    assert ledger.conversations.delivering(job)
    assert not ledger.gaps.withdraw("C1:1", actor="U1")
    ledger.conversations.give_back(job)
    again = ledger.conversations.claim()
    assert again
    assert again.maybe_delivered


def test_the_turns_of_a_thread_come_oldest_first_without_the_present_one(ledger: Ledger) -> None:
    for number, text in enumerate(["What is C40?", "Who chairs it?", "Since when?"]):
        ask(ledger, number, text, thread_id="C1:0")
    turns = ledger.conversations.turns("C1:0", "C1:2")
    assert turns == (Turn(speaker="user", text="What is C40?"), Turn(speaker="user", text="Who chairs it?"))
    assert ledger.conversations.takes_part("C1:0")
    assert not ledger.conversations.takes_part("C1:9")


def test_the_last_press_of_a_person_counts(ledger: Ledger) -> None:
    ask(ledger, 1)
    ledger.conversations.record_feedback("C1:1", "U1", helpful=True)
    ledger.conversations.record_feedback("C1:1", "U1", helpful=False)
    with ledger.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT user, helpful FROM feedback").all()
    assert [tuple(row) for row in rows] == [("U1", 0)]
