"""What happens inside the processes: the acts themselves, and the look at what a killed one left.

Everything is opened through bot/wiring.py; only the model is a word hash, which notes what it embeds in a file.
"""

import hashlib
import os
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from bot.settings import Settings
from bot.wiring import DENSE_INDEX, KEYWORD_INDEX, open_knowledge_base, open_ledger_only
from knowledge.domain import Hit, Question
from knowledge.embedding import Vectors
from knowledge.keywords import TantivyKeywords
from knowledge.knowledge_base import KnowledgeBase
from knowledge.ledger import Ledger
from knowledge.passages import open_chroma
from knowledge.splitting import embedded_text
from tests.killing.acts import ACTS
from tests.making import WordHashEmbedding

# Of the passages kept, one in so many is asked for.
ASKED = 60

OpenLibrary = Callable[..., KnowledgeBase]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is served, as a digest, and the acts of the audit trail."""

    served: str
    trail: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What to check: the act that was under way, None between two, and what may be seen before and after it."""

    act: int | None
    before: tuple[Seen, ...]
    after: Seen


class NotingEmbedding(WordHashEmbedding):
    """Notes each text before it is embedded, so that a killed process leaves word of it."""

    def __init__(self, notes: Path) -> None:
        super().__init__()
        self._notes = os.open(notes, os.O_CREAT | os.O_APPEND | os.O_WRONLY)

    def encode(self, texts: Sequence[str]) -> Vectors:
        os.write(self._notes, "".join(f"{text_id(text)}\n" for text in texts).encode())
        return super().encode(texts)


def do_acts(home: Path, notes: Path, pipe: Connection, *, watched: bool = False) -> None:
    """Do every act and say when each begins and ends; `watched`, also all that was to be seen on the way."""
    with opening(home, notes) as (open_library, ledger):
        for number, act in enumerate(ACTS):
            pipe.send(("begins", number, None))
            seen: list[Seen] = []
            watch = (lambda seen=seen: seen.append(look(ledger))) if watched else (lambda: None)
            if number == 0 or act.anew:
                library = open_library(to_rebuild=act.anew)
            act.do(library, lambda _, watch=watch: watch())
            watch()
            pipe.send(("ends", number, seen))


def start_again(home: Path, notes: Path, pipe: Connection) -> None:
    """Open what a killed process left and ask it something; this one may be killed over it."""
    with opening(home, notes) as (open_library, _):
        pipe.send(("begins", 0, None))
        ask(open_library(), "How many chairs?")
        pipe.send(("ends", 0, None))


def check(home: Path, notes: Path, pipe: Connection, left: Left) -> None:
    """Start again after a kill, check what is there, do the act that broke off, check again; sends what is wrong."""
    try:
        complaints = list(_complaints(home, notes, left))
    except Exception:
        complaints = [traceback.format_exc()]
    pipe.send(complaints)


def _complaints(home: Path, notes: Path, left: Left) -> Iterator[str]:
    at_kill = indexed(home)
    with opening(home, notes) as (open_library, ledger):
        library = open_library()
        ask(library, "How many chairs?")
        seen = look(ledger)
        if seen not in (*left.before, left.after):
            yield "neither the old state nor the new one is served"
        yield from _strange_answers(library, ledger)
        if again := at_kill.keys() & noted_ids(notes, ledger):
            yield f"the start embedded {len(again)} passages that were in the index"
    yield from _unequal(home)
    if left.act is not None and (seen != left.after or ACTS[left.act].embeds_again):
        act = ACTS[left.act]
        with opening(home, notes) as (open_library, ledger):
            act.do(open_library(to_rebuild=act.anew), lambda _: None)
            seen = look(ledger)
            if not act.embeds_again and (again := at_kill.keys() & noted_ids(notes, ledger)):
                yield f"the act, done again, embedded {len(again)} passages that had been in the index"
        yield from _unequal(home)
    if seen.served != left.after.served:
        yield "the act, done again, does not lead to the new state"
    if seen.trail != left.after.trail:
        yield f"the audit trail is another: {seen.trail[-3:]} instead of {left.after.trail[-3:]}"


def _strange_answers(library: KnowledgeBase, ledger: Ledger) -> Iterator[str]:
    """Ask for passages word by word, served or not: only what is served is found, and all of it."""
    kept = sorted(ledger.library.kept_ids())
    live = ledger.library.live(kept)
    for passage in ledger.library.kept(kept[::ASKED]):
        hits = ask(library, passage.text)
        if any(live.get(hit.passage.id) != hit.passage for hit in hits):
            yield "something was found that is not served"
        if passage.id in live and passage.id not in {hit.passage.id for hit in hits}:
            yield "a passage that is served was not found by its own words"


def _unequal(home: Path) -> Iterator[str]:
    """Both indexes hold exactly the passages the ledger keeps, each with its own vector."""
    dense, keywords = indexed(home), TantivyKeywords(home / KEYWORD_INDEX)
    with open_ledger_only(_settings(home)) as ledger:
        kept = ledger.library.kept_ids()
        for name, ids in (("vectors", dense.keys()), ("terms", keywords.ids())):
            if ids != kept:
                yield f"{name}: {len(ids - kept)} orphans, {len(kept - ids)} missing of {len(kept)}"
        if keywords.count() != len(kept):
            yield f"{keywords.count()} entries of terms for {len(kept)} passages"
        passages = ledger.library.kept(sorted(kept & dense.keys()))
        meant = WordHashEmbedding().encode([embedded_text(p.title, p.heading, p.text) for p in passages])
        wrong = sum(not np.allclose(dense[p.id], vector, atol=1e-4) for p, vector in zip(passages, meant, strict=True))
        if wrong:
            yield f"{wrong} vectors are not those of their passages"
        if ledger.audit.verify().broken is not None:
            yield "the audit trail does not verify"


def look(ledger: Ledger) -> Seen:
    """See what is served and what the trail says, apart from when."""
    documents = ledger.library.documents().values()
    live = ledger.library.live(sorted(ledger.library.kept_ids()))
    parts = [f"{d.id} {d.version} {d.passages} {d.successor_id} {d.card}" for d in documents]
    parts += sorted(map(repr, live.values()))
    parts += [snapshot.name for snapshot in ledger.snapshots.records()]
    digest = text_id("\n".join(parts))
    return Seen(served=digest, trail=tuple((entry.act, entry.subject) for entry in reversed(ledger.audit.entries())))


def indexed(home: Path) -> dict[str, Vectors]:
    """What the dense index holds, vectors by id, straight from Chroma."""
    with closing(open_chroma(home / DENSE_INDEX)) as client:
        if not client.list_collections():
            return {}
        held = client.get_collection("passages", embedding_function=None).get(include=["embeddings"])
        return dict(zip(held["ids"], held["embeddings"], strict=True))


def noted_ids(notes: Path, ledger: Ledger) -> set[str]:
    """The passages that this process embedded, as far as the ledger keeps them."""
    noted = set(notes.read_text("ascii").split()) if notes.exists() else set()
    kept = ledger.library.kept(sorted(ledger.library.kept_ids()))
    return {p.id for p in kept if text_id(embedded_text(p.title, p.heading, p.text)) in noted}


def text_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def ask(library: KnowledgeBase, text: str) -> tuple[Hit, ...]:
    return library.search(Question(id=text, text=text), 10)


@contextmanager
def opening(home: Path, notes: Path) -> Iterator[tuple[OpenLibrary, Ledger]]:
    """Give what opens the library, in place of the one opened before, and the ledger to look at."""
    embedding = NotingEmbedding(notes)
    with open_ledger_only(_settings(home)) as ledger, ExitStack() as stack:

        def open_library(*, to_rebuild: bool = False) -> KnowledgeBase:
            stack.close()
            return stack.enter_context(open_knowledge_base(_settings(home), embedding=embedding, to_rebuild=to_rebuild))

        yield open_library, ledger


def _settings(home: Path) -> Settings:
    return Settings(_env_file=None, attache_home=home)
