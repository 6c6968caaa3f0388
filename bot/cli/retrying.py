"""The files that could not be indexed, to be tried again from where they lie."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.files import read_uploads

if TYPE_CHECKING:
    from bot.settings import Settings
    from knowledge.domain import Failure, Upload
    from knowledge.receipts import FailedFile, Receipt


def failed_files(settings: "Settings") -> tuple[tuple["FailedFile", ...], tuple[str, ...]]:
    """Return the files that failed and are still there; those that are gone leave the list, and are named.

    What came another way than as a file of this machine is tried again by whoever brought it.
    """
    from bot.wiring import open_ledger_only

    with open_ledger_only(settings) as ledger:
        failed = [record for record in ledger.failures.records() if Path(record.place).is_absolute()]
        # A link that leads nowhere is there, and not followed now either.
        there = tuple(one for one in failed if Path(one.place).exists() or Path(one.place).is_symlink())
        gone = tuple(one.place for one in failed if one not in there)
        ledger.failures.note((), tried=gone)
    return there, gone


def read_again(
    failed: Iterable["FailedFile"], *, max_bytes: int, collections: str | None
) -> Iterator["Upload | Failure"]:
    """Read files with what was stated of each; `collections` are others that are stated of all of them now."""
    for one in failed:
        details = replace(one.details, collections=collections) if collections else one.details
        yield from read_uploads([Path(one.place)], max_bytes=max_bytes, details=details, replaces=one.replaces)


def retried_lines(tried: Sequence["FailedFile"], gone: Sequence[str], receipt: "Receipt") -> tuple[str, ...]:
    """Say which files left the list without having been indexed now."""
    if not (tried or gone):
        return ("No file failed, so there is nothing to try again.",)
    return (
        *(f"  off the list: {Path(place).name} is no longer there." for place in gone),
        *(f"  off the list: {name} was indexed since." for name in receipt.unchanged),
    )
