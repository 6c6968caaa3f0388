"""The things a workspace keeps: users, channels, messages, views, files, API calls and deliveries.

Records are live: a test that holds a Message sees its later edits. They decide nothing by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.workspace.blocks import Fields, elements_in, labels, visible_strings

STREAM_LIFETIME = 300.0


class SlackRefusal(Exception):
    """An API answer with `ok: false`; `error` is Slack's error code, `details` say where the fault is."""

    def __init__(self, error: str, *details: str, **extra: Any) -> None:
        super().__init__(error, *details)
        self.error = error
        self.details = details
        self.extra = extra

    def answer(self) -> Fields:
        """The JSON body Slack sends for this refusal."""
        body: Fields = {"ok": False, "error": self.error, **self.extra}
        if self.details:
            body["errors"] = list(self.details)
            body["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in self.details]}
        return body


@dataclass(kw_only=True)
class User:
    """A person or a bot. `team_id` differs from the workspace's for people from another organisation."""

    id: str
    name: str
    real_name: str
    team_id: str
    email: str
    is_admin: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    deleted: bool = False
    locale: str = "en-GB"
    tz: str = "Europe/London"

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted


@dataclass(kw_only=True)
class Channel:
    """A conversation; `kind` decides which history scope and which message.* event apply."""

    id: str
    name: str
    kind: Literal["channel", "group", "im", "mpim"]
    members: list[str] = field(default_factory=list)
    is_ext_shared: bool = False
    is_archived: bool = False

    @property
    def is_private(self) -> bool:
        return self.kind != "channel"


@dataclass(kw_only=True)
class File:
    """An uploaded file. A deleted file keeps its record so that files.info can say so."""

    id: str
    name: str
    mimetype: str
    content: bytes
    user: str
    created: int
    channels: list[str] = field(default_factory=list)
    is_external: bool = False
    deleted: bool = False
    # Handed to the app in a modal's file_input, so that it may have the file though it is in no channel.
    handed_over: bool = False
    # What was said of a file the app uploads: its picture in words, and how many bytes it has.
    alt_text: str = ""
    length: int | None = None
    # What a test makes Slack say of it: another address, a redirect from the right one.
    address: str | None = None
    redirects_to: str | None = None


@dataclass(kw_only=True)
class Stream:
    """A message's stream: `mode` is how it began, `blocks` how many came in chunks.

    It dies about five minutes after its start, even when it is written to (slackapi/python-slack-sdk#1859).
    """

    mode: Literal["markdown_text", "chunks"]
    began: float
    blocks: int = 0
    ended: bool = False
    stopped_by_user: bool = False

    def is_live(self, now: float) -> bool:
        return not self.ended and now - self.began <= STREAM_LIFETIME


@dataclass(kw_only=True)
class Message:
    """A message as people see it now; `versions` holds what it said before each edit."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[Fields] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    metadata: Fields | None = None
    files: list[File] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited_by: str | None = None
    edited_ts: str | None = None
    deleted: bool = False
    ephemeral_for: str | None = None
    visible: bool = True
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None
    versions: list[Fields] = field(default_factory=list)
    stream: Stream | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing more comes, as far as a reader can tell: it was posted at once, or its stream has ended."""
        return self.stream is None or self.stream.ended

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def edited(self) -> bool:
        return self.edited_ts is not None

    @property
    def words(self) -> str:
        """All words a reader sees: the blocks' text when there are blocks, otherwise the message text."""
        return "\n".join(visible_strings(self.blocks)) if self.blocks else self.text

    @property
    def buttons(self) -> tuple[str, ...]:
        """Labels of everything that can be pressed, in order."""
        return tuple(label for element in elements_in(self.blocks) for label in labels(element))

    @property
    def action_ids(self) -> tuple[str, ...]:
        return tuple(element["action_id"] for element in elements_in(self.blocks) if "action_id" in element)


@dataclass(kw_only=True)
class View:
    """An open modal or a published Home tab."""

    id: str
    user: str
    content: Fields
    hash: str
    root_id: str
    previous_id: str | None = None
    is_open: bool = True
    errors: dict[str, str] = field(default_factory=dict)
    answers: dict[str, dict[str, Fields]] = field(default_factory=dict)
    suggestions: dict[str, list[Fields]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(self.content.get("title", {}).get("text", ""))

    @property
    def blocks(self) -> list[Fields]:
        return list(self.content["blocks"])

    @property
    def callback_id(self) -> str:
        return str(self.content.get("callback_id", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.content.get("private_metadata", ""))

    @property
    def words(self) -> str:
        return "\n".join(visible_strings(self.blocks))

    @property
    def buttons(self) -> tuple[str, ...]:
        return tuple(label for element in elements_in(self.blocks) for label in labels(element))

    @property
    def action_ids(self) -> tuple[str, ...]:
        return tuple(element["action_id"] for element in elements_in(self.blocks) if "action_id" in element)


@dataclass(kw_only=True)
class Call:
    """One Web API request and what it was answered. `answer` is None when the connection was dropped."""

    method: str
    arguments: Fields
    status: int
    answer: Fields | None

    @property
    def ok(self) -> bool:
        return self.answer is not None and bool(self.answer.get("ok"))


@dataclass(kw_only=True, frozen=True)
class Misuse:
    """Something the app did that Slack refuses, or a fault of the fake itself (`error == "exception"`)."""

    where: str
    error: str
    details: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.where}: {self.error} {' '.join(self.details)}".strip()


@dataclass(kw_only=True, frozen=True)
class Status:
    """A status line or an agent session status the app set in a thread."""

    channel: str
    thread_ts: str | None
    status: str
    loading_messages: tuple[str, ...] = ()
    title: str | None = None


@dataclass(kw_only=True)
class Delivery:
    """Something Slack sends to the app: an event, a command or an interaction, with its attempts.

    `outcome` is `waiting`, `acknowledged`, `gave_up` (event: all retries failed), `stopped` (x-slack-no-retry) or
    `user_saw_error` (command or interaction without a usable answer in time).
    """

    kind: Literal["events_api", "slash_commands", "interactive"]
    payload: Fields
    user: str | None = None
    outcome: str = "waiting"
    attempts: list[Fields] = field(default_factory=list)
    response: Fields | None = None
    reason: str = ""
    answered: Callable[[Delivery], None] | None = field(default=None, repr=False)
    first_retry: int = 0
    waiter: Callable[[Delivery, float], Delivery] | None = field(default=None, repr=False)

    @property
    def event(self) -> Fields:
        """The inner event of an Events API delivery."""
        return dict(self.payload["event"])

    @property
    def acknowledged(self) -> bool:
        return self.outcome == "acknowledged"

    @property
    def user_saw_error(self) -> bool:
        return self.outcome == "user_saw_error"

    @property
    def settled(self) -> bool:
        return self.outcome != "waiting"

    def wait(self, timeout: float = 10) -> Delivery:
        """Block until the app answered or Slack gave up on it, at most `timeout` seconds."""
        assert self.waiter is not None
        return self.waiter(self, timeout)
