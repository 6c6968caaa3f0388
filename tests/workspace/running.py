"""Run a real slack_bolt App against the workspace: over Socket Mode, or as signed HTTP under uvicorn."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.workspace.loopback import Loopback
from tests.workspace.workspace import Workspace


def bolt_app(workspace: Workspace, **options: Any) -> App:
    """A plain App whose client talks to the workspace; unhandled requests are logged nowhere."""
    logger = logging.getLogger("tests.workspace.app")
    logger.setLevel(logging.CRITICAL)
    client = WebClient(workspace.bot_token, base_url=workspace.api_url)
    return App(client=client, signing_secret=workspace.signing_secret, logger=logger, **options)


@contextmanager
def over_sockets(workspace: Workspace, app: App, *, ping_interval: float = 0.3) -> Iterator[SocketModeHandler]:
    """Connect the builtin Socket Mode client; a short `ping_interval` notices a dead line (and closes) quickly."""
    handler = SocketModeHandler(app, workspace.app_token, ping_interval=ping_interval)
    before = workspace.socket_mode.open_sockets
    handler.connect()  # type: ignore[no-untyped-call]
    workspace.wait_until_connected(before + 1)
    try:
        yield handler
    finally:
        # The client sits up to a second in its queue before it notices that it is closed; an empty message wakes it.
        handler.client.message_processor.event.set()
        handler.client.enqueue_message("")
        handler.close()  # type: ignore[no-untyped-call]


@contextmanager
def over_http(workspace: Workspace, app: App) -> Iterator[str]:
    """Serve the app with bolt's asgi adapter under uvicorn and make it the workspace's request URL."""
    served = Loopback(SlackRequestHandler(app), ws="none")
    served.start()
    url = f"http://127.0.0.1:{served.port}/slack/events"
    try:
        workspace.deliver_to(url)
        yield url
    finally:
        served.stop()
