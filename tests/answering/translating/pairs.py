"""Sentences with translations of them, faithful and altered, read from the .toml files beside this."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A sentence and a translation of it; `kind` is "faithful" or what was altered."""

    kind: str
    source: str
    translation: str
    languages: tuple[str, str]


def pairs(*names: str) -> Iterator[Pair]:
    """Read the files of these names."""
    for name in names:
        for row in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["source"]:
            for language in {"en", "es", "pt"} & row.keys():
                said = [("faithful", text) for text in row[language].get("faithful", ())]
                for kind, text in [*said, *row[language].get("altered", ())]:
                    yield Pair(kind=kind, source=row["text"], translation=text, languages=(row["language"], language))
