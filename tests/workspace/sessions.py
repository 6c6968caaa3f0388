"""Agent sessions: status line, session status, title and suggested prompts of a thread.

https://docs.slack.dev/ai/agent-sessions: processing, active, suspended or closed. The older assistant.threads.* methods
are bridged (a status text means processing, an empty one active); their status clears when the app answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.workspace.arguments import Arguments
from tests.workspace.blocks import Fields
from tests.workspace.methods import method
from tests.workspace.records import SlackRefusal, Status

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace

STATES = frozenset({"processing", "active", "suspended", "closed"})
Thread = tuple[str, str | None]


class Sessions:
    """Keeps what each thread shows; `statuses` is the full history."""

    def __init__(self) -> None:
        self.statuses: list[Status] = []
        self.lines: dict[Thread, str] = {}
        self.states: dict[Thread, str] = {}
        self.titles: dict[Thread, str] = {}
        self.prompts: dict[Thread, list[Fields]] = {}

    def answered(self, channel: str, thread_ts: str | None) -> None:
        """The app posted in this thread, which clears the status line."""
        self.lines.pop((channel, thread_ts), None)


def thread_of(workspace: Workspace, arguments: Arguments) -> Thread:
    """The thread the call is about; it must exist in a conversation the bot is in."""
    channel, thread_ts = arguments.text("channel_id"), arguments.maybe_text("thread_ts")
    if channel not in workspace.roster.channels or not workspace.roster.bot_in(channel):
        raise SlackRefusal("channel_not_found")
    if thread_ts is not None:
        try:
            workspace.board.find(channel, thread_ts)
        except LookupError:
            raise SlackRefusal("invalid_thread_ts") from None
    return channel, thread_ts


def words(value: Any, most: int, at: str) -> tuple[str, ...]:
    """A list of at most `most` strings."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise SlackRefusal("invalid_arguments", f"must be an array of strings [json-pointer:/{at}]")
    if len(value) > most:
        raise SlackRefusal("invalid_arguments", f"no more than {most} items allowed [json-pointer:/{at}]")
    return tuple(value)


@method(
    "assistant.threads.setStatus",
    scope="chat:write",
    required="channel_id thread_ts status",
    optional="loading_messages",
)
def set_thread_status(workspace: Workspace, arguments: Arguments) -> Fields:
    thread = thread_of(workspace, arguments)
    status = arguments.text("status")
    loading = words(arguments.structure("loading_messages") or [], 10, "loading_messages")
    workspace.sessions.lines[thread] = status
    workspace.sessions.states[thread] = "processing" if status else "active"
    workspace.sessions.statuses.append(
        Status(channel=thread[0], thread_ts=thread[1], status=status, loading_messages=loading)
    )
    workspace.sight.see_words([status, *loading], "status")
    return {}


@method("assistant.threads.setTitle", scope="assistant:write", required="channel_id thread_ts title")
def set_thread_title(workspace: Workspace, arguments: Arguments) -> Fields:
    rename(workspace, thread_of(workspace, arguments), arguments.text("title"))
    return {}


@method(
    "assistant.threads.setSuggestedPrompts",
    scope="assistant:write",
    required="channel_id prompts",
    optional="thread_ts title",
)
def set_suggested_prompts(workspace: Workspace, arguments: Arguments) -> Fields:
    thread = thread_of(workspace, arguments)
    prompts = arguments.structure("prompts")
    if not isinstance(prompts, list) or not 1 <= len(prompts) <= 4:
        raise SlackRefusal("invalid_arguments", "1 to 4 items [json-pointer:/prompts]")
    if not all(isinstance(prompt, dict) and set(prompt) == {"title", "message"} for prompt in prompts):
        raise SlackRefusal("invalid_arguments", "a prompt has title and message [json-pointer:/prompts]")
    workspace.sessions.prompts[thread] = prompts
    workspace.sight.see_words([word for prompt in prompts for word in prompt.values()], "suggested prompts")
    return {}


@method(
    "agents.sessions.setStatus",
    scope="chat:write",
    required="channel_id status",
    optional="thread_ts title initiator_user_id",
)
def set_session_status(workspace: Workspace, arguments: Arguments) -> Fields:
    """The title counts only when the session is created, at most 200 characters."""
    thread = thread_of(workspace, arguments)
    status, title = arguments.text("status"), arguments.maybe_text("title")
    if status not in STATES:
        raise SlackRefusal("invalid_arguments", f"status must be one of {sorted(STATES)} [json-pointer:/status]")
    is_new = thread not in workspace.sessions.states
    if title is not None and is_new:
        rename(workspace, thread, title)
    workspace.sessions.states[thread] = status
    workspace.sessions.statuses.append(
        Status(channel=thread[0], thread_ts=thread[1], status=status, title=title if is_new else None)
    )
    return {}


@method("agents.sessions.rename", scope="chat:write", required="channel_id title", optional="thread_ts")
def rename_session(workspace: Workspace, arguments: Arguments) -> Fields:
    rename(workspace, thread_of(workspace, arguments), arguments.text("title"))
    return {}


def rename(workspace: Workspace, thread: Thread, title: str) -> None:
    if len(title) > 200:
        raise SlackRefusal("invalid_arguments", "must be less than 201 characters [json-pointer:/title]")
    workspace.sessions.titles[thread] = title
    workspace.sight.see_words([title], "session title")
