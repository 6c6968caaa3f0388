"""Slack payloads read as questions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.events import (
    HINT,
    LONGEST_QUESTION,
    STRANGERS,
    WELCOME,
    Asked,
    Remark,
    is_courtesy,
    plain_words,
    read_command,
    read_message,
)
from knowledge.domain import Question
from knowledge.errors import BadQuestion
from knowledge.job import ReplyTo

BOT = "UBOT"


def event(text: str, **fields: Any) -> dict[str, Any]:
    """The body of a message in a channel; fields of None are left out."""
    message = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "team": "T1", "ts": "5.1"}
    message |= {"text": text, **fields}
    return {
        "team_id": "T1",
        "authorizations": [{"team_id": "T1", "user_id": BOT}],
        "is_ext_shared_channel": False,
        "event": {name: value for name, value in message.items() if value is not None},
    }


def mention(text: str, **fields: Any) -> dict[str, Any]:
    return event(f"<@{BOT}> {text}", type="app_mention", channel_type=None, **fields)


def direct(text: str, **fields: Any) -> dict[str, Any]:
    return event(text, channel="D1", channel_type="im", **fields)


def read(body: dict[str, Any], *, threads: tuple[str, ...] = ()) -> Asked | Remark | None:
    return read_message(body, bot_user=BOT, takes_part=threads.__contains__)


def asked(body: dict[str, Any], *, threads: tuple[str, ...] = ()) -> Question:
    heard = read(body, threads=threads)
    assert isinstance(heard, Asked)
    return heard.question


def told(body: dict[str, Any], *, threads: tuple[str, ...] = ()) -> str:
    heard = read(body, threads=threads)
    assert isinstance(heard, Remark)
    return heard.text


def test_a_mention_is_a_question_answered_in_its_own_thread() -> None:
    assert read(mention("What is C40?")) == Asked(
        question=Question(id="C1:5.1", text="What is C40?", asker="U1", channel="C1", thread_id="C1:5.1"),
        reply_to=ReplyTo(channel="C1", user="U1", thread_ts="5.1", team="T1"),
    )


def test_a_mention_in_a_thread_is_answered_there() -> None:
    heard = read(mention("What is C40?", thread_ts="4.0"))
    assert isinstance(heard, Asked)
    assert (heard.question.thread_id, heard.reply_to.thread_ts) == ("C1:4.0", "4.0")


def test_a_direct_message_needs_no_mention() -> None:
    assert asked(direct("What is C40?")).text == "What is C40?"


def test_a_mention_counts_once_though_it_arrives_as_two_events() -> None:
    assert read(event(f"<@{BOT}> What is C40?")) is None
    assert read(event(f"And now, <@{BOT}>?", thread_ts="4.0"), threads=("C1:4.0",)) is None


def test_a_reply_in_a_thread_of_ours_needs_no_mention() -> None:
    assert asked(event("And who pays?", thread_ts="4.0"), threads=("C1:4.0",)).text == "And who pays?"


def test_a_reply_also_sent_to_the_channel_is_still_a_reply() -> None:
    body = event("And who pays?", thread_ts="4.0", subtype="thread_broadcast")
    assert asked(body, threads=("C1:4.0",)).id == "C1:5.1"


def test_a_question_with_a_file_is_a_question() -> None:
    assert asked(direct("What is this?", subtype="file_share")).text == "What is this?"


@pytest.mark.parametrize(
    "body",
    [
        event("People talking."),
        event("People talking in a thread of their own.", thread_ts="3.0"),
        event("<@U2> can you take this?", thread_ts="4.0"),
        event("Thanks!", thread_ts="4.0"),
        event("ok, got it", thread_ts="4.0"),
        event(":+1:", thread_ts="4.0"),
        event("", thread_ts="4.0"),
        event("I am a bot.", thread_ts="4.0", bot_id="B2"),
        event("I am the app.", thread_ts="4.0", user=BOT),
        event("No one said this.", thread_ts="4.0", user=None),
        event("changed", thread_ts="4.0", subtype="message_changed"),
        event("gone", thread_ts="4.0", subtype="message_deleted"),
        event("joined", thread_ts="4.0", subtype="channel_join"),
        event("bot", thread_ts="4.0", subtype="bot_message"),
        event("topic", thread_ts="4.0", subtype="channel_topic"),
        direct("I am a bot.", bot_id="B2"),
        direct("edited", subtype="message_changed"),
        mention("What was edited in?", edited={"user": "U1", "ts": "6.0"}),
        mention("I am a bot.", bot_id="B2"),
    ],
)
def test_what_is_not_for_us_stays_with_the_people(body: dict[str, Any]) -> None:
    assert read(body, threads=("C1:4.0",)) is None


@pytest.mark.parametrize("text", ["", "   ", "👋", "hello", "Hi!", "?"])
def test_a_mention_or_direct_message_without_a_question_gets_a_hint(text: str) -> None:
    assert told(mention(text)) == HINT
    assert told(direct(text)) == HINT


def test_a_thank_you_is_welcomed_where_it_was_meant_for_us() -> None:
    assert told(direct("Thanks a lot!")) == WELCOME
    assert told(mention("thank you :tada:")) == WELCOME


@pytest.mark.parametrize(
    "text",
    [
        "Thanks",
        "thank you so much!",
        "OK, got it.",
        "ok 👍",
        "Great, that helps",
        "cheers @maya",
        "Noted, will do",
        "👍🏽",
    ],
)
def test_courtesies_are_recognized(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["Thanks, and who pays for it?", "ok but what about Ohio", "Great Lakes agreement", "Is that right?", "G20"]
)
def test_questions_that_begin_politely_are_not_courtesies(text: str) -> None:
    assert not is_courtesy(text)


def test_a_question_that_is_too_long_is_refused() -> None:
    assert len(asked(direct("x" * LONGEST_QUESTION)).text) == LONGEST_QUESTION
    with pytest.raises(BadQuestion):
        read(direct("x" * (LONGEST_QUESTION + 1)))
    with pytest.raises(BadQuestion):
        read_command(command("x" * (LONGEST_QUESTION + 1)))


def test_channels_shared_with_another_organization_get_no_library_content() -> None:
    body = mention("What is C40?")
    body["is_ext_shared_channel"] = True
    assert told(body) == STRANGERS


@pytest.mark.parametrize("fields", [{"user_team": "T2"}, {"team": "T2"}])
def test_people_of_another_organization_get_no_library_content(fields: dict[str, str]) -> None:
    assert told(mention("What is C40?", **fields)) == STRANGERS
    assert told(direct("What is C40?", **fields)) == STRANGERS


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        (f"<@{BOT}> What?", "What?"),
        (f"So <@{BOT}>, what?", "So , what?"),
        (f"<@{BOT}|attache> What?", "What?"),
        ("Ask <@U2> or <@U3|omar>", "Ask @U2 or @omar"),
        ("in <#C2|general> or <#C3|>", "in #general or #C3"),
        ("see <https://c40.org|C40> and <https://c40.org>", "see C40 and https://c40.org"),
        ("<mailto:a@b.org|a@b.org>", "a@b.org"),
        ("<!here> <!subteam^S1|@staff> <!date^1^{date}|May 1>", "@here @staff May 1"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&amp;lt;", "&lt;"),
        ("Is <this", "Is <this"),
    ],
)
def test_slack_escapes_become_what_the_person_saw(raw: str, plain: str) -> None:
    assert plain_words(raw, BOT) == plain


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    plain_words(text, BOT)
    is_courtesy(text)


def command(text: str, **fields: str | None) -> dict[str, Any]:
    return {
        "command": "/ask",
        "channel_id": "C1",
        "user_id": "U1",
        "text": text,
        "trigger_id": "77.abc",
        "response_url": "https://hooks.slack.example/1",
        **fields,
    }


def test_a_command_is_answered_for_one_persons_eyes() -> None:
    assert read_command(command("What is <#C2|general>?")) == Asked(
        question=Question(id="ask:77.abc", text="What is #general?", asker="U1", channel="C1"),
        reply_to=ReplyTo(channel="C1", user="U1", ephemeral=True, response_url="https://hooks.slack.example/1"),
    )


def test_commands_without_a_trigger_are_told_apart_all_the_same() -> None:
    heard = [read_command(command("What?", trigger_id=None)) for _ in range(2)]
    assert heard[0] != heard[1]


def test_a_command_without_a_question_gets_a_hint() -> None:
    heard = read_command(command("  "))
    assert isinstance(heard, Remark)
    assert heard.text == HINT
