"""Gaps closed and answers recalled from the command line, through the bot that runs."""

from pathlib import Path

import pytest

from knowledge.domain import Answer, Question
from knowledge.job import ReplyTo
from knowledge.knowledge_base import KnowledgeBase
from tests.cli.calling import Attache
from tests.making import markdown

HONEY = "Which linden honey does the mayor give visiting delegations?"
SHEET = "# Gifts\n\nThe mayor gives visiting delegations linden honey from the {}.\n"


def answered(bot: KnowledgeBase, number: int) -> None:
    """Ask in a thread of its own, and let the answer stand there."""
    question = Question(id=f"C1:{number}", text=HONEY, asker="U1", channel="C1")
    bot.conversations.accept(question, ReplyTo(channel="C1", user="U1", thread_ts=str(number)))
    job = bot.conversations.claim()
    assert job
    assert isinstance(bot.ask(question), Answer)
    bot.conversations.delivered(job, str(number))


def test_an_answer_is_written_asked_again_and_cited_by_name(attache: Attache, bot: KnowledgeBase) -> None:
    bot.ask(Question(id="C1:1", text=HONEY, asker="U1", channel="C1"))
    arguments = ("--text", "The mayor gives linden honey.", "--source", "https://example.org/gifts", "--author", "Maya")
    written = attache("gaps", "answer", "G1", *arguments, "--review-by", "2096-01-01", "--json").json
    assert (written["answers"], written["gap"]["status"]) == (True, "answered")
    assert written["document"]["source"] == "https://example.org/gifts"
    assert "Answered by Maya, 20" in attache("ask", HONEY).out
    assert attache("gaps", "retest", "--json").json == {"asked": 0, "answered": 0, "closed": []}
    assert attache("gaps", "answer", "G1", "--text", "", "--source", "x", "--json").error["name"] == "BadGapChange"
    assert attache("gaps", "answer", "G1", "--text", "Honey.", "--json").error["name"] == "BadCommand"


def test_the_digest_is_one_page_one_object_and_a_picture(attache: Attache, bot: KnowledgeBase, tmp_path: Path) -> None:
    bot.ask(Question(id="C1:1", text=HONEY, asker="U1", channel="C1"))
    digest = attache("gaps", "digest", "--json").json
    assert (digest["open_gaps"], digest["top"][0]["id"], digest["lately"]["answer_rate"]) == (1, "G1", 0.0)
    page = attache("gaps", "digest", "--plot", tmp_path / "week.png").out
    assert "Asked for most:\n  G1, 1 person, since" in page
    assert (tmp_path / "week.png").read_bytes().startswith(b"\x89PNG")


def test_a_recall_is_listed_and_decided_once(attache: Attache, bot: KnowledgeBase) -> None:
    bot.add([markdown("gifts", SHEET.format("city hall roof"))], actor="test")
    answered(bot, 1)
    answered(bot, 2)
    assert attache("recalls", "list", "--json").json == {"recalls": []}
    bot.add([markdown("gifts", SHEET.format("river park"))], actor="test")
    (recall,) = attache("recalls", "list", "--json").json["recalls"]
    assert (recall["id"], recall["change"], len(recall["places"])) == ("R1", "changed", 2)
    (quote,) = recall["quotes"]
    assert (quote["was"], quote["now"]) == (SHEET.format("city hall roof")[9:-1], SHEET.format("river park")[9:-1])
    assert f"was: “{quote['was']}”" in attache("recalls", "list").out
    assert attache("recalls", "send", "r1", "--json").json["sent"]["decision"] == "sent"
    assert bot.notices.waiting() == 2
    assert attache("recalls", "skip", "R1", "--json").error["name"] == "RecallDecided"
    assert attache("recalls", "send", "R7", "--json").error["name"] == "RecallNotFound"


@pytest.mark.parametrize("days", ["0", "30"])
def test_recall_days_say_how_far_back_answers_are_looked_over(
    attache: Attache, bot: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, days: str
) -> None:
    monkeypatch.setenv("RECALL_DAYS", days)
    bot.add([markdown("gifts", SHEET.format("city hall roof"))], actor="test")
    answered(bot, 1)
    bot.remove("Gifts", actor="test")
    assert bool(attache("recalls", "list", "--json").json["recalls"]) == (days != "0")
