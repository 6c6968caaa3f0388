"""The files of a memo, below its message in Slack: put there once, whatever breaks in between."""

import logging

from slack_sdk.errors import SlackApiError

from bot.faults import explain
from bot.memos.files import pdf_of, word_of
from bot.slack.blocks import note_reply
from bot.slack.replies import Replies, is_passing
from bot.speaking import said
from knowledge.domain import Answer
from knowledge.job import Job

log = logging.getLogger(__name__)

NO_FILES = "I could not attach the files of this memo; the people who keep the library can write them for you."


class MemoFiles:
    """Makes the files and uploads them with one Slack client."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    def attach(self, job: Job, ts: str, answer: Answer) -> None:
        """Upload both files unless an earlier try did. Raises like `Replies.post` where it may work later."""
        if not (job.maybe_delivered and self._replies.has_files(job.reply_to.channel, ts)):
            self.put(job.reply_to.channel, ts, answer)

    def put(self, channel: str, ts: str, answer: Answer) -> bool:
        """Upload both files into the thread of a memo's message; say whether they are there. Raises likewise.

        The memo stands without them: what cannot be made, or Slack refuses for good, is said in a line.
        """
        if answer.memo is None:
            return False
        try:
            files = (word_of(answer, answer.memo), pdf_of(answer, answer.memo))
        except Exception as err:
            explain(err)
            self._replies.say(channel, note_reply(said(NO_FILES)), thread_ts=ts)
            return False
        uploads = [{"filename": file.name, "content": file.content, "title": file.title} for file in files]
        try:
            self._replies.upload(channel, ts, uploads)
        except SlackApiError as err:
            if is_passing(err):
                raise
            log.error("memo %s: Slack refused its files: %s", answer.question_id, err.response.get("error"))  # noqa: TRY400
            self._replies.say(channel, note_reply(said(NO_FILES)), thread_ts=ts)
            return False
        return True
