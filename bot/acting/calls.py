"""What one process may have another do with the library, and how arguments and outcomes become JSON and back.

The type hints of `KnowledgeBase` say how each value travels, so that a new method is one more name in `CALLS`; one of a
room of it, which is a property there, is "room.method". What is not named there cannot be called.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from inspect import Signature, signature
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from knowledge.domain import Failure, OnProgress, Progress, Upload
from knowledge.errors import BadCommand
from knowledge.knowledge_base import KnowledgeBase

CALLS = (
    "ask",
    "explain",
    "search",
    "add",
    "remove",
    "restore",
    "roll_back",
    "correct",
    "supersede",
    "undo_supersede",
    "go_back",
    "rebuild",
    "run_gold",
    "documents",
    "proposals.confirm",
    "proposals.discard",
    "proposals.rehearse",
    "collections.add",
    "collections.change",
    "collections.remove",
    "collections.put",
    "sources.add",
    "sources.remove",
    "sources.refresh",
    "gaps.assign",
    "gaps.wait",
    "gaps.note",
    "gaps.merge",
    "gaps.split",
    "gaps.move",
    "gaps.regroup",
    "gaps.decline",
    "gaps.in_scope",
    "gaps.reopen",
    "gaps.withdraw",
    "gaps.answer",
    "gaps.retest",
    "recalls.send",
    "recalls.skip",
)
UPLOADS = Iterable[Upload | Failure]
# Who looks on while a model writes does so in this process.
STAY_HERE = frozenset({"onlooker"})

uploads: TypeAdapter[Upload] = TypeAdapter(Upload)
failures: TypeAdapter[Failure] = TypeAdapter(Failure)
progresses: TypeAdapter[Progress] = TypeAdapter(Progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Arguments ready for the way: `given` as JSON, `files` to hand over one by one, `on_progress` to be told."""

    given: Mapping[str, Any]
    files: Iterable[Upload | Failure]
    on_progress: OnProgress


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A method that can be called from another process; `uploads` and `progress` name the arguments that stream."""

    name: str
    signature: Signature
    arguments: Mapping[str, TypeAdapter[Any]]
    uploads: str | None
    progress: str | None
    outcome: TypeAdapter[Any]

    def pack(self, *args: Any, **kwargs: Any) -> Packed:
        """Sort the arguments of a call by the way they travel."""
        bound = self.signature.bind(*args, **kwargs).arguments
        return Packed(
            given={
                name: adapter.dump_python(bound[name], mode="json")
                for name, adapter in self.arguments.items()
                if name in bound
            },
            files=bound.get(self.uploads or "", ()),
            on_progress=bound.get(self.progress or "", lambda _: None),
        )

    def unpack(
        self, given: Mapping[str, Any], files: Iterable[Upload | Failure], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Make the arguments of the method. Raises BadCommand for what does not fit its types."""
        try:
            arguments = {name: self.arguments[name].validate_python(value) for name, value in given.items()}
        except (KeyError, ValidationError):
            # Not "from" it: pydantic's text quotes what was given, and a question must not get into the log.
            raise unknown_call() from None
        streams = {self.uploads: files, self.progress: on_progress}
        return {**arguments, **{name: stream for name, stream in streams.items() if name}}


@cache
def call_named(name: str) -> Call:
    """Find a call. Raises BadCommand for what `CALLS` does not list."""
    if name not in CALLS:
        raise unknown_call()
    *rooms, last = name.split(".")
    home: Any = KnowledgeBase
    for room in rooms:
        home = get_type_hints(getattr(home, room).fget)["return"]
    method: Callable[..., Any] = getattr(home, last)
    hints = {argument: hint for argument, hint in get_type_hints(method).items() if argument not in STAY_HERE}
    outcome = hints.pop("return")
    streams = {argument: hint for argument, hint in hints.items() if hint in (UPLOADS, OnProgress)}
    stated = signature(method)
    travelling = [one for one in [*stated.parameters.values()][1:] if one.name not in STAY_HERE]
    return Call(
        name=name,
        signature=stated.replace(parameters=travelling),
        arguments={argument: TypeAdapter(hint) for argument, hint in hints.items() if argument not in streams},
        uploads=next((argument for argument, hint in streams.items() if hint == UPLOADS), None),
        progress=next((argument for argument, hint in streams.items() if hint == OnProgress), None),
        outcome=TypeAdapter(outcome),
    )


def unknown_call() -> BadCommand:
    """Say that the two sides do not understand each other."""
    return BadCommand("The running Attaché does not understand this command; please restart it.")
