"""What the tests of the command line share beside fixtures: the result of a command, and how to start one."""

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).parent / "attache"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON object it has to be."""
        shape = json.loads(self.out)
        assert isinstance(shape, dict)
        return shape

    @property
    def error(self) -> dict[str, str]:
        """The error that was reported, exit code 1 included."""
        assert self.code == 1
        return self.json["error"]


Attache = Callable[..., Result]


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a process that is told its data folder and nothing else."""
    told = {"ATTACHE_HOME": str(home), "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return {**told, **(more or {})}
