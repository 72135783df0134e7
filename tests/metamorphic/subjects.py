"""The scripts that are written in other ways, and what is read from a source."""

from __future__ import annotations

import ast
import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from random import Random

from extractors.python.extractor import EXTRACTOR
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic
from tests.extent import extent
from tests.generated.scripts import generate
from tests.metamorphic.normal_form import NormalForm, normal_form

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ESTATE = FIXTURES / "estate"
SEED, COUNT = 23, extent(8, 2)


BRANCHES = """import requests
item = requests.get("https://a.example/item").json()
if item["kind"] == "b2b":
    price = item["net"]
elif item["kind"] == "b2c":
    price = item["gross"]
else:
    price = 0
requests.post("https://b.example/in", json={"price": price})
"""
"""A script with a form that need not stand in the others."""


@dataclass(frozen=True)
class Subject:
    """A script under a name."""

    name: str
    source: str

    def __str__(self) -> str:
        return self.name


def subjects() -> tuple[Subject, ...]:
    """The legacy scripts of the fixtures, and some generated ones."""
    scripts = [path for path in sorted(FIXTURES.glob("*/legacy/*.py")) if ESTATE not in path.parents]
    scripts += sorted(ESTATE.glob("legacy/*.py"))[:: extent(1, 4)]
    legacy = [Subject(path.stem, path.read_text("utf-8")) for path in scripts]
    own = Subject("a script of branches", BRANCHES)
    return (*legacy, own, *(generated(SEED, number) for number in range(COUNT)))


def generated(seed: int, number: int) -> Subject:
    """A generated script."""
    return Subject(f"generated script {seed}/{number}", generate(Random(f"{seed}/{number}")).source)


def difference(source: str, rewritten: str) -> str:
    """How the models of two sources differ, as a diff of their normal forms; empty where they mean the same."""
    names = _names(source) | _names(rewritten)
    return _form(source, names).difference(normal_form(_read(rewritten), names))


@functools.lru_cache(maxsize=64)
def _form(source: str, names: frozenset[str]) -> NormalForm:
    return normal_form(_read(source), names)


@functools.lru_cache(maxsize=64)
def _read(source: str) -> Extraction | tuple[Diagnostic, ...] | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "script.py")
        path.write_text(source, encoding="utf-8", newline="")
        return EXTRACTOR.extract(path, path.parent)


@functools.lru_cache(maxsize=64)
def _names(source: str) -> frozenset[str]:
    """The names that the source itself binds."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name) | ast.arg(arg=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
    return frozenset(found)
