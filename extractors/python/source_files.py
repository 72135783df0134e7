"""The files of a project, each read and lowered once as long as it is needed."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path

from extractors.ir import Script
from extractors.python.front import lower
from extractors.python.reading import MAX_BYTES, too_large, unreadable
from migrate.diagnostics import Diagnostic

MAX_KEPT = 200
"""The scripts that are kept lowered, at most: those that were needed last."""


@dataclass(frozen=True)
class ReadFile:
    """A file by its name in spans, its script or why there is none, and the SHA-256 of what was read."""

    file: str
    script: Script | Diagnostic
    sha256: str


class SourceFiles:
    """Reads the files below a folder. Spans name them relative to `root`; nothing outside of `top` is read."""

    def __init__(self, root: Path, top: Path) -> None:
        self.root = root
        self.top = top
        self.places: dict[Hashable, Path | None] = {}
        """Where modules were looked for, and what lies there: most scripts of a folder import the same ones."""
        self._resolved_top = top.resolve()
        self._kept: OrderedDict[Path, ReadFile] = OrderedDict()

    def name(self, path: Path) -> str:
        """The name of a file as spans have it."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def path(self, name: str) -> Path:
        """The file of that name."""
        return Path(os.path.normpath(self.root / name))

    def holds(self, path: Path) -> bool:
        """True for what lies in the folder, links followed."""
        return path.resolve().is_relative_to(self._resolved_top)

    def source(self, path: Path) -> bytes | Diagnostic:
        """The bytes of a file."""
        try:
            with path.open("rb") as script_file:
                source = script_file.read(MAX_BYTES + 1)
        except OSError as problem:
            return unreadable(self.name(path), str(problem.strerror))
        return too_large(self.name(path)) if len(source) > MAX_BYTES else source

    def read(self, path: Path) -> ReadFile:
        """A file, lowered."""
        kept = self._kept.get(path)
        if kept is None:
            source = self.source(path)
            if isinstance(source, Diagnostic):
                kept = ReadFile(self.name(path), source, "")
            else:
                script = lower(self.name(path), source)
                kept = ReadFile(self.name(path), script, hashlib.sha256(source).hexdigest())
            self._kept[path] = kept
            if len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(path)
        return kept
