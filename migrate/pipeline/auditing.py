"""Finds scripts and reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from migrate import registry
from migrate.contracts import Extraction
from migrate.diagnostics import Diagnostic, unique
from migrate.model import Estate, SourceSpan
from migrate.pipeline.files import InputError

_SKIPPED = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", "site-packages", ".tox"}
)


_OTHER_LANGUAGES = frozenset(
    {
        ".sh",
        ".bash",
        ".js",
        ".mjs",
        ".cjs",
        ".ts",
        ".php",
        ".rb",
        ".pl",
        ".ps1",
        ".java",
        ".groovy",
        ".go",
        ".lua",
    }
)
_CALLS = re.compile(rb"https?://|\b(?:curl|wget|fetch|axios|requests|Invoke-RestMethod|Invoke-WebRequest)\b")
_HEAD_BYTES = 1_000_000


@dataclass(frozen=True)
class Audit:
    """What was found below a folder: integrations, files that hold none, files that could not be read."""

    extractions: tuple[Extraction, ...]
    unread: tuple[Diagnostic, ...]
    scripts: int
    looked_for: tuple[str, ...]

    @property
    def findings(self) -> tuple[Diagnostic, ...]:
        """All findings: those of each integration, then those of files that were not read."""
        return (*(one for found in self.extractions for one in found.diagnostics), *self.unread)

    @property
    def estate(self) -> Estate:
        """All integrations as one model."""
        return Estate(integrations=tuple(one.integration for one in self.extractions))


def looked_for() -> tuple[str, ...]:
    """What names of scripts end in."""
    return tuple(suffix for extractor in registry.extractors() for suffix in extractor.suffixes)


def has_extractor(path: Path) -> bool:
    """True if an extractor reads such a file."""
    return path.suffix in looked_for()


def audit(folder: Path, progress: Callable[[int, int], None] = lambda done, all_: None) -> Audit:
    """Reads all scripts below a folder, or one script. Links are not followed; `progress` is told of each script."""
    if not folder.exists():
        raise InputError(f"{folder}: no such file or folder")
    root = folder if folder.is_dir() else folder.parent
    unread: list[Diagnostic] = []
    scripts = sorted(_scripts(folder, root, unread)) if folder.is_dir() else [folder]
    extractions: list[Extraction] = []
    for number, path in enumerate(scripts, start=1):
        found = read_script(path, root)
        if isinstance(found, Extraction):
            extractions.append(found)
        elif found is not None:
            unread.extend(found)
        progress(number, len(scripts))
    return Audit(tuple(extractions), tuple(unread), len(scripts), looked_for())


def read_script(path: Path, root: Path) -> Extraction | tuple[Diagnostic, ...] | None:
    """What one file holds; see `Extractor.extract`. Raises InputError where no extractor reads such a file."""
    for extractor in registry.extractors():
        if path.suffix in extractor.suffixes:
            found = extractor.extract(path, root)
            if isinstance(found, Extraction):
                return replace(found, diagnostics=unique(found.diagnostics))
            return found and unique(found)
    raise InputError(
        f"{path}: no extractor for this kind of file; there are some for: {', '.join(looked_for())}"
    )


def _scripts(folder: Path, root: Path, unread: list[Diagnostic]) -> Iterator[Path]:
    suffixes = looked_for()

    def failed(problem: OSError) -> None:
        name = Path(problem.filename or folder)
        shown = name.relative_to(root).as_posix() if name.is_relative_to(root) else name.name
        unread.append(Diagnostic("HS002", f"{shown}: {problem.strerror}", None))

    for parent, folders, files in os.walk(folder, onerror=failed):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in files:
            path = Path(parent, name)
            shown = path.relative_to(root).as_posix()
            if path.is_symlink():
                if path.suffix in suffixes:
                    unread.append(Diagnostic("HS004", "a link, which is not followed", _whole(shown)))
            elif not path.is_file():
                continue
            elif path.suffix in suffixes:
                yield path
            elif _in_another_language(path):
                unread.append(
                    Diagnostic(
                        "HS003", "no extractor reads it, and it seems to call another system", _whole(shown)
                    )
                )


def _whole(file: str) -> SourceSpan:
    """A file as a place: its first line."""
    return SourceSpan(file=file, line=1, end_line=1)


def _in_another_language(path: Path) -> bool:
    """True for a script that seems to call another system: by its ending or its first line, and what stands in it."""
    if path.suffix.lower() not in _OTHER_LANGUAGES and path.suffix:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False
    return bool(path.suffix or head.startswith(b"#!")) and _CALLS.search(head) is not None
