"""The fake's streams, called with the real slack_sdk client: what grows, what ends it, what is refused."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.workspace import CannotDo, Message, Workspace
from tests.workspace.streams import CHUNK_BLOCKS, STARTS_A_MINUTE


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return WebClient(workspace.bot_token, base_url=workspace.api_url)


@pytest.fixture
def asked(workspace: Workspace) -> Message:
    return workspace.user("U1").direct_message("What holds?")


def refused(call: Callable[..., Any], **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def blocks(*texts: str) -> list[dict[str, Any]]:
    return [{"type": "blocks", "blocks": [paragraph(text) for text in texts]}]


def paragraph(text: str) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def start(client: WebClient, asked: Message, **more: Any) -> dict[str, str]:
    begun = client.chat_startStream(channel=asked.channel, thread_ts=asked.ts, **more)
    return {"channel": asked.channel, "ts": str(begun["ts"])}


def test_a_stream_grows_and_ends_with_blocks_and_metadata(
    workspace: Workspace, client: WebClient, asked: Message
) -> None:
    stream = start(client, asked, chunks=blocks("One."))
    (message,) = workspace.messages(asked.channel, asked.ts)
    assert (message.words, message.is_whole) == ("One.", False)
    assert workspace.sessions.states[asked.channel, asked.ts] == "processing"
    client.chat_appendStream(**stream, chunks=blocks("Two."))
    metadata = {"event_type": "e", "event_payload": {"id": "1"}}
    client.chat_stopStream(**stream, blocks=[paragraph("Sources.")], metadata=metadata)
    assert (message.words, message.is_whole, message.metadata) == ("One.\nTwo.\nSources.", True, metadata)
    assert workspace.sessions.states[asked.channel, asked.ts] == "active"
    assert [version.get("blocks", []) == [] for version in message.versions] == [True, False, False]


def test_slack_sdks_own_stream_runs_on_it(workspace: Workspace, client: WebClient, asked: Message) -> None:
    stream = client.chat_stream(channel=asked.channel, thread_ts=asked.ts, buffer_size=10)
    stream.append(markdown_text="short")
    assert workspace.calls("chat.startStream") == []
    stream.append(markdown_text=" and longer")
    stream.stop(markdown_text=", done")
    (message,) = workspace.messages(asked.channel, asked.ts)
    assert message.words == "short and longer\n, done"


def test_what_is_streamed_is_seen_by_the_ping_oracle(workspace: Workspace, client: WebClient, asked: Message) -> None:
    stream = start(client, asked, markdown_text="<!here> and")
    client.chat_appendStream(**stream, markdown_text="[a](https://evil.example)")
    assert [ping.target for ping in workspace.pings] == ["here"] * 2  # the message as it stands after each call
    assert {link.host for link in workspace.links} == {"evil.example"}


def test_a_stream_dies_five_minutes_after_its_start_although_it_is_written_to(
    workspace: Workspace, client: WebClient, asked: Message
) -> None:
    stream = start(client, asked, chunks=blocks("One."))
    workspace.let_time_pass(290)
    client.chat_appendStream(**stream, chunks=blocks("Two."))
    assert refused(client.chat_update, **stream, text="Whole.") == "streaming_state_conflict"
    workspace.let_time_pass(20)
    assert refused(client.chat_appendStream, **stream, chunks=blocks("Three.")) == "message_not_in_streaming_state"
    assert refused(client.chat_stopStream, **stream) == "message_not_in_streaming_state"
    client.chat_update(**stream, text="Whole.")
    (message,) = workspace.messages(asked.channel, asked.ts)
    assert (message.words, message.is_whole) == ("Whole.", True)


def test_a_person_stops_a_stream(workspace: Workspace, client: WebClient, asked: Message) -> None:
    stream = start(client, asked, chunks=blocks("One."))
    workspace.user("U1").stops(asked.channel, asked.ts)
    assert refused(client.chat_appendStream, **stream, chunks=blocks("Two.")) == "stopped_by_user"
    (event,) = workspace.events("agent_session_stopped")
    assert event.event["streaming_message_ts"] == [stream["ts"]]
    client.chat_update(**stream, text="Whole.")
    client.agents_sessions_setStatus(channel_id=asked.channel, thread_ts=asked.ts, status="active")
    with pytest.raises(CannotDo):
        workspace.user("U1").stops(asked.channel, asked.ts)


def test_channels_need_to_know_for_whom_a_stream_is(workspace: Workspace, client: WebClient) -> None:
    asked = workspace.user("U1").says("C1", "What holds?")
    where = {"channel": "C1", "thread_ts": asked.ts}
    assert refused(client.chat_startStream, **where, recipient_team_id="T1") == "missing_recipient_user_id"
    assert refused(client.chat_startStream, **where, recipient_user_id="U1") == "missing_recipient_team_id"
    for_whom = {"recipient_user_id": "U1", "recipient_team_id": "T1"}
    assert client.chat_startStream(**where, **for_whom)["ok"]
    assert refused(client.chat_startStream, channel="C1", thread_ts="1.000000", **for_whom) == "thread_not_found"


def test_what_slack_does_not_take_in_a_stream(client: WebClient, asked: Message) -> None:
    stream = start(client, asked, chunks=blocks("One."))
    append = client.chat_appendStream
    assert refused(append, **stream) == "markdown_text_or_chunks_required"
    assert refused(append, **stream, markdown_text="Two.") == "streaming_mode_mismatch"
    assert refused(append, **stream, chunks=[{"type": "poem"}]) == "invalid_chunks"
    assert refused(append, **stream, chunks=[{"type": "blocks", "blocks": [{"type": "x"}]}]) == "invalid_blocks"
    assert refused(append, **stream, chunks=blocks(*["More."] * CHUNK_BLOCKS)) == "msg_blocks_too_many"
    assert refused(append, **stream, chunks=blocks("x" * 12_000)) == "msg_blocks_too_long"
    assert refused(append, **stream, chunks=[{"type": "plan_update", "title": "t"}]) == "unmodelled_argument"
    both = {"markdown_text": "Two.", "chunks": blocks("Two.")}
    assert refused(append, **stream, **both) == "cannot_provide_both_markdown_text_and_chunks"
    text = start(client, asked, markdown_text="One.")
    assert refused(append, **text, markdown_text="x" * 12_001) == "msg_too_long"
    empty = start(client, asked)
    assert refused(client.chat_stopStream, **empty) == "no_text"


def test_only_a_streamed_message_of_the_app_is_a_stream(
    workspace: Workspace, client: WebClient, asked: Message
) -> None:
    posted = client.chat_postMessage(channel=asked.channel, text="hi", thread_ts=asked.ts)
    where = {"channel": asked.channel, "chunks": blocks("Two.")}
    assert refused(client.chat_appendStream, **where, ts=str(posted["ts"])) == "message_not_in_streaming_state"
    assert refused(client.chat_appendStream, **where, ts=asked.ts) == "message_not_owned_by_app"
    assert refused(client.chat_appendStream, **where, ts="1.000000") == "message_not_found"


def test_twenty_streams_may_begin_in_a_minute(workspace: Workspace, client: WebClient, asked: Message) -> None:
    for _ in range(STARTS_A_MINUTE):
        start(client, asked)
    assert refused(client.chat_startStream, channel=asked.channel, thread_ts=asked.ts) == "ratelimited"
    assert (workspace.calls()[-1].status, workspace.errors) == (429, [])
    workspace.let_time_pass(61)
    start(client, asked)
