"""Where Python finds the modules of a project: beside the script first, then where the script or its start says.

Source: The Python Language Reference 3.11, "The import system"; The Python Library Reference, `sys.path`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

from extractors.evaluator.modules import Added, Found
from extractors.python.source_files import SourceFiles
from migrate import contracts

_ALWAYS_LOADED = frozenset(
    {
        *sys.builtin_module_names,
        *("_collections_abc", "_sitebuiltins", "abc", "codecs", "encodings", "genericpath", "importlib"),
        *("io", "ntpath", "os", "posixpath", "runpy", "site", "stat", "zipimport"),
    }
)
"""Modules that are there before a script begins, or built in: no file of the script's folder comes before them."""

_SETTINGS = re.compile(
    r"(?:\w+_)?(?:conf|configs?|configuration|settings?|credentials?|creds|secrets?|constants?|keys|tokens)(?:_\w+)?"
)
"""Names of modules that hold settings and, with the credentials in them, are often kept out of a project's folder."""


@dataclass(frozen=True)
class Start:
    """How a script is started.

    `first` is the folder that comes first in `sys.path`: the script's own, or that of the outermost package where the
    script is started as a module of `package` (`python -m`). `others` may be in `sys.path`, by the working folder or
    the environment.
    """

    folder: Path
    first: Path
    package: str
    others: tuple[Path, ...]

    def told(self, script: Path, used: Collection[Path], modules: Collection[Path]) -> contracts.Start:
        """The same in the words of a contract: with the folders that were used, and the modules that were loaded."""
        name = ".".join((self.package, script.stem)) if self.package else ""
        search = (*((self.first,) if name else ()), *used)
        outside = (one for one in modules if not one.is_relative_to(self.folder))
        return contracts.Start(name, search, tuple(dict.fromkeys(outside)))


def start_of(script: Path, files: SourceFiles, imported: Collection[str]) -> Start:
    """The start of a script among files that imports modules of these names, relative ones with their dots.

    One with relative imports, or that imports from its own package by name, is started as a module of the package; its
    own folder is in no `sys.path` then.
    """
    folder, top = script.parent, files.top
    around = [folder, *(one for one in folder.parents if one == top or top in one.parents)]
    first = next((one for one in around if not files.is_package(one)), top)
    if first == folder and folder != top and any(name.startswith(".") for name in imported):
        first = folder.parent  # a package without `__init__`
    tops = {name.partition(".")[0] for name in imported}
    by_name = [
        one for one in around if one != top and one.name in tops and not files.regular(folder, one.name)
    ]
    if by_name and first in (folder, *by_name):
        first = by_name[-1].parent
    package = folder.relative_to(first).parts
    if not (by_name or "" in tops or script.name == "__main__.py"):
        first, package = folder, ()
    others = dict.fromkeys(one for parent in around for one in (parent, parent / "src"))
    left_out = {first, *([folder] if package else [])}
    return Start(folder, first, ".".join(package), tuple(one for one in others if one not in left_out))


class Search:
    """Finds the modules that a script imports. `known` tells the names of libraries that are known."""

    def __init__(self, files: SourceFiles, start: Start, known: Callable[[str], bool]) -> None:
        self._files = files
        self._start = start
        self._known = known
        self.used: list[Path] = []
        """The folders that only may be in `sys.path` in which a module was found."""

    def find(self, name: str, added: tuple[Added, ...]) -> Found | None:
        """A module by its name; see `Modules`."""
        place = self.locate(name, added)
        return None if place is None else self._read(place, name)

    def find_in(self, package: Found, name: str) -> Found | None:
        """A module within a package."""
        for folder in package.folders:
            place = self.locate_in(Path(folder), name)
            if place is not None:
                return self._read(place, f"{package.name}.{name}")
        return None

    def left_out(self, name: str) -> bool:
        """True for a module of settings; see `Modules`."""
        installed = name in sys.stdlib_module_names or self._known(name)
        return not installed and _SETTINGS.fullmatch(name.lower()) is not None

    def locate(self, name: str, added: tuple[Added, ...] = ()) -> Path | None:
        """The file of a module, of a package its `__init__`, or the folder of one that has none.

        A folder that only may be in `sys.path` gives way to the standard library and to what is installed.
        """
        if name in _ALWAYS_LOADED:
            return None
        first = [one for add in reversed(added) if add.first for one in self._folders(add)]
        last = [one for add in added if not add.first for one in self._folders(add)]
        certain = [*first, self._start.first]
        place = self._first_of(certain, name, self._files.regular)
        if place is not None or name in sys.stdlib_module_names or self._known(name):
            return place
        possible = [*certain, *last, *self._start.others]
        place = self._first_of(possible, name, self._files.regular) or self._first_of(
            possible, name, self._files.namespace
        )
        if place is not None:
            folder = place.parent.parent if place.name == "__init__.py" else place.parent
            if folder in self._start.others and folder not in (*certain, *last, *self.used):
                self.used.append(folder)
        return place

    def locate_in(self, folder: Path, name: str) -> Path | None:
        """The same of a module within a package."""
        return self._files.regular(folder, name) or self._files.namespace(folder, name)

    @staticmethod
    def _first_of(folders: list[Path], name: str, find: Callable[[Path, str], Path | None]) -> Path | None:
        places = (find(folder, name) for folder in folders)
        return next((place for place in places if place is not None), None)

    def _folders(self, added: Added) -> tuple[Path, ...]:
        """Where a folder lies that a script adds; the working folder is taken to be the script's, or the project's."""
        bases = (self._start.folder, *(() if added.of == "script" else (self._files.top,)))
        return tuple(dict.fromkeys(Path(os.path.normpath(base / added.path)) for base in bases))

    def _read(self, place: Path, name: str) -> Found:
        if place.is_dir():
            return Found(name, folders=(str(place),))
        read = self._files.read(place)
        found = Found(name, read.file, read.script, read.sha256)
        return replace(found, folders=(str(place.parent),)) if place.name == "__init__.py" else found
