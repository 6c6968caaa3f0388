"""Signed HTTP deliveries to the app's request URL.

Signature: `v0=` HMAC-SHA256(signing secret, `v0:{timestamp}:{body}`), docs.slack.dev/authentication/verifying-requests.
Retry headers and x-slack-no-retry: docs.slack.dev/apis/events-api#retries.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import httpx

from tests.workspace.blocks import Fields
from tests.workspace.outbox import Accepted, Failed
from tests.workspace.records import Delivery

RETRY_REASONS = {"timeout": "http_timeout"}


class HttpDelivery:
    """Posts to one request URL and reads the answer as Slack does."""

    def __init__(self, url: str, *, signing_secret: str, ack_timeout: float) -> None:
        self._url = url
        self._secret = signing_secret
        self._client = httpx.AsyncClient(timeout=ack_timeout, trust_env=False)

    async def verify(self) -> None:
        """url_verification: the app must echo the challenge. https://docs.slack.dev/reference/events/url_verification"""
        body = json.dumps({"type": "url_verification", "token": "legacy", "challenge": "c0ffee"})
        answer = await self._post(body, "application/json", {})
        if answer.status_code != 200 or "c0ffee" not in answer.text:
            raise AssertionError(f"{self._url} did not answer the challenge: {answer.status_code} {answer.text!r}")

    async def attempt(self, delivery: Delivery, retry: int, reason: str) -> Accepted | Failed:
        """Post once; 200 within the timeout is an acknowledgement."""
        headers = {}
        if retry:
            headers = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": RETRY_REASONS.get(reason, reason)}
        body, content_type = encode(delivery)
        try:
            answer = await self._post(body, content_type, headers)
        except httpx.TimeoutException:
            return Failed(reason="http_timeout")
        except httpx.TransportError:
            return Failed(reason="connection_failed")
        if answer.status_code != 200:
            return Failed(reason="http_error", stop=answer.headers.get("x-slack-no-retry") == "1")
        return Accepted(response=read_answer(answer))

    async def _post(self, body: str, content_type: str, headers: dict[str, str]) -> httpx.Response:
        timestamp = str(int(time.time()))
        signed = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self._secret, timestamp, body),
            **headers,
        }
        return await self._client.post(self._url, content=body.encode(), headers=signed)

    async def close(self) -> None:
        await self._client.aclose()


def sign(secret: str, timestamp: str, body: str) -> str:
    """Slack's v0 request signature."""
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return f"v0={digest}"


def encode(delivery: Delivery) -> tuple[str, str]:
    """Body and content type: events are JSON, interactions a form with `payload`, commands a plain form."""
    form = "application/x-www-form-urlencoded"
    match delivery.kind:
        case "events_api":
            return json.dumps(delivery.payload), "application/json"
        case "slash_commands":
            return urlencode(delivery.payload), form
        case _:
            return urlencode({"payload": json.dumps(delivery.payload)}), form


def read_answer(answer: httpx.Response) -> Fields | None:
    """What the app said in its 200: JSON, or plain text as `{"text": …}`."""
    if not answer.text:
        return None
    if answer.headers.get("content-type", "").startswith("application/json"):
        return dict(answer.json())
    return {"text": answer.text}
