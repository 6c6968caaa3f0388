"""Runs the Slack app: over Socket Mode when there is an app token, otherwise over HTTP. Both use the same listeners."""

import asyncio
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import uvicorn
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.adapter.asgi.http_request import AsgiHttpRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient

from bot.settings import Settings
from bot.slack.answering import DELAYS, AnsweringPool
from bot.slack.app import build_slack_app, open_admins, open_client, open_readers
from bot.slack.cards import Cards
from bot.slack.files import SlackFiles
from bot.slack.gap_cards import PACE
from bot.slack.gap_channel import channel_trouble
from bot.slack.gap_room import GapRoom
from bot.slack.intake_steps import IntakeSteps
from bot.slack.languages import Languages
from bot.slack.news import News
from bot.slack.people import People
from bot.slack.replies import Replies
from bot.slack.stopping import Stopping
from bot.slack.streaming import Streams
from bot.slack.taking_in import TakingIn
from bot.slack.telling import PACE as TELLING_PACE
from bot.slack.telling import Telling
from knowledge.errors import BadSettings, SlackUnavailable
from knowledge.knowledge_base import KnowledgeBase
from knowledge.sources.fetching import Fetcher

log = logging.getLogger(__name__)

EVENTS_PATH = "/slack/events"
# Seconds in which a connection is mostly closed.
CLOSING = 1.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Threads that take HTTP requests in; each is busy for the milliseconds of an acknowledgement.
DOORS = 16


def serve(settings: Settings, knowledge_base: KnowledgeBase, on_ready: Callable[[str], None] = lambda _: None) -> None:
    """Answer in Slack until SIGINT or SIGTERM; then finish what is being answered.

    `on_ready` is told once how Slack reaches us: "Socket Mode", or the address of our HTTP server. Raises what
    `running` raises.
    """
    stop = threading.Event()
    with _handling_signals(stop.set), running(settings, knowledge_base) as address:
        on_ready(address)
        stop.wait()


@contextmanager
def running(
    settings: Settings,
    knowledge_base: KnowledgeBase,
    *,
    delays: Sequence[float] = DELAYS,
    fetcher: Fetcher | None = None,
    card_pace: float = PACE,
    telling_pace: float = TELLING_PACE,
) -> Iterator[str]:
    """Run the app inside the block; gives the address it takes requests at, "Socket Mode" or a URL.

    `delays` are the seconds before what failed is tried again, `card_pace` those between two new cards of gaps,
    `telling_pace` those between two notices; `fetcher` fetches the links that admins hand in.
    Raises SlackUnavailable when Slack refuses the tokens, BadSettings when the HTTP address is taken.
    """
    client = open_client(settings)
    admins = open_admins(settings, client)
    readers = open_readers(client, admins, knowledge_base)
    languages = Languages(knowledge_base.conversations, People(client))
    stopping = Stopping(Replies(client))
    pool = AnsweringPool(
        knowledge_base,
        Replies(client),
        admins,
        readers,
        languages,
        streams=Streams(client, Replies(client), knowledge_base.conversations),
        stopping=stopping,
        workers=settings.answer_workers,
        delays=delays,
    )
    cards = Cards(knowledge_base.intake, Replies(client))
    steps = IntakeSteps(
        knowledge_base,
        Replies(client),
        cards,
        SlackFiles(client, max_bytes=settings.max_bytes),
        fetcher or Fetcher(max_bytes=settings.max_bytes),
        auto_publish=settings.auto_publish,
    )
    taking_in = TakingIn(knowledge_base.intake, steps, delays=delays)
    gaps = GapRoom(settings, knowledge_base, client, admins, readers, card_pace=card_pace)
    telling = Telling(
        knowledge_base,
        Replies(client),
        People(client),
        readers,
        languages,
        admins=settings.admins,
        delays=delays,
        pace=telling_pace,
    )
    app = build_slack_app(
        settings,
        knowledge_base,
        client=client,
        admins=admins,
        readers=readers,
        wake=pool.wake,
        stopping=stopping,
        cards=cards,
        wake_intake=taking_in.wake,
        gaps=gaps,
    )
    pool.start()
    taking_in.start()
    telling.start()
    gaps.start()
    knowledge_base.sources.on_news(News(Replies(client), settings.admins).tell)
    try:
        with _way_in(settings, app) as address:
            log.info("answering over %s", address)
            yield address
    finally:
        app.listener_runner.listener_executor.shutdown()
        gaps.stop()
        telling.stop()
        taking_in.stop()
        pool.stop()


def check_slack(settings: Settings) -> str:
    """Try the tokens; returns one line of what they open. Raises SlackUnavailable."""
    client = open_client(settings)
    try:
        bot = client.auth_test()
        if settings.slack_app_token is None:
            return f"{bot['team']} as @{bot['user']}, over HTTP"
        client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except (SlackApiError, OSError) as err:
        raise SlackUnavailable from err
    return f"{bot['team']} as @{bot['user']}, over Socket Mode"


def check_gaps_channel(settings: Settings) -> str:
    """Look whether GAPS_CHANNEL takes messages. Raises SlackUnavailable with what to do."""
    trouble = channel_trouble(open_client(settings), settings.gaps_channel or "")
    if trouble:
        raise SlackUnavailable(trouble)
    return f"{settings.gaps_channel} takes cards of gaps"


def _way_in(settings: Settings, app: App) -> AbstractContextManager[str]:
    token = settings.slack_app_token
    return _socket_mode(app, token.get_secret_value()) if token else _http(app, settings.http_host, settings.http_port)


@contextmanager
def _socket_mode(app: App, app_token: str) -> Iterator[str]:
    """Hold a connection to Slack; the client renews it by itself."""
    handler = SocketModeHandler(app, app_token)
    try:
        handler.client.connect()
    except (SlackApiError, OSError) as err:
        _close(handler.client)
        raise SlackUnavailable from err
    try:
        yield "Socket Mode"
    finally:
        _close(handler.client)


def _close(client: SocketModeClient) -> None:
    """Close the connection, also one that is only just there or is being renewed.

    The client's own threads then take back that it is over (slack_sdk 3, `_run_current_session` and `connect`), and its
    `close` waits for ever for one that does not end; so it is told until it does.
    """
    closing = threading.Thread(target=client.close, name="closing", daemon=True)
    closing.start()
    closing.join(CLOSING)
    while closing.is_alive():
        client.current_session_state.terminated = True
        client.disconnect()
        closing.join(CLOSING)


@contextmanager
def _http(app: App, host: str, port: int) -> Iterator[str]:
    """Listen for Slack's signed requests."""
    try:
        listener = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as err:
        raise BadSettings("HTTP_HOST and HTTP_PORT must name an address that is free on this machine.") from err
    config = uvicorn.Config(_Door(app), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="http", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listener.getsockname()[1]}{EVENTS_PATH}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


class _Door(SlackRequestHandler):
    """Bolt's ASGI handler, off the event loop: there one request waiting for its acknowledgement would hold up all."""

    def __init__(self, app: App) -> None:
        super().__init__(app, EVENTS_PATH)
        self._doors = ThreadPoolExecutor(DOORS, thread_name_prefix="door")

    async def dispatch(self, request: AsgiHttpRequest) -> BoltResponse:
        """Let the app answer one request."""
        body = await request.get_raw_body()
        bolt_request = BoltRequest(body=body, query=request.query_string, headers=request.get_headers())
        return await asyncio.get_running_loop().run_in_executor(self._doors, self.app.dispatch, bolt_request)


@contextmanager
def _handling_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Stop at SIGINT and SIGTERM while the block runs."""
    previous = {number: signal.signal(number, lambda *_: stop()) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
