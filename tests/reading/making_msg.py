"""Outlook mails as compound files: only as much of the format (MS-CFB, MS-OXMSG) as a small mail needs."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

SECTOR, MINI = 512, 64
END, FREE, FAT, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
TEXT, BINARY = 0x001F, 0x0102
CLASS, SUBJECT, SENDER, ADDRESS, BODY, HTML = 0x001A, 0x0037, 0x0C1A, 0x0C1F, 0x1000, 0x1013
HEADERS, FILE_NAME, PERSON, EMAIL = 0x007D, 0x3707, 0x3001, 0x3003


@dataclass(slots=True)
class Folder:
    """A storage: its streams by name and the storages in it."""

    streams: dict[str, bytes] = field(default_factory=dict)
    folders: dict[str, "Folder"] = field(default_factory=dict)


def make_msg(*, attachments: tuple[str, ...] = (), recipients: tuple[str, ...] = (), **texts: str | bytes) -> bytes:
    """Return a mail with these properties: subject, body, html (bytes), headers, sender, address, message_class."""
    ids = {"subject": SUBJECT, "body": BODY, "html": HTML, "headers": HEADERS, "sender": SENDER, "address": ADDRESS}
    values = {ids[name]: value for name, value in texts.items() if name in ids}
    mail = with_properties({CLASS: texts.get("message_class", "IPM.Note"), **values}, header=32)
    for number, name in enumerate(attachments):
        mail.folders[f"__attach_version1.0_#{number:08X}"] = with_properties({FILE_NAME: name}, header=8)
    for number, name in enumerate(recipients):
        person = with_properties({PERSON: name, EMAIL: f"{name.lower()}@example.org"}, header=8)
        mail.folders[f"__recip_version1.0_#{number:08X}"] = person
    return compound(mail)


def with_properties(values: dict[int, str | bytes], header: int) -> Folder:
    folder = Folder()
    entries = bytes(header)
    for number, value in values.items():
        kind = BINARY if isinstance(value, bytes) else TEXT
        content = value if isinstance(value, bytes) else value.encode("utf-16-le")
        folder.streams[f"__substg1.0_{number:04X}{kind:04X}"] = content
        entries += struct.pack("<HHIII", kind, number, 6, len(content) + (2 if kind == TEXT else 0), 0)
    folder.streams["__properties_version1.0"] = entries
    return folder


def compound(root: Folder) -> bytes:
    """Write storages and streams, all streams as small ones."""
    entries: list[list[Any]] = []
    small = bytearray()
    chain: list[int] = []

    def add(name: str, kind: int, content: bytes = b"") -> int:
        start = len(chain) if content else END
        pieces = -(-len(content) // MINI)
        chain.extend([*range(len(chain) + 1, len(chain) + pieces), END] if pieces else [])
        small.extend(content.ljust(pieces * MINI, b"\0"))
        entries.append([name, kind, NONE, NONE, start, len(content)])
        return len(entries) - 1

    def fill(place: int, folder: Folder) -> None:
        children = [add(name, 2, content) for name, content in folder.streams.items()]
        for name, inner in folder.folders.items():
            children.append(add(name, 1))
            fill(children[-1], inner)
        entries[place][3] = children[0] if children else NONE
        for child, following in pairwise(children):
            entries[child][2] = following

    add("Root Entry", 5)
    fill(0, root)
    mini_fat = b"".join(struct.pack("<I", each) for each in chain)
    mini_fat += struct.pack("<I", FREE) * (-len(chain) % 128)
    directory_size = -(-len(entries) * 128 // SECTOR)
    small_size, mini_fat_size = -(-len(small) // SECTOR), len(mini_fat) // SECTOR
    first_small = 1 + directory_size + mini_fat_size
    entries[0][4:] = [first_small, len(small)]
    fat = [FAT]
    for size in (directory_size, mini_fat_size, small_size):
        fat += [*range(len(fat) + 1, len(fat) + size), END]
    fat += [FREE] * (128 - len(fat))
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 1 + directory_size, 1, END, 0, 0
    )
    header += struct.pack("<I", FREE) * 108
    directory = b"".join(entry_bytes(entry) for entry in entries)
    return (
        header.ljust(SECTOR, b"\0")
        + b"".join(struct.pack("<I", each) for each in fat)
        + directory.ljust(directory_size * SECTOR, b"\0")
        + mini_fat
        + bytes(small).ljust(small_size * SECTOR, b"\0")
    )


def entry_bytes(entry: Sequence[Any]) -> bytes:
    name, kind, right, child, start, size = entry
    written = name.encode("utf-16-le")
    return (
        written.ljust(64, b"\0")
        + struct.pack("<HBB", len(written) + 2, kind, 1)
        + struct.pack("<III", NONE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
