"""Which scripts of a folder import which, as their import statements say, without running them."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Collection, Iterator
from functools import cached_property
from pathlib import Path

from extractors.python.search import Search, Start, start_of
from extractors.python.source_files import SourceFiles
from migrate.diagnostics import Diagnostic

_IMPORTS = re.compile(
    rb"^[ \t]*from[ \t]+([.\w]+)|[^\n;]*?\bimport[ \t]+([^\n]*)|\bimport_module\(\s*[\"']([.\w]+)",
    re.MULTILINE,
)
_NAMES = re.compile(r"[.\w]+")
_GUARD = re.compile(rb"^if\b[^\n]*\b__name__\b[^\n]*__main__", re.MULTILINE)
_TESTS = re.compile(r"test_.*|.*_test|conftest")


class ImportGraph:
    """The scripts of a folder and what each of them imports."""

    def __init__(self, files: SourceFiles, scripts: tuple[Path, ...], known: Callable[[str], bool]) -> None:
        self._files = files
        self._scripts = scripts
        self._known = known
        self._guarded: set[Path] = set()

    def entries(self) -> tuple[Path, ...]:
        """The scripts that no other imports but a test, and those that ask whether they were started.

        Of scripts that import each other in a circle, and that nothing else imports, the first is one.
        """
        imported = {
            one for script, of in self._imports.items() if not _is_test(script) for one in of if one != script
        }
        entries = [one for one in self._scripts if one not in imported or one in self._guarded]
        reached: set[Path] = set()
        for one in (*entries, *self._scripts):
            if one not in reached:
                if one not in entries:
                    entries.append(one)
                self._reach(one, reached)
        return tuple(one for one in self._scripts if one in set(entries))

    def groups(self) -> tuple[tuple[Path, ...], ...]:
        """The scripts in groups: whatever imports another one is in a group with it. In the order of the scripts."""
        near: dict[Path, set[Path]] = {one: set() for one in self._scripts}
        for script, of in self._imports.items():
            for one in of:
                near[script].add(one)
                near[one].add(script)
        found: dict[Path, tuple[Path, ...]] = {}
        for script in self._scripts:
            if script in found:
                continue
            group, waiting = {script}, [script]
            while waiting:
                new = near[waiting.pop()] - group
                group |= new
                waiting.extend(new)
            whole = tuple(sorted(group, key=self._places.__getitem__))
            found.update(dict.fromkeys(group, whole))
        return tuple(dict.fromkeys(found.values()))

    @cached_property
    def _places(self) -> dict[Path, int]:
        return {one: number for number, one in enumerate(self._scripts)}

    def _reach(self, script: Path, reached: set[Path]) -> None:
        waiting = [script]
        while waiting:
            one = waiting.pop()
            if one not in reached:
                reached.add(one)
                waiting.extend(() if _is_test(one) else self._imports.get(one, ()))

    @cached_property
    def _imports(self) -> dict[Path, frozenset[Path]]:
        scripts = set(self._scripts)
        return {one: frozenset(self._imported_by(one)) & scripts for one in self._scripts}

    def _imported_by(self, script: Path) -> Iterator[Path]:
        source = self._files.source(script)
        if isinstance(source, Diagnostic):
            return
        if _GUARD.search(source):
            self._guarded.add(script)
        texts = (part for found in _IMPORTS.finditer(source) for part in found.groups() if part)
        names = {name for text in texts for name in _NAMES.findall(text.decode("ascii", "replace"))}
        search = self._search(script, names)[0]
        if not any(name.startswith(".") or search.locate(name.partition(".")[0]) for name in names):
            return  # most scripts import nothing of their project: to see that takes no parser
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        imports = [
            node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom | ast.Call)
        ]
        search, start = self._search(script, {name for node in imports for name in _stated(node)})
        for node in imports:
            for name in _names(node, start.package):
                yield from _places(search, name)

    def _search(self, script: Path, imported: Collection[str]) -> tuple[Search, Start]:
        start = start_of(script, self._files, imported)
        return Search(self._files, start, self._known), start


def _stated(node: ast.AST) -> Iterator[str]:
    """The names of modules in an import as they stand there, relative ones with their dots."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, level=level):
            yield "." * level + (module or "")


def _names(node: ast.AST, package: str) -> Iterator[str]:
    """The dotted names of the modules that an import may load."""
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = package.split(".")[: len(package.split(".")) - level + 1] if level else []
            whole = ".".join((*base, module) if module else base)
            yield whole
            yield from (f"{whole}.{alias.name}" for alias in names if alias.name != "*")
        case ast.Call(
            func=ast.Attribute(attr="import_module") | ast.Name(id="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield name
        case _:
            return


def _places(search: Search, name: str) -> Iterator[Path]:
    """The files that an import of the name loads, packages first."""
    top, *inner = name.split(".")
    place = search.locate(top) if top else None
    for one in (*inner, None):
        if place is None:
            return
        yield place
        folder = place.parent if place.name == "__init__.py" else place if place.is_dir() else None
        place = search.locate_in(folder, one) if folder is not None and one is not None else None


def _is_test(script: Path) -> bool:
    return _TESTS.fullmatch(script.stem) is not None or script.parent.name in ("test", "tests")
