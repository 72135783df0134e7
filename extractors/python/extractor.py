"""The extractor for Python scripts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from extractors.python.file_answers import FileAnswers

if TYPE_CHECKING:
    from extractors.python.project import PythonProject
    from migrate.contracts import Extraction
    from migrate.diagnostics import Diagnostic

_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", ".git")
"""What lies in the topmost folder of a project."""
_MAX_LEVELS = 4
"""How far above a script its project's topmost folder is looked for."""


class PythonExtractor:
    """Reads Python scripts: libcst for the syntax, the evaluator for the meaning."""

    language = "python"
    suffixes = (".py",)

    def project(self, root: Path, scripts: Sequence[Path]) -> PythonProject:
        """The scripts below a folder. Modules outside of it are not read."""
        from extractors.python.project import PythonProject

        return PythonProject(root, scripts, root.absolute())

    def answers(self, root: Path) -> Callable[[str, str, str], str]:
        """See `migrate.contracts.Extractor`."""
        return FileAnswers(root.absolute()).answer

    def extract(self, path: Path, root: Path) -> Extraction | tuple[Diagnostic, ...] | None:
        """What one script is, with the modules of its project that it imports; its name is relative to `root`."""
        from extractors.python.project import PythonProject

        return PythonProject(root, (path,), _top(path, root)).extract(path)


def _top(script: Path, root: Path) -> Path:
    """The topmost folder of the project that a script belongs to: the one with a mark, or around all its packages."""
    levels = list(script.absolute().parents)[:_MAX_LEVELS]
    marked = next((one for one in levels if any((one / mark).exists() for mark in _MARKS)), None)
    plain = next((one for one in levels if not (one / "__init__.py").is_file()), levels[-1])
    found = marked or plain
    return found if root.absolute().is_relative_to(found) else root.absolute()


EXTRACTOR = PythonExtractor()
