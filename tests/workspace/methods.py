"""The registry of Web API methods: what each takes, which token and which scope it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.workspace.arguments import Arguments
from tests.workspace.blocks import Fields
from tests.workspace.records import SlackRefusal

if TYPE_CHECKING:
    from tests.workspace.workspace import Workspace

Answer = Callable[["Workspace", Arguments], Fields]
IGNORED = frozenset({"team_id", "token"})  # bolt adds team_id to calls; token may come in the body


@dataclass(frozen=True, kw_only=True)
class Method:
    """One modelled method. Arguments that are neither required nor optional are refused, never ignored."""

    name: str
    answer: Answer
    scope: str | None
    token: Literal["bot", "app"]
    required: frozenset[str]
    optional: frozenset[str]

    def check(self, arguments: Arguments, granted: Iterable[str]) -> None:
        if self.scope is not None:
            need_scope(self.scope, granted)
        missing = sorted(self.required - arguments.names)
        if missing:
            raise SlackRefusal("invalid_arguments", *(f"missing required field: {name}" for name in missing))
        unknown = sorted(arguments.names - self.required - self.optional - IGNORED)
        if unknown:
            raise SlackRefusal("unmodelled_argument", *unknown)


BOT: Literal["bot"] = "bot"
METHODS: dict[str, Method] = {}


def method(
    name: str,
    *,
    scope: str | None = None,
    token: Literal["bot", "app"] = BOT,
    required: str = "",
    optional: str = "",
) -> Callable[[Answer], Answer]:
    """Register a function as the answer to a Web API method; argument names are separated by spaces."""

    def register(answer: Answer) -> Answer:
        METHODS[name] = Method(
            name=name,
            answer=answer,
            scope=scope,
            token=token,
            required=frozenset(required.split()),
            optional=frozenset(optional.split()),
        )
        return answer

    return register


def need_scope(scope: str, granted: Iterable[str]) -> None:
    """Refuse with missing_scope, naming what is needed and what the token has."""
    if scope not in set(granted):
        raise SlackRefusal("missing_scope", needed=scope, provided=",".join(sorted(granted)))
