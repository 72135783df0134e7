"""Writing files whole or not at all, and reading configuration files."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


class InputError(Exception):
    """What the caller gave cannot be used; the message names the file and says what to do."""


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that it is there whole or, on any error, as it was before. UTF-8, line feeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is for its owner only; what takes its place is as any other new file.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
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
