"""chat.startStream, appendStream, stopStream: a message that grows while people watch.

Arguments, errors and limits: docs.slack.dev/reference/methods/chat.startStream and its neighbours. A living stream's
message refuses chat.update. Chunks of tasks and plans are not modelled.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from tests.workspace import limits
from tests.workspace.arguments import Arguments
from tests.workspace.blocks import Fields
from tests.workspace.board import with_ids
from tests.workspace.chat_methods import channel_to_post, own_message
from tests.workspace.methods import method
from tests.workspace.records import Message, SlackRefusal, Stream
from tests.workspace.roster import BOT_USER
from tests.workspace.sessions import STATES

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace

CHUNK_BLOCKS = 50
# Tier 2: "20+ per minute"; https://docs.slack.dev/apis/web-api/rate-limits
STARTS_A_MINUTE = 20


@method(
    "chat.startStream",
    scope="chat:write",
    required="channel thread_ts",
    optional="markdown_text chunks recipient_user_id recipient_team_id",
)
def start_stream(workspace: Workspace, arguments: Arguments) -> Fields:
    channel = channel_to_post(workspace, arguments.text("channel"))
    recipient = arguments.maybe_text("recipient_user_id")
    if channel.kind != "im":
        for name in ("recipient_user_id", "recipient_team_id"):
            if arguments.maybe_text(name) is None:
                raise SlackRefusal(f"missing_{name}")
    if recipient is not None and recipient not in workspace.roster.users:
        raise SlackRefusal("user_not_found")
    thread_ts = arguments.text("thread_ts")
    workspace.board.check_thread(channel.id, thread_ts)
    mode, blocks = read_pieces(arguments, needed=False)
    now = workspace.clock.now()
    starts = workspace.stream_starts
    if len([start for start in starts if start > now - 60]) >= STARTS_A_MINUTE:
        raise SlackRefusal("ratelimited")
    starts.append(now)
    message = workspace.board.post(
        channel.id, BOT_USER, "", thread_ts=thread_ts, stream=Stream(mode=mode, began=now), unfurl_links=False
    )
    grow(workspace, message, blocks)
    workspace.sessions.answered(channel.id, thread_ts)
    workspace.sessions.states[channel.id, thread_ts] = "processing"
    workspace.announcer.message_posted(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.appendStream", scope="chat:write", required="channel ts", optional="markdown_text chunks")
def append_stream(workspace: Workspace, arguments: Arguments) -> Fields:
    message, stream = streamed(workspace, arguments)
    mode, blocks = read_pieces(arguments, needed=True)
    if stream.stopped_by_user:
        raise SlackRefusal("stopped_by_user")
    must_live(workspace, stream)
    if mode != stream.mode:
        raise SlackRefusal("streaming_mode_mismatch")
    grow(workspace, message, blocks)
    return {"channel": message.channel, "ts": message.ts}


@method(
    "chat.stopStream",
    scope="chat:write",
    required="channel ts",
    optional="markdown_text chunks blocks metadata session_status",
)
def stop_stream(workspace: Workspace, arguments: Arguments) -> Fields:
    """The blocks at the bottom are counted apart from those of chunks. A person's stop has ended the stream already."""
    message, stream = streamed(workspace, arguments)
    must_live(workspace, stream)
    mode, blocks = read_pieces(arguments, needed=False)
    if blocks and mode != stream.mode:
        raise SlackRefusal("streaming_mode_mismatch")
    status = arguments.maybe_text("session_status") or "active"
    if status not in STATES:
        raise SlackRefusal("invalid_arguments", "[json-pointer:/session_status]")
    last = limits.check_message(arguments.structure("blocks", "invalid_blocks_format"))
    metadata = limits.check_metadata(arguments.structure("metadata", "invalid_metadata_format"))
    if not message.blocks and not blocks and not last:
        raise SlackRefusal("no_text")
    grow(workspace, message, blocks)
    add(workspace, message, last)
    message.metadata = metadata or message.metadata
    stream.ended = True
    workspace.sessions.states[message.channel, message.thread_ts] = status
    return {"channel": message.channel, "ts": message.ts, "message": workspace.board.wire(message)}


def streamed(workspace: Workspace, arguments: Arguments) -> tuple[Message, Stream]:
    message = own_message(workspace, arguments, "message_not_owned_by_app")
    if message.stream is None:
        raise SlackRefusal("message_not_in_streaming_state")
    return message, message.stream


def must_live(workspace: Workspace, stream: Stream) -> None:
    if not stream.is_live(workspace.clock.now()):
        raise SlackRefusal("message_not_in_streaming_state")


def stop_by_person(workspace: Workspace, channel: str, thread_ts: str) -> list[str]:
    """End the streams of a thread; returns the ts of their messages."""
    stopped = []
    for message in workspace.board.replies(channel, thread_ts):
        if message.stream and message.stream.is_live(workspace.clock.now()):
            message.stream.ended = message.stream.stopped_by_user = True
            stopped.append(message.ts)
    return stopped


def read_pieces(arguments: Arguments, *, needed: bool) -> tuple[Literal["markdown_text", "chunks"], list[Fields]]:
    """What is to be appended, as blocks: markdown text is shown like a markdown block."""
    markdown, chunks = arguments.maybe_text("markdown_text"), arguments.structure("chunks", "invalid_chunks")
    if markdown is not None and chunks:
        raise SlackRefusal("cannot_provide_both_markdown_text_and_chunks")
    if markdown is None and not chunks and needed:
        raise SlackRefusal("markdown_text_or_chunks_required")
    if markdown is None:
        return "chunks", list(blocks_of(chunks or []))
    if len(markdown) > limits.MARKDOWN_TOTAL:
        raise SlackRefusal("msg_too_long")
    return "markdown_text", [{"type": "markdown", "text": markdown}]


def blocks_of(chunks: Any) -> Iterator[Fields]:
    if not isinstance(chunks, list):
        raise SlackRefusal("invalid_chunks")
    for chunk in chunks:
        match chunk:
            case {"type": "markdown_text", "text": str(text), **rest} if not rest:
                yield {"type": "markdown", "text": text}
            case {"type": "blocks", "blocks": list(blocks), **rest} if not rest:
                yield from limits.check_message(blocks)
            case {"type": "task_update" | "plan_update" as kind}:
                raise SlackRefusal("unmodelled_argument", f"chunks of type {kind}")
            case _:
                raise SlackRefusal("invalid_chunks")


def grow(workspace: Workspace, message: Message, blocks: list[Fields]) -> None:
    """Append what came in chunks."""
    assert message.stream is not None
    if message.stream.blocks + len(blocks) > CHUNK_BLOCKS:
        raise SlackRefusal("msg_blocks_too_many")
    message.stream.blocks += len(blocks)
    add(workspace, message, blocks)


def add(workspace: Workspace, message: Message, blocks: list[Fields]) -> None:
    """Show more of a message; what it showed before stays in its versions."""
    if not blocks:
        return
    if sum(len(words) for words in limits.visible_strings([*message.blocks, *blocks])) > limits.WHOLE_MESSAGE:
        raise SlackRefusal("msg_blocks_too_long")
    message.versions.append(workspace.board.wire(message))
    message.blocks = [*message.blocks, *with_ids(blocks)]
    workspace.show(message, {})
