"""The files that could not be indexed, to be tried again from where they lie."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.files import Found

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.receipts import Receipt


def failed_files(settings: "Settings") -> tuple[Found, tuple[str, ...]]:
    """Return the files that failed and are still there; those that are gone leave the list, and are named.

    What came another way than as a file of this machine is tried again by whoever brought it.
    """
    from bot.wiring import open_ledger_only

    with open_ledger_only(settings) as ledger:
        places = [record.place for record in ledger.failures.records() if Path(record.place).is_absolute()]
        # A link that leads nowhere is there, and not followed now either.
        gone = tuple(place for place in places if not (Path(place).exists() or Path(place).is_symlink()))
        ledger.failures.note((), tried=gone)
    return Found(paths=tuple(Path(place) for place in places if place not in gone), folders=()), gone


def retried_lines(tried: Found, gone: Sequence[str], receipt: "Receipt") -> tuple[str, ...]:
    """Say which files left the list without having been indexed now."""
    if not (tried.paths or gone):
        return ("No file failed, so there is nothing to try again.",)
    return (
        *(f"  off the list: {Path(place).name} is no longer there." for place in gone),
        *(f"  off the list: {name} was indexed since." for name in receipt.unchanged),
    )
