"""The fake Slack itself: start it, let people act, read what they see. It never reaches beyond 127.0.0.1."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

from tests.workspace.announcing import Announcer
from tests.workspace.blocks import Fields
from tests.workspace.board import MessageBoard
from tests.workspace.clock import Clock
from tests.workspace.faults import Fault, Faults
from tests.workspace.http_delivery import HttpDelivery
from tests.workspace.interactions import Interactions
from tests.workspace.links import Invisible, Link
from tests.workspace.manifest import Manifest, full_manifest
from tests.workspace.outbox import Outbox, describe
from tests.workspace.people import Person
from tests.workspace.pings import Ping
from tests.workspace.records import Call, Delivery, File, Message, Misuse, SlackRefusal, Status, View
from tests.workspace.response_urls import ResponseUrls
from tests.workspace.roster import APP_ID, BOT_USER, Roster
from tests.workspace.server import Server
from tests.workspace.sessions import Sessions
from tests.workspace.sight import Sight
from tests.workspace.socket_mode import SocketMode
from tests.workspace.windows import Windows

BOT_TOKEN = "xoxb-workspace"
APP_TOKEN = "xapp-workspace"
SIGNING_SECRET = "signing-secret"
Value = TypeVar("Value")


class Workspace:
    """A Slack workspace with one app installed. Use it as a context manager.

    `retry_delays` are the waits before event retries 1 to 3 (Slack: at once, 1 min, 5 min); `ack_timeout` is its 3 s.
    """

    bot_user_id = BOT_USER

    def __init__(
        self,
        *,
        manifest: Mapping[str, Any] | None = None,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        retry_delays: tuple[float, float, float] = (0.05, 0.1, 0.2),
        ack_timeout: float = 3.0,
    ) -> None:
        self.bot_token, self.app_token, self.signing_secret = bot_token, app_token, signing_secret
        self.ack_timeout = ack_timeout
        self._changed = threading.Condition(threading.RLock())
        self._version = 0
        self.manifest = Manifest(manifest or full_manifest())
        self.clock = Clock()
        self.roster = Roster(self.manifest.name.lower())
        self.board = MessageBoard(self.clock, self.roster)
        self.windows = Windows(self.clock)
        self.sessions = Sessions()
        self.stream_starts: list[float] = []
        self.sight = Sight(self.roster)
        self.faults = Faults()
        self.errors: list[Misuse] = []
        self._calls: list[Call] = []
        self.response_urls = ResponseUrls(self)
        self.interactions = Interactions(self)
        self.server = Server(self, bot_token=bot_token, app_token=app_token)
        self._http: HttpDelivery | None = None
        self.socket_mode = SocketMode(
            ack_timeout=ack_timeout,
            abort=self.server.abort_now,
            on_refusal=self.record_misuse,
            on_change=self._note_change,
        )
        self.outbox = Outbox(
            retry_delays=retry_delays,
            run=self.server.run,
            transport=lambda: self._http or self.socket_mode,
            settle=self._settle,
            waiter=self._wait_for_delivery,
            on_refusal=self.record_misuse,
        )
        self.announcer = Announcer(self.manifest, self.clock, self.roster, self.outbox, self.board.wire)

    def __enter__(self) -> Workspace:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.outbox.stop()
        if self._http is not None:
            self.server.run(self._http.close()).result(5)
        self.server.stop()

    # --- Addresses

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    @property
    def api_url(self) -> str:
        """`WebClient(base_url=…)`."""
        return f"{self.url}/api/"

    def socket_url(self) -> str:
        ticket = self.socket_mode.issue_ticket()
        return f"ws://127.0.0.1:{self.server.port}/link/?ticket={ticket}&app_id={APP_ID}"

    def permalink(self, message: Message) -> str:
        link = f"https://fake.slack.com/archives/{message.channel}/p{message.ts.replace('.', '')}"
        return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.is_reply else link

    # --- People and places

    def user(self, user_id: str) -> Person:
        return Person(self, self.roster.users[user_id])

    def add_user(self, user_id: str, name: str, **traits: Any) -> Person:
        """Add a person: is_admin, is_restricted, is_ultra_restricted, is_stranger, is_bot, deleted, team_id, locale."""
        with self.changing():
            self.roster.add_user(user_id, name, **traits)
        return self.user(user_id)

    def add_channel(
        self,
        channel_id: str,
        name: str,
        members: Iterable[str] = (),
        *,
        kind: Literal["channel", "group", "mpim"] = "channel",
        bot_in: bool = True,
        is_ext_shared: bool = False,
    ) -> None:
        """Add a channel; `kind` group means private."""
        with self.changing():
            self.roster.add_channel(channel_id, name, members, kind=kind, bot_in=bot_in, is_ext_shared=is_ext_shared)

    def add_usergroup(self, group_id: str, handle: str, members: Iterable[str]) -> None:
        with self.changing():
            self.roster.add_usergroup(group_id, handle, members)

    def add_file(self, user: str, name: str, content: bytes, mimetype: str, *, is_external: bool = False) -> File:
        number = len(self.roster.files) + 1
        file = File(id=f"F{number}", name=name, mimetype=mimetype, content=content, user=user, created=0)
        file.created, file.is_external = int(self.clock.now()), is_external
        self.roster.files[file.id] = file
        return file

    def im(self, user_id: str) -> str:
        """The id of the direct messages between this user and the app."""
        with self.changing():
            return self.roster.direct_messages(user_id).id

    # --- What people see

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Message]:
        """Standing messages of a channel outside threads, or the replies of one thread; no ephemeral ones."""
        with self._changed:
            return self.board.roots(channel) if thread_ts is None else self.board.replies(channel, thread_ts)

    def thread(self, channel: str, ts: str) -> list[Message]:
        """A root message with its replies."""
        with self._changed:
            return [self.board.find(channel, ts), *self.board.replies(channel, ts)]

    def posts(self) -> list[Message]:
        """Every standing message of the app, anywhere, oldest first."""
        with self._changed:
            return [message for message in self.board.messages if message.user == BOT_USER and not message.deleted]

    def ephemerals(self, user_id: str) -> list[Message]:
        """Ephemeral messages this person sees ("only shown if there is already an active thread")."""
        with self._changed:
            mine = [message for message in self.board.ephemerals if message.ephemeral_for == user_id]
            return [message for message in mine if message.visible and not message.deleted]

    def views(self, user_id: str) -> list[View]:
        """Open modals of this person, the top one last."""
        with self._changed:
            return list(self.windows.stacks.get(user_id, []))

    def home(self, user_id: str) -> View | None:
        with self._changed:
            return self.windows.homes.get(user_id)

    def calls(self, method: str | None = None) -> list[Call]:
        """Web API requests so far, including refused, failed and dropped ones."""
        with self._changed:
            return [call for call in self._calls if method in (None, call.method)]

    def events(self, kind: str | None = None) -> list[Delivery]:
        """Events sent to the app so far, by event type."""
        with self._changed:
            sent = [delivery for delivery in self.outbox.deliveries if delivery.kind == "events_api"]
            return [delivery for delivery in sent if kind in (None, delivery.payload["event"]["type"])]

    @property
    def deliveries(self) -> list[Delivery]:
        with self._changed:
            return list(self.outbox.deliveries)

    @property
    def unanswered(self) -> list[Delivery]:
        """Deliveries Slack gave up on, and commands or clicks after which the user saw an error."""
        return [d for d in self.deliveries if d.outcome in {"gave_up", "stopped", "user_saw_error"}]

    @property
    def statuses(self) -> list[Status]:
        return list(self.sessions.statuses)

    @property
    def pings(self) -> list[Ping]:
        return list(self.sight.pings)

    @property
    def links(self) -> list[Link]:
        return list(self.sight.links)

    @property
    def invisible_characters(self) -> list[Invisible]:
        return list(self.sight.invisible)

    # --- Trouble

    def rate_limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        """Answer the next calls 429 with Retry-After."""
        self.faults.order(method, Fault(kind="rate_limit", retry_after=retry_after), times)

    def fail(self, method: str, error: str = "internal_error", times: int = 1, status: int = 200) -> None:
        """Answer the next calls with this error."""
        self.faults.order(method, Fault(kind="error", error=error, status=status), times)

    def drop_connection(self, method: str, times: int = 1, *, after_processing: bool = False) -> None:
        """Close the TCP connection of the next calls, before or after doing what they ask."""
        self.faults.order(method, Fault(kind="drop", after_processing=after_processing), times)

    def drop_sockets(self, *, politely: bool = False) -> None:
        """Cut all Socket Mode connections: with a close frame when `politely`, otherwise the line just dies."""
        self.server.run(self.socket_mode.drop(politely=politely)).result(5)

    def refresh_sockets(self, reason: str = "refresh_requested") -> None:
        """Ask clients for new connections: warning, refresh_requested or link_disabled."""
        self.server.run(self.socket_mode.ask_to_reconnect(reason)).result(5)

    def redeliver(self, what: Delivery | Message) -> list[Delivery]:
        """Send the same event (or all events of a message) again, as a retry."""
        with self.changing():
            if isinstance(what, Delivery):
                return [self.announcer.redeliver(what)]
            mine = [d for d in self.events() if d.event.get("ts") == what.ts and not d.first_retry]
            return [self.announcer.redeliver(delivery) for delivery in mine]

    def deliver_to(self, url: str) -> None:
        """Switch to HTTP: verify the request URL with a challenge, then send everything there, signed."""
        http = HttpDelivery(url, signing_secret=self.signing_secret, ack_timeout=self.ack_timeout)
        self.server.run(http.verify()).result(15)
        self._http = http

    def let_time_pass(self, seconds: float) -> None:
        """Move the workspace's clock: triggers expire after 3 s, response URLs after 30 min."""
        with self.changing():
            self.clock.advance(seconds)

    # --- Waiting

    def wait_for(self, predicate: Callable[[], Value], timeout: float = 10) -> Value:
        """Return the predicate's value as soon as it is true; fail with a summary after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while True:
            with self._changed:
                version = self._version
            value = predicate()
            if value:
                return value
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"not within {timeout} s. {self._summary()}")
            with self._changed:
                if self._version == version:
                    self._changed.wait(min(left, 0.05))

    def wait_until_connected(self, sockets: int = 1, timeout: float = 10) -> None:
        self.wait_for(lambda: self.socket_mode.open_sockets >= sockets, timeout)

    def wait_until_quiet(self, timeout: float = 10) -> None:
        """Wait until every delivery is acknowledged or given up."""
        self.wait_for(lambda: all(delivery.settled for delivery in self.deliveries), timeout)

    def _summary(self) -> str:
        calls = [f"{call.method} {'ok' if call.ok else call.answer}" for call in self._calls[-8:]]
        sent = [f"{describe(delivery)} {delivery.outcome}" for delivery in self.outbox.deliveries[-8:]]
        return f"Deliveries: {sent}. Calls: {calls}. Errors: {[str(error) for error in self.errors]}"

    def _wait_for_delivery(self, delivery: Delivery, timeout: float) -> Delivery:
        self.wait_for(lambda: delivery.settled, timeout)
        return delivery

    # --- For the other modules

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change the workspace under its lock and wake whoever waits."""
        with self._changed:
            try:
                yield
            finally:
                self._version += 1
                self._changed.notify_all()

    def _note_change(self) -> None:
        with self.changing():
            pass

    def _settle(self, delivery: Delivery, apply: Callable[[], None]) -> None:
        with self.changing():
            try:
                apply()
            except Exception as fault:
                self.record_exception(describe(delivery), repr(fault))
                delivery.outcome = "user_saw_error"

    def record_call(self, call: Call) -> None:
        with self.changing():
            self._calls.append(call)

    def record_misuse(self, where: str, refusal: SlackRefusal) -> None:
        with self.changing():
            details = [str(detail) for detail in refusal.details] + [f"{k}={v}" for k, v in refusal.extra.items()]
            self.errors.append(Misuse(where=where, error=refusal.error, details=tuple(details)))

    def record_exception(self, where: str, details: str) -> None:
        with self.changing():
            self.errors.append(Misuse(where=where, error="exception", details=(details,)))

    def show(self, message: Message, fields: Fields) -> None:
        """Let the ping oracle see a message the app posted or changed."""
        self.sight.see_message(message, link_names=bool(fields.get("link_names")), parse=fields.get("parse"))

    def delete_message(self, message: Message) -> None:
        before = self.board.wire(message)
        message.deleted = True
        self.announcer.message_deleted(message, before)
