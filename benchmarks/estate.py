"""A generated estate of scripts, always the same for a number of files: a tenth of them hold integrations.

The integrations are the legacy scripts of the fixtures, each time with other hosts, paths and names of fields. Half of
them take their addresses from a module of their package. The packages import each other, in groups.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.plain_modules import plain_module

_ROOT = Path(__file__).parents[1]
_FILES = 20
"""Of a package: two of them hold integrations."""
_GROUP = 5
"""Packages that import each other."""
_ADDRESS = re.compile(r'^([A-Z][A-Z_]*) = ("https?://[^"]+")\n', re.MULTILINE)
_HOST = re.compile(r"\b[a-z0-9-]+\.(?:[a-z0-9-]+\.)*example\b")
_QUOTED = re.compile(r"""(["'])([a-z]+_[a-z_]+)\1""")


@dataclass(frozen=True)
class File:
    """A file of the estate: where it lies, its text, and whether it is an integration."""

    path: str
    text: str
    integration: bool = False


def estate(files: int) -> Iterator[File]:
    """The files, a multiple of 20."""
    for number in range(files // _FILES):
        yield from _package(number, random.Random(f"package {number}"))


def write(files: int, folder: Path) -> list[Path]:
    """Writes the files below a folder; the paths of those that are integrations."""
    integrations: list[Path] = []
    for file in estate(files):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file.text, encoding="utf-8")
        if file.integration:
            integrations.append(path)
    return integrations


def _package(number: int, chance: random.Random) -> Iterator[File]:
    name, before = _name(number), _name(number - 1) if number % _GROUP else None
    yield File(f"{name}/__init__.py", f'"""What the team {number} keeps."""\n')
    modules = [f"part_{one:02}" for one in range(_FILES - 4)]
    for at, module in enumerate(modules):
        near = [(name, one) for one in modules[max(0, at - 3) : at] if chance.random() < 0.4]
        if before is not None and chance.random() < 0.2:
            near.append((before, chance.choice(modules)))
        text = plain_module(f"{module} of team {number}.", name, near, chance)
        yield File(f"{name}/{module}.py", text)
    alone, with_module = chance.sample(_scripts(), 2)
    yield File(f"{name}/{alone[0]}", _varied(alone[1], number, chance), integration=True)
    text, settings = _parted(_varied(with_module[1], number, chance), name, chance.choice(modules))
    yield File(f"jobs/{name}_{with_module[0]}", text, integration=True)
    yield File(f"{name}/addresses.py", settings)


def _name(number: int) -> str:
    return f"team_{number:03}"


@cache
def _scripts() -> tuple[tuple[str, str], ...]:
    """The names and texts of the scripts that are varied."""
    paths = sorted(_ROOT.glob("fixtures/*/legacy/*.py"))
    return tuple((path.name, path.read_text(encoding="utf-8")) for path in paths if path.stat().st_size)


def _varied(text: str, number: int, chance: random.Random) -> str:
    """The same script for other vendors: with hosts and some names of fields of their own."""
    text = _HOST.sub(lambda host: f"t{number}-{host[0]}", text)
    fields = sorted({found[2] for found in _QUOTED.finditer(text)})
    for one in fields:
        if chance.random() < 0.3:
            text = re.sub(rf"""(["']){one}\1""", rf"\1{one}_{chance.randrange(10)}\1", text)
    return text


def _parted(text: str, package: str, module: str) -> tuple[str, str]:
    """A script that takes its addresses from a module, which imports another one, and the text of the module."""
    found = _ADDRESS.findall(text)
    settings = f'"""Where the systems are."""\n\nfrom .{module} import main\n\n'
    if not found:
        return text, settings
    settings += "".join(f"{name} = {address}\n" for name, address in found)
    first = _ADDRESS.search(text)
    assert first is not None
    imports = f"from {package}.addresses import {', '.join(name for name, _ in found)}\n"
    text = text[: first.start()] + imports + text[first.start() :]
    return _ADDRESS.sub("", text), settings
