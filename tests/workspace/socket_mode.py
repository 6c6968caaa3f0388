"""Socket Mode: envelopes over real websockets, acknowledged by envelope_id on any of the app's sockets.

https://docs.slack.dev/apis/events-api/using-socket-mode: at most 10 sockets, a payload goes to any one of them, hello
first, `disconnect` messages ask for a new connection before the old one closes.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.workspace.blocks import Fields
from tests.workspace.outbox import Accepted, Failed
from tests.workspace.records import Delivery, SlackRefusal
from tests.workspace.roster import APP_ID

MOST_SOCKETS = 10


@dataclass(eq=False)
class Socket:
    """One open connection; a retiring one has been told to go and gets nothing new."""

    websocket: WebSocket
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    retiring: bool = False


class SocketMode:
    """Hands out tickets, keeps the open sockets and sends each payload to the next of them in turn."""

    def __init__(
        self,
        *,
        ack_timeout: float,
        abort: Callable[[WebSocket], None],
        on_refusal: Callable[[str, SlackRefusal], None],
        on_change: Callable[[], None],
    ) -> None:
        self._ack_timeout = ack_timeout
        self._abort = abort
        self._on_refusal = on_refusal
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._sockets: list[Socket] = []
        self._turn = 0
        self._arrived = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Fields | None]] = {}
        self._sent: set[str] = set()
        self.connections = 0

    def issue_ticket(self) -> str:
        """A ticket for one connection (apps.connections.open)."""
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        return ticket

    @property
    def open_sockets(self) -> int:
        return sum(not socket.retiring for socket in self._sockets)

    async def serve(self, websocket: WebSocket) -> None:
        """Handle one connection from handshake to close."""
        ticket = websocket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            self._on_refusal("websocket", SlackRefusal("invalid_ticket", "a ticket opens one connection"))
            await websocket.close(1008)
            return
        self._tickets.discard(ticket)
        await websocket.accept()
        if self.open_sockets >= MOST_SOCKETS:
            await websocket.send_text(json.dumps({"type": "disconnect", "reason": "too_many_websockets"}))
            await websocket.close()
            return
        socket = Socket(websocket)
        self._sockets.append(socket)
        self.connections += 1
        try:
            await websocket.send_text(json.dumps(self._hello()))
            socket.ready.set()
            self._arrived.set()
            self._on_change()
            while True:
                self._receive(await websocket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)
            self._on_change()

    def _hello(self) -> Fields:
        return {
            "type": "hello",
            "num_connections": self.open_sockets,
            "connection_info": {"app_id": APP_ID},
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
        }

    def _receive(self, text: str) -> None:
        answer = json.loads(text)
        envelope_id = answer.get("envelope_id")
        waiting = self._waiting.get(envelope_id)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer.get("payload"))
        elif envelope_id not in self._sent:
            self._on_refusal("websocket", SlackRefusal("unknown_envelope", str(envelope_id)))

    async def attempt(self, delivery: Delivery, retry: int, reason: str) -> Accepted | Failed:
        """Send one envelope to the next socket and wait for its acknowledgement."""
        envelope_id = secrets.token_hex(8)
        is_event = delivery.kind == "events_api"
        envelope: Fields = {
            "envelope_id": envelope_id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": not is_event,
        }
        if is_event:
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        acknowledged: asyncio.Future[Fields | None] = asyncio.get_running_loop().create_future()
        self._waiting[envelope_id] = acknowledged
        self._sent.add(envelope_id)
        try:
            async with asyncio.timeout(self._ack_timeout):
                await self._send(json.dumps(envelope))
                return Accepted(response=await acknowledged)
        except TimeoutError:
            return Failed(reason="timeout")
        finally:
            del self._waiting[envelope_id]

    async def _send(self, text: str) -> None:
        while True:
            ready = [socket for socket in self._sockets if socket.ready.is_set() and not socket.retiring]
            if not ready:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            self._turn += 1
            socket = ready[self._turn % len(ready)]
            try:
                await socket.websocket.send_text(text)
            except (WebSocketDisconnect, RuntimeError):
                socket.retiring = True
            else:
                return

    async def drop(self, *, politely: bool) -> None:
        """Cut every socket: with a close frame when `politely`, otherwise the TCP connection just ends."""
        for socket in list(self._sockets):
            socket.retiring = True
            if politely:
                await socket.websocket.close(1001)
            else:
                self._abort(socket.websocket)

    async def ask_to_reconnect(self, reason: str) -> None:
        """Send `disconnect` (warning, refresh_requested or link_disabled) on every socket; the client replaces them."""
        for socket in list(self._sockets):
            socket.retiring = True
            message = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
            await socket.websocket.send_text(json.dumps(message))
