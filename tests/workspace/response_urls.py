"""response_url: five answers within thirty minutes of a command or interaction, whatever the posting permissions.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses. A command's response_url cannot
replace an earlier answer (bolt-js#2287, bolt-python#1268).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.workspace import limits
from tests.workspace.blocks import Fields
from tests.workspace.records import Message, SlackRefusal
from tests.workspace.roster import BOT_USER

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace

USES = 5
SECONDS = 30 * 60
KNOWN = frozenset(
    {
        "text",
        "blocks",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
        "metadata",
        "link_names",
        "parse",
    }
)


@dataclass(kw_only=True)
class ResponseUrl:
    """One issued URL: who it answers, where, and the message the interaction came from."""

    user: str
    channel: str
    until: float
    message: Message | None = None
    uses: int = 0


class ResponseUrls:
    """Issues response URLs and applies what the app posts to them."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, message: Message | None = None) -> str:
        key = secrets.token_hex(8)
        until = self._workspace.clock.now() + SECONDS
        self._issued[key] = ResponseUrl(user=user, channel=channel, until=until, message=message)
        return f"{self._workspace.url}/response/{key}"

    def answer(self, key: str, body: Any) -> None:
        """Apply one POST; raises SlackRefusal when used up, expired or not understood."""
        issued = self._issued.get(key)
        if issued is None or self._workspace.clock.now() > issued.until:
            raise SlackRefusal("expired_url")
        if issued.uses >= USES:
            raise SlackRefusal("used_url")
        if not isinstance(body, dict):
            raise SlackRefusal("invalid_payload")
        issued.uses += 1
        self._apply(issued, {name: value for name, value in body.items() if value is not None})

    def say(self, user: str, channel: str, body: Fields) -> None:
        """A command's direct answer (the acknowledgement's payload), same shape as a response_url post."""
        self._apply(ResponseUrl(user=user, channel=channel, until=0), body)

    def _apply(self, issued: ResponseUrl, body: Fields) -> None:
        unknown = sorted(set(body) - KNOWN)
        if unknown:
            raise SlackRefusal("unmodelled_argument", *unknown)
        replace, delete = body.get("replace_original"), body.get("delete_original")
        if issued.message is None and (replace or delete):
            raise SlackRefusal("cannot_replace_original", "a command's response_url has no original (bolt-js#2287)")
        if delete:
            self._delete(issued.message)
            return
        if issued.message is not None and replace is None and "response_type" not in body:
            raise SlackRefusal(
                "ambiguous_replace_original",
                "say replace_original or response_type: Slack's pages disagree on the default",
            )
        if replace:
            self._replace(issued.message, body)
        else:
            self._post(issued, body)

    def _delete(self, message: Message | None) -> None:
        assert message is not None
        if message.ephemeral_for is None and not message.deleted:
            self._workspace.delete_message(message)
        message.deleted = True

    def _replace(self, message: Message | None, body: Fields) -> None:
        assert message is not None
        blocks = limits.check_message(body.get("blocks"))
        text = limits.check_text(body.get("text"), longest=None, blocks=blocks)
        before = self._workspace.board.change(message, text=text, blocks=blocks, by=BOT_USER, mark_edited=False)
        self._workspace.show(message, body)
        if message.ephemeral_for is None:
            self._workspace.announcer.message_changed(message, before)

    def _post(self, issued: ResponseUrl, body: Fields) -> None:
        blocks = limits.check_message(body.get("blocks"))
        text = limits.check_text(body.get("text"), longest=None, blocks=blocks)
        kind = body.get("response_type", "ephemeral")
        if kind not in {"ephemeral", "in_channel"}:
            raise SlackRefusal("invalid_payload", f"response_type {kind}")
        self._workspace.board.check_thread(issued.channel, body.get("thread_ts"))
        message = self._workspace.board.post(
            issued.channel,
            BOT_USER,
            text,
            blocks=blocks,
            thread_ts=body.get("thread_ts"),
            metadata=limits.check_metadata(body.get("metadata")),
            ephemeral_for=issued.user if kind == "ephemeral" else None,
            unfurl_links=body.get("unfurl_links"),
            unfurl_media=body.get("unfurl_media"),
        )
        self._workspace.show(message, body)
        if message.ephemeral_for is None:
            self._workspace.announcer.message_posted(message)
