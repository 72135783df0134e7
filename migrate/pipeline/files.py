"""Writing files whole or not at all, and reading configuration files."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path


class InputError(Exception):
    """What the caller gave cannot be used; the message names the file and says what to do."""


WriteFile = Callable[[Path, str], None]
"""Writes a text to a file: `write_whole`, or `Together.write` of several files."""


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that it is there whole or, on any error, as it was before. UTF-8, line feeds.

    The folder is made. An OSError names the file.
    """
    with Together() as files:
        files.write(path, text)


class Together:
    """Writes several files so that, on any error before the last is written, all of them are as they were before.

    A folder that was made for them is removed again then. An OSError names the file that cannot be written.
    """

    def __init__(self) -> None:
        self._written: list[tuple[Path, Path]] = []
        self._made: list[Path] = []

    def __enter__(self) -> Together:
        return self

    def write(self, path: Path, text: str) -> None:
        """Writes the text beside the file; it takes the file's place at the end of the block."""
        try:
            if path.is_dir():
                raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._make(path.parent)
            handle, name = tempfile.mkstemp(prefix=".hubshift-", dir=path.parent)
            self._written.append((Path(name), path))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            raise _naming(problem, path if path.parent.is_dir() else path.parent) from None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._undo()
            return
        # A temporary file is for its owner only; what takes its place is as any other new file.
        mask = os.umask(0)
        os.umask(mask)
        try:
            while self._written:
                name, path = self._written[0]
                os.chmod(name, 0o666 & ~mask)
                os.replace(name, path)
                del self._written[0]
        except OSError as problem:
            raise _naming(problem, path) from None
        finally:
            self._undo()

    def _make(self, folder: Path) -> None:
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(missing):
            one.mkdir()
            self._made.append(one)

    def _undo(self) -> None:
        for name, _ in self._written:
            name.unlink(missing_ok=True)
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):  # it holds something, so it stays
                folder.rmdir()


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _naming(problem: OSError, path: Path) -> OSError:
    """The same error, of the file that was to be written."""
    return OSError(problem.errno, problem.strerror, str(path))


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for what nobody keeps. Where there is no room for that, the OSError names where it was to be."""
    place = tempfile.gettempdir()
    try:
        with tempfile.TemporaryDirectory(prefix="hubshift-") as name:
            yield Path(name)
    except OSError as problem:
        names = [str(one) for one in (problem.filename, problem.filename2) if one is not None]
        if problem.errno in _NO_ROOM and (not names or any(one.startswith(place) for one in names)):
            raise _naming(problem, Path(place)) from None
        raise


@contextlib.contextmanager
def made_whole(folder: Path, *, force: bool = False) -> Iterator[Path]:
    """An empty folder to fill, which takes the place of `folder` at the end or, on any error, leaves it as it was.

    With `force` one that is there already is replaced; an empty one always is.
    """
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    old = made.with_name(f"{made.name}.old")
    try:
        yield made
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(made, 0o777 & ~mask)
        for path in made.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        if folder.is_dir():
            os.rename(folder, old)
            if not force and any(old.iterdir()):
                raise InputError(f"{folder}: was made meanwhile")
        os.rename(made, folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.rename(old, folder)
        shutil.rmtree(made, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def read_environment(path: Path) -> dict[str, str]:
    """The variables of an env file (`NAME=value` lines, as python-dotenv reads them, nothing interpolated)."""
    from dotenv.parser import parse_stream

    if not path.is_file():
        raise InputError(f"{path}: no such file")
    try:
        with path.open(encoding="utf-8") as file:
            bindings = list(parse_stream(file))
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError(f"{path}: cannot be read: {type(problem).__name__}") from None
    for binding in bindings:
        if binding.error:
            raise InputError(f"{path}:{binding.original.line}: this is not NAME=value")
    return {one.key: one.value for one in bindings if one.key is not None and one.value is not None}
