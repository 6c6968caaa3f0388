"""What people press and open: passages in context, feedback, the Home tab."""

import sqlite3
from pathlib import Path

from bot.slack.blocks import FEEDBACK, SHOW_CONTEXT
from bot.slack.buttons import THANKS
from bot.slack.pressing import OTHERS
from knowledge.errors import PassageNotFound
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import DENVER, SALARY, Office


def test_show_in_context_opens_the_passage_with_the_quote_in_bold(
    office: Office, starter_library: KnowledgeBase
) -> None:
    question = office.maya.mentions("C1", DENVER)
    answer = office.reply(question)
    office.omar.clicks(answer, f"{SHOW_CONTEXT}:1").wait()
    (view,) = office.wait(lambda: office.workspace.views("U2"))
    cited = starter_library.conversations.outcome(f"C1:{question.ts}").citations[0]  # type: ignore[union-attr]
    assert view.title == "In context"
    assert cited.passage.text in view.words
    bold = [
        element["text"]
        for block in view.blocks
        for part in block["elements"]
        if part.get("type") == "rich_text_quote"
        for element in part["elements"]
        if "style" in element
    ]
    assert bold == [cited.quote]


def test_the_closest_passages_of_a_gap_can_be_read(office: Office) -> None:
    answer = office.reply(office.maya.mentions("C1", SALARY))
    office.maya.clicks(answer, f"{SHOW_CONTEXT}:1").wait()
    (view,) = office.wait(lambda: office.workspace.views("U1"))
    assert "The passage" in view.words


def test_context_opens_from_an_answer_only_one_person_sees(office: Office) -> None:
    office.maya.command("/ask", DENVER)
    (answer,) = office.answers_for("U1")
    office.maya.clicks(answer, f"{SHOW_CONTEXT}:1").wait()
    assert office.wait(lambda: office.workspace.views("U1"))


def test_people_of_another_organization_open_and_press_nothing(office: Office) -> None:
    answer = office.reply(office.maya.mentions("C1", DENVER))
    office.workspace.roster.channel("C1").members.append("UOUTSIDE")
    sol = office.workspace.user("UOUTSIDE")
    for action, value in ((f"{SHOW_CONTEXT}:1", None), (FEEDBACK, "positive")):
        sol.clicks(answer, action, value).wait()
    office.wait(lambda: len(office.workspace.ephemerals("UOUTSIDE")) == 2)
    assert {message.words for message in office.workspace.ephemerals("UOUTSIDE")} == {OTHERS}
    assert office.workspace.views("UOUTSIDE") == []


def test_a_passage_nobody_knows_any_more_gets_advice(office: Office) -> None:
    answer = office.reply(office.maya.mentions("C1", DENVER))
    office.forges_click("U2", answer, f"{SHOW_CONTEXT}:1", "0" * 32 + ":0:0")
    assert office.whispers("U2")[0].words.startswith(PassageNotFound.advice)


def test_a_press_that_reaches_us_late_gets_advice_instead_of_silence(office: Office) -> None:
    answer = office.reply(office.maya.mentions("C1", DENVER))
    office.workspace.fail("views.open", "expired_trigger_id")
    office.maya.clicks(answer, f"{SHOW_CONTEXT}:1").wait()
    assert "(reference " in office.whispers("U1")[0].words


def test_feedback_is_kept_and_the_last_press_counts(
    quiet_office: Office, small_library: KnowledgeBase, tmp_path: Path
) -> None:
    with quiet_office.at_work(small_library):
        question = quiet_office.maya.mentions("C1", DENVER)
        answer = quiet_office.reply(question)
        for number, verdict in enumerate(("positive", "negative"), start=1):
            quiet_office.omar.clicks(answer, FEEDBACK, verdict)
            assert quiet_office.whispers("U2", number)[-1].words == THANKS[verdict == "positive"]
    with sqlite3.connect(tmp_path / "small" / "ledger.sqlite3") as ledger:
        kept = ledger.execute("select question_id, user, helpful from feedback").fetchall()
    assert kept == [(f"C1:{question.ts}", "U2", 0)]


def test_the_home_tab_says_what_the_library_holds(office: Office, starter_library: KnowledgeBase) -> None:
    office.maya.opens_home("home")
    view = office.wait(lambda: office.workspace.home("U1"))
    assert f"The library holds {len(starter_library.documents())} documents" in view.words
    assert "/ask" in view.words


def test_opening_the_messages_tab_disturbs_nobody(office: Office) -> None:
    office.maya.opens_home("messages")
    office.workspace.wait_until_quiet()
    assert office.workspace.posts() == []
