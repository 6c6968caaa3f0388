"""Asking in Slack: mentions, direct messages, threads, and what is nobody's question."""

import pytest

from bot.slack.admins import NOT_YOU
from bot.slack.blocks import CLOSEST, FOOTER, NO_ANSWER
from bot.slack.events import HINT, STRANGERS, WELCOME
from bot.slack.readers import GUESTS
from knowledge.knowledge_base import KnowledgeBase
from tests.journeys.office import DENVER, SALARY, Office
from tests.workspace import Message, Workspace


def quotes_of(message: Message) -> list[str]:
    """The words of every quote a message shows, without its number."""
    parents = [part for block in message.blocks if block["type"] == "rich_text" for part in block["elements"]]
    quotes = [parent["elements"] for parent in parents if parent["type"] == "rich_text_quote"]
    return ["".join(element["text"] for element in quote[:-1]) for quote in quotes]


def test_a_mention_is_answered_once_in_its_thread_with_quotes_and_sources(office: Office) -> None:
    question = office.maya.mentions("C1", DENVER)
    (answer,) = office.replies(question)
    assert answer.words.startswith("Found in ")
    assert any("2023" in quote for quote in quotes_of(answer))
    assert "[1] Cities Summit of the Americas and the Denver Declaration, 2023 · " in answer.words
    assert "historical, kept for the record" in answer.words
    assert answer.words.endswith(FOOTER)
    assert answer.buttons[0] == "Show 1 in context"
    assert answer.buttons[-2:] == ("Helpful", "Not helpful")


def test_the_answer_is_whole_as_plain_text_and_unfurls_nothing(office: Office) -> None:
    answer = office.reply(office.maya.mentions("C1", DENVER))
    assert quotes_of(answer)
    assert all(quote in answer.text for quote in quotes_of(answer))
    assert (answer.unfurl_links, answer.unfurl_media) == (False, False)


def test_every_quote_is_the_documents_own_words(office: Office, starter_library: KnowledgeBase) -> None:
    question = office.maya.mentions("C1", DENVER)
    answer = office.reply(question)
    recorded = starter_library.conversations.outcome(f"C1:{question.ts}")
    assert [citation.quote for citation in recorded.citations] == quotes_of(answer)  # type: ignore[union-attr]


def test_a_direct_message_is_answered_and_shows_that_it_is_worked_on(office: Office) -> None:
    question = office.maya.direct_message(DENVER)
    assert office.reply(question).words.startswith("Found in ")
    seen = office.wait(lambda: len(office.workspace.statuses) >= 2 and office.workspace.statuses)
    assert [status.status for status in seen] == ["processing", "active"]
    assert {status.thread_ts for status in seen} == {question.ts}


def test_a_question_without_an_answer_is_logged_and_called_so(office: Office, starter_library: KnowledgeBase) -> None:
    question = office.maya.mentions("C1", SALARY)
    answer = office.reply(question)
    gap = starter_library.conversations.outcome(f"C1:{question.ts}")
    assert answer.words.startswith(NO_ANSWER)
    assert f"logged as {gap.id}" in answer.words  # type: ignore[union-attr]
    assert "Closest I have (may not answer this):" in answer.words
    assert quotes_of(answer) == []
    assert "Show 1 in context" in answer.buttons


def test_a_follow_up_in_the_thread_needs_no_mention_and_stays_on_the_subject(office: Office) -> None:
    question = office.maya.mentions("C1", "What does the Phoenix trade contract cost?")
    office.reply(question)
    follow_up = office.omar.says("C1", "And who pays for it?", thread_ts=question.ts)
    answer = office.reply(follow_up, 2)
    assert "Phoenix" in "\n".join(quotes_of(answer))


def test_a_follow_up_works_in_direct_messages_and_private_channels(office: Office) -> None:
    for place in ("direct", "G1"):
        ask = office.maya.direct_message if place == "direct" else lambda text: office.maya.mentions("G1", text)
        question = ask(DENVER)
        office.reply(question)
        office.maya.says(question.channel, "And who signed it?", thread_ts=question.ts)
        assert len(office.replies(question, 2)) == 2


def test_group_messages_work_like_channels(office: Office) -> None:
    office.workspace.add_channel("CGROUP", "mpdm", ("U1", "U2"), kind="mpim")
    question = office.maya.mentions("CGROUP", DENVER)
    office.reply(question)
    office.omar.says("CGROUP", "And who signed it?", thread_ts=question.ts)
    assert len(office.replies(question, 2)) == 2


def test_a_mention_below_other_peoples_words_is_answered_there(office: Office) -> None:
    root = office.omar.says("C1", "Does anybody know about Denver?")
    office.maya.mentions("C1", DENVER, thread_ts=root.ts)
    assert office.reply(root).words.startswith("Found in ")


def test_people_talking_bots_edits_and_joins_are_left_alone(
    workspace: Workspace, quiet_office: Office, starter_library: KnowledgeBase
) -> None:
    maya, omar = quiet_office.maya, quiet_office.omar
    workspace.add_user("UROBOT", "robot", is_bot=True)
    workspace.add_user("UNEW", "nora")
    workspace.roster.channel("C1").members.append("UROBOT")
    with quiet_office.at_work(starter_library):
        question = maya.mentions("C1", DENVER)
        quiet_office.reply(question)
        thread = question.ts
        workspace.user("UNEW").joins("C1")
        maya.says("C1", "Has anybody seen the projector?")
        omar.says("C1", "It is in the hall.", thread_ts=maya.says("C1", "Where was it last?").ts)
        omar.says("C1", "<@U1> could you take this on?", thread_ts=thread)
        omar.says("C1", "thanks!", thread_ts=thread)
        omar.says("C1", "ok, got it :+1:", thread_ts=thread)
        quiet_office.robot_says("C1", DENVER, thread_ts=thread)
        maya.edits(question, f"<@{workspace.bot_user_id}> What is the Phoenix office?")
        edited = omar.says("C1", "Lunch?")
        omar.edits(edited, f"<@{workspace.bot_user_id}> Lunch?")
        omar.deletes(edited)
        workspace.wait_until_quiet()
    assert len(workspace.posts()) == 1
    assert starter_library.conversations.release() == 0
    quiet_office.check_manners()


def test_duplicate_deliveries_are_answered_once(
    workspace: Workspace, quiet_office: Office, starter_library: KnowledgeBase
) -> None:
    with quiet_office.at_work(starter_library):
        question = quiet_office.maya.mentions("C1", DENVER)
        hello = quiet_office.maya.direct_message("hello")
        for message in (question, hello, question, hello):
            workspace.redeliver(message)
        quiet_office.replies(question)
        quiet_office.replies(hello)
        for message in (question, hello):
            workspace.redeliver(message)
        workspace.wait_until_quiet()
    assert len(workspace.events("app_mention")) == 4
    assert len(workspace.posts()) == 2
    assert starter_library.conversations.release() == 0
    quiet_office.check_manners()


def test_a_mention_without_a_question_gets_a_hint(office: Office) -> None:
    assert office.reply(office.maya.mentions("C1", "")).words == HINT
    assert office.reply(office.maya.direct_message("hello")).words == HINT
    assert office.reply(office.maya.direct_message("Thank you!")).words == WELCOME
    assert office.reply(office.maya.uploads(None, "plan.pdf", b"%PDF")).words == NOT_YOU


def test_a_question_that_is_too_long_gets_advice_and_nothing_is_lost_by_it(office: Office) -> None:
    advice = office.reply(office.maya.direct_message("why " * 1_100)).words
    assert advice.startswith("Please ask a question of a few words, up to 4,000 characters. (reference ")
    office.workspace.wait_until_quiet()
    assert [delivery.attempts for delivery in office.workspace.deliveries if len(delivery.attempts) > 1] == []


# As long as Slack lets one message be.
LONGEST_MESSAGE = 40_000


@pytest.mark.parametrize(
    "text", ["why " * 10_000, "x" * LONGEST_MESSAGE, "Is &lt;b&gt; a tag? " * 2_000], ids=["words", "word", "questions"]
)
def test_a_question_of_40000_characters_gets_one_sentence_wherever_it_is_asked_and_is_no_gap(
    office: Office, starter_library: KnowledgeBase, text: str
) -> None:
    assert len(text) == LONGEST_MESSAGE
    known = {gap.id for gap in starter_library.gaps.records()}
    mention = office.maya.mentions("C1", text)
    for asked in (office.maya.direct_message(text), mention, office.maya.says("C1", text, mention.ts)):
        assert office.reply(asked).words.startswith("Please ask a question of a few words, up to 4,000 characters.")
        assert starter_library.conversations.question(f"{asked.channel}:{asked.ts}") is None
    assert {gap.id for gap in starter_library.gaps.records()} == known
    assert "Denver" in office.reply(office.maya.direct_message(DENVER)).words


def test_channels_shared_with_another_organization_get_one_sentence_and_no_content(office: Office) -> None:
    sol = office.workspace.user("UOUTSIDE")
    for person in (sol, office.maya):
        (refusal,) = office.replies(person.mentions("CSHARED", DENVER))
        assert refusal.words == STRANGERS


def test_a_guest_hears_that_only_public_documents_were_looked_at(office: Office) -> None:
    refusal = office.reply(office.workspace.user("UGUEST").mentions("CGUEST", DENVER)).words
    assert refusal.startswith(GUESTS)
    assert CLOSEST not in refusal


def test_what_people_type_reaches_the_library_as_they_saw_it(office: Office, starter_library: KnowledgeBase) -> None:
    question = office.maya.mentions("C1", "Is Q&amp;A with &lt;Denver&gt; in <#C1|general> or <https://a.org|a.org>?")
    office.reply(question)
    asked = starter_library.conversations.question(f"C1:{question.ts}")
    assert asked is not None
    assert asked.text == "Is Q&A with <Denver> in #general or a.org?"
