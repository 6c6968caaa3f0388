"""Turns whatever went wrong into one error of our tree, so that every edge shows advice and nobody sees a text."""

import errno
import logging
import re
from collections.abc import Iterator

from knowledge.errors import AttacheError, DiskFull, FolderNotWritable

log = logging.getLogger(__name__)

# Disk full, quota used up, and the file size limit of the process: for whoever has to act they are the same.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NOT_WRITABLE = {errno.EACCES, errno.EPERM, errno.EROFS}
# Chroma and tantivy are Rust and pass on what the operating system said only as text in an error of their own.
RUST_NUMBER = re.compile(r"\(os error (\d+)\)|\bOs \{ code: (\d+)")
IN_WORDS = ("database or disk is full", "disk I/O error", "io::Error most likely")


def explain(err: Exception) -> AttacheError:
    """Return the error to show for `err` and log it with its traceback under the same reference."""
    shown = _shown(err)
    log.error("%s, reference %s", shown.name, shown.reference, exc_info=err)
    return shown


def _shown(err: Exception) -> AttacheError:
    if isinstance(err, DiskFull):
        return err
    causes = tuple(_causes(err))
    if any(_says_no_room(cause) for cause in causes):
        return DiskFull()
    if isinstance(err, AttacheError):
        return err
    if any(number in NOT_WRITABLE for cause in causes for number in _numbers(cause)):
        return FolderNotWritable()
    return AttacheError()


def _says_no_room(err: BaseException) -> bool:
    if isinstance(err, AttacheError):
        return False
    return not NO_ROOM.isdisjoint(_numbers(err)) or any(text in str(err) for text in IN_WORDS)


def _numbers(err: BaseException) -> tuple[int, ...]:
    """The operating system's error numbers that an error carries, as an attribute or in its text."""
    if isinstance(err, OSError):
        return (err.errno,) if err.errno else ()
    return tuple(int(one or other) for one, other in RUST_NUMBER.findall(str(err)))


def _causes(err: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, each once."""
    seen: set[int] = set()
    while err is not None and id(err) not in seen:
        seen.add(id(err))
        yield err
        err = err.__cause__ or err.__context__
