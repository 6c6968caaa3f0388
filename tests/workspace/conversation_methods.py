"""conversations.* and reactions.*: reading channels and threads. https://docs.slack.dev/reference/methods/conversations.replies

Which scope is needed depends on the sort of conversation: channels:…, groups:…, im:… or mpim:….
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

from tests.workspace.arguments import Arguments
from tests.workspace.blocks import Fields
from tests.workspace.methods import method, need_scope
from tests.workspace.records import Channel, Message, SlackRefusal
from tests.workspace.roster import BOT_USER, TEAM

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace

SCOPE_NOUN = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}
Item = TypeVar("Item")
WINDOW = "cursor limit oldest latest inclusive include_all_metadata"


@method("conversations.info", required="channel", optional="include_num_members include_locale")
def info(workspace: Workspace, arguments: Arguments) -> Fields:
    channel = seen_channel(workspace, arguments.text("channel"), "read")
    body: Fields = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "is_private": channel.is_private,
        "is_archived": channel.is_archived,
        "is_member": BOT_USER in channel.members,
        "is_ext_shared": channel.is_ext_shared,
        "is_shared": channel.is_ext_shared,
        "is_org_shared": False,
        "context_team_id": TEAM,
    }
    if channel.kind == "im":
        body["user"] = next(member for member in channel.members if member != BOT_USER)
    if arguments.flag("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


@method("conversations.members", required="channel", optional="cursor limit")
def members(workspace: Workspace, arguments: Arguments) -> Fields:
    channel = seen_channel(workspace, arguments.text("channel"), "read")
    page, more = one_page(channel.members, arguments, default=100)
    return {"members": page, **more}


@method("conversations.open", scope="im:write", optional="users return_im prevent_creation")
def open_conversation(workspace: Workspace, arguments: Arguments) -> Fields:
    users = (arguments.maybe_text("users") or "").split(",")
    if users == [""]:
        raise SlackRefusal("users_list_not_supplied")
    if len(users) > 1:
        raise SlackRefusal("unmodelled_argument", "several users (a group direct message)")
    user = workspace.roster.users.get(users[0])
    if user is None:
        raise SlackRefusal("user_not_found")
    if user.deleted:
        raise SlackRefusal("user_disabled")
    channel = workspace.roster.direct_messages(user.id)
    body: Fields = {"id": channel.id}
    if arguments.flag("return_im"):
        body |= {"is_im": True, "user": user.id}
    return {"channel": body}


@method("conversations.replies", required="channel ts", optional=WINDOW)
def replies(workspace: Workspace, arguments: Arguments) -> Fields:
    channel = seen_channel(workspace, arguments.text("channel"), "history")
    try:
        root = workspace.board.find(channel.id, arguments.text("ts"))
    except LookupError:
        raise SlackRefusal("thread_not_found") from None
    if root.is_reply:
        root = workspace.board.find(channel.id, str(root.thread_ts))
    answers = within(workspace.board.replies(channel.id, root.ts), arguments)
    page, more = one_page([root, *answers], arguments, default=1000)
    return {"messages": wires(workspace, page, arguments), **more}


@method("conversations.history", required="channel", optional=WINDOW)
def history(workspace: Workspace, arguments: Arguments) -> Fields:
    channel = seen_channel(workspace, arguments.text("channel"), "history")
    found = within(workspace.board.roots(channel.id), arguments)
    page, more = one_page(found[::-1], arguments, default=100)
    return {"messages": wires(workspace, page, arguments), **more}


@method("reactions.add", scope="reactions:write", required="channel name timestamp")
def add_reaction(workspace: Workspace, arguments: Arguments) -> Fields:
    reactions, name = reacted(workspace, arguments)
    if BOT_USER in reactions.get(name, []):
        raise SlackRefusal("already_reacted")
    reactions.setdefault(name, []).append(BOT_USER)
    return {}


@method("reactions.remove", scope="reactions:write", required="channel name timestamp")
def remove_reaction(workspace: Workspace, arguments: Arguments) -> Fields:
    reactions, name = reacted(workspace, arguments)
    if BOT_USER not in reactions.get(name, []):
        raise SlackRefusal("no_reaction")
    reactions[name].remove(BOT_USER)
    if not reactions[name]:
        del reactions[name]
    return {}


def reacted(workspace: Workspace, arguments: Arguments) -> tuple[dict[str, list[str]], str]:
    channel, name = arguments.text("channel"), arguments.text("name")
    if channel not in workspace.roster.channels or not workspace.roster.bot_in(channel):
        raise SlackRefusal("channel_not_found")
    if not name or set(name) & set(": "):
        raise SlackRefusal("invalid_name")
    try:
        return workspace.board.find(channel, arguments.text("timestamp")).reactions, name
    except LookupError:
        raise SlackRefusal("message_not_found") from None


def seen_channel(workspace: Workspace, channel_id: str, right: str) -> Channel:
    """A conversation the bot may look at: private ones only as a member, history only as a member."""
    channel = workspace.roster.channels.get(channel_id)
    if channel is None:
        raise SlackRefusal("channel_not_found")
    is_member = BOT_USER in channel.members
    if channel.is_private and not is_member:
        raise SlackRefusal("channel_not_found")
    need_scope(f"{SCOPE_NOUN[channel.kind]}:{right}", workspace.manifest.scopes)
    if right == "history" and not is_member:
        raise SlackRefusal("not_in_channel")
    return channel


def within(messages: Sequence[Message], arguments: Arguments) -> list[Message]:
    """Messages between oldest and latest; the bounds themselves only with inclusive."""
    oldest, latest = arguments.maybe_text("oldest"), arguments.maybe_text("latest")
    inclusive = bool(arguments.flag("inclusive"))
    kept = []
    for message in messages:
        ts = float(message.ts)
        after = oldest is None or ts > float(oldest) or (inclusive and ts == float(oldest))
        before = latest is None or ts < float(latest) or (inclusive and ts == float(latest))
        if after and before:
            kept.append(message)
    return kept


def one_page(items: Sequence[Item], arguments: Arguments, *, default: int) -> tuple[list[Item], Fields]:
    """A page and the answer's paging fields; the cursor is the next position."""
    limit = arguments.number("limit", default)
    if not 1 <= limit <= 1000:
        raise SlackRefusal("invalid_limit")
    cursor = arguments.maybe_text("cursor") or "next:0"
    if not cursor.startswith("next:"):
        raise SlackRefusal("invalid_cursor")
    start = int(cursor.removeprefix("next:"))
    has_more = start + limit < len(items)
    next_cursor = f"next:{start + limit}" if has_more else ""
    more = {"has_more": has_more, "response_metadata": {"next_cursor": next_cursor}}
    return list(items[start : start + limit]), more


def wires(workspace: Workspace, messages: Sequence[Message], arguments: Arguments) -> list[Fields]:
    with_metadata = bool(arguments.flag("include_all_metadata"))
    return [workspace.board.wire(message, with_metadata=with_metadata) for message in messages]
