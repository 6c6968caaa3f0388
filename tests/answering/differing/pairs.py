"""Pairs of sentences with what they differ on, read from the .toml files beside this."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.domain import Hit
from tests.making import a_hit, a_passage

HERE = Path(__file__).parent
VERDICTS = ("number", "date", "duty", "agree", "another")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two passages of one sentence each; `verdict` is what they differ on, "agree" or "another"."""

    verdict: str
    one: Hit
    other: Hit

    @property
    def differs(self) -> bool:
        return self.verdict in {"number", "date", "duty"}

    @property
    def texts(self) -> str:
        return f"{self.one.passage.text} / {self.other.passage.text}"


def pairs(name: str) -> Iterator[Pair]:
    """Read the pairs of a file."""
    for verdict, one, other, *around in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["pairs"]:
        assert verdict in VERDICTS
        yield Pair(
            verdict=verdict,
            one=_hit("one", one, *around[:1] or ["Gift policy"]),
            other=_hit("other", other, *around[1:] or ["Handbook of the office"]),
        )


def _hit(document: str, text: str, around: str) -> Hit:
    title, heading, issuer = [*(part.strip() for part in around.split("|")), "", ""][:3]
    hit = a_hit(a_passage(text, document=document, heading=(heading,) if heading else ()), title=title)
    return replace(hit, document=replace(hit.document, card=replace(hit.document.card, issuer=issuer or None)))
