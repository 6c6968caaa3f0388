"""Everything Slack sends to the app: tries, retries and gives up as the Events API and interactivity pages say.

Events: no answer in 3 s is a failure, three retries with retry number and reason. Commands and interactions are tried
once; without a usable answer the user sees an error. https://docs.slack.dev/apis/events-api#retries
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tests.workspace.blocks import Fields
from tests.workspace.records import Delivery, SlackRefusal


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The app answered in time; `response` is what it said, if anything."""

    response: Fields | None = None


@dataclass(frozen=True, kw_only=True)
class Failed:
    """No usable answer; `stop` when the app asked for no more retries (x-slack-no-retry)."""

    reason: str
    stop: bool = False


class Transport(Protocol):
    """Socket Mode or signed HTTP."""

    async def attempt(self, delivery: Delivery, retry: int, reason: str) -> Accepted | Failed: ...


class Outbox:
    """Carries deliveries over the current transport and settles each of them once."""

    def __init__(
        self,
        *,
        retry_delays: tuple[float, ...],
        run: Callable[[Coroutine[Any, Any, None]], Future[None]],
        transport: Callable[[], Transport],
        settle: Callable[[Delivery, Callable[[], None]], None],
        waiter: Callable[[Delivery, float], Delivery],
        on_refusal: Callable[[str, SlackRefusal], None],
    ) -> None:
        self._retry_delays = retry_delays
        self._run = run
        self._transport = transport
        self._settle = settle
        self._waiter = waiter
        self._on_refusal = on_refusal
        self.deliveries: list[Delivery] = []
        self._under_way: set[Future[None]] = set()

    def send(
        self,
        kind: Literal["events_api", "slash_commands", "interactive"],
        payload: Fields,
        *,
        user: str | None = None,
        answered: Callable[[Delivery], None] | None = None,
        first_retry: int = 0,
    ) -> Delivery:
        """Start a delivery and return at once; `answered` applies the app's response to the workspace."""
        delivery = Delivery(kind=kind, payload=payload, user=user, answered=answered, first_retry=first_retry)
        delivery.waiter = self._waiter
        self.deliveries.append(delivery)
        future = self._run(self._carry(delivery))
        self._under_way.add(future)
        future.add_done_callback(self._under_way.discard)
        return delivery

    def stop(self) -> None:
        for future in list(self._under_way):
            future.cancel()

    async def _carry(self, delivery: Delivery) -> None:
        last = len(self._retry_delays) if delivery.kind == "events_api" else 0
        reason = "timeout" if delivery.first_retry else ""
        result: Accepted | Failed = Failed(reason="not tried")
        for retry in range(delivery.first_retry, max(last, delivery.first_retry) + 1):
            if retry > delivery.first_retry:
                await asyncio.sleep(self._retry_delays[retry - 1])
            result = await self._transport().attempt(delivery, retry, reason)
            outcome = "ok" if isinstance(result, Accepted) else result.reason
            delivery.attempts.append({"retry": retry, "reason": reason, "outcome": outcome})
            if isinstance(result, Accepted) or result.stop:
                break
            reason = result.reason
        self._finish(delivery, result)

    def _finish(self, delivery: Delivery, result: Accepted | Failed) -> None:
        match result:
            case Accepted(response=response):
                self._settle(delivery, lambda: self._accept(delivery, response))
            case Failed(reason=reason, stop=stop):
                outcome = "stopped" if stop else "gave_up"
                outcome = outcome if delivery.kind == "events_api" else "user_saw_error"
                self._settle(delivery, lambda: self._close(delivery, outcome, reason))

    def _accept(self, delivery: Delivery, response: Fields | None) -> None:
        delivery.response = response
        try:
            if delivery.answered is not None:
                delivery.answered(delivery)
        except SlackRefusal as refusal:
            # The app answered in time, but with something Slack cannot show: the user sees an error too.
            self._on_refusal(f"answer to {describe(delivery)}", refusal)
            self._close(delivery, "user_saw_error", refusal.error)
        else:
            self._close(delivery, "acknowledged", "")

    def _close(self, delivery: Delivery, outcome: str, reason: str) -> None:
        delivery.outcome, delivery.reason = outcome, reason


def describe(delivery: Delivery) -> str:
    """A short name for failure messages: `event app_mention`, `/ask`, `block_actions`."""
    payload = delivery.payload
    if delivery.kind == "events_api":
        return f"event {payload['event']['type']}"
    return str(payload.get("command") or payload.get("type"))
