"""Answers /api/<method>: token, ordered faults, scope, arguments, then the method; everything else is an error.

Errors are HTTP 200 with `ok: false`; only rate limits are 429 with Retry-After. docs.slack.dev/apis/web-api
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.workspace import (
    chat_methods,
    conversation_methods,
    file_methods,
    people_methods,
    sessions,
    streams,
    view_methods,
)
from tests.workspace.arguments import Arguments, read_arguments
from tests.workspace.blocks import Fields
from tests.workspace.faults import Fault
from tests.workspace.methods import METHODS
from tests.workspace.records import Call, SlackRefusal

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace

MODULES = (
    chat_methods,
    conversation_methods,
    file_methods,
    people_methods,
    sessions,
    streams,
    view_methods,
)  # importing registers the methods


class WebApi:
    """One workspace's Web API."""

    def __init__(self, workspace: Workspace, *, bot_token: str, app_token: str) -> None:
        self._workspace = workspace
        self._tokens = {bot_token: "bot", app_token: "app"}

    async def serve(self, request: Request) -> Response:
        """Answer one request and record it."""
        name = request.path_params["method"]
        fault = self._workspace.faults.next(name)
        values: Fields = {}
        try:
            values = await read_arguments(request)
            answer = self._answer(request, name, values, fault)
        except SlackRefusal as refusal:
            if refusal.error == "ratelimited":  # busy times are no misuse
                fault = Fault(kind="rate_limit")
            else:
                self._workspace.record_misuse(name, refusal)
            answer = refusal.answer()
        except Exception:
            self._workspace.record_exception(name, traceback.format_exc())
            answer = {"ok": False, "error": "fatal_error"}
        status, headers = 200, {"x-oauth-scopes": ",".join(sorted(self._workspace.manifest.scopes))}
        if fault is not None:
            status = 429 if fault.kind == "rate_limit" else fault.status
            if fault.kind == "rate_limit":
                headers["Retry-After"] = str(fault.retry_after)
        dropped = fault is not None and fault.kind == "drop"
        call = Call(method=name, arguments=values, status=status, answer=None if dropped else answer)
        self._workspace.record_call(call)
        if dropped:
            await self._workspace.server.abort(request)
        return JSONResponse(answer, status_code=status, headers=headers)

    def _answer(self, request: Request, name: str, values: Fields, fault: Fault | None) -> Fields:
        if name not in METHODS:
            raise SlackRefusal("unknown_method", f"the workspace does not model {name}")
        self._check_token(request, name, values)
        if fault is not None:
            if fault.kind == "rate_limit":
                return {"ok": False, "error": "ratelimited"}
            if fault.kind == "error":
                return {"ok": False, "error": fault.error}
            if not fault.after_processing:
                return {}
        arguments = Arguments(values)
        with self._workspace.changing():
            METHODS[name].check(arguments, self._workspace.manifest.scopes)
            return {"ok": True, **METHODS[name].answer(self._workspace, arguments)}

    def _check_token(self, request: Request, name: str, values: Fields) -> None:
        header = request.headers.get("authorization", "")
        token = header.removeprefix("Bearer ") if header else str(values.get("token", ""))
        if not token:
            raise SlackRefusal("not_authed")
        if token not in self._tokens:
            raise SlackRefusal("invalid_auth")
        if self._tokens[token] != METHODS[name].token:
            raise SlackRefusal("not_allowed_token_type")
