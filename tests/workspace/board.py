"""Messages as they stand in channels, threads and in front of single people (ephemeral)."""

from __future__ import annotations

import copy
import secrets
from typing import Any

from tests.workspace.blocks import INTERACTIVE, Fields
from tests.workspace.clock import Clock
from tests.workspace.records import File, Message, SlackRefusal
from tests.workspace.roster import APP_ID, BOT_ID, BOT_USER, Roster


class MessageBoard:
    """Keeps every message; a deleted one stays in the record, marked."""

    def __init__(self, clock: Clock, roster: Roster) -> None:
        self._clock = clock
        self._roster = roster
        self.messages: list[Message] = []
        self.ephemerals: list[Message] = []

    def post(self, channel: str, user: str, text: str, **rest: Any) -> Message:
        """Store a message; `ephemeral_for` puts it before one person only."""
        blocks = with_ids(rest.pop("blocks", None) or [])
        if user == BOT_USER:
            rest["bot_id"] = BOT_ID
        message = Message(channel=channel, ts=self._clock.next_ts(), user=user, text=text, blocks=blocks, **rest)
        (self.messages if message.ephemeral_for is None else self.ephemerals).append(message)
        return message

    def find(self, channel: str, ts: str) -> Message:
        """The standing message with this ts, or LookupError."""
        for message in self.messages:
            if (message.channel, message.ts) == (channel, ts) and not message.deleted:
                return message
        raise LookupError(f"no message {ts} in {channel}")

    def roots(self, channel: str) -> list[Message]:
        return [m for m in self.messages if m.channel == channel and not m.is_reply and not m.deleted]

    def replies(self, channel: str, thread_ts: str) -> list[Message]:
        return [
            m
            for m in self.messages
            if (m.channel, m.thread_ts) == (channel, thread_ts) and m.is_reply and not m.deleted
        ]

    def change(self, message: Message, *, text: str, blocks: list[Fields], by: str, mark_edited: bool) -> Fields:
        """Edit a message; returns how it looked before, as message_changed carries it."""
        before = self.wire(message)
        message.versions.append(before)
        message.text, message.blocks = text, with_ids(blocks)
        if mark_edited:
            message.edited_by, message.edited_ts = by, self._clock.next_ts()
        return before

    def check_thread(self, channel: str, thread_ts: str | None) -> None:
        """Refuse a thread_ts that is no message or is itself a reply ("use its parent instead", chat.postMessage)."""
        if thread_ts is None:
            return
        try:
            root = self.find(channel, thread_ts)
        except LookupError:
            raise SlackRefusal("thread_not_found", f"no message {thread_ts} in {channel}") from None
        if root.is_reply:
            raise SlackRefusal("cannot_reply_to_message", "thread_ts is a reply's ts; use its parent's")

    def wire(self, message: Message, *, with_metadata: bool = False) -> Fields:
        """The message as Slack's JSON."""
        body: Fields = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
        body["team"] = self._roster.users[message.user].team_id
        if message.blocks:
            body["blocks"] = copy.deepcopy(message.blocks)
        if message.bot_id:
            body |= {"bot_id": message.bot_id, "app_id": APP_ID}
        elif message.subtype is None:
            body["client_msg_id"] = f"msg-{message.ts}"
        for name in ("thread_ts", "subtype"):
            if getattr(message, name):
                body[name] = getattr(message, name)
        if message.is_reply:
            roots = (m for m in self.messages if (m.channel, m.ts) == (message.channel, message.thread_ts))
            body["parent_user_id"] = next(roots).user
        if message.edited_ts:
            body["edited"] = {"user": message.edited_by, "ts": message.edited_ts}
        if message.files:
            body["files"] = [{"id": file.id, "name": file.name, "mimetype": file.mimetype} for file in message.files]
        if message.reactions:
            body["reactions"] = [{"name": n, "users": u, "count": len(u)} for n, u in message.reactions.items()]
        if with_metadata and message.metadata:
            body["metadata"] = message.metadata
        replies = self.replies(message.channel, message.ts)
        if replies:
            users = list(dict.fromkeys(reply.user for reply in replies))
            body |= {"thread_ts": message.ts, "reply_count": len(replies), "reply_users": users}
            body["latest_reply"] = replies[-1].ts
        return body

    def with_file(self, file: File) -> list[Message]:
        return [message for message in self.messages if file in message.files]


def with_ids(blocks: list[Fields]) -> list[Fields]:
    """Slack gives every block a block_id and every interactive element an action_id when the app did not."""
    blocks = copy.deepcopy(blocks)
    for block in blocks:
        block.setdefault("block_id", secrets.token_hex(3))
        if block["type"] == "container":
            block["child_blocks"] = with_ids(block["child_blocks"])
        places = [block.get("accessory"), block.get("element"), *block.get("elements", [])]
        for element in places:
            if isinstance(element, dict) and element.get("type") in INTERACTIVE:
                element.setdefault("action_id", secrets.token_hex(3))
    return blocks


def typed_blocks(text: str) -> list[Fields]:
    """The rich_text block Slack adds to what a person types."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}] if text else []}
    return [{"type": "rich_text", "block_id": secrets.token_hex(3), "elements": [section]}]
