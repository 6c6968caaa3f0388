"""What the killed process does: every act that changes a library, in an order in which each has something to change.

The library grows beyond two groups of embedding and beyond the 1,000 entries of which Chroma makes a file by default.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from knowledge.domain import OnProgress, Upload
from knowledge.knowledge_base import KnowledgeBase

ADMIN = "the test"
FOLDER = "/share"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act; `anew` are those before which the library is opened with empty indexes, as `attache rebuild` does.

    An act that `embeds_again` embeds what the index held, for that is what it is for.
    """

    name: str
    do: Callable[[KnowledgeBase, OnProgress], object]
    anew: bool = False
    embeds_again: bool = False


def note(name: str, passages: int, *, version: int = 1, changed: range = range(0)) -> Upload:
    """A document of so many passages; those `changed` say something else in each version."""
    title = name.capitalize()
    parts = [f"# {title}"]
    for number in range(passages):
        edition = version if number in changed else 1
        text = f"{title} room {number} has {number * 7 + edition} chairs, edition {name}edition{edition}."
        parts.append(f"## {title} part {number}\n\n{text}")
    return Upload(name=f"{name}.md", content="\n\n".join(parts).encode(), place=f"{FOLDER}/{name}.md")


def adding(*uploads: Upload, mirrored: Iterable[str] = ()) -> Callable[[KnowledgeBase, OnProgress], object]:
    """Add files; with `mirrored` those of that folder which did not come along leave the library."""

    def add(library: KnowledgeBase, on_progress: OnProgress) -> object:
        return library.add(uploads, actor=ADMIN, total=len(uploads), mirrored=tuple(mirrored), on_progress=on_progress)

    return add


NOTES = (note("atlas", 260), note("bridge", 280), note("canal", 200), note("dock", 150), note("elm", 12))
ATLAS = note("atlas", 270, version=2, changed=range(100, 160))
MORE = (note("ferry", 520), note("garden", 20))

ACTS = (
    Act(name="open", do=lambda library, _: library.documents()),
    Act(name="add", do=adding(*NOTES)),
    Act(name="replace", do=adding(ATLAS, note("bridge", 280, version=2, changed=range(7, 8)))),
    Act(name="snapshot", do=lambda library, _: library.take_snapshot("before", actor=ADMIN)),
    Act(name="remove", do=lambda library, _: library.remove("Canal", actor=ADMIN)),
    Act(name="restore", do=lambda library, _: library.restore("Canal", actor=ADMIN)),
    Act(name="roll back", do=lambda library, _: library.roll_back("Atlas", actor=ADMIN)),
    Act(name="supersede", do=lambda library, _: library.supersede("Dock", by="Elm", actor=ADMIN)),
    Act(name="mirror", do=adding(*MORE, *NOTES[:4], mirrored=(FOLDER,))),  # elm.md is gone from the folder
    Act(name="go back", do=lambda library, _: library.go_back("before", actor=ADMIN)),
    Act(name="rebuild", do=lambda library, on_progress: library.rebuild(on_progress), embeds_again=True),
    Act(name="remove another", do=lambda library, _: library.remove("Bridge", actor=ADMIN)),
    Act(
        name="rebuild from nothing",
        do=lambda library, on_progress: library.rebuild(on_progress),
        anew=True,
        embeds_again=True,
    ),
    Act(name="replace again", do=adding(note("canal", 210, version=3, changed=range(50, 90)))),
)
