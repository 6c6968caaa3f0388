"""A person at the keyboard: says, clicks, submits. Fails loudly on anything Slack would not let that person do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tests.workspace import form, streams, windows
from tests.workspace.blocks import placed_elements
from tests.workspace.board import typed_blocks
from tests.workspace.form import CannotDo
from tests.workspace.interactions import may_read
from tests.workspace.records import Channel, Delivery, File, Message, User, View
from tests.workspace.roster import APP_ID, BOT_USER, TEAM

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace


class Person:
    """One member of the workspace; get one with `workspace.user("U1")`."""

    def __init__(self, workspace: Workspace, user: User) -> None:
        self._workspace = workspace
        self.user = user

    @property
    def id(self) -> str:
        return self.user.id

    # --- Messages

    def says(self, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Post in a channel; `text` is as Slack sends it (`<@UBOT>` for a mention, `&lt;` for a typed `<`)."""
        return self._post(self._channel(channel), text, thread_ts)

    def mentions(self, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Post in a channel with the app's mention in front."""
        return self.says(channel, f"<@{BOT_USER}> {text}", thread_ts)

    def direct_message(self, text: str, thread_ts: str | None = None) -> Message:
        """Write in the app's Messages tab."""
        return self._post(self._messages_tab(), text, thread_ts)

    def uploads(
        self,
        channel: str | None,
        name: str,
        content: bytes,
        *,
        mimetype: str = "application/octet-stream",
        text: str = "",
        thread_ts: str | None = None,
        is_external: bool = False,
    ) -> Message:
        """Share a file in a channel, or in the direct messages with the app when `channel` is None."""
        place = self._messages_tab() if channel is None else self._channel(channel)
        file = self.keeps_file(name, content, mimetype=mimetype, is_external=is_external)
        file.channels.append(place.id)
        message = self._post(place, text, thread_ts, files=[file])
        with self._workspace.changing():
            self._workspace.announcer.file_shared(file, place.id)
        return message

    def shares(self, files: list[File], text: str = "") -> Message:
        """Share files somebody keeps, in one message to the app."""
        place = self._messages_tab()
        for file in files:
            file.channels.append(place.id)
        return self._post(place, text, None, files=files)

    def keeps_file(
        self, name: str, content: bytes, *, mimetype: str = "application/octet-stream", is_external: bool = False
    ) -> File:
        """Upload a file without sharing it, to hand to a modal's file_input."""
        with self._workspace.changing():
            return self._workspace.add_file(self.id, name, content, mimetype, is_external=is_external)

    def deletes_file(self, file: File) -> None:
        with self._workspace.changing():
            file.deleted = True
            self._workspace.announcer.file_deleted(file)

    def edits(self, message: Message, text: str) -> None:
        self._own(message)
        with self._workspace.changing():
            blocks = typed_blocks(text)
            before = self._workspace.board.change(message, text=text, blocks=blocks, by=self.id, mark_edited=True)
            self._workspace.announcer.message_changed(message, before)

    def deletes(self, message: Message) -> None:
        self._own(message)
        with self._workspace.changing():
            self._workspace.delete_message(message)

    def reacts(self, message: Message, name: str) -> None:
        self._channel(message.channel)
        with self._workspace.changing():
            message.reactions.setdefault(name, []).append(self.id)
            self._workspace.announcer.reacted("reaction_added", message, name, self.id)

    def joins(self, channel: str) -> Message:
        """Join a public channel: a message with subtype channel_join, and member_joined_channel."""
        place = self._workspace.roster.channel(channel)
        if place.kind != "channel" or self.id in place.members:
            raise CannotDo(f"{self.id} cannot join {channel}")
        with self._workspace.changing():
            place.members.append(self.id)
            text = f"<@{self.id}> has joined the channel"
            message = self._workspace.board.post(channel, self.id, text, subtype="channel_join")
            self._workspace.announcer.joined(message)
            return message

    def stops(self, channel: str, thread_ts: str) -> None:
        """Press the stop button of a session that is processing."""
        if self._workspace.sessions.states.get((channel, thread_ts)) != "processing":
            raise CannotDo("the stop button is shown only while the session is processing")
        with self._workspace.changing():
            stopped = streams.stop_by_person(self._workspace, channel, thread_ts)
            self._workspace.announcer.session_stopped(self.id, channel, thread_ts, stopped)

    # --- Commands and shortcuts

    def command(self, name: str, text: str = "", channel: str = "C1") -> Delivery:
        """Type a slash command; it must be in the manifest. Commands cannot be used in threads."""
        declared = self._workspace.manifest.commands.get(name)
        if declared is None or "commands" not in self._workspace.manifest.scopes:
            raise CannotDo(f"the manifest has no command {name}, or not the scope commands")
        self._of_this_team("slash commands")
        place = self._channel(channel)
        fields = {
            "token": "legacy",
            "team_id": TEAM,
            "team_domain": "fake",
            "channel_id": place.id,
            "channel_name": {"group": "privategroup"}.get(place.kind, place.name),
            "user_id": self.id,
            "user_name": self.user.name,
            "command": name,
            "text": self._escaped(text) if declared.get("should_escape") else text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
        }
        with self._workspace.changing():
            fields["response_url"] = self._workspace.response_urls.issue(self.id, place.id)
            fields["trigger_id"] = self._workspace.windows.issue_trigger(self.id)
            answered = self._workspace.interactions.command_answer
            return self._workspace.outbox.send("slash_commands", fields, user=self.id, answered=answered)

    def uses_shortcut(self, callback_id: str, message: Message | None = None) -> Delivery:
        """A global shortcut, or a message shortcut when a message is given."""
        declared = self._workspace.manifest.shortcuts.get(callback_id)
        if declared is None or (declared["type"] == "message") != (message is not None):
            raise CannotDo(f"the manifest has no such shortcut {callback_id}")
        if "commands" not in self._workspace.manifest.scopes:
            raise CannotDo("shortcuts need the scope commands")
        self._of_this_team("shortcuts")
        with self._workspace.changing():
            payload = self._workspace.interactions.envelope("message_action" if message else "shortcut", self.user)
            payload |= {"callback_id": callback_id, "action_ts": self._workspace.clock.next_ts()}
            if message is not None:
                place = self._channel(message.channel)
                payload["user"].pop("team_id")  # not among what Slack documents of a message shortcut
                payload |= {"channel": {"id": place.id, "name": place.name}, "message_ts": message.ts}
                payload["message"] = self._workspace.board.wire(message)
                payload["response_url"] = self._workspace.response_urls.issue(self.id, place.id)
            answered = self._workspace.interactions.no_payload
            return self._workspace.outbox.send("interactive", payload, user=self.id, answered=answered)

    # --- Buttons, modals, Home

    def clicks(self, target: Message | View, action_id: str, value: Any = None) -> Delivery:
        """Press a button or choose in a select; `value` picks among equal action_ids or names the option."""
        if not self._workspace.manifest.is_interactive:
            raise CannotDo("interactivity is off in the manifest")
        with self._workspace.changing():
            if isinstance(target, View):
                self._own_view(target)
                payload = self._workspace.interactions.view_click(self.user, target, action_id, value)
            else:
                may_read(self._workspace, self.user, target)
                payload = self._workspace.interactions.message_click(self.user, target, action_id, value)
            answered = self._workspace.interactions.no_payload
            return self._workspace.outbox.send("interactive", payload, user=self.id, answered=answered)

    def submits(self, view: View, state: Mapping[str, Any] | None = None) -> Delivery:
        """Fill inputs by action_id or block_id and press submit."""
        with self._workspace.changing():
            self._top_view(view)
            if not view.content.get("submit"):
                raise CannotDo(f"{view.title!r} has no submit button")
            form.fill(view, state or {})
            for file in form.files_in(state or {}):
                file.handed_over = True
            payload = self._workspace.interactions.envelope("view_submission", self.user)
            payload |= {"view": windows.wire(view), "response_urls": []}
            return self._workspace.outbox.send(
                "interactive",
                payload,
                user=self.id,
                answered=lambda delivery: self._workspace.interactions.submission_answer(view, delivery),
            )

    def looks_up(self, view: View, action_id: str, typed: str = "") -> list[str]:
        """Type into an external_select: the app is asked, and what it offers can be chosen by value or label."""
        self._own_view(view)
        places = [(block, element) for block, element in placed_elements(view.blocks)]
        found = [(b, e) for b, e in places if (e["type"], e["action_id"]) == ("external_select", action_id)]
        if not found or len(typed) < found[0][1].get("min_query_length", 3):
            raise CannotDo(f"{view.title!r} has no external_select {action_id!r} that asks for {typed!r}")
        payload = self._workspace.interactions.envelope("block_suggestion", self.user)
        payload.pop("trigger_id")
        payload |= {"action_id": action_id, "block_id": found[0][0]["block_id"], "value": typed}
        payload |= {"container": {"type": "view", "view_id": view.id}, "view": windows.wire(view)}
        answered = self._workspace.interactions.suggestions_answer(view, action_id)
        delivery = self._workspace.outbox.send("interactive", payload, user=self.id, answered=answered)
        assert delivery.wait().acknowledged, delivery
        return [option["text"]["text"] for option in view.suggestions[action_id]]

    def closes(self, view: View) -> Delivery | None:
        """Close a modal; the app hears of it only with notify_on_close."""
        with self._workspace.changing():
            self._top_view(view)
            self._workspace.windows.close(view)
            if not view.content.get("notify_on_close"):
                return None
            payload = self._workspace.interactions.envelope("view_closed", self.user)
            payload.pop("trigger_id")
            payload |= {"view": windows.wire(view), "is_cleared": False}
            answered = self._workspace.interactions.no_payload
            return self._workspace.outbox.send("interactive", payload, user=self.id, answered=answered)

    def opens_home(self, tab: str = "home") -> None:
        """Open the app's Home tab (`home`) or its Messages tab (`messages`)."""
        self._may_use_agent()
        known = {"home": self._workspace.manifest.has_home_tab, "messages": self._workspace.manifest.has_messages_tab}
        if not known.get(tab):
            raise CannotDo(f"the app has no tab {tab}")
        with self._workspace.changing():
            view = self._workspace.windows.homes.get(self.id) if tab == "home" else None
            self._workspace.announcer.home_opened(self.id, tab, windows.wire(view) if view else None)

    # --- Rules

    def _post(self, place: Channel, text: str, thread_ts: str | None, files: list[File] | None = None) -> Message:
        with self._workspace.changing():
            if thread_ts is not None and self._workspace.board.find(place.id, thread_ts).is_reply:
                raise CannotDo("answer in the thread of the root message, not of a reply")
            message = self._workspace.board.post(
                place.id,
                self.id,
                text,
                blocks=typed_blocks(text),
                thread_ts=thread_ts,
                files=files or [],
                subtype="file_share" if files else None,
            )
            self._workspace.announcer.message_posted(message)
            return message

    def _channel(self, channel_id: str) -> Channel:
        place = self._workspace.roster.channel(channel_id)
        if self.id not in place.members:
            raise CannotDo(f"{self.id} is not in {channel_id}")
        if self.user.deleted:
            raise CannotDo(f"{self.id} is deactivated")
        return place

    def _messages_tab(self) -> Channel:
        self._may_use_agent()
        manifest = self._workspace.manifest
        if not manifest.has_messages_tab or manifest.messages_tab_read_only:
            raise CannotDo("the app's Messages tab is off or read-only")
        return self._workspace.roster.direct_messages(self.id)

    def _may_use_agent(self) -> None:
        """Workspace guests cannot use apps with the Agents feature: docs.slack.dev/ai/developing-agents"""
        if self._workspace.manifest.is_agent and self.user.is_guest:
            raise CannotDo("guests cannot open agent apps")
        self._of_this_team("the app's own tabs")

    def _of_this_team(self, what: str) -> None:
        if self.user.team_id != TEAM:
            raise CannotDo(f"{what} work for the installing team only (docs.slack.dev/apis/slack-connect)")

    def _own(self, message: Message) -> None:
        if message.user != self.id or message.deleted:
            raise CannotDo("people edit and delete their own standing messages")

    def _own_view(self, view: View) -> None:
        if view.user != self.id or not view.is_open:
            raise CannotDo("the view is not open in front of this person")

    def _top_view(self, view: View) -> None:
        stack = self._workspace.windows.stacks.get(self.id, [])
        if not stack or stack[-1] is not view:
            raise CannotDo("the view is not the top modal of this person")

    def _escaped(self, text: str) -> str:
        """should_escape: @names and #channels become ids. docs.slack.dev/interactivity/implementing-slash-commands"""
        people = {user.name: user.id for user in self._workspace.roster.users.values()}
        places = {channel.name: channel.id for channel in self._workspace.roster.channels.values()}
        text = re.sub(r"@([\w.-]+)", lambda m: _tag("@", people, m), text)
        return re.sub(r"#([\w.-]+)", lambda m: _tag("#", places, m), text)


def _tag(sign: str, ids: Mapping[str, str], match: re.Match[str]) -> str:
    name = match.group(1)
    return f"<{sign}{ids[name]}|{name}>" if name in ids else match.group(0)
