"""Events the app is told about: only subscribed ones, with granted scopes, from conversations the bot is in.

Outer event: docs.slack.dev/apis/events-api#event-type-structure. A mention in a channel arrives as app_mention and as
message, with different event ids and the same channel and ts.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from tests.workspace.blocks import Fields
from tests.workspace.clock import Clock
from tests.workspace.manifest import Manifest
from tests.workspace.outbox import Outbox
from tests.workspace.records import Channel, Delivery, File, Message
from tests.workspace.roster import APP_ID, BOT_USER, OTHER_TEAM, TEAM, Roster

MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}
# What a message with replies says of its thread, and what stands there once it is deleted.
THREAD = ("thread_ts", "reply_count", "reply_users", "latest_reply")
TOMBSTONE = {"subtype": "tombstone", "user": "USLACKBOT", "text": "This message was deleted.", "hidden": True}


class Announcer:
    """Turns what happens in the workspace into Events API deliveries."""

    def __init__(
        self, manifest: Manifest, clock: Clock, roster: Roster, outbox: Outbox, wire: Callable[[Message], Fields]
    ) -> None:
        self._manifest = manifest
        self._clock = clock
        self._roster = roster
        self._outbox = outbox
        self._wire = wire
        self._numbers = itertools.count(1)

    def message_posted(self, message: Message) -> None:
        """A new message: `message`, and `app_mention` when it mentions the app outside a direct message."""
        channel = self._roster.channel(message.channel)
        mentions = f"<@{BOT_USER}>" in message.text or f"<@{BOT_USER}|" in message.text
        if mentions and channel.kind != "im" and message.user != BOT_USER and message.subtype in (None, "file_share"):
            event = self._message_event(message, channel) | {"type": "app_mention"}
            event.pop("channel_type")
            event.pop("subtype", None)
            self._announce("app_mention", event, channel)
        self._announce(MESSAGE_EVENTS[channel.kind], self._message_event(message, channel), channel)

    def message_changed(self, message: Message, before: Fields) -> None:
        event = {"subtype": "message_changed", "message": self._wire(message), "previous_message": before}
        self._announce_hidden(message, event)

    def message_deleted(self, message: Message, before: Fields) -> None:
        """A message is gone; one with replies keeps its place in the thread, as a tombstone that replaces it."""
        if before.get("reply_count"):
            stone = {name: before[name] for name in ("type", "ts", *THREAD)} | TOMBSTONE
            event = {"subtype": "message_changed", "message": stone, "previous_message": before}
        else:
            event = {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": before}
        self._announce_hidden(message, event)

    def _announce_hidden(self, message: Message, event: Fields) -> None:
        channel, ts = self._roster.channel(message.channel), self._clock.next_ts()
        event |= {"type": "message", "hidden": True, "channel": channel.id, "channel_type": channel.kind}
        self._announce(MESSAGE_EVENTS[channel.kind], event | {"ts": ts, "event_ts": ts}, channel)

    def joined(self, message: Message) -> None:
        channel = self._roster.channel(message.channel)
        self._announce(MESSAGE_EVENTS[channel.kind], self._message_event(message, channel), channel)
        letter = "C" if channel.kind == "channel" else "G"
        event = {"type": "member_joined_channel", "user": message.user, "channel": channel.id, "channel_type": letter}
        self._announce("member_joined_channel", event | {"team": TEAM, "event_ts": message.ts}, channel)

    def home_opened(self, user: str, tab: str, view: Fields | None) -> None:
        channel = self._roster.direct_messages(user)
        event: Fields = {"type": "app_home_opened", "user": user, "channel": channel.id, "tab": tab}
        event["event_ts"] = self._clock.next_ts()
        if view is not None:
            event["view"] = view
        self._announce("app_home_opened", event, channel)

    def file_shared(self, file: File, channel_id: str) -> None:
        event = {"type": "file_shared", "channel_id": channel_id, "user_id": file.user}
        self._announce_file("file_shared", event, file, self._roster.channel(channel_id))

    def file_deleted(self, file: File) -> None:
        for channel_id in file.channels[:1]:
            event = {"type": "file_deleted", "channel_ids": file.channels}
            self._announce_file("file_deleted", event, file, self._roster.channel(channel_id))

    def _announce_file(self, kind: str, event: Fields, file: File, channel: Channel) -> None:
        event |= {"file_id": file.id, "file": {"id": file.id}, "event_ts": self._clock.next_ts()}
        self._announce(kind, event, channel)

    def reacted(self, kind: str, message: Message, name: str, user: str) -> None:
        event: Fields = {"type": kind, "user": user, "reaction": name, "item_user": message.user}
        event["item"] = {"type": "message", "channel": message.channel, "ts": message.ts}
        event["event_ts"] = self._clock.next_ts()
        self._announce(kind, event, self._roster.channel(message.channel))

    def session_stopped(self, user: str, channel_id: str, thread_ts: str, streams: list[str]) -> None:
        event: Fields = {"type": "agent_session_stopped", "channel": channel_id, "thread_ts": thread_ts, "user": user}
        event |= {"streaming_message_ts": streams, "event_ts": self._clock.next_ts()}
        self._announce("agent_session_stopped", event, self._roster.channel(channel_id))

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Send the same event, same event_id, as Slack's first retry."""
        return self._outbox.send("events_api", delivery.payload, user=delivery.user, first_retry=1)

    def _message_event(self, message: Message, channel: Channel) -> Fields:
        event = self._wire(message)
        for name in ("reply_count", "reply_users", "latest_reply", "reactions"):
            event.pop(name, None)
        if not message.is_reply and message.thread_ts is None:
            event.pop("thread_ts", None)
        event |= {"channel": channel.id, "channel_type": channel.kind, "event_ts": message.ts}
        if channel.is_ext_shared:
            event |= {"user_team": event["team"], "source_team": event["team"]}
            if message.files:
                event["files"] = [{"id": file.id, "file_access": "check_file_info"} for file in message.files]
        return event

    def _announce(self, subscription: str, event: Fields, channel: Channel) -> None:
        if not self._manifest.delivers(subscription) or BOT_USER not in channel.members:
            return
        number = next(self._numbers)
        authorization = {"enterprise_id": None, "team_id": TEAM, "user_id": BOT_USER, "is_bot": True}
        outer = {
            "token": "legacy",
            "team_id": TEAM,
            "context_team_id": TEAM,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{number:08d}",
            "event_time": int(self._clock.now()),
            "authorizations": [authorization | {"is_enterprise_install": False}],
            "is_ext_shared_channel": channel.is_ext_shared,
            "event_context": f"4-{TEAM}-{OTHER_TEAM if channel.is_ext_shared else TEAM}-{number}",
        }
        self._outbox.send("events_api", outer, user=event.get("user"))
