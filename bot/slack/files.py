"""Fetches files that people gave to the app in Slack. Trusts neither their names nor what they are said to be.

The bot's token goes to Slack's own hosts only, and follows nobody from there: a redirect means that we may not have it.
https://docs.slack.dev/messaging/working-with-files
"""

import logging
import re
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.safe_text import one_line
from knowledge.errors import FileElsewhere, FileWithheld, TooLarge
from knowledge.reading import known_format

log = logging.getLogger(__name__)

# Seconds without a byte before the connection counts as broken.
PATIENCE = 30.0
PIECE = 1 << 20
LONGEST_NAME = 120
# Where Slack keeps files: files.slack.com, and the workspace's own name. No port, no user, nothing else.
SLACKS = re.compile(r"(?:[a-z0-9-]+\.)+slack\.com", re.IGNORECASE)
# What Slack says when the file is not there for us, now or ever.
NOT_FOR_US = frozenset({"file_not_found", "file_deleted", "missing_scope", "no_permission", "access_denied"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackFile:
    """A file as Slack describes it, under a name that is safe to show and to store."""

    id: str
    name: str
    size: int
    is_page: bool
    address: str = field(repr=False)


class SlackFiles:
    """Looks up and downloads files with one Slack client."""

    def __init__(self, client: WebClient, *, max_bytes: int) -> None:
        """Take files of at most `max_bytes`."""
        self._client = client
        self._max_bytes = max_bytes
        self._opener = urllib.request.build_opener(_NoRedirects)

    def look_up(self, file_id: str) -> SlackFile:
        """Ask Slack what a file is. Raises FileWithheld, FileElsewhere, TooLarge, else what slack_sdk raises."""
        try:
            told = self._client.files_info(file=file_id)["file"]
        except SlackApiError as err:
            if err.response.get("error") in NOT_FOR_US:
                raise FileWithheld from err
            raise
        if told.get("is_external"):
            raise FileElsewhere
        file = SlackFile(
            id=file_id,
            name=safe_name(told.get("name") or told.get("title") or "", ending=told.get("filetype") or ""),
            size=int(told.get("size") or 0),
            is_page="html" in (told.get("mimetype") or ""),
            address=str(told.get("url_private_download") or told.get("url_private") or ""),
        )
        if file.size > self._max_bytes:
            raise TooLarge
        return file

    def download(self, file: SlackFile) -> bytes:
        """Return the bytes of a file. Raises FileWithheld, TooLarge, OSError or HTTPException."""
        if not self._is_slacks(file.address):
            log.error("file %s: Slack named an address that is not its own", file.id)
            raise FileWithheld
        request = urllib.request.Request(file.address, headers={"Authorization": f"Bearer {self._client.token}"})  # noqa: S310
        try:
            with self._opener.open(request, timeout=PATIENCE) as response:
                return self._read(response, file)
        except HTTPError as err:
            if err.code == 429 or err.code >= 500:
                raise
            raise FileWithheld from err

    def _read(self, response: HTTPResponse, file: SlackFile) -> bytes:
        content = bytearray()
        while piece := response.read(PIECE):
            content += piece
            if len(content) > self._max_bytes:
                raise TooLarge
        # Without the right to a file Slack answers with a page to sign in on, as if all were well.
        is_page = "html" in response.headers.get("Content-Type", "")
        if is_page and not (file.is_page and len(content) == file.size):
            raise FileWithheld
        return bytes(content)

    def _is_slacks(self, address: str) -> bool:
        """Whether an address is at Slack, or where SLACK_API_URL says that Slack is."""
        there, home = urlsplit(address), urlsplit(self._client.base_url)
        if (there.scheme, there.netloc) == (home.scheme, home.netloc):
            return True
        return there.scheme == "https" and SLACKS.fullmatch(there.netloc) is not None


def safe_name(raw: str, *, ending: str = "") -> str:
    """Make a name to show and to store of what somebody called a file: one line, no path, nothing unseen.

    `ending` is the format Slack found, for names without one, as those of snippets are.
    """
    name = one_line(raw.replace("\\", "/").rpartition("/")[2], 1_000).strip(". ")
    if not known_format(name) and known_format(f"file.{ending}"):
        name = f"{name or 'file'}.{ending}"
    if not known_format(name):
        return name[:LONGEST_NAME] or "file"
    stem, _, suffix = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(suffix) - 1].rstrip()}.{suffix}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """urllib would send the token along to wherever a redirect points."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nobody; the redirect becomes an HTTPError."""
