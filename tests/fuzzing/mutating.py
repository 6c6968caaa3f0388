"""Sound documents made unsound: bytes, numbers, tags, parts of packages."""

import random
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from hypothesis import strategies as st

from tests.fuzzing.seeds import seeds

Mutation = Callable[[bytes, random.Random], bytes]

NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"2",
    b"255",
    b"65536",
    b"2147483647",
    b"4294967296",
    b"99999999999999999999",
    b"1e308",
    b"",
)
TAGS = (
    b"<div>",
    b"<table><tr><td>",
    b"<ul><li>",
    b"<b>",
    b"<w:p>",
    b"<w:tbl><w:tr><w:tc>",
    b"<text:list>",
    b"> ",
    b"- ",
)
BOMB = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;&y;">]>'
# A part is blown up to this many bytes, and something repeated at most so often: more would test the machine.
BLOWN_UP, REPEATED = 30 * 2**20, 3_000


PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsound:
    """A file to read, named after what it holds."""

    name: str
    content: bytes


def unsound_files() -> st.SearchStrategy[Unsound]:
    """Return files of every format. Pictures come a quarter as often as others, for each takes long."""
    endings = [ending for ending in sorted(seeds()) for _ in range(1 if ending in PICTURES else 4)]
    # A generator of its own for each file, with a seed that is drawn: what hypothesis would draw call by call repeats
    # every third file.
    return st.builds(_unsound, st.sampled_from(endings), st.randoms(use_true_random=True))


def _unsound(ending: str, chance: random.Random) -> Unsound:
    content = chance.choice(seeds()[ending])
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        mutations = IN_PACKAGES if content.startswith(b"PK") and chance.random() < 0.75 else ANYWHERE
        content = chance.choice(mutations)(content, chance)
    return Unsound(name=f"{zlib.crc32(content):08x}{ending}", content=content)


def _span(content: bytes, chance: random.Random) -> slice:
    start = chance.randrange(len(content) + 1)
    return slice(start, min(len(content), start + int(min(chance.paretovariate(0.7), len(content)))))


def _put(content: bytes, place: slice, new: bytes) -> bytes:
    return content[: place.start] + new + content[place.stop :]


def flip_bits(content: bytes, chance: random.Random) -> bytes:
    mutable = bytearray(content)
    for _ in range(chance.choice((1, 1, 4, 32)) if mutable else 0):
        mutable[chance.randrange(len(mutable))] ^= 1 << chance.randrange(8)
    return bytes(mutable)


def fill(content: bytes, chance: random.Random) -> bytes:
    place = _span(content, chance)
    return _put(content, place, chance.choice((b"\0", b"\xff", b"\x80", b"<", b"(", b"9")) * (place.stop - place.start))


def leave_out(content: bytes, chance: random.Random) -> bytes:
    return _put(content, _span(content, chance), b"")


def break_off(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def repeat(content: bytes, chance: random.Random) -> bytes:
    place = _span(content, chance)
    times = min(chance.choice((2, 10, REPEATED)), BLOWN_UP // 10 // max(place.stop - place.start, 1) + 1)
    return _put(content, place, content[place] * times)


def swap(content: bytes, chance: random.Random) -> bytes:
    one, other = sorted((_span(content, chance), _span(content, chance)), key=lambda place: place.start)
    if one.stop > other.start:
        return content[other] + content
    return (
        content[: one.start] + content[other] + content[one.stop : other.start] + content[one] + content[other.stop :]
    )


def junk(content: bytes, chance: random.Random) -> bytes:
    return _put(content, _span(content, chance), chance.randbytes(chance.choice((1, 2, 4, 60, 2_000))))


def splice(content: bytes, chance: random.Random) -> bytes:
    other = chance.choice(seeds()[chance.choice(sorted(seeds()))])
    return content[: chance.randrange(len(content) + 1)] + other[chance.randrange(len(other)) :]


def change_number(content: bytes, chance: random.Random) -> bytes:
    """Numbers say sizes, places, references: huge ones, none, and those of somewhere else."""
    numbers = list(re.finditer(rb"-?\d+", content))
    if not numbers:
        return content
    found = chance.choice(numbers)
    new = chance.choice((*NUMBERS, chance.choice(numbers).group()))
    return _put(content, slice(*found.span()), new)


def nest(content: bytes, chance: random.Random) -> bytes:
    place = _span(content, chance)
    return _put(content, place, chance.choice(TAGS) * chance.choice((3, 300, REPEATED)) + content[place])


def declare_entities(content: bytes, chance: random.Random) -> bytes:
    start = content.find(b"?>") + 2
    return content[:start] + BOMB + content[start:].replace(b">", b">&z;", chance.choice((1, 20)))


def in_a_part(mutation: Mutation) -> Mutation:
    """Change what a part of a package holds and pack it again, so that the reader gets past the zip."""

    def mutate(content: bytes, chance: random.Random) -> bytes:
        parts = _parts(content)
        if not parts:
            return flip_bits(content, chance)
        name = chance.choice([name for name in sorted(parts) if name.endswith((".xml", ".rels"))] or sorted(parts))
        parts[name] = mutation(parts[name], chance)
        return _packed(parts)

    return mutate


def drop_part(content: bytes, chance: random.Random) -> bytes:
    parts = _parts(content)
    if parts:
        parts.pop(chance.choice(sorted(parts)))
    return _packed(parts)


def rename_part(content: bytes, chance: random.Random) -> bytes:
    parts = _parts(content)
    if parts:
        name = chance.choice(sorted(parts))
        climbing = f"../../../{PurePosixPath(name).name}"
        parts[chance.choice((climbing, f"/{name}", name.upper(), chance.choice(sorted(parts))))] = parts.pop(name)
    return _packed(parts)


def blow_up(content: bytes, chance: random.Random) -> bytes:
    parts = _parts(content)
    if parts:
        parts[chance.choice(sorted(parts))] = chance.choice((b" ", b"<a>", b"\0")) * (BLOWN_UP // 3)
    return _packed(parts)


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return {info.filename: package.read(info) for info in package.infolist()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
        return {}


def _packed(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


ANYWHERE: tuple[Mutation, ...] = (
    flip_bits,
    fill,
    leave_out,
    break_off,
    repeat,
    swap,
    junk,
    splice,
    change_number,
    change_number,
    nest,
)
IN_PACKAGES: tuple[Mutation, ...] = (
    *map(in_a_part, (*ANYWHERE, declare_entities)),
    drop_part,
    rename_part,
    blow_up,
)
