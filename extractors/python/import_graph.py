"""Which scripts of a folder import which, as their import statements say, without running them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

from extractors.python.screening import Import, reaches
from extractors.python.search import Search, Start, start_of
from extractors.python.source_files import SourceFiles

_TESTS = re.compile(r"test_.*|.*_test|conftest")


class ImportGraph:
    """The scripts of a folder and what each of them imports."""

    def __init__(self, files: SourceFiles, scripts: tuple[Path, ...], known: Callable[[str], bool]) -> None:
        self._files = files
        self._scripts = scripts
        self._known = known
        self._searches: dict[Start, Search] = {}
        self._silent: dict[Start, set[Path]] = {}
        """Files that reach no system, nor does what they load, by how the script is started that loads them."""

    def entries(self) -> tuple[Path, ...]:
        """The scripts that no other imports but a test, and those that ask whether they were started.

        Of scripts that import each other in a circle, and that nothing else imports, the first is one.
        """
        imported = {
            one for script, of in self._imports.items() if not _is_test(script) for one in of if one != script
        }
        entries = [one for one in self._scripts if one not in imported or self._is_guarded(one)]
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

    def _is_guarded(self, script: Path) -> bool:
        text = self._files.text(script)
        return text is not None and text.guarded

    def _imported_by(self, script: Path) -> Iterator[Path]:
        text = self._files.text(script)
        if text is None:
            return
        search = self._search(start_of(script, self._files, text.mentioned))
        if not any(name.startswith(".") or search.locate(name.partition(".")[0]) for name in text.mentioned):
            return  # most scripts import nothing of their project: to see that takes no parser
        imports = text.imports or ()
        start = start_of(script, self._files, {one.stated for one in imports})
        search = self._search(start)
        for one in imports:
            for name in _names(one, start.package):
                yield from _places(search, name)

    def _search(self, start: Start) -> Search:
        if start not in self._searches:
            self._searches[start] = Search(self._files, start, self._known)
        return self._searches[start]

    # --- what could reach a system -------------------------------------------------------------------------------

    def could_integrate(self, script: Path) -> bool:
        """False for a script that reaches no system, as its text and that of what it imports shows.

        It names no address, and what it imports is of the standard library, or known, and reaches none; the same holds
        for what it imports of its project. A file that cannot be read is not judged here.
        """
        text = self._files.text(script)
        if text is None or text.talks or text.imports is None:
            return True
        start = start_of(script, self._files, {one.stated for one in text.imports})
        silent = self._silent.setdefault(start, set())
        seen, waiting = {script}, [script]
        while waiting:
            module = waiting.pop()
            text = self._files.text(module)
            if text is None or text.talks or text.imports is None:
                return True
            for one in text.imports:
                found = self._loaded_by(module, one, start)
                if found is None:
                    return True
                new = [place for place in found if place not in seen and place not in silent]
                seen.update(new)
                waiting.extend(new)
        silent |= seen
        return False

    def _loaded_by(self, module: Path, one: Import, start: Start) -> list[Path] | None:
        """The files of the project that an import of a module loads; None where what it loads could reach a system."""
        search = self._search(start)
        if not one.level:
            if search.locate(one.module.partition(".")[0]) is None:
                return None if reaches(one.module) else []
            return [place for name in _names(one, "") for place in _places(search, name) if place.suffix]
        if one.level > len(module.parents):
            return None
        folder = module.parents[one.level - 1]
        found = [self._files.regular(folder.parent, folder.name)]
        for name in filter(None, one.module.split(".")):
            place = search.locate_in(folder, name)
            if place is None:
                return None
            found.append(place)
            folder = place.parent if place.name == "__init__.py" else place
        found += [search.locate_in(folder, name) for name in one.names]
        return [place for place in found if place is not None and place.suffix]


def _names(one: Import, package: str) -> Iterator[str]:
    """The dotted names of the modules that an import may load."""
    base = package.split(".")[: len(package.split(".")) - one.level + 1] if one.level else []
    whole = ".".join((*base, one.module) if one.module else base)
    yield whole
    yield from (f"{whole}.{name}" for name in one.names)


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
