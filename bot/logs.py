"""The log: one file in the data folder, readable by its owner only. It holds ids, counts and tracebacks, never texts.

Libraries log what they handle, Slack payloads included; of their records only where they come from is kept.
"""

import logging
import os
import sys
import warnings
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

OURS = ("bot", "knowledge")
LOG_NAME = Path("logs", "attache.log")
BYTES_PER_FILE = 2_000_000
FILES_KEPT = 5
# Read by huggingface_hub and transformers when they are first imported: nothing is fetched at run time, and a
# progress bar for loading weights says nothing to staff.
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}


def start_logging(home: Path, level: str) -> None:
    """Send every record to the file in the data folder and keep libraries off the terminal."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.captureWarnings(capture=True)
    handler = _OwnersFile(home / LOG_NAME)
    handler.setFormatter(_WithoutTexts("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    for old in [old for old in root.handlers if isinstance(old, _OwnersFile)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


class _OwnersFile(RotatingFileHandler):
    """A rotating file made with mode 0600, and its folder, when the first record comes. Never complains itself."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=BYTES_PER_FILE, backupCount=FILES_KEPT, encoding="utf-8", delay=True)

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's own name)
        """Say nothing: a full disk or a folder that cannot be written to is reported by whoever needs it."""


class _WithoutTexts(logging.Formatter):
    """Writes a library's record as its place in the source, for its message may quote a document or a payload."""

    def format(self, record: logging.LogRecord) -> str:
        if record.name.split(".")[0] in OURS:
            return super().format(record)
        place = f"{record.module}:{record.lineno}"
        bare = logging.makeLogRecord({**record.__dict__, "msg": place, "args": (), "exc_info": None, "exc_text": None})
        return super().format(bare)
