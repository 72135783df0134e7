"""Walks a folder for scripts; what lies there and is not read is a finding."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migrate.diagnostics import Diagnostic
    from migrate.model import SourceSpan

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
        ".pyw",
    }
)
_CALLS = re.compile(rb"https?://|\b(?:curl|wget|fetch|axios|requests|Invoke-RestMethod|Invoke-WebRequest)\b")
_HEAD_BYTES = 1_000_000
_MAX_CRONTAB_BYTES = 1_000_000

_KINDS = (
    (stat.S_ISREG, ""),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def is_passed_over(folder: str) -> bool:
    """True for the names of folders that hold no scripts of the estate: of version control, of installed packages."""
    return folder in _SKIPPED


@dataclass(frozen=True)
class Passed:
    """What lies below a folder and is not read: where, the code of the finding, and why."""

    path: Path
    code: str
    message: str

    def finding(self, root: Path) -> Diagnostic:
        """The same as a finding."""
        return _finding(self.code, self.message, self.path, root)


def scripts_below(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path | Passed]:
    """The files below a folder whose names end in one of the suffixes, in order of their names, folder by folder.

    `Passed` stands in the place of what cannot be opened, of links, and of scripts in other languages. Links are
    not followed, and folders of version control and of installed packages are passed over.
    """
    closed: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not is_passed_over(name))
        for name in folders:
            if Path(parent, name).is_symlink():
                yield Passed(Path(parent, name), "HS004", "a link to a folder, which is not followed")
        for name in sorted(files):
            path = Path(parent, name)
            is_script = path.suffix.lower() in suffixes
            try:
                mode = path.lstat().st_mode
                if stat.S_ISLNK(mode):
                    if is_script:
                        yield Passed(path, "HS004", "a link, which is not followed")
                elif is_script:
                    yield path
                elif stat.S_ISREG(mode) and _in_another_language(path):
                    yield Passed(path, "HS003", "no extractor reads it, and it seems to call another system")
            except OSError as problem:
                yield Passed(path, "HS002", str(problem.strerror))
    for one in closed:
        yield Passed(Path(one.filename), "HS002", f"the folder: {one.strerror}")


def crontabs_below(folder: Path) -> dict[str, str]:
    """The texts of all crontabs below a folder, by their names."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in _crontabs(folder)
    }


def _crontabs(folder: Path) -> Iterator[Path]:
    """Files that are crontabs by their name or folder; links are not followed."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_passed_over(name))
        for name in sorted(files):
            path = Path(parent, name)
            named = (
                name.startswith("crontab")
                or path.suffix in (".cron", ".crontab")
                or path.parent.name == "cron.d"
            )
            if (
                named
                and not path.is_symlink()
                and path.is_file()
                and path.stat().st_size <= _MAX_CRONTAB_BYTES
            ):
                yield path


def unusable(path: Path, root: Path) -> Diagnostic | None:
    """Why a file cannot be opened as a script: it is gone, no regular file, or has no name that a model can hold."""
    try:
        mode = path.stat().st_mode
    except OSError as problem:
        return _finding("HS002", str(problem.strerror), path, root)
    kind = next((text for test, text in _KINDS if test(mode)), "no regular file")
    if kind:
        return _finding("HS002", f"it is {kind}, not a file", path, root)
    if not _is_text(path.relative_to(root).as_posix()):
        return _finding("HS002", "its name is not UTF-8, so that no model can name it: rename it", path, root)
    return None


def whole(path: Path, root: Path) -> SourceSpan:
    """A file as a place: its first line. Bytes of its name that are not UTF-8 stand there as `\\xff`."""
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
    from migrate.model import SourceSpan

    file = os.fsencode(shown).decode("utf-8", "backslashreplace")
    return SourceSpan(file=file, line=1, end_line=1)


def _finding(code: str, message: str, path: Path, root: Path) -> Diagnostic:
    from migrate.diagnostics import Diagnostic

    return Diagnostic(code, message, whole(path, root))


def _is_text(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _in_another_language(path: Path) -> bool:
    """True for a script that seems to call another system: by its ending or its first line, and what stands in it."""
    if path.suffix.lower() not in _OTHER_LANGUAGES and path.suffix:
        return False
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return bool(path.suffix or head.startswith(b"#!")) and _CALLS.search(head) is not None
