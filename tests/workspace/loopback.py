"""An ASGI app on a free port of 127.0.0.1, in its own thread; starts and stops within milliseconds, as tests need."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import uvicorn


class PromptServer(uvicorn.Server):
    """uvicorn without its tenth-of-a-second ticks: says when it has started, and leaves at once when told to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None
        self._leave: asyncio.Event | None = None

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self.loop, self._leave = asyncio.get_running_loop(), asyncio.Event()
        self.serving.set()
        await self._leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for transport in self.transports():
            transport.abort()

    def transports(self) -> Iterator[Any]:
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                yield transport

    def leave(self) -> None:
        assert self.loop is not None
        assert self._leave is not None
        self.loop.call_soon_threadsafe(self._leave.set)


class Loopback:
    """Listens from construction, so the port is known; serves from start to stop."""

    def __init__(self, app: Any, **options: Any) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        config = uvicorn.Config(app, log_level="critical", lifespan="off", http="h11", **options)
        self.server = PromptServer(config)
        self._thread = threading.Thread(target=self.server.run, args=([self._listener],), daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self.server.serving.wait(10), "the loopback server did not start"

    def stop(self) -> None:
        if self.server.serving.is_set():
            self.server.leave()
            self._thread.join(10)
        self._listener.close()
