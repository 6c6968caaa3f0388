"""HTTP mode: signed requests to bolt's real asgi adapter under uvicorn, and to a scripted endpoint."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from tests.workspace import Workspace
from tests.workspace.running import bolt_app, over_http


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as running:
        yield running


class Endpoint(ThreadingHTTPServer):
    """A request URL that echoes the challenge and then answers from a script of (status, headers)."""

    def __init__(self, *script: tuple[int, dict[str, str]]) -> None:
        super().__init__(("127.0.0.1", 0), EndpointHandler)
        self.script = list(script)
        self.received: list[dict[str, str]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class EndpointHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Endpoint)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"url_verification" in body:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"c0ffee")
            return
        self.server.received.append(dict(self.headers))
        status, headers = self.server.script.pop(0) if self.server.script else (200, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


@pytest.fixture
def endpoints() -> Iterator[list[Endpoint]]:
    opened: list[Endpoint] = []
    yield opened
    for endpoint in opened:
        endpoint.shutdown()
        endpoint.server_close()


def answering_app(workspace: Workspace) -> App:
    app = bolt_app(workspace)

    @app.event("app_mention")
    def answer(event: dict[str, Any], client: WebClient) -> None:
        blocks = [{"type": "actions", "elements": [button("press")]}]
        client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="answer", blocks=blocks)

    @app.event("message")
    def listen() -> None: ...

    @app.action("press")
    def pressed(ack: Any, respond: Any) -> None:
        ack()
        respond("pressed", response_type="in_channel")

    @app.command("/ask")
    def ask(ack: Any) -> None:
        ack("thinking & <b>")

    return app


def button(action_id: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": "Press"}}


def test_events_clicks_and_commands_reach_the_asgi_adapter_signed(workspace: Workspace) -> None:
    with over_http(workspace, answering_app(workspace)):
        maya = workspace.user("U1")
        question = maya.mentions("C1", "ünïcode?")
        (reply,) = workspace.wait_for(lambda: workspace.messages("C1", question.ts))
        assert maya.clicks(reply, "press").wait().acknowledged
        assert maya.command("/ask", "a=b&c").wait().acknowledged
        workspace.wait_until_quiet()

    assert [message.text for message in workspace.ephemerals("U1")] == ["thinking & <b>"]
    assert [message.text for message in workspace.messages("C1")][1:] == ["pressed"]
    assert (workspace.errors, workspace.unanswered) == ([], [])


def test_a_wrong_signing_secret_fails_the_challenge(workspace: Workspace) -> None:
    app = answering_app(workspace)
    workspace.signing_secret = "other"

    with pytest.raises(AssertionError, match="did not answer the challenge: 401"), over_http(workspace, app):
        pass


def test_http_errors_are_retried_with_number_and_reason(workspace: Workspace, endpoints: list[Endpoint]) -> None:
    endpoints.append(Endpoint((500, {}), (404, {}), (200, {})))
    workspace.deliver_to(endpoints[0].url)
    workspace.user("U1").says("C1", "hello")

    assert workspace.events("message")[0].wait().acknowledged
    retries = [(got.get("X-Slack-Retry-Num"), got.get("X-Slack-Retry-Reason")) for got in endpoints[0].received]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error")]


def test_no_retry_header_stops_the_retries(workspace: Workspace, endpoints: list[Endpoint]) -> None:
    endpoints.append(Endpoint((500, {"x-slack-no-retry": "1"})))
    workspace.deliver_to(endpoints[0].url)
    workspace.user("U1").says("C1", "hello")

    delivery = workspace.events("message")[0].wait()
    assert (delivery.outcome, len(delivery.attempts)) == ("stopped", 1)


def test_an_app_that_answers_too_late_or_not_at_all_fails(workspace: Workspace, endpoints: list[Endpoint]) -> None:
    endpoints.append(Endpoint())
    workspace.deliver_to(endpoints[0].url)
    endpoints[0].shutdown()
    delivery = workspace.user("U1").command("/ask")

    assert delivery.wait().user_saw_error
    assert delivery.reason == "http_timeout"
    endpoints[0].socket.shutdown(socket.SHUT_RDWR)
    endpoints[0].socket.close()
    assert workspace.user("U1").command("/ask").wait().reason == "connection_failed"


def test_a_redelivered_event_has_the_first_retrys_headers(workspace: Workspace, endpoints: list[Endpoint]) -> None:
    endpoints.append(Endpoint())
    workspace.deliver_to(endpoints[0].url)
    workspace.user("U1").says("C1", "hello")
    workspace.events("message")[0].wait()
    workspace.redeliver(workspace.events("message")[0])[0].wait()

    again = endpoints[0].received[1]
    assert (again["X-Slack-Retry-Num"], again["X-Slack-Retry-Reason"]) == ("1", "http_timeout")
