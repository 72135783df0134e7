"""Writing files whole or not at all, and reading configuration files."""

from __future__ import annotations

import contextlib
import os
import tempfile
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
