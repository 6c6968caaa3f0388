"""A Web API request's arguments: query, form or JSON, with the nested JSON strings and 0/1 booleans of forms."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from tests.workspace.blocks import Fields
from tests.workspace.records import SlackRefusal


async def read_arguments(request: Request) -> Fields:
    """All arguments of a GET or POST; an empty body with a JSON content type is fine (auth.test of the sync client)."""
    arguments: Fields = dict(request.query_params)
    body = await request.body()
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if not body:
        return arguments
    if content_type == "application/json":
        try:
            content = json.loads(body)
        except ValueError:
            raise SlackRefusal("invalid_json") from None
        if not isinstance(content, dict):
            raise SlackRefusal("json_not_object")
        return arguments | content
    if content_type == "application/x-www-form-urlencoded":
        return arguments | dict(parse_qsl(body.decode(), keep_blank_values=True))
    raise SlackRefusal("invalid_post_type", content_type)


class Arguments:
    """Typed reading of arguments; a value of the wrong type is refused."""

    def __init__(self, values: Fields) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._values)

    def raw(self, name: str) -> Any:
        return self._values.get(name)

    def text(self, name: str) -> str:
        """A required string."""
        value = self._values[name]
        if not isinstance(value, str):
            raise SlackRefusal("invalid_arguments", f"must be a string [json-pointer:/{name}]")
        return value

    def maybe_text(self, name: str) -> str | None:
        """An optional string; empty counts as absent, as it does in Slack."""
        return self.text(name) or None if name in self._values else None

    def flag(self, name: str) -> bool | None:
        """An optional boolean; forms send 1, 0, true or false."""
        if name not in self._values:
            return None
        value = self._values[name]
        if isinstance(value, str):
            return value.lower() in {"1", "true"}
        return bool(value)

    def number(self, name: str, default: int) -> int:
        try:
            return int(self._values.get(name, default))
        except (TypeError, ValueError):
            raise SlackRefusal("invalid_arguments", f"must be a number [json-pointer:/{name}]") from None

    def structure(self, name: str, refusal: str = "invalid_arguments") -> Any:
        """An optional object or array, given as JSON or as a JSON string inside a form."""
        value = self._values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackRefusal(refusal, f"not JSON [json-pointer:/{name}]") from None
