"""Prompts are files an office can read and change: rules, a line "---", and the material they are about.

Checked when they are read. Documents and questions are put in as JSON, below the rules and never among them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import BadPrompt

# Beside our packages, in a checkout and in site-packages alike.
OURS = Path(__file__).parents[3] / "prompts"
VARIABLES = {
    "answer": ("question", "passages"),
    "restate": ("turns", "question"),
    "brief": ("topic", "passages"),
    "translate": ("language", "texts"),
}
VARIABLE = re.compile(r"\{\{\s*(.*?)\s*\}\}")
LINE = "---"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """The `rules` as they stand and the `material` with its variables."""

    rules: str
    material: str

    def fill(self, values: Mapping[str, Any]) -> str:
        """Put values in as JSON; what stands in a value is not looked at for variables."""
        return VARIABLE.sub(lambda match: json.dumps(values[match[1]], ensure_ascii=False), self.material)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """All that a model is told."""

    answer: Prompt
    restate: Prompt
    brief: Prompt
    translate: Prompt


def read_prompts(folder: Path | None = None) -> Prompts:
    """Read the prompts; a file in `folder` takes the place of ours. Raises BadPrompt naming file and line."""
    return Prompts(**{name: _read(name, folder) for name in VARIABLES})


def _read(name: str, folder: Path | None) -> Prompt:
    own = folder / f"{name}.md" if folder else None
    try:
        if own and own.exists():
            return parse_prompt(name, own.read_text("utf-8"), str(own))
    except (OSError, UnicodeDecodeError) as err:
        raise BadPrompt(f"{own} must be a file of readable text in UTF-8.") from err
    return parse_prompt(name, (OURS / f"{name}.md").read_text("utf-8"), f"prompts/{name}.md")


def parse_prompt(name: str, text: str, file: str) -> Prompt:
    """Check a prompt. Raises BadPrompt for the first thing wrong, with its line."""
    lines = text.splitlines()
    cuts = [number for number, line in enumerate(lines) if line.strip() == LINE]
    if len(cuts) != 1:
        at = cuts[1] + 1 if cuts else max(1, len(lines))
        raise _bad(file, at, 'there must be exactly one line "---", with the rules above it and the material below')
    known = VARIABLES[name]
    seen: list[str] = []
    for number, line in enumerate(lines, start=1):
        for variable in VARIABLE.findall(line):
            if variable not in known:
                raise _bad(file, number, f"{{{{{variable}}}}} is not known here; known are {_names(known)}")
            if number <= cuts[0]:
                raise _bad(file, number, f"{{{{{variable}}}}} must stand below the line '---', never among the rules")
            seen.append(variable)
        if line.count("{{") != len(VARIABLE.findall(line)):
            raise _bad(file, number, "a {{ is never closed")
    if missing := [variable for variable in known if variable not in seen]:
        raise _bad(file, len(lines), f"{_names(missing)} must stand below the line '---'")
    rules = "\n".join(lines[: cuts[0]]).strip()
    if not rules:
        raise _bad(file, 1, "there must be rules above the line '---'")
    return Prompt(rules=rules, material="\n".join(lines[cuts[0] + 1 :]).strip())


def _names(variables: tuple[str, ...] | list[str]) -> str:
    return " and ".join(f"{{{{{variable}}}}}" for variable in variables)


def _bad(file: str, line: int, what: str) -> BadPrompt:
    return BadPrompt(f"{file}, line {line}: {what}.")
