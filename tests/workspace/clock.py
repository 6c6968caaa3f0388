"""The workspace's clock: real time plus what a test lets pass, so that no test sleeps through a deadline."""

from __future__ import annotations

import time


class Clock:
    """Seconds since the epoch; `advance` moves it forward; `next_ts` never repeats (a ts is a message's id)."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._last_ts = 0

    def now(self) -> float:
        return time.time() + self._passed

    def advance(self, seconds: float) -> None:
        self._passed += seconds

    def next_ts(self) -> str:
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"
