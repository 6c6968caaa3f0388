"""Kills a real process (SIGKILL) at a seeded random moment of its work, starts again and has a look at what is left."""

import multiprocessing
import random
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tests.killing import process
from tests.killing.acts import ACTS
from tests.killing.process import Left, Seen, text_id

# What a process of Attaché imports; imported once, each process is forked from there and starts at once.
HEAVY = ("alembic.command", "chromadb", "knowledge.knowledge_base", "numpy", "tantivy", "bot.wiring")
# Far more than any of it takes, also on a machine under load.
PATIENCE = 240.0
# One in so many is killed once more while it starts again.
KILLED_TWICE = 4

Said = tuple[str, int, list[Seen] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The acts done once without a kill: what was to be seen during each, and when each began, in seconds."""

    seen: tuple[tuple[Seen, ...], ...]
    begins: tuple[float, ...]
    took: float
    start_took: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A moment to kill at: so many seconds after an act began; `twice` is that of the second kill, if there is one."""

    act: int
    after: float
    twice: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a kill: whether it fell into an act, and what was wrong after it."""

    point: Point
    mid_act: bool
    complaints: tuple[str, ...]


class Killing:
    """Starts processes in a folder and kills them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload([*HEAVY])
        self._number = 0

    def measure(self) -> Run:
        """Do all acts undisturbed, and start once more on what they made."""
        home = self._new_home()
        said, at = self._listen(process.do_acts, home, watched=True)
        seen = [tuple(message[2]) for message in said if message[0] == "ends"]
        assert len(seen) == len(ACTS), f"the acts broke off after {said[-1:]}"
        again, again_at = self._listen(process.start_again, home)
        assert len(again) == 2
        begins = tuple(moment for message, moment in zip(said, at, strict=True) if message[0] == "begins")
        return Run(seen=tuple(seen), begins=begins, took=at[-1], start_took=again_at[-1])

    def kill(self, run: Run, point: Point) -> Outcome:
        """Kill a process at a point, once more if it says so, and check what is left."""
        home = self._new_home()
        said = self._killed(process.do_acts, home, point.act, point.after)
        if point.twice is not None:
            self._killed(process.start_again, home, 0, point.twice)
        left = left_by(run, said)
        (complaints,), _ = self._listen(process.check, home, left=left)
        shutil.rmtree(home)
        return Outcome(point=point, mid_act=left.act is not None, complaints=tuple(complaints))

    def _killed(self, work: Callable[..., object], home: Path, act: int, after: float) -> list[Said]:
        """Kill so many seconds after the act began; returns all it said."""
        worker, pipe = self._start(work, home)
        said: list[Said] = []
        while not said or said[-1][:2] != ("begins", act):
            assert pipe.poll(PATIENCE), "the process hangs"
            said.append(pipe.recv())
        worker.join(after)
        worker.kill()
        worker.join()
        with suppress(EOFError):
            while True:
                said.append(pipe.recv())
        return said

    def _listen(self, work: Callable[..., object], home: Path, **given: object) -> tuple[list[Any], list[float]]:
        """Let a process end by itself; returns what it said and when."""
        start = time.perf_counter()
        worker, pipe = self._start(work, home, **given)
        said: list[Any] = []
        at: list[float] = []
        with suppress(EOFError):
            while pipe.poll(PATIENCE):
                said.append(pipe.recv())
                at.append(time.perf_counter() - start)
        worker.join(PATIENCE)
        assert worker.exitcode == 0, f"the process ended with {worker.exitcode}"
        return said, at

    def _start(self, work: Callable[..., object], home: Path, **given: object) -> tuple[Any, Connection]:
        ours, theirs = self._processes.Pipe(duplex=False)
        self._number += 1
        notes = self._folder / f"embedded-{self._number}"
        worker = self._processes.Process(target=work, args=(home, notes, theirs), kwargs=given)
        worker.start()
        theirs.close()
        return worker, ours

    def _new_home(self) -> Path:
        return self._folder / f"home-{self._number}"


def points(run: Run, count: int, seed: int) -> list[Point]:
    """Draw moments of the measured run: half of them any of it, and half of any act, for most take a blink only."""
    draw = random.Random(seed)
    ends = (*run.begins[1:], run.took)
    chosen: list[Point] = []
    for number in range(count):
        moment = draw.uniform(run.begins[0], run.took)
        act = max(index for index, begin in enumerate(run.begins) if begin <= moment)
        if number % 2:
            act = draw.randrange(len(run.begins))
            moment = draw.uniform(run.begins[act], ends[act])
        twice = draw.uniform(0, run.start_took) if number % KILLED_TWICE == 0 else None
        chosen.append(Point(act=act, after=moment - run.begins[act], twice=twice))
    return chosen


def left_by(run: Run, said: Sequence[Said]) -> Left:
    """Say what may be seen after a process said this much."""
    kind, act, _ = said[-1]
    after = run.seen[act][-1]
    if kind == "ends":
        return Left(act=None, before=(), after=after)
    before = run.seen[act - 1][-1] if act else Seen(served=text_id(""))
    return Left(act=act, before=(before, *run.seen[act]), after=after)
