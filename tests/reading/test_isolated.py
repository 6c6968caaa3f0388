"""The process that reads files: what it is told, and that nothing it does takes its parent down or holds it up."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.domain import Details, Upload
from knowledge.errors import (
    DamagedDocument,
    EmptyDocument,
    ReaderStopped,
    ReadingUnavailable,
    TooLarge,
    TooMuchMemory,
    TooSlow,
    UnknownFormat,
    UnreadableDocument,
)
from knowledge.reading import Limits, read_upload
from knowledge.reading.isolated import IsolatedReader
from tests.making import STARTER
from tests.reading import strange_reader

SHORT = Limits(max_quiet_seconds=2, max_seconds=4, max_memory_bytes=200 * 2**20)
PATIENT = replace(SHORT, max_quiet_seconds=60, max_seconds=60)
NOTE = Upload(name="note.md", content=b"# Note\n\nThe office is open on Mondays.\n", place="note.md")


def named(content: str | bytes, name: str = "x.txt") -> Upload:
    return Upload(name=name, content=content.encode() if isinstance(content, str) else content, place=f"files/{name}")


def process_of(reader: IsolatedReader) -> int:
    assert reader._process is not None
    return reader._process._popen.pid


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    """A reader for files that do no harm."""
    with closing(IsolatedReader(Limits())) as opened:
        yield opened


@pytest.fixture
def strange() -> Iterator[IsolatedReader]:
    """A reader whose process misbehaves, under limits a test can wait for."""
    with closing(IsolatedReader(SHORT, strange_reader.COMMAND)) as opened:
        yield opened


@pytest.fixture
def patient() -> Iterator[IsolatedReader]:
    """The same, given time to use up its memory on a busy machine."""
    with closing(IsolatedReader(PATIENT, strange_reader.COMMAND)) as opened:
        yield opened


def test_what_is_read_apart_is_what_is_read_here(reader: IsolatedReader) -> None:
    for path in sorted(STARTER.glob("*.md")):
        upload = Upload(name=path.name, content=path.read_bytes(), place=path.name, details=Details(issuer="Us"))
        assert reader.read(upload) == read_upload(upload, Limits())


@pytest.mark.parametrize(
    ("upload", "error"),
    [
        (named(b"\x00\x01\xff" * 50, "x.md"), DamagedDocument),
        (named("---\ntitle: Only this\n---\n", "x.md"), EmptyDocument),
        (named("words", "x.mp4"), UnknownFormat),
        (named(bytes(200 * 2**20)), TooLarge),
        (named("words", "caf\udce9.txt"), UnreadableDocument),
    ],
)
def test_what_is_refused_apart_is_what_is_refused_here(
    reader: IsolatedReader, upload: Upload, error: type[UnreadableDocument]
) -> None:
    with pytest.raises(error) as here:
        read_upload(upload, Limits())
    with pytest.raises(error) as apart:
        reader.read(upload)
    assert (type(apart.value), apart.value.advice) == (type(here.value), here.value.advice)


def test_advice_that_names_a_key_arrives_word_for_word(reader: IsolatedReader) -> None:
    with pytest.raises(UnreadableDocument, match="The `kind` is none we know"):
        reader.read(named("---\nkind: poem\n---\nWords.", "x.md"))


@pytest.mark.parametrize(
    ("manner", "error"),
    [
        ("grow", TooMuchMemory),
        ("promise_too_much", TooLarge),
        ("crash", ReaderStopped),
        ("leave", ReaderStopped),
        ("babble", ReaderStopped),
        ("answer_something_else", ReaderStopped),
    ],
)
def test_a_file_that_harms_its_reader_is_one_failed_file(
    patient: IsolatedReader, manner: str, error: type[UnreadableDocument]
) -> None:
    with pytest.raises(error):
        patient.read(named(manner))
    assert patient.read(named("The next one.")).sections[0].text == "The next one."


@pytest.mark.parametrize("manner", ["hang", "calculate", "turn_pages", "drip", "use_up_the_processor"])
def test_a_file_without_end_is_one_failed_file(strange: IsolatedReader, manner: str) -> None:
    with pytest.raises(TooSlow):
        strange.read(named(manner))
    assert strange.read(named("The next one.")).sections[0].text == "The next one."


def test_a_process_can_name_no_error_but_those_of_files(strange: IsolatedReader) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        strange.read(named("name_another_error"))
    assert type(caught.value) is UnreadableDocument


def test_a_file_that_ends_its_reader_is_not_tried_again(tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    noting = tmp_path / "noting.py"
    noting.write_text(f"open({str(tries)!r}, 'a').write('x')\n{Path(strange_reader.__file__).read_text('utf-8')}")
    with closing(IsolatedReader(SHORT, (sys.executable, str(noting)))) as reader, pytest.raises(ReaderStopped):
        reader.read(named("crash"))
    assert tries.read_text() == "x"


def test_a_reader_ended_between_two_files_is_replaced(reader: IsolatedReader) -> None:
    reader.read(NOTE)
    before = process_of(reader)
    os.kill(before, signal.SIGKILL)
    os.waitid(os.P_PID, before, os.WEXITED | os.WNOWAIT)
    assert reader.read(NOTE).card.title == "Note"
    assert process_of(reader) != before


def test_a_reader_that_does_not_start_is_no_fault_of_the_file() -> None:
    for command in ((sys.executable, "-c", ""), ("/no/such/program",)):
        with closing(IsolatedReader(SHORT, command)) as reader, pytest.raises(ReadingUnavailable):
            reader.read(NOTE)


def test_a_reader_that_grew_is_replaced_after_its_file(strange: IsolatedReader) -> None:
    strange.read(named("Words."))
    before = process_of(strange)
    strange.read(named("Words."))
    assert process_of(strange) == before
    strange.read(named("swell"))
    strange.read(named("Words."))
    assert process_of(strange) != before


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")
def test_the_process_is_told_no_secret_and_inherits_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    with (tmp_path / "ledger").open("w") as ledger, closing(IsolatedReader(Limits())) as reader:
        os.set_inheritable(ledger.fileno(), True)
        reader.read(NOTE)
        about = Path(f"/proc/{process_of(reader)}")
        assert b"SLACK" not in (about / "environ").read_bytes()
        assert (about / "cwd").readlink() == Path("/")
        held = {str(file.readlink()) for file in (about / "fd").iterdir()}
    assert {name.split(":")[0] for name in held} == {"/dev/null", "socket"}


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks into /proc")
def test_the_system_holds_the_process_to_its_limits(reader: IsolatedReader) -> None:
    reader.read(NOTE)
    lines = Path(f"/proc/{process_of(reader)}/limits").read_text("ascii").splitlines()
    soft = {line[:25].strip(): line[25:].split()[0] for line in lines[1:]}
    assert soft["Max file size"] == soft["Max core file size"] == "0"
    assert int(soft["Max address space"]) == Limits().max_memory_bytes
    assert int(soft["Max cpu time"]) < 5 * Limits().max_quiet_seconds


def test_nothing_is_left_open_or_running_by_readers_that_were_closed_or_broken() -> None:
    with closing(IsolatedReader(SHORT, strange_reader.COMMAND)) as warm:
        warm.read(named("Words."))
    before, processes = open_files(), []
    for manner in ("crash", "babble", "promise_too_much", "Words."):
        with closing(IsolatedReader(SHORT, strange_reader.COMMAND)) as reader:
            reader.start()
            processes.append(process_of(reader))
            with suppress(UnreadableDocument):
                reader.read(named(manner))
    assert open_files() == before
    for process in processes:
        with pytest.raises(ChildProcessError):
            os.waitpid(process, os.WNOHANG)


# A parent that says who its reader is, and then waits: for a page of 60 MB, which takes minutes, or for nothing.
PARENT = """
import sys
from knowledge.domain import Upload
from knowledge.reading import Limits
from knowledge.reading.isolated import IsolatedReader
reader = IsolatedReader(Limits())
reader.read(Upload(name="note.md", content=b"Words.", place="note.md"))
print(reader._process._popen.pid, flush=True)
if sys.argv[1] == "reading":
    page = b"<html><body>" + b"<p>The office keeps a list of its partners and of the visits they made.</p>" * 800_000
    reader.read(Upload(name="page.html", content=page, place="page.html"))
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process that is not its own child")
@pytest.mark.parametrize("busy", ["reading", "idle"])
def test_a_parent_that_is_killed_leaves_no_process_behind(busy: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    child = os.pidfd_open(int(parent.stdout.readline()))
    assert select.select([child], [], [], 1) == ([], [], [])
    parent.kill()
    assert select.select([child], [], [], 20) == ([child], [], [])
    parent.communicate()
    os.close(child)
