"""Socket Mode: the real builtin client and a real Bolt app against the fake."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.sync.client import connect

from tests.workspace import Workspace
from tests.workspace.running import bolt_app, over_sockets


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace(ack_timeout=1.5) as running:
        yield running


def answering_app(workspace: Workspace) -> Any:
    """An app that answers mentions in their thread and listens to other messages without a word."""
    app = bolt_app(workspace)

    @app.event("app_mention")
    def answer(event: dict[str, Any], client: WebClient) -> None:
        client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="answer")

    @app.event("message")
    def listen() -> None: ...

    return app


def test_a_mention_is_answered_in_its_thread(workspace: Workspace) -> None:
    with over_sockets(workspace, answering_app(workspace)):
        question = workspace.user("U1").mentions("C1", "how much?")

        replies = workspace.wait_for(lambda: workspace.messages("C1", question.ts))
        workspace.wait_until_quiet()
        assert [(reply.user, reply.text) for reply in replies] == [("UBOT", "answer")]
        assert (workspace.errors, workspace.unanswered) == ([], [])


def test_an_event_without_listener_is_retried_three_times_and_given_up(workspace: Workspace) -> None:
    with over_sockets(workspace, bolt_app(workspace)):
        workspace.user("U1").says("C1", "hello")

        (delivery,) = workspace.events("message")
        delivery.wait()
        assert delivery.outcome == "gave_up"
        assert [(attempt["retry"], attempt["reason"]) for attempt in delivery.attempts] == [
            (0, ""),
            (1, "timeout"),
            (2, "timeout"),
            (3, "timeout"),
        ]
        assert workspace.unanswered == [delivery]


def test_retries_carry_the_same_event_id_and_a_retry_header(workspace: Workspace) -> None:
    app = bolt_app(workspace)
    seen: list[tuple[str, list[str]]] = []

    @app.event("message")
    def listen(body: dict[str, Any], request: Any) -> None:
        seen.append((body["event_id"], request.headers["x-slack-retry-num"]))

    with over_sockets(workspace, app):
        workspace.user("U1").says("C1", "hello")
        workspace.wait_for(lambda: len(seen) == 1)
        workspace.redeliver(workspace.events("message")[0])
        workspace.wait_for(lambda: len(seen) == 2)

    # A first delivery says retry_attempt 0, so the header alone does not mean "again".
    assert [number for _, number in seen] == [["0"], ["1"]]
    assert seen[0][0] == seen[1][0]


def test_a_slow_command_shows_the_user_an_error_and_a_late_ack_changes_nothing(workspace: Workspace) -> None:
    app, released = bolt_app(workspace), threading.Event()

    @app.command("/ask")
    def slow(ack: Any) -> None:
        released.wait(5)
        ack("too late")

    with over_sockets(workspace, app):
        delivery = workspace.user("U1").command("/ask", "x").wait()
        released.set()

        assert delivery.user_saw_error
        assert (len(delivery.attempts), delivery.reason) == (1, "timeout")
    assert workspace.ephemerals("U1") == []
    assert workspace.errors == []


def test_a_command_is_answered_with_the_acks_text_or_in_the_channel(workspace: Workspace) -> None:
    app = bolt_app(workspace)

    @app.command("/ask")
    def answer(ack: Any, command: dict[str, str]) -> None:
        ack(text=f"you said {command['text']}", response_type=command["text"])

    with over_sockets(workspace, app):
        workspace.user("U1").command("/ask", "ephemeral").wait()
        workspace.user("U1").command("/ask", "in_channel").wait()

    assert [message.text for message in workspace.ephemerals("U1")] == ["you said ephemeral"]
    assert [message.text for message in workspace.messages("C1")] == ["you said in_channel"]


def test_an_answer_slack_cannot_show_is_an_error_for_the_user(workspace: Workspace) -> None:
    app = bolt_app(workspace)

    @app.command("/ask")
    def answer(ack: Any) -> None:
        ack(blocks=[{"type": "hologram"}])

    with over_sockets(workspace, app):
        assert workspace.user("U1").command("/ask").wait().user_saw_error
    assert [error.error for error in workspace.errors] == ["invalid_blocks"]


@pytest.mark.parametrize("politely", [True, False])
def test_after_lost_sockets_the_client_reconnects_and_events_arrive(workspace: Workspace, politely: bool) -> None:
    with over_sockets(workspace, answering_app(workspace)):
        workspace.drop_sockets(politely=politely)
        question = workspace.user("U1").mentions("C1", "still there?")

        workspace.wait_for(lambda: workspace.messages("C1", question.ts))
        assert workspace.socket_mode.connections >= 2


def test_an_event_lost_with_its_socket_comes_again(workspace: Workspace) -> None:
    app, seen, released = bolt_app(workspace), [], threading.Event()

    @app.use
    def hold(body: dict[str, Any], next_: Any) -> None:
        seen.append(body["event_id"])
        if len(seen) == 1:
            released.wait(5)
        next_()

    @app.event("message")
    def listen() -> None: ...

    with over_sockets(workspace, app):
        workspace.user("U1").says("C1", "hello")
        workspace.wait_for(lambda: seen)
        workspace.drop_sockets()
        delivery = workspace.events("message")[0].wait()
        released.set()

        assert delivery.acknowledged
        assert len(delivery.attempts) > 1
        assert len(set(seen)) == 1


def test_a_refresh_request_brings_a_new_connection_before_the_old_one_goes(workspace: Workspace) -> None:
    with over_sockets(workspace, answering_app(workspace)):
        workspace.refresh_sockets("refresh_requested")
        workspace.wait_for(lambda: workspace.socket_mode.connections == 2)
        workspace.wait_until_connected()

        question = workspace.user("U1").mentions("C1", "still there?")
        workspace.wait_for(lambda: workspace.messages("C1", question.ts))


def test_payloads_go_to_the_sockets_in_turn(workspace: Workspace) -> None:
    received: list[int] = []

    def listener(number: int) -> Any:
        def listen(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
            received.append(number)
            client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

        return listen

    app = bolt_app(workspace)
    with over_sockets(workspace, app) as first, over_sockets(workspace, app) as second:
        for number, handler in enumerate((first, second)):
            handler.client.socket_mode_request_listeners[:] = [listener(number)]
        for number in range(6):
            workspace.user("U1").says("C1", str(number))
            workspace.events("message")[-1].wait()

    assert sorted(received) == [0, 0, 0, 1, 1, 1]


def test_hello_comes_first_and_one_ticket_opens_one_connection(workspace: Workspace) -> None:
    opener = WebClient(base_url=workspace.api_url)
    url = opener.apps_connections_open(app_token=workspace.app_token)["url"]

    with connect(url) as socket:
        hello = socket.recv(timeout=5)
        assert '"type": "hello"' in str(hello)
        assert '"num_connections": 1' in str(hello)
        with pytest.raises(Exception, match="403"), connect(url):
            pass
    assert [error.error for error in workspace.errors] == ["invalid_ticket"]


def test_an_eleventh_socket_is_turned_away(workspace: Workspace) -> None:
    sockets = []
    for _ in range(11):
        sockets.append(connect(workspace.socket_url()))
        first = str(sockets[-1].recv(timeout=5))

    assert "too_many_websockets" in first
    assert workspace.socket_mode.open_sockets == 10
    for socket in sockets:
        socket.close()


def test_acknowledging_an_unknown_envelope_is_recorded(workspace: Workspace) -> None:
    with connect(workspace.socket_url()) as socket:
        socket.recv(timeout=5)
        socket.send('{"envelope_id": "nobody"}')
        workspace.wait_for(lambda: workspace.errors)

    assert [error.error for error in workspace.errors] == ["unknown_envelope"]


def test_a_websocket_ping_is_answered_with_a_pong(workspace: Workspace) -> None:
    with connect(workspace.socket_url()) as socket:
        assert socket.ping().wait(5)


def test_waiting_for_what_never_comes_fails_with_a_summary(workspace: Workspace) -> None:
    workspace.user("U1").says("C2", "nobody listens")

    with pytest.raises(AssertionError, match=r"not within 0\.01 s\. Deliveries: \[\]"):
        workspace.wait_for(lambda: workspace.messages("C1"), timeout=0.01)
