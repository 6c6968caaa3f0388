"""One lock pins every version, and what it says can be had anywhere."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

from setuptools import find_namespace_packages

from knowledge.reading import known_format

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = [line for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines() if line[:1] not in {"#", " ", ""}]


def canonical(requirement: str) -> str:
    """The name in a requirement as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s=<>\[;]", requirement)[0]).lower()


def test_every_line_of_the_lock_is_a_name_and_a_public_version() -> None:
    assert [line for line in LOCK if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9a-z.]*", line)] == []


def test_the_lock_pins_everything_the_project_names() -> None:
    named = [*PROJECT["dependencies"], *(name for extra in PROJECT["optional-dependencies"].values() for name in extra)]
    assert {canonical(name) for name in named} <= {canonical(line) for line in LOCK}


def test_torch_is_the_release_that_was_measured() -> None:
    assert "torch==2.13.0" in LOCK


def test_the_starter_library_comes_with_the_package() -> None:
    names = [entry.name for entry in (files("knowledge") / "starter").iterdir()]
    assert sum(map(known_format, names)) >= 15


def test_prompts_come_with_the_package() -> None:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    assert "prompts" in find_namespace_packages(str(ROOT), include=found["packages"]["find"]["include"])
    assert found["package-data"]["prompts"] == ["*.md"]


def test_continuous_integration_runs_what_the_readme_names() -> None:
    assert (ROOT / ".ci" / "run").read_text("utf-8").splitlines()[-1] == "make test"
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
