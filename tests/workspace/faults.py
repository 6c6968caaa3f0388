"""Faults a test orders in advance, per method, first come first served: rate limits, errors, dropped connections."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What happens instead of a normal answer; a drop with `after_processing` does the work and loses the answer."""

    kind: Literal["rate_limit", "error", "drop"]
    error: str = ""
    status: int = 200
    retry_after: int = 1
    after_processing: bool = False


class Faults:
    """Queues of faults by method name."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def order(self, method: str, fault: Fault, times: int) -> None:
        self._waiting[method].extend([fault] * times)

    def next(self, method: str) -> Fault | None:
        waiting = self._waiting[method]
        return waiting.popleft() if waiting else None
