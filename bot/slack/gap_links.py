"""Asks Slack for the address of the message each question of a gap was asked in, and notes it, whatever put it there.

Which are lacking is worked out from the ledger, so a crash or an outage of Slack leaves none out.
"""

import logging
import re
import threading
from http.client import HTTPException

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.slack.replies import is_passing, retry_after
from knowledge.knowledge_base import KnowledgeBase

log = logging.getLogger(__name__)

# What names a message within its channel.
MESSAGE_TS = re.compile(r"\d{10,}\.\d{6}")
# Seconds between two looks whether a gap changed.
LOOK = 2.0
# Seconds after a failure before it is tried again.
REST = 60.0
GRACE = 10.0
# A message that is gone, or stands where we are no longer, has no address for us.
NOWHERE = ""


class GapLinks:
    """One thread that asks."""

    def __init__(self, knowledge_base: KnowledgeBase, client: WebClient) -> None:
        self._gaps = knowledge_base.gaps
        self._client = client
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="gap-links", daemon=True)

    def start(self) -> None:
        """Take up what is lacking and keep going."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the one at hand."""
        self._stopping.set()
        self._thread.join(GRACE)

    def _work(self) -> None:
        seen: tuple[int, str] | None = None
        while not self._stopping.is_set():
            wait = LOOK
            try:
                stamp = self._gaps.posts.stamp()
                if stamp != seen:
                    self._locate()
                    seen = stamp
            except (SlackApiError, OSError, HTTPException) as err:
                log.warning("addresses of questions are noted later: %s", type(err).__name__)
                wait = max(REST, retry_after(err))
            except Exception as err:
                explain(err)
                wait = REST
            self._stopping.wait(wait)

    def _locate(self) -> None:
        for question_id, channel, ts in self._gaps.unlocated():
            if self._stopping.is_set():
                return
            if not MESSAGE_TS.fullmatch(ts):  # asked elsewhere
                continue
            try:
                permalink = str(self._client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"])
            except SlackApiError as err:
                if is_passing(err):
                    raise
                permalink = NOWHERE
            self._gaps.locate(question_id, permalink)
