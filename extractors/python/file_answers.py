"""What is asked of the file system when Python scripts are read: what a file holds, and where a module lies.

Imports nothing that takes time: to see that nothing has changed takes no parser.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

MAX_BYTES = 5_000_000
"""A larger file is not read: no script that a person wrote is that long."""


class FileAnswers:
    """The answers to questions about files below a folder, out of which no link leads."""

    def __init__(self, top: Path) -> None:
        self._top = os.path.realpath(top)
        self._folders: dict[str, dict[str, bool]] = {}

    def answer(self, question: str, path: str, name: str) -> str:
        """The digest of a file (`content`), or the path of what lies there; why it cannot be opened, or nothing."""
        if question == "content":
            return digest(content(path))
        place = _FINDING[question](self, path, name)
        outside = place and question != "package" and not self._holds(place)
        return "" if outside else place

    def _holds(self, place: str) -> bool:
        real = os.path.realpath(place)
        return real == self._top or real.startswith(self._top.rstrip(os.sep) + os.sep)

    def _files(self, folder: str) -> dict[str, bool]:
        """The names of what lies in a folder, and whether it is a regular file, links followed."""
        found = self._folders.get(folder)
        if found is None:
            try:
                with os.scandir(folder) as entries:
                    found = {entry.name: _is_file(entry) for entry in entries}
            except OSError:
                found = {}
            self._folders[folder] = found
        return found

    def _is_in(self, folder: str, name: str) -> bool:
        return self._files(folder).get(name, False)

    def _regular(self, folder: str, name: str) -> str:
        if name in self._files(folder) and self._is_in(os.path.join(folder, name), "__init__.py"):
            return os.path.join(folder, name, "__init__.py")
        return os.path.join(folder, f"{name}.py") if self._is_in(folder, f"{name}.py") else ""

    def _package(self, folder: str, _: str) -> str:
        return os.path.join(folder, "__init__.py") if self._is_in(folder, "__init__.py") else ""

    def _namespace(self, folder: str, name: str) -> str:
        """A folder with a module in it, or in a folder within; the names alone tell."""
        if name not in self._files(folder):
            return ""
        place = os.path.join(folder, name)
        inner = self._files(place)
        found = any(one.endswith(".py") for one in inner) or any(
            one.endswith(".py") for name in inner for one in self._files(os.path.join(place, name))
        )
        return place if found else ""


_FINDING: dict[str, Callable[[FileAnswers, str, str], str]] = {
    "regular": FileAnswers._regular,
    "package": FileAnswers._package,
    "namespace": FileAnswers._namespace,
}


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def content(path: str | Path) -> bytes | str:
    """The bytes of a file, one more than are read where it is too large; why it cannot be opened.

    Pipes and devices are not waited for.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as script_file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return "it is no regular file"
            return script_file.read(MAX_BYTES + 1)
    except OSError as problem:
        return str(problem.strerror)


def digest(source: bytes | str) -> str:
    """The answer to what a file holds: the SHA-256 of it, or why it cannot be opened."""
    return source if isinstance(source, str) else hashlib.sha256(source).hexdigest()
