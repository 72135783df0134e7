"""The Python scripts of a folder, which import each other: which of them run by themselves, and what each one does."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from extractors.evaluator import Evaluator
from extractors.evaluator.hard_coded import nodes_of
from extractors.evaluator.practices import practices
from extractors.evaluator.residual import Entry
from extractors.ir import FunctionDef, Import, Script
from extractors.lifting import lift
from extractors.python.comments import remarks
from extractors.python.import_graph import ImportGraph
from extractors.python.knowledge import python_knowledge
from extractors.python.search import Search, start_of
from extractors.python.source_files import SourceFiles
from migrate.contracts import Consulted, Extraction, Observation
from migrate.diagnostics import Diagnostic
from migrate.model import Excerpt, SourceSpan
from migrate.secrets.excerpts import mask_known


class PythonProject:
    """Reads scripts with the modules that they import from the project.

    A module runs once in each script that imports it, and is read as a script of its own only where no other loads it,
    or where it has functions that none of them calls.
    """

    def __init__(self, root: Path, scripts: Iterable[Path], top: Path) -> None:
        self._files = SourceFiles(root.absolute(), top)
        self._given = {path.absolute(): path for path in scripts}
        self._scripts = tuple(self._given)
        self._knowledge = python_knowledge()
        self._read: set[Path] = set()
        self._loaded: set[Path] = set()
        self._entered: set[SourceSpan] = set()
        self._shown: dict[str, tuple[Observation, ...]] = {}
        """What the code of each file shows: several scripts load the same modules."""

    @cached_property
    def _known(self) -> frozenset[str]:
        """The libraries that are known, by their topmost name."""
        known = self._knowledge
        names = {*known.functions, *known.values, *(of for of, _ in known.methods)}
        return frozenset(name.partition(".")[0] for name in names) - {"builtins"}

    @cached_property
    def _graph(self) -> ImportGraph:
        return ImportGraph(self._files, self._scripts, self._known.__contains__)

    @cached_property
    def _entries(self) -> tuple[Path, ...]:
        return self._graph.entries()

    def parts(self) -> tuple[tuple[Path, ...], ...]:
        """The scripts in groups that import each other; see `migrate.contracts.Parted`."""
        return tuple(tuple(self._given[one] for one in group) for group in self._graph.groups())

    def consulted(self) -> tuple[Consulted, ...]:
        """All that was asked of the file system until now."""
        return self._files.consulted()

    def loaded(self) -> frozenset[Path]:
        """The files that scripts have loaded as modules, by absolute paths."""
        return frozenset(self._loaded)

    def answer(self, asked: Consulted) -> str:
        """The answer to a question of the file system as it is now; asked once."""
        return self._files.answer(asked)

    def entries(self) -> tuple[Path, ...]:
        """The scripts that run by themselves: that no other imports, or that ask whether they were started."""
        return tuple(self._given[one] for one in self._entries)

    def remaining(self) -> tuple[Path, ...]:
        """The scripts that no entry loads, as it has shown; then modules with functions that no script calls."""
        left = [one for one in self._scripts if one not in self._read]
        alone = [one for one in left if one not in self._loaded]
        return tuple(self._given[one] for one in alone or filter(self._has_uncalled, left))

    def _has_uncalled(self, module: Path) -> bool:
        if not self._graph.could_integrate(module):
            return False
        script = self._files.read(module).script
        return isinstance(script, Script) and any(
            isinstance(one, FunctionDef) and one.span not in self._entered for one in nodes_of(script.body)
        )

    def extract(self, path: Path) -> Extraction | tuple[Diagnostic, ...] | None:
        """The integration that a script is; see `migrate.contracts.Project`."""
        path = path.absolute()
        is_module = path in self._loaded
        self._read.add(path)
        source = self._files.source(path)
        if isinstance(source, Diagnostic):
            return (source,)
        if not self._graph.could_integrate(path):
            return None
        script = self._files.read(path).script
        if isinstance(script, Diagnostic):
            return (script,)
        imported = {"." * one.level + one.module for one in nodes_of(script.body) if isinstance(one, Import)}
        start = start_of(path, self._files, imported)
        try:
            search = Search(self._files, start, self._known.__contains__)
            evaluation = Evaluator.of(
                script, self._knowledge, search, start.package, frozenset(self._entered)
            )
            modules = [self._files.path(one.file) for one in evaluation.loaded.found.values() if one.file]
            self._loaded.update(modules)
            self._entered |= evaluation.entered
            if is_module and not any(isinstance(one, Entry) for one in evaluation.region.items):
                return None
            found = lift(evaluation, source)
        except RecursionError:
            return (Diagnostic("HS104", "the code or what it computes is nested too deep", script.span),)
        secrets = evaluation.configuration.secret_values.values()
        if found is not None:
            diagnostics = tuple(_masked(one, secrets) for one in found.diagnostics)
            return replace(
                found,
                diagnostics=diagnostics,
                start=start.told(path, search.used, modules),
                observations=tuple(self._observed(evaluation)),
            )
        return tuple(_masked(one, secrets) for one in evaluation.findings.diagnostics) or None

    def _observed(self, evaluation: Evaluator) -> Iterator[Observation]:
        """What the code of a script and of its modules shows beside what it does."""
        for span, name in evaluation.findings.told.items():
            yield Observation("told-secret", span, name)
        for script in (evaluation.script, *(script for script, _ in evaluation.loaded.scripts())):
            if script.file not in self._shown:
                self._shown[script.file] = (*practices(script), *remarks(script.file, script.source))
            yield from self._shown[script.file]


def _masked(diagnostic: Diagnostic, secrets: Collection[str]) -> Diagnostic:
    """The diagnostic without values that showed to be secrets only after it was made."""
    excerpt = diagnostic.excerpt
    if excerpt is not None:
        excerpt = Excerpt(redacted=mask_known(excerpt.redacted, secrets))
    return replace(diagnostic, message=mask_known(diagnostic.message, secrets), excerpt=excerpt)
