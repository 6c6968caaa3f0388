"""A folder of a thousand files, some broken in ways of their own: the rest is indexed at once, what is mended later."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from knowledge.knowledge_base import KnowledgeBase
from tests.cli.calling import Attache

FILES = 1_000
MENDED = "broken-front-matter.md"


def not_office() -> bytes:
    """A zip that is no Word file."""
    out = BytesIO()
    with ZipFile(out, "w") as package:
        package.writestr("mimetype", "nothing")
    return out.getvalue()


BROKEN = {
    "broken-empty.md": b"",
    MENDED: b"---\ndate: soon\n---\n# Gifts\n\nThe mayor gives honey.\n",
    "broken-half.pdf": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "broken-package.docx": not_office(),
    "broken-sheet.xlsx": b"PK\x03\x04 and no more",
    "broken-picture.png": b"\x89PNG\r\n\x1a\n and no more",
    "broken-collection.md": b"---\ncollection: nowhere\n---\n# Flags\n\nFlags stand on the left.\n",
}


def test_a_thousand_files_are_indexed_but_for_the_broken_ones_and_these_once_mended(
    bot: KnowledgeBase, attache: Attache, tmp_path: Path
) -> None:
    folder = tmp_path / "share"
    folder.mkdir()
    whole = [f"note-{number:04}.md" for number in range(FILES - len(BROKEN))]
    for number, name in enumerate(whole):
        (folder / name).write_text(f"# Note {number}\n\nRoom {number} has a chair.\n", "utf-8")
    for name, content in BROKEN.items():
        (folder / name).write_bytes(content)
    first = attache("index", folder, "--json")
    assert (first.code, len(first.json["added"])) == (1, len(whole))
    failed = {one["name"]: one["advice"] for one in first.json["failed"]}
    assert failed.keys() == BROKEN.keys()
    assert all(advice.endswith(".") and len(advice) > 20 for advice in failed.values())
    assert len({*failed.values()}) >= 4
    assert len(bot.documents()) == len(whole)
    (folder / MENDED).write_bytes(BROKEN[MENDED].replace(b"soon", b"2026"))
    again = attache("index", "--retry-failed", "--json")
    assert (again.code, again.json["added"], again.json["unchanged"]) == (1, [MENDED], [])
    assert {one["name"] for one in again.json["failed"]} == BROKEN.keys() - {MENDED}
    assert len(bot.documents()) == len(whole) + 1
    assert len(attache("documents", "--failed", "--json").json["failed"]) == len(BROKEN) - 1
