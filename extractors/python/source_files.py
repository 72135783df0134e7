"""The files of a project, each read and lowered once as long as it is needed."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from extractors.ir import Script
from extractors.python.file_answers import MAX_BYTES, FileAnswers, content, digest
from extractors.python.front import lower
from extractors.python.reading import too_large, unreadable
from extractors.python.screening import Text
from migrate.contracts import Consulted
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
        self._places: dict[tuple[str, Path, str], Path | None] = {}
        """Where modules were looked for, and what lies there: most scripts of a folder import the same ones."""
        self._contents: dict[Path, str] = {}
        self._answers = FileAnswers(top)
        self._kept: OrderedDict[Path, ReadFile] = OrderedDict()
        self._texts: dict[Path, Text | None] = {}

    def name(self, path: Path) -> str:
        """The name of a file as spans have it."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def path(self, name: str) -> Path:
        """The file of that name."""
        return Path(os.path.normpath(self.root / name))

    def source(self, path: Path) -> bytes | Diagnostic:
        """The bytes of a file."""
        source = content(path)
        self._contents[path] = digest(source)
        if isinstance(source, str):
            return unreadable(self.name(path), source)
        return too_large(self.name(path)) if len(source) > MAX_BYTES else source

    def text(self, path: Path) -> Text | None:
        """What the text of a file shows; None where it cannot be opened."""
        if path not in self._texts:
            source = self.source(path)
            self._texts[path] = None if isinstance(source, Diagnostic) else Text(source)
        return self._texts[path]

    def regular(self, folder: Path, name: str) -> Path | None:
        """The file of a module in a folder, of a package its `__init__`; None where there is none."""
        return self._place("regular", folder, name)

    def is_package(self, folder: Path) -> bool:
        """True for the folder of a package that has an `__init__`."""
        return self._place("package", folder, "") is not None

    def namespace(self, folder: Path, name: str) -> Path | None:
        """A folder that is a package without `__init__`, if a module lies in it."""
        return self._place("namespace", folder, name)

    def _place(self, kind: str, folder: Path, name: str) -> Path | None:
        key = (kind, folder, name)
        if key not in self._places:
            place = self._answers.answer(kind, str(folder), name)
            self._places[key] = Path(place) if place else None
        return self._places[key]

    def consulted(self) -> tuple[Consulted, ...]:
        """All that was asked of the file system, with the answers."""
        contents = (Consulted("content", str(path), "", found) for path, found in self._contents.items())
        places = (
            Consulted(kind, str(folder), name, "" if place is None else str(place))
            for (kind, folder, name), place in self._places.items()
        )
        return tuple(sorted((*contents, *places)))

    def answer(self, asked: Consulted) -> str:
        """The answer to the same question as it is now."""
        path = Path(asked.path)
        if asked.question == "content":
            if path not in self._contents:
                self.source(path)
            return self._contents[path]
        place = self._place(asked.question, path, asked.name)
        return "" if place is None else str(place)

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
