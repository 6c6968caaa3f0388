"""Whatever a library raises becomes advice; what the machine says about room and rights is told apart."""

import errno
import logging
import sqlite3

import pytest

from bot.faults import explain
from knowledge.errors import LibraryDamaged, PassageNotFound

TANTIVY_FULL = (
    "Failed to open file for write: 'IoError { io_error: Custom { kind: StorageFull, error: PathError "
    '{ path: "/data/tantivy/.tmp1", err: Os { code: 28, kind: StorageFull, message: "No space left on device" } } } }\''
)


def caused_by(cause: Exception) -> Exception:
    err = LibraryDamaged()
    err.__cause__ = cause
    return err


@pytest.mark.parametrize(
    "err",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        sqlite3.OperationalError("database or disk is full"),
        RuntimeError("error returned from database: (code: 13) database or disk is full"),
        ValueError(TANTIVY_FULL),
        ValueError(
            "An index writer was killed.. A worker thread encountered an error (io::Error most likely) or panicked."
        ),
        caused_by(OSError(errno.EFBIG, "File too large")),
    ],
    ids=["disk", "quota", "sqlite", "chroma", "tantivy", "tantivy later", "below another"],
)
def test_no_room_is_told_as_no_room_whoever_says_it(err: Exception) -> None:
    assert explain(err).name == "DiskFull"


@pytest.mark.parametrize(
    "err",
    [PermissionError(errno.EACCES, "Permission denied"), ValueError("Os { code: 30, kind: ReadOnlyFilesystem }")],
    ids=["permission", "read-only"],
)
def test_no_right_to_write_is_told_as_such(err: Exception) -> None:
    assert explain(err).name == "FolderNotWritable"


def test_an_error_of_ours_is_shown_as_it_is() -> None:
    err = PassageNotFound()
    assert explain(err) is err


def test_an_error_nobody_foresaw_shows_none_of_its_text(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        shown = explain(RuntimeError("the mayor's secret"))
    assert shown.name == "AttacheError"
    assert "secret" not in shown.advice
    assert shown.reference in caplog.text


def test_a_number_in_a_text_is_no_error_of_the_machine() -> None:
    assert explain(ValueError("code 28, section 30")).name == "AttacheError"
