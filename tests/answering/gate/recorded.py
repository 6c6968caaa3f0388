"""Sentences as models write them over two passages, altered and faithful, read from the .toml files beside this."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.answering.gate.gate import Draft, Support
from knowledge.domain import Hit
from knowledge.sentences import split_sentences
from tests.making import a_hit, a_passage

HERE = Path(__file__).parent
TUNED = ("first", "second", "third")
HELD_BACK = ("held_back",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A sentence with what it was said to rest on; `kind` is "faithful" or how it was altered."""

    kind: str
    draft: Draft
    shown: dict[str, Hit]


def recorded(*names: str) -> Iterator[Recorded]:
    """Read the files of these names."""
    for name in names:
        for group in tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))["group"]:
            shown = {
                label: a_hit(a_passage(group[label.lower()], document=label), title="Notes of the office")
                for label in "AB"
            }
            rows = [("faithful", *row) for row in group["faithful"]] + [tuple(row) for row in group["altered"]]
            for kind, text, places in rows:
                supports = tuple(_support(place, shown) for place in places.split("+"))
                yield Recorded(kind=kind, draft=Draft(text=text, supports=supports), shown=shown)


def _support(place: str, shown: dict[str, Hit]) -> Support:
    """ "A1-2" is the first two sentences of A, "A=..." these words; another letter is a passage nobody was shown."""
    if "=" in place:
        label, _, quote = place.partition("=")
        return Support(passage=label, quote=quote)
    label, numbers = place[0], place[1:]
    if label not in shown:
        return Support(passage=label, quote="Whatever it says there.")
    first, _, last = numbers.partition("-")
    text = shown[label].passage.text
    spans = split_sentences(text)
    return Support(passage=label, quote=text[spans[int(first) - 1][0] : spans[int(last or first) - 1][1]])
