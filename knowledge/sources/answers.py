"""What a web server answers: its headers as we need them, and its body within limits."""

import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from knowledge.sources.errors import LinkTooLarge, NotFetched

if TYPE_CHECKING:
    import httpcore
    from httpx import Headers

    from knowledge.sources.connecting import Deadline

# Seconds to leave a site alone that is too busy and does not say for how long.
BUSY = 600.0


class Answer:
    """What a site says to one request; the body comes only when it is asked for."""

    def __init__(self, response: "httpcore.Response", headers: "Headers", deadline: "Deadline") -> None:
        self._response = response
        self._deadline = deadline
        self.headers = headers
        self.status = response.status

    @property
    def media_type(self) -> str:
        """What it says the body is, without parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def seconds_to_wait(self) -> float:
        """How long it asks us to leave it alone: in seconds, or until a day and time (RFC 9110, 10.2.3)."""
        said = str(self.headers.get("retry-after", "")).strip()
        if said.isdigit():
            return float(said)
        try:
            moment = parsedate_to_datetime(said)
        except ValueError:
            return BUSY
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())

    def content(self, most: int) -> bytes:
        """Read the body, unpacked. Raises LinkTooLarge beyond `most` bytes, packed or not, before they are held.

        Raises NotFetched for one that breaks off.
        """
        length = str(self.headers.get("content-length", ""))
        if length.isdigit() and int(length) > most:
            raise LinkTooLarge
        content, unpacker = bytearray(), self._unpacker()
        try:
            for chunk in self._response.iter_stream():
                # One byte more than allowed tells that there is more.
                content += unpacker.decompress(chunk, most + 1 - len(content)) if unpacker else chunk
                if len(content) > most:
                    raise LinkTooLarge
                self._deadline.left()
        except zlib.error as err:
            raise NotFetched from err
        if unpacker and not unpacker.eof:
            raise NotFetched
        return bytes(content)

    def _unpacker(self) -> "zlib._Decompress | None":
        match str(self.headers.get("content-encoding", "")).strip().lower():
            case "" | "identity":
                return None
            case "gzip" | "x-gzip":
                return zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
            case _:  # we asked for gzip or nothing
                raise NotFetched
