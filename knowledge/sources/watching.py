"""Watches folders, so that a saved file is in the library seconds after it stopped changing.

A shared drive may tell nobody what others saved on it: such folders are only swept on schedule.
"""

import logging
from collections.abc import Callable
from pathlib import Path, PurePath
from threading import Event, Thread

from knowledge.reading import known_format

log = logging.getLogger(__name__)

# Milliseconds a folder has to be quiet before it is looked at: programs save in several steps.
QUIET = 1_500
# Milliseconds after which it is looked at although something changes all the time.
LONGEST = 60_000
# Milliseconds until a watch notices that it shall end.
GLANCE = 250


class FolderWatch:
    """One folder, watched by a thread from construction until `stop`."""

    def __init__(self, folder: Path, changed: Callable[[], None], *, quiet: int = QUIET) -> None:
        """Call `changed` in that thread each time files changed and then nothing did for `quiet` milliseconds."""
        self.folder = folder
        self.identity = identity(folder)
        self._changed = changed
        self._quiet = quiet
        self._stopping = Event()
        self._thread = Thread(target=self._watch, name="watching", daemon=True)
        self._thread.start()

    def is_alive(self) -> bool:
        """Whether it watches what lies at its path now: a drive connected anew is another folder."""
        return self._thread.is_alive() and self.identity == identity(self.folder)

    def stop(self) -> None:
        """Watch no more; does not wait for what `changed` is at."""
        self._stopping.set()

    def join(self) -> None:
        """Wait until the thread has ended."""
        self._thread.join()

    def _watch(self) -> None:
        from watchfiles import watch

        try:
            for _ in watch(
                self.folder,
                watch_filter=lambda _, path: _may_matter(PurePath(path)),
                debounce=LONGEST,
                step=self._quiet,
                stop_event=self._stopping,
                rust_timeout=GLANCE,
                yield_on_timeout=False,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._changed()
        except (OSError, RuntimeError) as err:
            log.warning("a folder cannot be watched, it is swept on schedule: %s", type(err).__name__)


def identity(folder: Path) -> tuple[int, int] | None:
    """What tells the folder at a path from another that is put there later; None where there is none."""
    try:
        stat = folder.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino


def _may_matter(path: PurePath) -> bool:
    """Whether it is a document, or may be a folder of some; our own indexes, if they lie there, are neither."""
    return not path.name.startswith((".", "~$")) and (not path.suffix or known_format(path.name))
