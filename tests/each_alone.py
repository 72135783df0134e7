"""A project for extractors of tests, whose scripts have nothing to do with each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic

Read = Extraction | tuple[Diagnostic, ...] | None


class EachAlone:
    """Scripts that run by themselves, all of them."""

    def __init__(self, extract: Callable[[Path, Path], Read], root: Path, scripts: Sequence[Path]) -> None:
        self._extract = extract
        self._root = root
        self._scripts = tuple(scripts)

    def entries(self) -> tuple[Path, ...]:
        """All of them."""
        return self._scripts

    def extract(self, path: Path) -> Read:
        """What the extractor makes of the script."""
        return self._extract(path, self._root)

    def remaining(self) -> tuple[Path, ...]:
        """None of them."""
        return ()
