"""Tells the people in ADMINS, once each time, which pages of a source went missing and which source fails as a whole.

Whether Slack takes it changes nothing: `attache sources list` shows the same for as long as it holds.
"""

import logging
from collections.abc import Sequence
from http.client import HTTPException

from slack_sdk.errors import SlackApiError

from bot.slack.blocks import Reply
from bot.slack.replies import Replies
from bot.slack.safe_text import bullets, escape, one_line, paragraph
from knowledge.sources.source import Refreshed, SourceKind

log = logging.getLogger(__name__)

# Pages named in one message; the rest is counted.
MOST_NAMED = 10
LONGEST_NAME = 300
BY_ITSELF = "nothing leaves the library by itself."


class News:
    """Sends news of sources as direct messages."""

    def __init__(self, replies: Replies, users: Sequence[str]) -> None:
        self._replies = replies
        self._users = users

    def tell(self, refreshed: Refreshed) -> None:
        """Send it to each; somebody Slack does not reach keeps it from nobody else."""
        for user in self._users:
            try:
                self._replies.say(self._replies.direct_messages(user), news_reply(refreshed))
            except (SlackApiError, OSError, HTTPException) as err:
                log.warning("news of %s did not reach %s: %s", refreshed.source.id, user, type(err).__name__)


def news_reply(refreshed: Refreshed) -> Reply:
    """Make the message: what is wrong with the source, the pages, and what can be done."""
    source, flagged = refreshed.source, refreshed.flagged
    name = one_line(source.source.address, LONGEST_NAME)
    if not flagged:
        said = f"Source {source.id} ({name}) could not be refreshed: {source.trouble}"
        return Reply(text=escape(said), blocks=(paragraph(said),))
    if source.source.kind is SourceKind.PAGE:
        said = f"Source {source.id} ({name}): the page is gone and still quoted."
        advice = f"Remove its document when it should be quoted no more; {BY_ITSELF}"
        return Reply(text=escape(f"{said}\n{advice}"), blocks=(paragraph(said), paragraph(advice)))
    lines = [one_line(page, LONGEST_NAME) for page in flagged[:MOST_NAMED]]
    if len(flagged) > MOST_NAMED:
        lines.append(f"and {len(flagged) - MOST_NAMED} more")
    pages = "1 page is" if len(flagged) == 1 else f"{len(flagged)} pages are"
    said = f"Source {source.id} ({name}): {pages} gone from it and still quoted."
    advice = f"Remove its documents that should be quoted no more; {BY_ITSELF}"
    text = escape("\n".join((said, *lines, advice)))
    return Reply(text=text, blocks=(paragraph(said), bullets(lines), paragraph(advice)))
