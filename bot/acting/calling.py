"""Calls the Attaché that holds the data folder and stands in for its library.

Files are opened on this side, with this side's rights; nothing is kept between two calls.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from bot.acting.calls import CALLS, Call, Packed, call_named, failures, progresses, uploads
from bot.acting.line import REPLY, BrokenLine, Line, Notice, connect, read_notice
from bot.settings import Settings
from knowledge.domain import Failure, Upload
from knowledge.errors import AttacheBusy, AttacheError, AttacheStopped, LibraryInUse, TooLarge
from knowledge.knowledge_base import KnowledgeBase

# Silence, in seconds, after which we look whether the other side still answers anybody.
SILENCE = 60.0


def reach_running(settings: Settings, *, to_rebuild: bool = False) -> KnowledgeBase:
    """Return the library of the Attaché that holds the data folder; what `CALLS` lists can be called on it.

    Raises LibraryInUse where that one takes no calls or is not of our making, AttacheBusy where it does not answer.
    """
    home = settings.attache_home
    try:
        notice = read_notice(home)
        _call(home, notice).close()
    except OSError as err:
        raise LibraryInUse from err
    if notice.release != version("attache"):
        raise LibraryInUse("The running Attaché is of another version; please restart it.")
    if to_rebuild and notice.model != settings.embedding_model:
        raise LibraryInUse(
            "The running Attaché uses another EMBEDDING_MODEL; please stop it, then run `attache rebuild`."
        )
    # Its methods are KnowledgeBase's by name and type; a test holds those that commands use to CALLS.
    return cast("KnowledgeBase", _Elsewhere(home))


class _Elsewhere:
    """A library in another process, or a room of it: each method is a call there."""

    def __init__(self, home: Path, room: str = "") -> None:
        self._home = home
        self._room = room

    def __getattr__(self, name: str) -> "Callable[..., Any] | _Elsewhere":
        if name.startswith("_"):
            raise AttributeError(name)
        name = f"{self._room}{name}"
        if any(call.startswith(f"{name}.") for call in CALLS):
            return _Elsewhere(self._home, f"{name}.")
        return partial(self._act, call_named(name))

    def _act(self, call: Call, *args: Any, **kwargs: Any) -> Any:
        packed = call.pack(*args, **kwargs)
        try:
            with closing(_call(self._home, read_notice(self._home))) as line:
                line.say({"call": call.name, "given": packed.given})
                return call.outcome.validate_python(self._listen(line, packed))
        except TimeoutError as err:
            raise AttacheBusy from err
        except OSError as err:
            raise AttacheStopped from err

    def _listen(self, line: Line, packed: Packed) -> Any:
        """Hand over files and pass progress on until the outcome is there."""
        files = iter(packed.files)
        while True:
            match self._hear(line):
                case {"progress": shape}:
                    packed.on_progress(progresses.validate_python(shape))
                case {"next": int(max_bytes)}:
                    _hand_over(line, files, max_bytes)
                case {"outcome": outcome}:
                    return outcome
                case {"error": {"name": str(name), "advice": str(advice), "reference": str(reference)}}:
                    raise _error(name, advice, reference)
                case _:
                    raise BrokenLine

    def _hear(self, line: Line) -> Mapping[str, Any]:
        """Wait for the next message, however long; an Attaché that answers nobody any more is not waited for."""
        while not line.wait(SILENCE):
            with suppress(BrokenLine):  # sent away because many commands are at work: it answers
                _greet(self._home, read_notice(self._home)).close()
        return line.hear(most=REPLY, seconds=SILENCE)


def _call(home: Path, notice: Notice) -> Line:
    """Call. Raises OSError when nobody is there, AttacheBusy when somebody is and does not let us in."""
    try:
        return _greet(home, notice)
    except (BrokenLine, TimeoutError) as err:
        raise AttacheBusy from err


def _greet(home: Path, notice: Notice) -> Line:
    line = connect(home, notice)
    try:
        line.introduce(notice.key)
    except BaseException:
        line.close()
        raise
    return line


def _hand_over(line: Line, files: Iterator[Upload | Failure], max_bytes: int) -> None:
    file = next(files, None)
    if isinstance(file, Upload) and len(file.content) > max_bytes:
        # Its MAX_FILE_MB may be another than ours.
        file = Failure(name=file.name, advice=TooLarge.advice, place=file.place)
    match file:
        case Upload(content=content):
            line.say({"upload": uploads.dump_python(replace(file, content=b""), mode="json")}, content)
        case Failure():
            line.say({"failure": failures.dump_python(file, mode="json")})
        case None:
            line.say({"end": True})


def _error(name: str, advice: str, reference: str) -> AttacheError:
    """Make the error that was raised there anew, with the reference it has in the log."""
    err = next((kind for kind in _kinds(AttacheError) if kind.__name__ == name), AttacheError)(advice)
    err.reference = reference
    return err


def _kinds(kind: type[AttacheError]) -> Iterator[type[AttacheError]]:
    yield kind
    for below in kind.__subclasses__():
        yield from _kinds(below)
