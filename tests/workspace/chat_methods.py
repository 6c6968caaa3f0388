"""chat.*: posting, editing, deleting. https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.workspace import limits
from tests.workspace.arguments import Arguments
from tests.workspace.blocks import Fields
from tests.workspace.methods import method
from tests.workspace.records import Channel, Message, SlackRefusal
from tests.workspace.roster import BOT_USER

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace

CONTENT = "text blocks markdown_text link_names parse mrkdwn"


@method(
    "chat.postMessage",
    scope="chat:write",
    required="channel",
    optional=f"{CONTENT} thread_ts metadata unfurl_links unfurl_media reply_broadcast",
)
def post_message(workspace: Workspace, arguments: Arguments) -> Fields:
    channel = channel_to_post(workspace, arguments.text("channel"))
    refuse_broadcast(arguments)
    text, blocks = read_content(arguments, longest=None)
    thread_ts = arguments.maybe_text("thread_ts")
    workspace.board.check_thread(channel.id, thread_ts)
    message = workspace.board.post(
        channel.id,
        BOT_USER,
        text,
        blocks=blocks,
        thread_ts=thread_ts,
        metadata=limits.check_metadata(arguments.structure("metadata", "invalid_metadata_format")),
        unfurl_links=arguments.flag("unfurl_links"),
        unfurl_media=arguments.flag("unfurl_media"),
    )
    show(workspace, message, arguments, default_parse="none")
    workspace.sessions.answered(channel.id, thread_ts)
    workspace.announcer.message_posted(message)
    return {"channel": channel.id, "ts": message.ts, "message": workspace.board.wire(message)}


@method("chat.postEphemeral", scope="chat:write", required="channel user", optional=f"{CONTENT} thread_ts")
def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Fields:
    channel = channel_to_post(workspace, arguments.text("channel"))
    user = arguments.text("user")
    if user not in channel.members:
        raise SlackRefusal("user_not_in_channel")
    # The page names msg_too_long without a number; 4,000 as in chat.update is assumed.
    text, blocks = read_content(arguments, longest=limits.UPDATE_TEXT)
    thread_ts = arguments.maybe_text("thread_ts")
    workspace.board.check_thread(channel.id, thread_ts)
    # "Ephemeral messages in threads are only shown if there is already an active thread."
    visible = thread_ts is None or bool(workspace.board.replies(channel.id, thread_ts))
    message = workspace.board.post(
        channel.id, BOT_USER, text, blocks=blocks, thread_ts=thread_ts, ephemeral_for=user, visible=visible
    )
    show(workspace, message, arguments, default_parse="none")
    return {"message_ts": message.ts}


@method("chat.update", scope="chat:write", required="channel ts", optional=f"{CONTENT} metadata reply_broadcast")
def update(workspace: Workspace, arguments: Arguments) -> Fields:
    """Text without blocks removes the blocks; blocks without text keep the text; only text edits show "(edited)"."""
    message = own_message(workspace, arguments, "cant_update_message")
    if message.stream and message.stream.is_live(workspace.clock.now()):
        raise SlackRefusal("streaming_state_conflict")
    refuse_broadcast(arguments)
    if "metadata" in arguments:
        metadata = arguments.structure("metadata", "invalid_metadata_format")
        message.metadata = limits.check_metadata(metadata) if metadata else None
    text, blocks = read_content(arguments, longest=limits.UPDATE_TEXT, standing=message)
    by_text = not arguments.structure("blocks")
    before = workspace.board.change(message, text=text, blocks=blocks, by=BOT_USER, mark_edited=by_text)
    if message.stream:
        message.stream.ended = True
    # chat.update's parse "defaults to client, unlike chat.postMessage": plain names and URLs go live.
    show(workspace, message, arguments, default_parse="full")
    workspace.announcer.message_changed(message, before)
    wire = workspace.board.wire(message)
    return {"channel": message.channel, "ts": message.ts, "text": message.text, "message": wire}


@method("chat.delete", scope="chat:write", required="channel ts")
def delete(workspace: Workspace, arguments: Arguments) -> Fields:
    message = own_message(workspace, arguments, "cant_delete_message")
    workspace.delete_message(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink", required="channel message_ts")
def get_permalink(workspace: Workspace, arguments: Arguments) -> Fields:
    channel, ts = arguments.text("channel"), arguments.text("message_ts")
    if channel not in workspace.roster.channels or not workspace.roster.bot_in(channel):
        raise SlackRefusal("channel_not_found")
    try:
        message = workspace.board.find(channel, ts)
    except LookupError:
        raise SlackRefusal("message_not_found") from None
    return {"channel": channel, "permalink": workspace.permalink(message)}


def channel_to_post(workspace: Workspace, name: str) -> Channel:
    """The conversation the bot may post to; a user id means that person's direct messages."""
    roster = workspace.roster
    if name in roster.users:
        if roster.users[name].is_bot or roster.users[name].deleted:
            raise SlackRefusal("channel_not_found")
        channel = roster.direct_messages(name)
    elif name in roster.channels:
        channel = roster.channels[name]
    else:
        raise SlackRefusal("channel_not_found", name)
    if channel.kind == "im" and not workspace.manifest.has_messages_tab:
        raise SlackRefusal("messages_tab_disabled")
    if BOT_USER not in channel.members:
        if channel.kind != "channel":
            raise SlackRefusal("channel_not_found")
        if "chat:write.public" not in workspace.manifest.scopes:
            raise SlackRefusal("not_in_channel")
    if channel.is_archived:
        raise SlackRefusal("is_archived")
    return channel


def own_message(workspace: Workspace, arguments: Arguments, refusal: str) -> Message:
    """The bot's own standing message; ephemeral messages cannot be found, so neither edited nor deleted."""
    channel = arguments.text("channel")
    if channel not in workspace.roster.channels:
        raise SlackRefusal("channel_not_found", channel)
    try:
        message = workspace.board.find(channel, arguments.text("ts"))
    except LookupError:
        raise SlackRefusal("message_not_found") from None
    if message.user != BOT_USER:
        raise SlackRefusal(refusal)
    return message


def read_content(
    arguments: Arguments, *, longest: int | None, standing: Message | None = None
) -> tuple[str, list[Fields]]:
    """Checked text and blocks; markdown_text is kept as a markdown block, which is how Slack shows it."""
    blocks = limits.check_message(arguments.structure("blocks", "invalid_blocks_format"))
    markdown = arguments.maybe_text("markdown_text")
    text = arguments.raw("text")
    if standing is not None and markdown is None and text is None and blocks:
        text = standing.text or None
    text = limits.check_text(text, longest=longest, blocks=blocks, markdown_text=markdown)
    if markdown is not None:
        blocks = [{"type": "markdown", "text": markdown}]
    return text, blocks


def refuse_broadcast(arguments: Arguments) -> None:
    if arguments.flag("reply_broadcast"):
        raise SlackRefusal("unmodelled_argument", "reply_broadcast")


def show(workspace: Workspace, message: Message, arguments: Arguments, *, default_parse: str) -> None:
    parse = arguments.maybe_text("parse") or default_parse
    if parse not in {"none", "full"}:
        raise SlackRefusal("unmodelled_argument", f"parse={parse}")
    live = {"link_names": bool(arguments.flag("link_names")), "parse": arguments.maybe_text("parse")}
    if parse == "full":
        live["parse"] = "full"
    workspace.show(message, live)
