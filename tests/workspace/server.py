"""The workspace's routes: Web API, Socket Mode, response URLs and file downloads."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.workspace.loopback import Loopback
from tests.workspace.records import SlackRefusal
from tests.workspace.web_api import WebApi

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace


class Server:
    """Listens from construction (so the port is known) and serves from start to stop."""

    def __init__(self, workspace: Workspace, *, bot_token: str, app_token: str) -> None:
        self._workspace = workspace
        self._bot_token = bot_token
        self._api = WebApi(workspace, bot_token=bot_token, app_token=app_token)
        routes = [
            Route("/api/{method:path}", self._api.serve, methods=["GET", "POST"]),
            Route("/response/{key}", self._serve_response_url, methods=["POST"]),
            Route("/files-pri/{file_id}/{name:path}", self._serve_file, methods=["GET"]),
            Route("/upload/{file_id}", self._take_file, methods=["POST"]),
            WebSocketRoute("/link/", self._serve_socket),
        ]
        # Frequent pings wake a client that sits in recv(), so that it closes promptly.
        options = {"ws": "websockets-sansio", "ws_ping_interval": 0.2, "ws_ping_timeout": 20}
        self._loopback = Loopback(Starlette(routes=routes), **options)
        self.port = self._loopback.port
        self.start, self.stop = self._loopback.start, self._loopback.stop

    def run(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        """Run a coroutine on the server's loop, from any thread."""
        loop = self._loopback.server.loop
        assert loop is not None, "the workspace is not running; use it as a context manager"
        return asyncio.run_coroutine_threadsafe(work, loop)

    async def abort(self, connection: HTTPConnection) -> None:
        """End the TCP connection of this request without an answer."""
        self.abort_now(connection)
        await asyncio.sleep(0.01)

    def abort_now(self, connection: HTTPConnection) -> None:
        for transport in self._loopback.server.transports():
            if transport.get_extra_info("peername") == tuple(connection.client or ()):
                transport.abort()

    async def _serve_socket(self, websocket: WebSocket) -> None:
        try:
            await self._workspace.socket_mode.serve(websocket)
        except Exception:
            self._workspace.record_exception("websocket", traceback.format_exc())

    async def _serve_response_url(self, request: Request) -> Response:
        try:
            body = json.loads(await request.body() or b"null")
            with self._workspace.changing():
                self._workspace.response_urls.answer(request.path_params["key"], body)
        except (SlackRefusal, ValueError) as problem:
            refusal = problem if isinstance(problem, SlackRefusal) else SlackRefusal("invalid_payload")
            self._workspace.record_misuse("response_url", refusal)
            return JSONResponse(refusal.answer(), status_code=404 if refusal.error.endswith("_url") else 400)
        except Exception:
            self._workspace.record_exception("response_url", traceback.format_exc())
            return JSONResponse({"ok": False, "error": "fatal_error"}, status_code=500)
        return JSONResponse({"ok": True})

    async def _take_file(self, request: Request) -> Response:
        """The bytes of a file the app uploads; the address is all it takes."""
        content = await request.body()
        with self._workspace.changing():
            self._workspace.roster.files[request.path_params["file_id"]].content = content
        return Response(f"OK - {len(content)}")

    async def _serve_file(self, request: Request) -> Response:
        """File content needs the bot token; without it Slack answers an HTML sign-in page, not an error status."""
        file = self._workspace.roster.files.get(request.path_params["file_id"].split("-", 1)[-1])
        allowed = request.headers.get("authorization") == f"Bearer {self._bot_token}"
        fault = self._workspace.faults.next("download")
        if fault is not None:
            await self.abort(request)
        if file is None or file.deleted:
            return HTMLResponse("<html>not found</html>", status_code=404)
        if file.redirects_to:
            return RedirectResponse(file.redirects_to)
        seen = self._workspace.roster.app_may_have(file)
        if not allowed or not seen or "files:read" not in self._workspace.manifest.scopes:
            return HTMLResponse("<!DOCTYPE html><html><body>Sign in to Slack</body></html>")
        return Response(file.content, media_type=file.mimetype)
