"""Files of this machine as the library takes them: found in a fixed order, read one at a time, never followed out."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.domain import Details, Failure, Upload
from knowledge.errors import (
    BadName,
    NothingToIndex,
    PathNotFound,
    TooLarge,
    UnreadableDocument,
    UnreadableFolder,
)

NO_DETAILS = Details()
# Left behind by Office and Windows beside the documents themselves.
LITTER = ("~$", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The files that `paths` name, each once, and the folders among them, all as absolute paths."""

    paths: tuple[Path, ...]
    folders: tuple[str, ...]


def find_files(paths: Sequence[Path]) -> Found:
    """Walk files and folders in a fixed order; hidden files are passed over, a loop of links ends.

    A link that leads out of all the folders named stays a link, which `read_uploads` does not follow: whoever may put
    files into a shared folder could have the bot read out what only the bot's own account may read.
    Raises PathNotFound for paths that are not there and UnreadableFolder for a folder that cannot be looked into.
    Raises NothingToIndex for a folder without a file of a known format: the likely reason is a share that is not
    mounted, and mirroring it would empty the library.
    """
    from knowledge.reading import known_format

    missing = [_shown(path) for path in paths if not path.exists()]
    if missing:
        raise PathNotFound(f"No such file or folder: {', '.join(missing)}; please check the spelling.")
    found: dict[Path, None] = {}
    folders: list[str] = []
    named = [path.resolve() for path in paths]
    for path in named:
        if not path.is_dir():
            found[path] = None
            continue
        try:
            inside = list(_walk(path, named))
        except OSError as err:
            raise UnreadableFolder(f"The folder {path.name} could not be read; please check its permissions.") from err
        if not any(known_format(file.name) for file in inside):
            raise NothingToIndex(
                f"The folder {path.name} holds no document; please check that it is the right one and is connected."
            )
        found |= dict.fromkeys(inside)
        folders.append(str(path))
    return Found(paths=tuple(found), folders=tuple(folders))


def read_uploads(
    paths: Iterable[Path], *, max_bytes: int, details: Details = NO_DETAILS, replaces: str | None = None
) -> Iterator[Upload | Failure]:
    """Read one file after the other; what cannot be opened becomes a Failure, so that the rest goes on."""
    for path in paths:
        try:
            content = _read(path, max_bytes)
            yield Upload(name=path.name, content=content, place=str(path), details=details, replaces=replaces)
        except UnreadableDocument as err:
            shown = _shown(path)
            yield Failure(name=shown, advice=err.advice, place=shown, details=details, replaces=replaces)


def _shown(path: Path) -> str:
    """Write a path as text, also one whose bytes are none."""
    return os.fsencode(path).decode("utf-8", "replace")


def _walk(root: Path, named: Sequence[Path]) -> Iterator[Path]:
    """The folder's files, then those of its folders, by name; links out of the folders `named` as they are."""
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        entry = folder.stat()
        if (entry.st_dev, entry.st_ino) in seen:
            continue
        seen.add((entry.st_dev, entry.st_ino))
        inner: list[Path] = []
        for child in sorted(child for child in folder.iterdir() if not child.name.startswith((".", *LITTER))):
            if not (child.is_file() or child.is_dir()):
                continue
            target = child.resolve()
            if not any(target.is_relative_to(folder) for folder in named):
                yield child
            elif target.is_dir():
                inner.append(target)
            else:
                yield target
        waiting += reversed(inner)


def _read(path: Path, max_bytes: int) -> bytes:
    """Read a regular file of at most `max_bytes`; its name and size are looked at before its content.

    Opened without waiting, for somebody may have put a pipe in its place, and without following a link.
    """
    from knowledge.reading import known_format, unknown_format

    if not _is_text(str(path)):
        raise BadName
    if path.is_symlink():
        raise UnreadableDocument("This link leads out of its folder; please name the file or folder it leads to.")
    if not known_format(path.name):
        raise unknown_format(path.name)
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW), "rb") as file:  # noqa: PTH123
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise UnreadableDocument("This is not a file that can be read; please name a document.")
            if before.st_size > max_bytes:
                raise _too_large(before.st_size, max_bytes)
            # One byte more than allowed tells a file that grew meanwhile.
            content = file.read(max_bytes + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError as err:
        raise UnreadableDocument("This file was gone when its turn came; please run the same command again.") from err
    except OSError as err:
        raise UnreadableDocument("This file could not be opened; please check its permissions.") from err
    if len(content) > max_bytes:
        raise _too_large(len(content), max_bytes)
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise UnreadableDocument("This file changed while it was read; please run the same command again.")
    return content


def _is_text(path: str) -> bool:
    """Whether a path can be written down; one made of bytes that are no text in UTF-8 cannot."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _too_large(size: int, max_bytes: int) -> TooLarge:
    million = 1_000_000
    return TooLarge(
        f"This file has {size // million} MB and the limit is {max_bytes // million}; "
        "please split it or raise MAX_FILE_MB."
    )
