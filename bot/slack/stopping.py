"""The stop button: Slack shows it while the app is processing, and says who pressed it where.

It stops the language model; what the library says is shown all the same, and nobody waits for it.
https://docs.slack.dev/reference/events/agent_session_stopped
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock
from typing import Any

from slack_bolt import App

from bot.slack.replies import Replies
from knowledge.job import ReplyTo

STOPPED = "Stopped here, as you asked."


class Stopping:
    """Knows who is answering in which thread."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies
        self._lock = Lock()
        self._answering: dict[tuple[str, str | None], list[Event]] = {}

    def register(self, app: App) -> None:
        """Listen."""
        app.event("agent_session_stopped")(self.stop)

    @contextmanager
    def in_thread(self, reply_to: ReplyTo) -> Iterator[Event]:
        """Answer inside the block; the event it gives is set when somebody presses stop there."""
        pressed, thread = Event(), (reply_to.channel, reply_to.thread_ts)
        with self._lock:
            self._answering.setdefault(thread, []).append(pressed)
        try:
            yield pressed
        finally:
            with self._lock:
                self._answering[thread].remove(pressed)
                if not self._answering[thread]:
                    del self._answering[thread]

    def stop(self, event: dict[str, Any]) -> None:
        """Stop all answers of the thread. Slack leaves the status to us; a status that nothing stands behind ends."""
        thread = event["channel"], event["thread_ts"]
        with self._lock:
            answering = tuple(self._answering.get(thread, ()))
        for pressed in answering:
            pressed.set()
        if not answering:
            self._replies.show_status(ReplyTo(channel=thread[0], user=event["user"], thread_ts=thread[1]), "active")
