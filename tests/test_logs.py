"""The log holds our records and only the whereabouts of anybody else's."""

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.logs import LOG_NAME, start_logging


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """Logging belongs to the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.captureWarnings(capture=False)


def test_our_records_are_written_and_a_librarys_text_is_not(tmp_path: Path) -> None:
    start_logging(tmp_path, "INFO")
    logging.getLogger("knowledge.asking").info("question %s: %d hits", "desk:1", 50)
    trace = (RuntimeError, RuntimeError("the mayor's secret"), None)
    logging.getLogger("slack_bolt.App").error("Failed to run listener: %s", "the mayor's secret", exc_info=trace)
    log = (tmp_path / LOG_NAME).read_text("utf-8")
    assert "question desk:1: 50 hits" in log
    assert "ERROR slack_bolt.App: test_logs:" in log
    assert "secret" not in log


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    start_logging(tmp_path, "INFO")
    logging.getLogger("bot").warning("started")
    assert stat.S_IMODE((tmp_path / LOG_NAME).stat().st_mode) == 0o600


def test_nothing_is_made_before_there_is_something_to_write(tmp_path: Path) -> None:
    start_logging(tmp_path / "home", "INFO")
    assert not (tmp_path / "home").exists()


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "home").write_text("", "utf-8")
    start_logging(tmp_path / "home", "INFO")
    logging.getLogger("bot").warning("started")
    assert capsys.readouterr().err == ""


def test_starting_twice_writes_each_record_once(tmp_path: Path) -> None:
    start_logging(tmp_path, "INFO")
    start_logging(tmp_path, "INFO")
    logging.getLogger("bot").warning("started")
    assert (tmp_path / LOG_NAME).read_text("utf-8").count("started") == 1
