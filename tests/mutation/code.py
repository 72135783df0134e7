"""Digests of the code that a result depends on: what it imports, and no more.

What was *sent* depends on the sandbox, the endpoint and the runner; the *verdict* on the comparison. So a change of the
comparison voids no run, and a change elsewhere voids nothing.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from tests.mutation.store import digest

_ROOT = Path(__file__).resolve().parent.parent.parent
_SENT_BY = (
    "tests.mutation.baseline",
    "tests.mutation.hunt",
    "tests.mutation.serve",
    "tests.mutation.yardsticks",
    "migrate.shadow.sandbox",
)
_SENT_BY_FILES = (
    "emitters/node_red/install.py",
    "emitters/node_red/runtime",
    "requirements",
    "tests/mutation/probe.js",
    "tests/mutation/run_batch.js",
    "tests/mutation/run_legs.py",
)
_JUDGED_BY = ("tests.mutation.verdicts",)
_JUDGES = frozenset({"migrate.shadow.verdict", *_JUDGED_BY})
_APART = frozenset({"migrate.model", "migrate.pipeline", "migrate.shadow", "tests.mutation"})
"""Packages whose modules count one by one, whatever the package itself imports."""
_BY_CONTENT = frozenset({"migrate.model", "emitters.node_red.functions"})
"""What counts by what is made of it: the model and the flow are part of each result's name."""


def digest_of_sending() -> str:
    """Of what decides which bytes a run sends, besides its flow and input."""
    return digest(_modules(_SENT_BY, _JUDGES), _files(_SENT_BY_FILES), sys.version)


def digest_of_judging() -> str:
    """Of what decides the verdict on a run."""
    return digest(_modules(_JUDGED_BY, frozenset()), sys.version)


def digest_of_making() -> str:
    """Of what inputs are made by: the reference runner and the functions of the model among it."""
    found = _modules(("tests.mutation.inputs", "tests.mutation.rehearsal"), frozenset())
    return digest(found, _files(("migrate/model", "migrate/reference")), sys.version)


@cache
def _modules(roots: tuple[str, ...], without: frozenset[str]) -> dict[str, bytes]:
    """The text of the modules that the roots import, directly or not."""
    found: dict[str, bytes] = {}
    left = list(roots)
    while left:
        name = left.pop()
        path = _path(name)
        if path is None or name in found or name in without or _is_by_content(name):
            continue
        found[name] = path.read_bytes()
        left += _imported(ast.parse(found[name]))
    return dict(sorted(found.items()))


def _is_by_content(name: str) -> bool:
    return any(name == one or name.startswith(f"{one}.") for one in _BY_CONTENT)


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = [f"{node.module}.{one.name}" for one in node.names]
            yield from (one for one in inner if _path(one) is not None)
            if node.module not in _APART:
                yield node.module


def _path(name: str) -> Path | None:
    """The file of a module of this repository."""
    place = _ROOT / name.replace(".", "/")
    files = (place.with_suffix(".py"), place / "__init__.py")
    return next((one for one in files if one.is_file()), None)


def _files(names: Iterable[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for name in names:
        place = _ROOT / name
        for file in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if file.is_file() and "__pycache__" not in file.parts:
                found[file.relative_to(_ROOT).as_posix()] = file.read_bytes()
    return found
