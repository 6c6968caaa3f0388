"""Files as they lie on a disk others write to: links, pipes, files that change, names nobody can write down."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from knowledge.domain import Failure, Upload
from knowledge.errors import PathNotFound
from knowledge.files import find_files, read_uploads
from knowledge.knowledge_base import KnowledgeBase

MAX_BYTES = 200_000_000


def read(*paths: Path) -> list[Upload | Failure]:
    return list(read_uploads(find_files(paths).paths, max_bytes=MAX_BYTES))


def the_advice(*paths: Path) -> str:
    (failure,) = read(*paths)
    assert isinstance(failure, Failure)
    return failure.advice


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder others write to, with one document."""
    folder = tmp_path / "share"
    folder.mkdir()
    (folder / "gifts.md").write_text("Gifts.", "utf-8")
    return folder


def names(share: Path) -> list[str]:
    return [upload.name for upload in read(share) if isinstance(upload, Upload)]


def test_links_that_lead_to_themselves_or_in_a_circle_are_passed_over(share: Path) -> None:
    (share / "self.md").symlink_to(share / "self.md")
    (share / "a").symlink_to(share / "b")
    (share / "b").symlink_to(share / "a")
    (share / "up").symlink_to(share, target_is_directory=True)
    assert names(share) == ["gifts.md"]
    with pytest.raises(PathNotFound):
        find_files([share / "self.md"])


def test_a_link_within_the_folder_names_the_same_document(share: Path) -> None:
    (share / "again.md").symlink_to(share / "gifts.md")
    assert names(share) == ["gifts.md"]


@pytest.mark.parametrize("target", ["private/salaries.md", "private"])
def test_a_link_out_of_the_folder_is_told_and_not_followed(share: Path, target: str) -> None:
    private = share.parent / "private"
    private.mkdir()
    (private / "salaries.md").write_text("Salaries.", "utf-8")
    (share / "link.md").symlink_to(share.parent / target)
    told, gifts = sorted(read(share), key=lambda one: isinstance(one, Upload))
    assert isinstance(gifts, Upload)
    assert isinstance(told, Failure)
    assert told.name == told.place == str(share / "link.md")
    assert told.advice.startswith("This link leads out of its folder;")
    # Whoever names the target has looked at it.
    assert {upload.name for upload in read(share, private) if isinstance(upload, Upload)} == {"gifts.md", "salaries.md"}
    (salaries,) = read(private / "salaries.md")
    assert isinstance(salaries, Upload)


def test_a_file_that_became_a_link_since_it_was_found_is_not_followed(share: Path) -> None:
    found = find_files([share])
    (share / "gifts.md").unlink()
    (share.parent / "secret.md").write_text("Secret.", "utf-8")
    (share / "gifts.md").symlink_to(share.parent / "secret.md")
    (failure,) = read_uploads(found.paths, max_bytes=MAX_BYTES)
    assert isinstance(failure, Failure)


def test_a_pipe_or_device_is_told_at_once_and_holds_nobody_up(share: Path) -> None:
    found = find_files([share])
    (share / "gifts.md").unlink()
    os.mkfifo(share / "gifts.md")
    (failure,) = read_uploads(found.paths, max_bytes=MAX_BYTES)
    assert isinstance(failure, Failure)
    assert failure.advice == "This is not a file that can be read; please name a document."
    zeros = share / "zeros.md"
    zeros.symlink_to("/dev/zero")
    assert the_advice(zeros).startswith("This kind of file is not supported;")


def test_pipes_in_a_folder_are_passed_over(share: Path) -> None:
    os.mkfifo(share / "pipe.md")
    assert names(share) == ["gifts.md"]


@contextmanager
def somebody_writing(path: Path) -> Iterator[None]:
    """Append to a file without pause."""
    done = threading.Event()
    begun = threading.Event()

    def write() -> None:
        with path.open("ab", buffering=0) as file:
            while not done.is_set():
                file.write(b"More. ")
                begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        done.set()
        writer.join()


def test_a_file_that_changes_while_it_is_read_is_told_rather_than_read_half_old_half_new(share: Path) -> None:
    path = share / "minutes.txt"
    path.write_bytes(b"Words. " * 12_000_000)
    with somebody_writing(path):
        advice = the_advice(path)
    assert advice == "This file changed while it was read; please run the same command again."
    assert isinstance(read(path)[0], Upload)


def test_a_file_that_is_gone_when_its_turn_comes_is_told(share: Path) -> None:
    found = find_files([share])
    (share / "gifts.md").unlink()
    (failure,) = read_uploads(found.paths, max_bytes=MAX_BYTES)
    assert isinstance(failure, Failure)
    assert failure.advice.startswith("This file was gone")


def test_a_name_that_is_no_text_is_one_failed_file(share: Path, knowledge_base: KnowledgeBase) -> None:
    try:
        (share / os.fsdecode(b"caf\xe9.md")).write_text("Coffee.", "utf-8")
    except OSError:
        pytest.skip("this file system takes text only")
    receipt = knowledge_base.add(read(share), actor="test")
    assert receipt.added == ("gifts.md",)
    assert [failure.advice for failure in receipt.failed] == [
        "The name of this file holds characters that cannot be shown; please rename it."
    ]
    assert receipt.failed[0].name.endswith("caf\ufffd.md")


@pytest.mark.parametrize("name", ["../../gifts.md", "/etc/gifts.md", "..\\..\\gifts.md", "a/../../gifts.md"])
def test_a_name_that_climbs_out_of_its_folder_is_only_a_name(
    knowledge_base: KnowledgeBase, tmp_path: Path, name: str
) -> None:
    before = sorted(tmp_path.rglob("*gifts*"))
    knowledge_base.add([Upload(name=name, content=b"Gifts are small.", place=f"slack/{name}")], actor="test")
    (record,) = knowledge_base.documents()
    assert ".." not in record.id
    assert "/" not in record.id
    assert sorted(tmp_path.rglob("*gifts*")) == before
