"""How much one file may hold, so that no upload can take the machine down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Beyond any of these a file is TooLarge; the characters are those of all its sections together."""

    max_bytes: int = 100 * 2**20
    max_unpacked_bytes: int = 400 * 2**20
    max_characters: int = 20_000_000
    max_pages: int = 5_000
